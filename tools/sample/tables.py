"""The ten tables of the sample as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date, timedelta

from tools.sample.events import Event, Events, make_events
from tools.sample.plan import COUNTIES, NOTE, STATIONED_MINES, STATIONED_SUPERVISORS, YEAR, Dice
from tools.sample.registers import LAST, CountyRegister, Mine, make_registers

Row = list[str]

_KEY_PERIODS = {
    "中秋国庆": (date(YEAR, 9, 29), date(YEAR, 10, 6)),
    "春节": (date(YEAR, 1, 21), date(YEAR, 1, 27)),
    "全国两会": (date(YEAR, 3, 4), date(YEAR, 3, 13)),
}


def make_tables() -> dict[str, bytes]:
    """Every file of data/2023/ by its name."""
    registers = make_registers()
    events = make_events(registers)
    mines = [mine for register in registers for mine in register.mines]
    tables: dict[str, tuple[str, Iterable[Row]]] = {
        "counties": ("county_code,county", ([county.code, county.name] for county in COUNTIES)),
        "mines": (
            "mine_id,mine,county_code,kind,attached_tailings",
            ([m.mine_id, m.name, m.county.code, m.kind_title, _yes(m.attached_tailings)] for m in mines),
        ),
        "mine_status": ("mine_id,status,start,end", (row for mine in mines for row in _status(mine))),
        "supervisors": ("supervisor_id,name,county_code", _supervisors(registers)),
        "assignments": ("supervisor_id,mine_id,start,end", _assignments(registers)),
        "task_lists": ("mine_id,year,issued_on", _task_lists(registers)),
        "checkins": (
            "supervisor_id,mine_id,at,underground,evidence,uploaded",
            ([*_event(event), *event.details] for event in events.checkins),
        ),
        "remote_inspections": ("supervisor_id,mine_id,at", (_event(event) for event in events.remote)),
        "stationing": ("key_period,supervisor_id,mine_id,start,end,app_checkin", _stationing(registers)),
        "ledger_reviews": (
            "mine_id,reviewed_on,supervisor_id,no_recheck,inaccurate,illegible,unsigned",
            _ledger_reviews(registers, events),
        ),
    }
    return {f"{name}.csv": _csv(header, rows) for name, (header, rows) in tables.items()}


def _csv(header: str, rows: Iterable[Row]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*header.split(","), "备注"])
    writer.writerows([*row, NOTE] for row in rows)
    return out.getvalue().encode("utf-8-sig")  # Excel takes a file without a BOM for GB18030


def _yes(answer: bool) -> str:
    return "是" if answer else "否"


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _event(event: Event) -> Row:
    return [event.supervisor_id, event.mine_id, f"{event.at:%Y-%m-%d %H:%M}"]


def _status(mine: Mine) -> Iterable[Row]:
    since: date | None = date(2022, 1, 1)
    for start, end in mine.suspended:
        yield [mine.mine_id, "正常生产建设", _day(since), _day(start - timedelta(days=1))]
        yield [mine.mine_id, "停产停建", _day(start), _day(end)]
        since = end + timedelta(days=1) if end else None
    if since:
        yield [mine.mine_id, "正常生产建设", _day(since), ""]


def _supervisors(registers: list[CountyRegister]) -> Iterable[Row]:
    for register in registers:
        for person in register.supervisors:
            yield [person, f"样例专员{person[1:]}", register.county.code]
    # Registered and never assigned: a warning, and no figure.
    yield ["S1082-099", "样例专员1082-099", "141082"]


def _assignments(registers: list[CountyRegister]) -> Iterable[Row]:
    for register in registers:
        for row in register.assignments:
            yield [row.supervisor_id, row.mine.mine_id, _day(row.start), _day(row.end)]
    # A month's help in the neighbouring county: a warning, over long before the registers are counted.
    yield ["S1023-010", "M1021-005", f"{YEAR}-03-01", f"{YEAR}-03-31"]


def _counted(register: CountyRegister) -> list[Mine]:
    return [mine for mine in register.mines if mine.active(LAST)]


def _task_lists(registers: list[CountyRegister]) -> Iterable[Row]:
    for register in registers:
        dice = Dice("task lists", register.county.code)
        counted = _counted(register)
        without = dice.sample(counted, register.county.missing_lists)
        for mine in counted:
            if dice.chance(0.4):
                yield [mine.mine_id, str(YEAR - 1), f"{YEAR - 1}-0{1 + dice.below(3)}-{10 + dice.below(18)}"]
            if mine not in without:
                yield [mine.mine_id, str(YEAR), f"{YEAR}-0{1 + dice.below(3)}-{10 + dice.below(18)}"]


def _stationing(registers: list[CountyRegister]) -> Iterable[Row]:
    """One supervisor at each stationed mine, then more supervisors until there are as many as published."""
    dice = Dice("stationing")
    mines = dice.sample([mine for register in registers for mine in _counted(register)], STATIONED_MINES)
    holders: dict[str, list[str]] = {mine.mine_id: [] for mine in mines}
    for register in registers:
        for row in register.assignments:
            if row.mine.mine_id in holders and row.covers(date(YEAR, 10, 1)) and row.covers(LAST):
                holders[row.mine.mine_id].append(row.supervisor_id)
    chosen: dict[str, list[str]] = {}
    there: set[str] = set()
    for mine in mines:
        fresh = [person for person in holders[mine.mine_id] if person not in there]
        chosen[mine.mine_id] = (fresh or holders[mine.mine_id])[:1]
        there.update(chosen[mine.mine_id])
    for mine in mines:
        for person in holders[mine.mine_id]:
            if person not in there and len(there) < STATIONED_SUPERVISORS:
                chosen[mine.mine_id].append(person)
                there.add(person)
    for period, (start, end) in _KEY_PERIODS.items():
        for mine in mines:
            if period != "中秋国庆" and not dice.chance(0.15):
                continue
            for person in chosen[mine.mine_id]:
                left = start + timedelta(days=2 + dice.below((end - start).days - 1))
                app = "是" if mine.county.stationing_app and dice.chance(0.5) else ("" if dice.chance(0.2) else "否")
                yield [period, person, mine.mine_id, _day(start), _day(left), app]


def _ledger_reviews(registers: list[CountyRegister], events: Events) -> Iterable[Row]:
    dice = Dice("ledgers")
    active = {event.supervisor_id for event in events.checkins}
    for register in registers:
        held = [row for row in register.assignments if row.mine in _counted(register) and row.end is None]
        for row in dice.sample(held, 4 + register.county.mines // 8):
            careful = 0.12 if row.supervisor_id in active else 0.3
            faults = [_yes(dice.chance(careful * weight)) for weight in (1.4, 1.0, 0.8, 0.6)]
            reviewed = date(YEAR, 4 + dice.below(8), 1 + dice.below(28))
            yield [row.mine.mine_id, _day(reviewed), row.supervisor_id, *faults]
