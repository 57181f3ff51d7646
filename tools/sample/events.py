"""The events of the sample: check-ins and remote inspections that give the published rates."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from tools.sample.plan import YEAR, Dice, parts_for_rate
from tools.sample.registers import FIRST, LAST, Assignment, CountyRegister

REMOTE_PER_WEEK = 5

# How willingly a week's Thursday is worked: little around Spring Festival, more in summer and autumn.
_BY_MONTH = (0.5, 0.8, 1.0, 1.1, 1.2, 1.2, 1.3, 1.3, 1.2, 0.9, 0.9, 0.7)
_SPRING_FESTIVAL = (date(YEAR, 1, 21), date(YEAR, 2, 3))


@dataclass(frozen=True, order=True)
class Event:
    """One row of checkins or remote_inspections; the details are a check-in's."""

    at: datetime
    supervisor_id: str
    mine_id: str
    details: tuple[str, str, str] = ("", "", "")


@dataclass
class Events:
    """All events of all counties."""

    checkins: list[Event] = field(default_factory=list)
    remote: list[Event] = field(default_factory=list)


def make_events(registers: list[CountyRegister]) -> Events:
    """Events of every county that has any, and the few that don't count."""
    events = Events()
    for register in registers:
        _county_events(register, events)
    _add_uncounted(registers, events)
    events.checkins.sort()
    events.remote.sort()
    return events


def _county_events(register: CountyRegister, events: Events) -> None:
    county = register.county
    owing = [person for person in register.supervisors if register.obliged(person)]
    weeks = {person: register.obliged(person) for person in owing}
    onsite = parts_for_rate(county.onsite, [len(weeks[p]) for p in owing], Dice("onsite", county.code))
    wholes = [len(weeks[p]) * REMOTE_PER_WEEK for p in owing]
    remote = parts_for_rate(county.remote, wholes, Dice("remote", county.code))
    for person, fulfilled, parts in zip(owing, onsite, remote, strict=True):
        held = [row for row in register.assignments if row.supervisor_id == person]
        dice = Dice("events", person)
        for thursday in dice.weighted(weeks[person], [_willing(day) for day in weeks[person]], fulfilled):
            visits = 2 if dice.chance(0.15) else 1
            events.checkins += _apart([_event(person, held, thursday, dice, details=True) for _ in range(visits)])
        for thursday, done in _spread(weeks[person], parts, dice).items():
            surplus = dice.below(4) if done == REMOTE_PER_WEEK and dice.chance(0.2) else 0
            made = [_event(person, held, thursday, dice) for _ in range(done + surplus)]
            events.remote += _apart(made)


def _willing(thursday: date) -> float:
    if _SPRING_FESTIVAL[0] <= thursday <= _SPRING_FESTIVAL[1]:
        return 0.08
    return _BY_MONTH[thursday.month - 1]


def _spread(weeks: list[date], parts: int, dice: Dice) -> dict[date, int]:
    """Distribute the parts over the weeks, at most five in each."""
    done: dict[date, int] = {}
    for thursday in sorted(weeks, key=lambda day: -_willing(day) * (0.3 + 0.01 * dice.below(100))):
        if parts == 0:
            break
        most = min(parts, REMOTE_PER_WEEK)
        done[thursday] = most if dice.chance(0.6) else 1 + dice.below(most)
        parts -= done[thursday]
    for thursday in sorted(done) + sorted(set(weeks) - set(done)):
        more = min(parts, REMOTE_PER_WEEK - done.get(thursday, 0))
        if more:
            done[thursday] = done.get(thursday, 0) + more
            parts -= more
    return done


def _event(person: str, held: list[Assignment], thursday: date, dice: Dice, *, details: bool = False) -> Event:
    """An event in the Thursday's week, mostly on a working day and in working hours."""
    days = [thursday + timedelta(days=shift) for shift in (-3, -2, -1, 0, 1, 2, 3)]
    possible = [(day, row) for day in days for row in held if row.covers(day) and row.mine.active(day)]
    weights = [0.05 if day.weekday() >= 5 else 1.0 for day, _ in possible]
    ((day, row),) = dice.weighted(possible, weights, 1)
    hour = 18 + dice.below(3) if dice.chance(0.06) else 8 + dice.below(10)
    at = datetime.combine(day, time(hour, dice.below(60)))
    return Event(at, person, row.mine.mine_id, _details(row, dice) if details else ("", "", ""))


def _details(row: Assignment, dice: Dice) -> tuple[str, str, str]:
    """underground, evidence, uploaded; now and then a cell was left empty."""
    below = "是" if row.mine.kind == "underground" and dice.chance(0.55) else "否"
    evidence = "0" if dice.chance(0.12) else str(1 + dice.below(6))
    uploaded = "是" if dice.chance(0.8) else "否"
    return tuple("" if dice.chance(0.03) else cell for cell in (below, evidence, uploaded))  # type: ignore[return-value]


def _apart(made: list[Event]) -> list[Event]:
    """Events at different minutes: the same minute twice would be the same event."""
    taken: set[datetime] = set()
    apart = []
    for event in sorted(made):
        at = event.at
        while at in taken:
            at += timedelta(minutes=1)
        taken.add(at)
        apart.append(Event(at, event.supervisor_id, event.mine_id, event.details))
    return apart


def _add_uncounted(registers: list[CountyRegister], events: Events) -> None:
    """Records that count in no figure: outside the year, without an assignment, twice, in no week."""
    by_name = {register.county.name: register for register in registers}
    yicheng, yaodu = by_name["翼城县"], by_name["尧都区"]
    own = yicheng.assignments[3]
    stranger = yaodu.assignments[-2]
    for at in (datetime(YEAR - 1, 12, 30, 10, 12), datetime(YEAR + 1, 1, 2, 9, 5)):
        events.checkins.append(Event(at, own.supervisor_id, own.mine.mine_id, ("否", "2", "是")))
    # 1 January 2023 is the Sunday of a week of 2022: a valid record that falls into no week of the year.
    events.checkins.append(
        Event(datetime(FIRST.year, 1, 1, 15, 20), own.supervisor_id, own.mine.mine_id, ("是", "1", "是"))
    )
    events.remote.append(Event(datetime(LAST.year + 1, 1, 3, 16, 44), own.supervisor_id, own.mine.mine_id))
    for day in (14, 21):
        at = datetime(YEAR, 6, day, 10, 30)
        events.checkins.append(Event(at, stranger.supervisor_id, own.mine.mine_id, ("否", "1", "否")))
        events.remote.append(Event(at, own.supervisor_id, stranger.mine.mine_id))
    known = {(row.supervisor_id, row.mine.mine_id) for row in yicheng.assignments}
    again = [event for event in events.checkins if (event.supervisor_id, event.mine_id) in known][40:42]
    events.checkins += again
    events.remote.append(next(event for event in events.remote if event.supervisor_id.startswith("S1031")))
