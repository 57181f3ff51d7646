"""The registers of the sample: mines, supervisors, who holds what and from when to when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from tools.sample.plan import COUNTIES, YEAR, County, Dice

FIRST, LAST = date(YEAR, 1, 1), date(YEAR, 12, 31)
THURSDAYS = [date(YEAR, 1, 5) + timedelta(weeks=week) for week in range(52)]
_ORES = ("铁矿", "石灰石矿", "铝土矿", "白云岩矿")
_KINDS = {"underground": "地下开采", "open_pit": "露天开采", "tailings": "独立尾矿库"}

# A Thursday, a Friday, a Monday …: whether the week of a handover is owed turns on its Thursday.
_HANDOVERS = (
    date(YEAR, 3, 16),
    date(YEAR, 4, 7),
    date(YEAR, 5, 22),
    date(YEAR, 6, 29),
    date(YEAR, 8, 11),
    date(YEAR, 9, 5),
)
_PAUSES = (
    (date(YEAR, 1, 10), date(YEAR, 3, 12)),
    (date(YEAR, 2, 6), date(YEAR, 6, 18)),
    (date(YEAR, 7, 3), date(YEAR, 9, 30)),
)


@dataclass(frozen=True)
class Mine:
    """One mine; `suspended` holds the spans in which it stood still."""

    mine_id: str
    name: str
    county: County
    kind: str
    attached_tailings: bool
    suspended: tuple[tuple[date, date | None], ...] = ()

    @property
    def kind_title(self) -> str:
        """The kind as a bureau writes it."""
        return _KINDS[self.kind]

    def active(self, day: date) -> bool:
        """Whether no suspension covers the day."""
        return not any(start <= day and (end is None or day <= end) for start, end in self.suspended)


@dataclass(frozen=True)
class Assignment:
    """One row of assignments."""

    supervisor_id: str
    mine: Mine
    start: date
    end: date | None = None

    def covers(self, day: date) -> bool:
        """Whether the dates hold that day."""
        return self.start <= day and (self.end is None or day <= self.end)


@dataclass
class CountyRegister:
    """One county's mines, supervisors and assignments."""

    county: County
    mines: list[Mine]
    supervisors: list[str]
    assignments: list[Assignment] = field(default_factory=list)

    def obliged(self, supervisor_id: str) -> list[date]:
        """The Thursdays on which the supervisor has an assignment in force."""
        held = [row for row in self.assignments if row.supervisor_id == supervisor_id]
        return [day for day in THURSDAYS if any(row.covers(day) and row.mine.active(day) for row in held)]


def make_registers() -> list[CountyRegister]:
    """All thirteen counties."""
    return [_county_register(county) for county in COUNTIES]


def _county_register(county: County) -> CountyRegister:
    dice = Dice("registers", county.code)
    mines = [_mine(county, number, dice) for number in range(county.mines)]
    register = CountyRegister(county, mines, [])
    # Each mine once, then each underground mine a second time: neighbours in this row are different
    # mines, so that whoever holds two or three holds different ones.
    slots = mines + [mine for mine in mines if mine.kind == "underground"]
    sizes = [3] * county.holding_3 + [2] * county.holding_2
    sizes += [1] * (county.supervisors - len(sizes))
    handed_over = {county.supervisors - 1 - 5 * n for n in range(1 + county.supervisors // 12)}
    for place, size in enumerate(sizes):
        supervisor = _new_supervisor(register)
        held, slots = slots[:size], slots[size:]
        start = date(2022, 3 + dice.below(9), 1 + dice.below(28))
        if place in handed_over:
            successor_from = _HANDOVERS[(place + len(county.name) + int(county.code)) % len(_HANDOVERS)]
            predecessor = _new_supervisor(register)
            for mine in held:
                register.assignments.append(Assignment(predecessor, mine, start, successor_from - timedelta(days=1)))
            start = successor_from
        register.assignments += [Assignment(supervisor, mine, start) for mine in held]
    _add_idle_mine(register, dice)
    return register


def _new_supervisor(register: CountyRegister) -> str:
    supervisor_id = f"S{register.county.code[2:]}-{len(register.supervisors) + 1:03d}"
    register.supervisors.append(supervisor_id)
    return supervisor_id


def _mine(county: County, number: int, dice: Dice) -> Mine:
    others = county.mines - county.underground
    if number < county.underground:
        kind, what = "underground", _ORES[dice.below(2) * 2]
    elif number < county.underground + (others + 1) // 2:
        kind, what = "open_pit", _ORES[1 + dice.below(2) * 2]
    else:
        kind, what = "tailings", "尾矿库"
    attached = kind != "tailings" and dice.chance(0.2)
    # Every ninth mine or so stood still for part of the year and resumed.
    pauses = (_PAUSES[dice.below(3)],) if number % 9 == 4 else ()
    return Mine(_mine_id(county, number), f"样例{county.name}{number + 1}号{what}", county, kind, attached, pauses)


def _mine_id(county: County, number: int) -> str:
    return f"M{county.code[2:]}-{number + 1:03d}"


def _add_idle_mine(register: CountyRegister, dice: Dice) -> None:
    """In most counties one more mine stands still at the year's end: it isn't counted."""
    county = register.county
    if dice.chance(0.3):
        return
    since = date(YEAR, 2 + dice.below(9), 1)
    name = f"样例{county.name}{county.mines + 1}号{_ORES[0]}"
    idle = Mine(
        _mine_id(county, county.mines), name, county, "underground", attached_tailings=False, suspended=((since, None),)
    )
    register.mines.append(idle)
    keeper = register.supervisors[0]
    register.assignments.append(Assignment(keeper, idle, date(2022, 6, 1)))
