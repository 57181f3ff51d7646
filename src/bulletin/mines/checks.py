"""Check the tables against each other: identifiers, overlaps, events that can't count (data.md)."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from bulletin.mines.events import REPEATED, UNASSIGNED, faulty_events, used_identifiers
from bulletin.mines.forgotten import EarlierCounties, forgotten
from bulletin.mines.schema import EVENTS, EXEMPTED, PAIR, REGISTERS, TABLES
from bulletin.mines.span import OPEN_END, event_weeks, of_other_periods, other_periods_line
from bulletin.project.periods import Window
from bulletin.project.severity import Severity
from bulletin.records.faults import Fault, RecordsError, hide
from bulletin.records.read import FILE, ROW, SHEET, Records, named_by

_PAIR = list(PAIR)

_LOOKED_UP = 100
"""How many unknown identifiers are compared with the register: more are no slips."""

_ERRORS = ("empty", "unknown-id", "end-before-start", "overlap")


@dataclass(frozen=True)
class CheckedRecords:
    """Records without errors, the days that are counted, and the warnings.

    `left_out` has a row for each event of the period that can't count: supervisor_id, table, kind (of fault).
    `apart` counts the rows of other periods, as `span.of_other_periods` does.
    """

    records: Records
    window: Window
    warnings: list[Fault]
    left_out: pd.DataFrame
    apart: pd.DataFrame

    def __getitem__(self, table: str) -> pd.DataFrame:
        return self.records[table]


def check_records(records: Records, window: Window, earlier: EarlierCounties | None = None) -> CheckedRecords:
    """Find every fault that data.md names, all at once.

    Raises:
        RecordsError: where any of them is an error; it carries the warnings too.

    """
    faults = list(records.faults)
    for check in (_no_county, _unknown_ids, _ends_before_starts, _overlaps, _bare_exemptions):
        faults += check(records)
    event_faults, left_out = _events_left_out(records, window)
    faults += event_faults
    for warn in (_unsupervised_mines, _idle_supervisors, _other_counties):
        faults += warn(records, window)
    weeks = event_weeks(records, window)
    faults += forgotten(records, weeks, window, earlier)
    faults = hide(faults, records.names, records.schema)
    apart = of_other_periods(records, weeks, window)
    if any(fault.severity == "error" for fault in faults):
        raise RecordsError(faults, records, apart=other_periods_line(apart, window))
    return CheckedRecords(records, window, faults, left_out, apart)


def _faults(
    records: Records,
    table: str,
    rows: pd.DataFrame,
    kind: str,
    column: str,
    expected: str | Callable[[Mapping[Hashable, Any]], str],
    counties: pd.Series | None = None,
) -> list[Fault]:
    """A fault for each of `rows`, an error or a warning as data.md has it."""
    severity: Severity = "error" if kind in _ERRORS else "warning"
    heading = TABLES[table].column(column).heading
    blank = pd.Series("", index=rows.index, dtype="str")
    named = blank if counties is None else counties.astype("str").reindex(rows.index).fillna("")
    return [
        Fault(
            kind,
            severity,
            line[FILE],
            (expected if isinstance(expected, str) else expected(line)) + named_by(TABLES[table], line),
            int(line[ROW]) or None,
            heading,
            _shown(line[column]),
            sheet=line[SHEET],
            scope=county,
        )
        for county, line in zip(named.tolist(), _lines(rows), strict=True)
    ]


def _lines(rows: pd.DataFrame) -> list[dict[Hashable, Any]]:
    """The rows as `to_dict` gives them, in a third of the time: there may be a hundred thousand."""
    names, columns = list(rows), (rows[column].astype("object").tolist() for column in rows)
    return [dict(zip(names, line, strict=True)) for line in zip(*columns, strict=True)]


def _shown(value: object) -> str:
    if pd.isna(value):  # type: ignore[call-overload]
        return ""
    if isinstance(value, pd.Timestamp):
        day, time = value.isoformat(" ", "seconds").split(" ")
        return day if time == "00:00:00" else f"{day} {time[:5]}"
    return str(value)


def _no_county(records: Records) -> list[Fault]:
    """A period with no county in scope has nothing to report on."""
    if "counties" in records.broken or not records["counties"].empty:
        return []
    (source, *_) = (source for source in records.sources if source.table == "counties")
    return [Fault("empty-table", "error", source.file, "至少要列出一个县（市、区）", sheet=source.sheet)]


def _unknown_ids(records: Records) -> list[Fault]:
    """Identifiers that no register holds; a register that couldn't be read is a fault of its own."""
    faults = []
    near = {column: _near_ids(records, column) for column in REGISTERS}
    for table in TABLES.values():
        for column, register in REGISTERS.items():
            known = records[register][column].dropna()
            if table.name == register or register in records.broken or column not in records[table.name]:
                continue
            used = records[table.name][column]
            unknown = records[table.name][used.notna() & ~used.isin(known)]
            without = f"“{TABLES[register].title}”中没有这一编号，请核对"

            def expected(line: Mapping[Hashable, Any], column: str = column, without: str = without) -> str:
                slip = near[column].get(line[column])
                return f"{without}；名册中的“{slip}”没有一条记录用到，可能是它写错了" if slip else without

            faults += _faults(records, table.name, unknown, "unknown-id", column, expected)
    return faults


def _near_ids(records: Records, column: str) -> dict[str, str]:
    """For each identifier that no register holds, the one like it that nothing uses: a slip in the register itself.

    One slip there is a fault in each row that uses the right identifier.
    """
    register = REGISTERS[column]
    known = set(records[register][column].dropna())
    tables = [name for name in TABLES if name != register and column in records[name]]
    used = set().union(*(records[name][column].dropna().unique() for name in tables))
    if not used - known:
        return {}
    used |= set().union(*(used_identifiers(records, name, column) for name in tables if name in records.live))
    idle = [text for text in known - used if text.isascii()]  # what isn't may be a person's name
    pairs = {text: difflib.get_close_matches(text, sorted(idle), 1, 0.8) for text in sorted(used - known)[:_LOOKED_UP]}
    return {text: close[0] for text, close in pairs.items() if close}


def _ends_before_starts(records: Records) -> list[Fault]:
    faults = []
    for table in ("mine_status", "assignments", "stationing", "exemptions"):
        rows = records[table]
        wrong = rows[rows["end"] < rows["start"]]
        faults += _faults(
            records, table, wrong, "end-before-start", "end", lambda line: f"不能早于开始日期 {_shown(line['start'])}"
        )
    return faults


def _overlaps(records: Records) -> list[Fault]:
    """The same supervisor and mine assigned twice over overlapping days: the later row is the fault."""
    rows = records["assignments"].dropna(subset=[*_PAIR, "start"]).sort_values([*_PAIR, "start"], kind="stable")
    until = rows["end"].fillna(OPEN_END)
    earlier = (
        until.groupby([rows[column] for column in _PAIR]).cummax().groupby([rows[column] for column in _PAIR]).shift()
    )
    again = rows[earlier.notna() & (rows["start"] <= earlier)]
    expected = "同一专员对同一企业的前一段监管分工尚未结束，日期不能重叠"
    return _faults(records, "assignments", again.sort_index(), "overlap", "start", expected)


def _bare_exemptions(records: Records) -> list[Fault]:
    """Exemptions that name nobody; one whose name couldn't be read has a fault of its own."""
    rows = records["exemptions"]
    unread = {(fault.file, fault.sheet, fault.row) for fault in records.faults if fault.row}
    bare = rows[rows[list(EXEMPTED)].isna().all(axis=1)]
    bare = bare[[place not in unread for place in zip(bare[FILE], bare[SHEET], bare[ROW], strict=True)]]
    headings = "、".join(TABLES["exemptions"].column(column).heading for column in EXEMPTED)
    return _faults(records, "exemptions", bare, "empty", EXEMPTED[0], f"{headings}至少要填一项")


def _events_left_out(records: Records, window: Window) -> tuple[list[Fault], pd.DataFrame]:
    """Check-ins and remote inspections of the period that can't count, each for the first reason that holds."""
    faults: list[Fault] = []
    left_out = []
    county_of = _county_names(records)
    for table in EVENTS:
        events = faulty_events(records, table, window)
        counties = events["supervisor_id"].map(county_of)
        for kind, column, expected in (
            (UNASSIGNED, "mine_id", "该专员当日对该企业没有监管分工，未计入"),
            (REPEATED, "at", "同一专员、企业和时间的记录前面已有，未重复计入"),
        ):
            faults += _faults(records, table, events[events["fault"] == kind], kind, column, expected, counties)
        left_out.append(events[["supervisor_id"]].assign(table=table, kind=events["fault"]))
    return faults, pd.concat(left_out, ignore_index=True)


def _county_names(records: Records) -> pd.Series:
    """County name by supervisor."""
    named = records["supervisors"].merge(records["counties"], on="county_code", how="left", suffixes=("", "_county"))
    return named.drop_duplicates("supervisor_id").set_index("supervisor_id")["county"]


def in_force(spans: pd.DataFrame, day: pd.Timestamp) -> pd.Series[bool]:
    """Which rows hold on `day`: start and end are inclusive, and an empty end is still in force."""
    return (spans["start"] <= day) & (day <= spans["end"].fillna(OPEN_END))


def suspended_mines(mine_status: pd.DataFrame, day: pd.Timestamp) -> set[str]:
    """The mine_id of every mine that is suspended on `day`."""
    return set(mine_status.loc[(mine_status["status"] == "suspended") & in_force(mine_status, day), "mine_id"])


def _unsupervised_mines(records: Records, window: Window) -> list[Fault]:
    day = pd.Timestamp(window.as_of)
    rows = records["assignments"]
    held = rows.loc[in_force(rows, day) | rows["start"].isna(), "mine_id"]  # an unread start is a fault of its own
    mines = records["mines"].dropna(subset=["mine_id"])
    bare = mines[~mines["mine_id"].isin(held) & ~mines["mine_id"].isin(suspended_mines(records["mine_status"], day))]
    counties = bare["county_code"].map(
        records["counties"].drop_duplicates("county_code").set_index("county_code")["county"]
    )
    expected = f"该企业 {window.as_of} 在正常生产建设，但没有专员"
    return _faults(records, "mines", bare, "unsupervised-mine", "mine_id", expected, counties)


def _idle_supervisors(records: Records, _window: Window) -> list[Fault]:
    supervisors = records["supervisors"].dropna(subset=["supervisor_id"])
    idle = supervisors[~supervisors["supervisor_id"].isin(records["assignments"]["supervisor_id"])]
    counties = idle["supervisor_id"].map(_county_names(records))
    return _faults(records, "supervisors", idle, "idle-supervisor", "supervisor_id", "该专员没有任何监管分工", counties)


def _other_counties(records: Records, _window: Window) -> list[Fault]:
    supervisor_county = (
        records["supervisors"].drop_duplicates("supervisor_id").set_index("supervisor_id")["county_code"]
    )
    mine_county = records["mines"].drop_duplicates("mine_id").set_index("mine_id")["county_code"]
    rows = records["assignments"]
    theirs, its = rows["supervisor_id"].map(supervisor_county), rows["mine_id"].map(mine_county)
    apart = rows[theirs.notna() & its.notna() & (theirs != its)]
    counties = apart["supervisor_id"].map(_county_names(records))
    return _faults(
        records, "assignments", apart, "other-county", "mine_id", "该企业与专员不在同一县（市、区）", counties
    )
