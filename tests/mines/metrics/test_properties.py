"""What holds for any records: drawn events over one month, drawn rules, drawn orders of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from random import Random
from typing import Any

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bulletin.facts.facts import decimal_value, facts_csv, format_rate
from bulletin.mines.checks import CheckedRecords
from bulletin.mines.metrics import compute
from bulletin.mines.metrics.duty import duty_figures, duty_weeks
from bulletin.mines.register import take_register
from bulletin.mines.schema import SCHEMA
from bulletin.project.params import Params
from bulletin.records.read import FILE, ROW, SHEET, Records
from tests.builders import SMALL, YI, checked_of, params_of, results_from
from tests.times import times

# Without the phase that explains a failure, which would run the whole month some hundred times more.
phases = (Phase.explicit, Phase.generate, Phase.shrink)
few = settings(max_examples=times(25, 10), deadline=None, derandomize=True, database=None, phases=phases)
many = settings(few, max_examples=times(300, 100))

JUNE = params_of("2023-06")
ASSIGNED = ("S1,M1", "S1,M2", "S2,M2", "S3,M3")
DUTY_RATES = ("onsite_rate", "onsite_rate_pooled", "remote_rate", "remote_rate_pooled")

# A month in which every figure has something to count, with the same event written three times in different ways.
BUSY: dict[str, Sequence[str]] = {
    "counties": [*SMALL["counties"], "100003,丙县"],
    "mines": [*SMALL["mines"], f"M4,乙二矿,{YI},地下开采,是"],
    "mine_status": ["M2,停产停建,2023-06-14,2023-06-20", "M2,正常生产建设,2023-06-21,", "M4,停产停建,2023-06-30,"],
    "assignments": [
        "S1,M1,2022-01-01,2023-06-07",
        "S1,M1,2023-06-16,",
        "S1,M2,2022-01-01,",
        "S2,M2,2023-06-09,",
        "S2,M1,2023-06-09,",
        "S3,M3,2022-01-01,",
        "S3,M4,2022-01-01,",
    ],
    "task_lists": ["M1,2023,2023-01-05", "M1,2022,2022-01-05", "M3,2023,"],
    "checkins": [
        "S1,M1,2023-06-01 09:00,是,,否",
        "S1,M1,2023-06-01 09:00,否,2,",
        "S1,M1,2023-06-01 09:00,,0,是",
        "S1,M1,2023-06-08 09:00,是,1,是",
        "S1,M1,2023-06-22 09:00,否,1,否",
        "S2,M2,2023-06-15 09:00,,0,",
        "S3,M4,2023-06-30 09:00,是,3,是",
        "S3,M3,2023-07-01 09:00,是,3,是",
    ],
    "remote_inspections": [
        *(f"S1,M2,2023-06-01 10:0{minute}" for minute in range(7)),
        "S1,M2,2023-06-01 10:00",
        "S2,M2,2023-06-23 10:00",
        "S2,M3,2023-06-23 10:00",
    ],
    "stationing": ["端午,S1,M1,2023-06-22,2023-06-24,是", "端午,S3,M4,2023-06-22,,否", "端午,S1,M2,2023-06-22,,"],
    "ledger_reviews": ["M1,2023-06-05,S1,是,否,,是", "M3,2023-06-06,S3,,,,", "M2,2023-07-06,S2,是,,,"],
}


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Records:
    """The busy month as it was read."""
    return checked_of(tmp_path_factory.mktemp("busy"), JUNE, **BUSY).records


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Records:
    """A month without events: `ASSIGNED` all month, M2 idle in its second week."""
    held = [f"{pair},2022-01-01," for pair in ASSIGNED]
    idle = ["M2,停产停建,2023-06-07,2023-06-09"]
    return checked_of(tmp_path_factory.mktemp("quiet"), JUNE, assignments=held, mine_status=idle).records


@dataclass(frozen=True)
class Event:
    """A drawn check-in or remote inspection."""

    pair: str
    day: date
    minute: int
    marks: tuple[bool | None, int | None, bool | None] = (None, None, None)


def days(first: date, last: date) -> st.SearchStrategy[date]:
    return st.dates(min_value=first, max_value=last)


maybe = st.sampled_from([None, False, True])
marks = st.tuples(maybe, st.sampled_from([None, 0, 3]), maybe)
any_event = st.builds(
    Event, st.sampled_from([*ASSIGNED, "S3,M1"]), days(date(2023, 5, 25), date(2023, 7, 5)), st.integers(0, 2), marks
)
valid_event = st.builds(
    Event, st.sampled_from(ASSIGNED), days(date(2023, 6, 1), date(2023, 6, 30)), st.integers(0, 59), marks
)
any_params = st.builds(
    lambda onsite, remote, averaging, unit: params_of(
        "2023-06",
        rules={"onsite_per_week": onsite, "remote_per_week": remote},
        averaging=averaging,
        duty_unit=unit,
    ),
    st.integers(1, 3),
    st.integers(1, 6),
    st.sampled_from(["county_mean", "pooled"]),
    st.sampled_from(["supervisor", "assignment"]),
)


def with_events(records: Records, events: Sequence[Event], params: Params) -> CheckedRecords:
    """The records, free of errors as they are, with the drawn events as check-ins and as remote inspections."""
    columns: dict[str, list[Any]] = {
        "supervisor_id": [event.pair.split(",")[0] for event in events],
        "mine_id": [event.pair.split(",")[1] for event in events],
        "at": [datetime.combine(event.day, datetime.min.time()).replace(minute=event.minute) for event in events],
        "underground": [event.marks[0] for event in events],
        "evidence": [event.marks[1] for event in events],
        "uploaded": [event.marks[2] for event in events],
        ROW: [2 + n for n in range(len(events))],
        FILE: ["checkins.csv"] * len(events),
        SHEET: [""] * len(events),
    }
    checkins = pd.DataFrame(columns).astype(records["checkins"].dtypes.to_dict())
    remote = checkins[list(records["remote_inspections"].columns)]
    frames = records.frames | {"checkins": checkins, "remote_inspections": remote}
    nothing_left_out = remote[["supervisor_id"]].head(0).assign(table="")
    nothing_apart = remote[["supervisor_id", "mine_id"]].head(0).assign(table="", month="", number=0)
    return CheckedRecords(
        Records(SCHEMA, frames, records.sources, []), params.window, [], nothing_left_out, nothing_apart
    )


def duty_rates(records: Records, events: Sequence[Event], params: Params) -> dict[tuple[str, str], Fraction]:
    checked = with_events(records, events, params)
    figures = duty_figures(duty_weeks(checked, params), take_register(checked), params)
    return {
        (figure.metric, figure.scope): Fraction(figure.value)
        for figure in figures
        if figure.metric in DUTY_RATES and figure.value is not None
    }


def shuffled(records: Records, order: Random) -> Records:
    """The same tables with their rows in another order, numbered as a file would number them."""
    frames = {}
    for name, frame in records.frames.items():
        places = list(range(len(frame)))
        order.shuffle(places)
        frames[name] = frame.iloc[places].reset_index(drop=True).assign(**{ROW: range(2, 2 + len(frame))})
    return Records(SCHEMA, frames, records.sources, [])


def facts_bytes(records: Records, params: Params) -> bytes:
    return facts_csv(results_from(records, params).facts)


@pytest.mark.parametrize("duty_unit", ["supervisor", "assignment"])
def test_the_order_of_rows_in_any_table_changes_no_byte_of_the_facts(busy: Records, duty_unit: str) -> None:
    params = params_of("2023-06", duty_unit=duty_unit)
    expected = facts_bytes(busy, params)

    @settings(few, max_examples=times(10, 5))
    @given(order=st.randoms(use_true_random=False))
    def check(order: Random) -> None:
        assert facts_bytes(shuffled(busy, order), params) == expected

    check()


@few
@given(events=st.lists(any_event, max_size=25), params=any_params)
def test_every_rate_lies_between_nothing_and_all(quiet: Records, events: list[Event], params: Params) -> None:
    for figure in compute(with_events(quiet, events, params), params).figures:
        if figure.metric.endswith(("_rate", "_rate_pooled")) and figure.value is not None:
            assert 0 <= figure.value <= 1
        if figure.denominator is not None and figure.numerator is not None:
            assert 0 <= figure.numerator <= figure.denominator
            assert figure.value == Fraction(figure.numerator, figure.denominator)


@few
@given(events=st.lists(any_event, max_size=25), one_more=valid_event, params=any_params)
def test_a_valid_event_more_never_lowers_a_duty_rate(
    quiet: Records, events: list[Event], one_more: Event, params: Params
) -> None:
    before, after = duty_rates(quiet, events, params), duty_rates(quiet, [*events, one_more], params)
    assert before.keys() == after.keys()
    assert all(after[key] >= rate for key, rate in before.items())


@few
@given(
    events=st.lists(any_event, max_size=25),
    pair=st.sampled_from(ASSIGNED),
    week=st.integers(0, 3),
    surplus=st.integers(1, 20),
    params=any_params,
)
def test_a_surplus_in_a_full_week_never_helps_another(
    quiet: Records, events: list[Event], pair: str, week: int, surplus: int, params: Params
) -> None:
    # From Monday 5 June on; six events fill a week under any of the drawn rules.
    monday = date(2023, 6, 5) + timedelta(weeks=week)
    full = [*events, *(Event(pair, monday, 10 + n) for n in range(6))]
    more = [Event(pair, monday + timedelta(days=n % 5), 30 + n) for n in range(surplus)]
    assert duty_rates(quiet, [*full, *more], params) == duty_rates(quiet, full, params)


@few
@given(events=st.lists(any_event, max_size=25), params=any_params)
def test_events_written_twice_change_nothing(quiet: Records, events: list[Event], params: Params) -> None:
    assert duty_rates(quiet, [*events, *events], params) == duty_rates(quiet, events, params)


shares = st.integers(1, 10**7).flatmap(lambda whole: st.builds(Fraction, st.integers(0, whole), st.just(whole)))
close_to = st.builds(
    lambda hundredths, off: min(Fraction(1), Fraction(2 * hundredths + 1, 20_000) + Fraction(off, 10**9)),
    st.integers(0, 9_999),
    st.integers(-2, 2),
)


@many
@given(rate=shares | close_to)
def test_a_printed_rate_is_the_exact_one_rounded_half_up(rate: Fraction) -> None:
    with localcontext(prec=60):
        rounded = (Decimal(rate.numerator * 100) / rate.denominator).quantize(Decimal("0.01"), ROUND_HALF_UP)
    text = format_rate(rate)
    assert (text == "100%") == (rate == 1)
    assert (text == "0.00%") == (rate == 0)
    if Decimal("0.01") <= rounded < 100:
        assert text == f"{rounded}%"
    elif 0 < rate < 1:
        assert text == ("99.99%" if rounded else "不足0.01%")


@many
@given(rate=shares)
def test_a_value_in_the_file_is_within_half_a_unit_of_its_twelfth_digit(rate: Fraction) -> None:
    text = decimal_value(rate)
    assert set(text) <= set("0123456789.")
    digits = text.replace(".", "").lstrip("0")
    assert len(digits) <= 12
    assert abs(Fraction(text) - rate) <= rate / (2 * 10**11)
