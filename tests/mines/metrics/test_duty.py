"""On-site and remote rates: what each week asked and what was done, in June 2023 unless a test says otherwise.

Then the figures over the events themselves: working faces, evidence, uploads, and what was left out.

June 2023 has five weeks; their Thursdays are the 1st, 8th, 15th, 22nd and 29th. S1 holds M1 and S2 holds M2 in
甲县, S3 holds M3 in 乙区.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from bulletin.facts.facts import Facts
from bulletin.facts.figures import CITY
from bulletin.mines.computed import of_mines
from bulletin.mines.metrics.duty import monthly_rates
from tests.builders import JIA, SMALL, YI, facts_of, params_of, results_of

S2_FROM_THE_16TH = ["S1,M1,2022-01-01,", "S2,M2,2023-06-16,", "S3,M3,2022-01-01,"]  # S2 owes two weeks
IN_EACH_WEEK = ("2023-06-01", "2023-06-06", "2023-06-14", "2023-06-23", "2023-06-30")


def june(folder: Path, changes: dict[str, Any] | None = None, /, **tables: Sequence[str] | None) -> Facts:
    return facts_of(folder, params_of("2023-06", **(changes or {})), **tables)


def on(pair: str, day: str, times: int = 1) -> list[str]:
    """Events of one pair on one day, a minute apart."""
    return [f"{pair},{day} 09:{minute:02d}" for minute in range(times)]


def on_days(pair: str, days: Sequence[str]) -> list[str]:
    return [event for day in days for event in on(pair, day)]


def values(facts: Facts, metric: str, *scopes: str) -> list[int | Fraction | None]:
    return [facts(metric, scope).value for scope in scopes or (CITY, JIA, YI)]


# S1 fulfils 2 of 5 weeks, S2 none of 2, S3 3 of 5.
UNEVEN = {
    "assignments": S2_FROM_THE_16TH,
    "checkins": [*on("S1,M1", "2023-06-01", 3), *on("S1,M1", "2023-06-14"), *on_days("S3,M3", IN_EACH_WEEK[:3])],
}


def test_the_county_is_the_mean_of_its_supervisors_and_the_city_that_of_its_counties(tmp_path: Path) -> None:
    facts = june(tmp_path, **UNEVEN)
    # 甲县 (2/5 + 0/2) / 2, 乙区 3/5, the city (1/5 + 3/5) / 2
    assert values(facts, "onsite_rate") == [Fraction(2, 5), Fraction(1, 5), Fraction(3, 5)]
    assert [facts("onsite_rate", scope).numerator for scope in (CITY, JIA)] == [None, None]


def test_the_pooled_rate_is_all_fulfilled_weeks_of_all_obliged_weeks(tmp_path: Path) -> None:
    facts = june(tmp_path, **UNEVEN)
    assert values(facts, "onsite_rate_pooled") == [Fraction(5, 12), Fraction(2, 7), Fraction(3, 5)]
    parts = [
        (facts("onsite_rate_pooled", scope).numerator, facts("onsite_rate_pooled", scope).denominator)
        for scope in (CITY, JIA)
    ]
    assert parts == [(5, 12), (2, 7)]


def test_pooled_averaging_makes_the_pooled_rate_the_official_one(tmp_path: Path) -> None:
    facts = june(tmp_path, {"averaging": "pooled"}, **UNEVEN, remote_inspections=on("S2,M2", "2023-06-23", 4))
    assert values(facts, "onsite_rate") == [Fraction(5, 12), Fraction(2, 7), Fraction(3, 5)]
    assert (facts("onsite_rate").numerator, facts("onsite_rate").denominator) == (5, 12)
    assert values(facts, "remote_rate") == [Fraction(4, 60), Fraction(4, 35), 0]
    assert (facts("remote_rate", JIA).numerator, facts("remote_rate", JIA).denominator) == (4, 35)


def test_pooled_averaging_decides_the_ranking_too(tmp_path: Path) -> None:
    # S1 fulfils 2 of 5 weeks, S2 both of its 2, S3 3 of 5: the means are 7/10 and 3/5, the pooled rates 4/7 and 3/5.
    tables = UNEVEN | {"checkins": [*UNEVEN["checkins"], *on_days("S2,M2", IN_EACH_WEEK[3:])]}
    assert values(june(tmp_path / "mean", **tables), "onsite_rank", JIA, YI) == [1, 2]
    pooled = june(tmp_path / "pooled", {"averaging": "pooled"}, **tables)
    assert values(pooled, "onsite_rate", JIA, YI) == [Fraction(4, 7), Fraction(3, 5)]
    assert values(pooled, "onsite_rank", JIA, YI) == [2, 1]


def test_a_remote_week_counts_up_to_five_and_a_surplus_helps_no_other_week(tmp_path: Path) -> None:
    inspections = [*on("S1,M1", "2023-06-01", 7), *on("S1,M1", "2023-06-14", 3)]
    facts = june(tmp_path, assignments=S2_FROM_THE_16TH, remote_inspections=inspections)
    # S1 (5 + 3) / 25, S2 0 / 10; 甲县 8/25 / 2, the city half of that; pooled 8 of 35 and of 60
    assert values(facts, "remote_rate") == [Fraction(2, 25), Fraction(4, 25), 0]
    assert values(facts, "remote_rate_pooled") == [Fraction(2, 15), Fraction(8, 35), 0]
    assert (facts("remote_rate_pooled").numerator, facts("remote_rate_pooled").denominator) == (8, 60)
    assert facts("remote_zero_counties").value == 1
    assert values(facts, "remote_rank", JIA, YI) == [1, None]


def test_remote_and_onsite_events_do_not_stand_in_for_each_other(tmp_path: Path) -> None:
    facts = june(tmp_path, checkins=on("S1,M1", "2023-06-01", 5), remote_inspections=on("S3,M3", "2023-06-01", 5))
    assert values(facts, "onsite_rate", JIA, YI) == [Fraction(1, 10), 0]
    assert values(facts, "remote_rate", JIA, YI) == [0, Fraction(1, 5)]


def test_the_params_may_ask_for_more_checkins_and_fewer_inspections(tmp_path: Path) -> None:
    events = [*on("S3,M3", "2023-06-01", 2), *on("S3,M3", "2023-06-14"), *on("S3,M3", "2023-06-23", 4)]
    rules = {"rules": {"onsite_per_week": 3, "remote_per_week": 2}}
    facts = june(tmp_path, rules, checkins=[*events, *on("S1,M1", "2023-06-01", 2)], remote_inspections=events)
    assert facts("onsite_rate", YI).value == Fraction(1, 5)  # only the week with 4 has 3
    assert facts("remote_rate", YI).value == Fraction(2 + 1 + 2, 10)
    assert (facts("remote_rate_pooled", YI).numerator, facts("remote_rate_pooled", YI).denominator) == (5, 10)
    # Two of three wanted check-ins fulfil no week.
    assert facts("onsite_rate", JIA).value == 0
    assert (facts("onsite_zero_counties").value, facts("onsite_rank", JIA).value) == (1, None)


def test_each_week_asks_what_the_rules_of_its_thursday_ask(tmp_path: Path) -> None:
    # From Tuesday the 20th on: the weeks of the 1st, 8th and 15th are old, that of the 22nd, begun on the 19th, is new.
    rules = {
        "rules": [
            {"onsite_per_week": 1, "remote_per_week": 4},
            {"from": "2023-06-20", "onsite_per_week": 2, "remote_per_week": 6},
        ]
    }
    events = [
        *on("S3,M3", "2023-06-01", 3),
        *on("S3,M3", "2023-06-16", 1),
        *on("S3,M3", "2023-06-23", 3),
        *on("S3,M3", "2023-06-26", 9),
    ]
    facts = june(tmp_path, rules, checkins=events, remote_inspections=events)
    assert facts("onsite_rate", YI).value == Fraction(4, 5)
    assert facts("remote_rate", YI).value == (Fraction(3, 4) + 0 + Fraction(1, 4) + Fraction(3, 6) + 1) / 5
    # In twelfths, which both 4 and 6 divide.
    assert (facts("remote_rate_pooled", YI).numerator, facts("remote_rate_pooled", YI).denominator) == (30, 60)
    # One check-in a week no longer does: the 22nd is not fulfilled.
    assert june(tmp_path, rules, checkins=on("S3,M3", "2023-06-22"))("onsite_rate", YI).value == 0


def test_posts_are_those_of_the_rules_on_the_as_of_day(tmp_path: Path) -> None:
    rules = [{}, {"from": "2023-06-16", "posts": {"underground": 5}}]
    assert june(tmp_path, {"rules": rules})("required_posts", JIA).value == 5 + 1
    assert june(tmp_path, {"rules": rules, "as_of": "2023-06-15"})("required_posts", JIA).value == 2 + 1


def test_exempt_weeks_are_not_owed_and_a_county_without_any_other_has_no_rate(tmp_path: Path) -> None:
    leave = {"exemptions": [",S1,,2023-06-08,2023-06-15,病假", f"{YI},,,2023-06-01,2023-06-30,停产"]}
    facts = june(tmp_path, checkins=on("S1,M1", "2023-06-01"), **leave)
    assert facts("onsite_rate", JIA).value == Fraction(1, 3) / 2  # S2 owes five and did none
    assert (facts("onsite_rate_pooled", JIA).numerator, facts("onsite_rate_pooled", JIA).denominator) == (1, 8)
    assert [facts(metric, YI).value for metric in ("onsite_rate", "onsite_rank", "supervisors")] == [None, None, 1]
    assert facts("onsite_zero_counties").value == 0


def test_exemptions_move_nothing_but_the_weeks_that_are_owed(tmp_path: Path) -> None:
    events = {"checkins": ["S1,M1,2023-06-08 09:00,是,2,是"]}
    plain, exempted = june(tmp_path, **events), june(tmp_path, exemptions=[",S1,,2023-06-08,2023-06-08,病假"], **events)
    moved = {fact.metric.name for fact in plain if exempted(fact.metric.name, fact.scope.code).value != fact.value}
    duty = {
        "onsite_rate",
        "onsite_rate_pooled",
        "onsite_rank",
        "onsite_zero_counties",
        "remote_rate",
        "remote_rate_pooled",
    }
    assert moved <= duty
    assert exempted("underground_rate", JIA).value == exempted("evidence_rate", JIA).value == 1


# One supervisor and one mine in each of seven counties; the last has neither.
SEVEN = {
    "counties": [f"10000{n},县{n}" for n in range(1, 8)],
    "mines": [f"M{n},矿{n},10000{n},露天开采,否" for n in range(1, 7)],
    "supervisors": [f"S{n},专员{n},10000{n}" for n in range(1, 7)],
    "assignments": [f"S{n},M{n},2022-01-01," for n in range(1, 7)],
}


@pytest.mark.parametrize(
    ("weeks_done", "ranks", "zero"),
    [
        ([1, 2, 0, 2, 1, 5], [4, 2, None, 2, 4, 1], 1),
        ([3, 3, 3, 3, 3, 1], [1, 1, 1, 1, 1, 6], 0),
        ([0, 0, 0, 0, 0, 0], [None] * 6, 6),
    ],
)
def test_equal_rates_share_a_rank_the_next_is_skipped_and_zero_has_none(
    tmp_path: Path, weeks_done: list[int], ranks: list[int | None], zero: int
) -> None:
    events = [
        event
        for n, weeks in enumerate(weeks_done, start=1)
        for day in IN_EACH_WEEK[:weeks]
        for event in on(f"S{n},M{n}", day)
    ]
    facts = june(tmp_path, **SEVEN, checkins=events, remote_inspections=events)
    codes = [f"10000{n}" for n in range(1, 8)]
    for duty in ("onsite", "remote"):
        assert values(facts, f"{duty}_rank", *codes) == [*ranks, None]
        assert facts(f"{duty}_zero_counties").value == zero
    # The county without supervisors is in no mean, no ranking and no zero list.
    assert facts("onsite_rate").value == Fraction(sum(weeks_done), 30)
    assert facts("remote_rate").value == Fraction(sum(weeks_done), 150)
    for metric in ("onsite_rate", "onsite_rate_pooled", "onsite_rank", "remote_rate"):
        fact = facts(metric, "100007")
        assert (fact.value, fact.numerator, fact.denominator, fact.text) == (None, None, None, "—")


def test_a_county_whose_mines_stand_idle_all_period_is_left_out_like_one_without_supervisors(tmp_path: Path) -> None:
    facts = june(tmp_path, mine_status=["M3,停产停建,2023-01-01,"], checkins=on("S3,M3", "2023-06-01"))
    assert values(facts, "onsite_rate") == [0, 0, None]
    assert facts("onsite_zero_counties").value == 1
    assert facts("onsite_rank", YI).text == "—"


def test_a_supervisor_who_owes_no_week_is_not_in_the_mean(tmp_path: Path) -> None:
    assignments = ["S1,M1,2022-01-01,", "S2,M2,2023-06-30,", "S3,M3,2022-01-01,"]
    facts = june(tmp_path, assignments=assignments, checkins=[*on("S1,M1", "2023-06-01"), *on("S2,M2", "2023-06-30")])
    assert facts("onsite_rate", JIA).value == Fraction(1, 5)


def test_where_nobody_is_assigned_no_rate_exists_and_nobody_is_blamed(tmp_path: Path) -> None:
    facts = june(tmp_path, mines=[], supervisors=[], assignments=[])
    for duty in ("onsite", "remote"):
        assert values(facts, f"{duty}_rate") == values(facts, f"{duty}_rate_pooled") == [None, None, None]
        assert facts(f"{duty}_zero_counties").value == 0
    assert {fact.text for fact in facts if fact.unit in ("rate", "rank")} == {"—"}


def test_the_unit_may_be_the_supervisor_at_each_mine(tmp_path: Path) -> None:
    tables = {
        "assignments": ["S1,M1,2022-01-01,", "S1,M2,2022-01-01,", "S3,M3,2022-01-01,"],
        "checkins": on_days("S1,M1", IN_EACH_WEEK),
        "remote_inspections": [*on("S1,M1", "2023-06-06", 4), *on("S1,M2", "2023-06-07", 3)],
    }
    by_supervisor = june(tmp_path / "supervisor", **tables)
    assert values(by_supervisor, "onsite_rate") == [Fraction(1, 2), 1, 0]
    assert values(by_supervisor, "remote_rate") == [Fraction(1, 10), Fraction(1, 5), 0]  # 7 events make 5
    by_assignment = june(tmp_path / "assignment", {"duty_unit": "assignment"}, **tables)
    assert values(by_assignment, "onsite_rate") == [Fraction(1, 4), Fraction(1, 2), 0]
    assert values(by_assignment, "onsite_rate_pooled") == [Fraction(1, 3), Fraction(1, 2), 0]
    assert values(by_assignment, "remote_rate", JIA) == [Fraction(7, 50)]  # (4/25 + 3/25) / 2


def test_events_at_any_mine_held_fulfil_the_week_of_a_supervisor(tmp_path: Path) -> None:
    tables = {
        "assignments": ["S1,M1,2022-01-01,", "S1,M2,2022-01-01,", "S3,M3,2022-01-01,"],
        "mine_status": ["M2,停产停建,2023-06-01,"],
        "checkins": on("S1,M2", "2023-06-14"),
    }
    # M2 stands idle, so that it owes nothing; the event there is valid all the same.
    assert june(tmp_path / "supervisor", **tables)("onsite_rate", JIA).value == Fraction(1, 5)
    by_assignment = june(tmp_path / "assignment", {"duty_unit": "assignment"}, **tables)
    assert by_assignment("onsite_rate", JIA).value == 0
    assert by_assignment("onsite_rate_pooled", JIA).denominator == 5


def test_two_mines_make_no_two_weeks_of_one(tmp_path: Path) -> None:
    facts = june(
        tmp_path,
        assignments=["S1,M1,2022-01-01,2023-06-08", "S1,M2,2023-06-08,"],
        checkins=[*on("S1,M1", "2023-06-07"), *on("S1,M2", "2023-06-08")],
    )
    assert (facts("onsite_rate_pooled", JIA).numerator, facts("onsite_rate_pooled", JIA).denominator) == (1, 5)


def test_an_event_in_a_week_that_is_not_owed_counts_for_no_rate(tmp_path: Path) -> None:
    # S3 leaves on Wednesday the 14th: the event on the 13th is valid, the week isn't owed.
    assignments = [*SMALL["assignments"][:2], "S3,M3,2022-01-01,2023-06-14"]
    facts = june(tmp_path, assignments=assignments, checkins=["S3,M3,2023-06-13 09:00,,1"])
    assert (facts("onsite_rate_pooled", YI).numerator, facts("onsite_rate_pooled", YI).denominator) == (0, 2)
    assert facts("evidence_rate", YI).value == 1
    assert facts("events_left_out", YI).value == 0


@pytest.mark.parametrize(("period", "day", "weeks"), [("2023", "2023-01-01", 52), ("2024", "2024-12-30", 52)])
def test_an_event_over_new_year_is_of_the_other_year_and_at_no_fault(
    tmp_path: Path, period: str, day: str, weeks: int
) -> None:
    held, event = ["S3,M3,2020-01-01,"], [f"S3,M3,{day} 09:00,,1,是"]
    facts = facts_of(tmp_path, params_of(period), assignments=held, checkins=event)
    pooled = facts("onsite_rate_pooled", YI)
    assert (pooled.numerator, pooled.denominator) == (0, weeks)
    assert (facts("events_left_out").value, facts("uploaded_rate").value) == (0, None)


@pytest.mark.parametrize(("period", "weeks"), [("2020", 53), ("2023Q4", 13)])
def test_a_period_owes_as_many_weeks_as_it_has_thursdays(tmp_path: Path, period: str, weeks: int) -> None:
    facts = facts_of(tmp_path, params_of(period), assignments=["S3,M3,2019-01-01,"])
    assert facts("onsite_rate_pooled", YI).denominator == weeks
    assert facts("remote_rate_pooled", YI).denominator == 5 * weeks


def test_a_regime_that_takes_effect_inside_the_period_owes_nothing_before(tmp_path: Path) -> None:
    # From Friday the 9th: the week of the 8th isn't owed, and neither the 8th nor the 9th is of the period.
    days = ("2023-06-08", "2023-06-09", "2023-06-12")
    facts = june(tmp_path, {"effective_from": "2023-06-09"}, checkins=on_days("S3,M3", days))
    assert (facts("onsite_rate_pooled", YI).numerator, facts("onsite_rate_pooled", YI).denominator) == (1, 3)
    assert values(facts, "events_left_out") == [0, 0, 0]


def test_the_as_of_day_moves_no_week(tmp_path: Path) -> None:
    facts = june(tmp_path, {"as_of": "2023-06-10"}, checkins=on("S3,M3", "2023-06-28"))
    assert facts("onsite_rate", YI).value == Fraction(1, 5)
    assert facts("events_left_out").value == 0


def test_the_rate_belongs_to_the_county_of_the_supervisor(tmp_path: Path) -> None:
    # Both hold M1 in 甲县; S3 is of 乙区.
    facts = june(
        tmp_path, assignments=["S1,M1,2022-01-01,", "S3,M1,2022-01-01,"], checkins=on_days("S3,M1", IN_EACH_WEEK)
    )
    assert values(facts, "onsite_rate") == [Fraction(1, 2), 0, 1]
    assert facts("onsite_rate", YI).text == "100%"


# Figures over the events themselves, in all of 2023.


def test_underground_weeks_are_those_of_a_mine_with_any_visit_to_the_working_face(tmp_path: Path) -> None:
    facts = facts_of(
        tmp_path,
        mines=[*SMALL["mines"], f"M4,乙二矿,{YI},地下开采,否"],
        assignments=[*SMALL["assignments"], "S2,M1,2022-01-01,", "S3,M4,2022-01-01,", "S1,M4,2022-01-01,"],
        checkins=[
            "S1,M1,2023-06-01 09:00,是",  # a week of M1 with three check-ins, one of them underground
            "S1,M1,2023-06-02 09:00,否",
            "S2,M1,2023-06-02 09:00,否",
            "S1,M1,2023-06-07 09:00,否",  # another week of M1, without
            "S1,M1,2023-06-14 09:00",  # a third, not marked at all
            "S2,M2,2023-06-01 09:00,是",  # an open pit
            "S3,M3,2023-06-01 09:00,是",  # tailings
            "S1,M4,2023-06-01 09:00,是",  # 甲县's supervisor at 乙区's mine
        ],
    )
    assert values(facts, "underground_rate") == [Fraction(1, 2), Fraction(1, 3), 1]
    rate = facts("underground_rate")
    assert (rate.numerator, rate.denominator) == (2, 4)


@pytest.mark.parametrize(
    ("checkins", "rate"),
    [
        ([], None),
        (["S1,M1,2023-01-01 09:00,是"], None),  # in a week of 2022
        (["S2,M1,2023-06-01 09:00,是"], None),  # not S2's mine
        (["S1,M1,2023-06-01 09:00,否"], Fraction(0)),
    ],
)
def test_underground_weeks_come_from_valid_checkins_in_weeks_of_the_period(
    tmp_path: Path, checkins: Sequence[str], rate: Fraction | None
) -> None:
    assert values(facts_of(tmp_path, checkins=checkins), "underground_rate") == [rate, rate, None]


def test_a_suspended_mine_has_underground_weeks_where_it_was_visited(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, mine_status=["M1,停产停建,2023-01-01,"], checkins=["S1,M1,2023-06-01 09:00,是"])
    assert values(facts, "underground_rate") == [1, 1, None]


def test_evidence_and_uploads_are_shares_of_the_checkins_that_fill_the_column(tmp_path: Path) -> None:
    marks = [",1,是", ",7,否", ",0,", ",,是", ",,否", ",,"]
    facts = facts_of(
        tmp_path,
        checkins=[
            *(f"S1,M1,2023-06-01 1{n}:00,{mark}" for n, mark in enumerate(marks)),
            "S3,M3,2023-01-02 09:00,,0,是",
            "S3,M3,2023-01-01 09:00,,1,否",  # of a week of 2022
            "S3,M3,2024-01-01 09:00,,1,否",  # of a week of 2024
            "S3,M1,2023-06-01 09:00,,1,否",  # not S3's mine
            "S1,M1,2023-06-01 10:00,,1,是",  # the first row once more
        ],
    )
    assert values(facts, "evidence_rate") == [Fraction(2, 4), Fraction(2, 3), 0]
    assert values(facts, "uploaded_rate") == [Fraction(3, 5), Fraction(2, 4), 1]
    evidence, uploaded = facts("evidence_rate"), facts("uploaded_rate")
    assert (evidence.numerator, evidence.denominator) == (2, 4)
    assert (uploaded.numerator, uploaded.denominator) == (3, 5)


def test_where_no_checkin_fills_the_column_there_is_no_share(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, checkins=["S1,M1,2023-06-01 09:00,是,,"])
    assert values(facts, "evidence_rate") == values(facts, "uploaded_rate") == [None, None, None]


LEFT_OUT = [
    "S1,M1,2022-12-31 23:59",  # before the period
    "S1,M1,2024-01-01 00:00",  # after it
    "S1,M3,2023-06-01 09:00",  # S1 of 甲县 at S3's mine in 乙区
    "S1,M1,2023-06-01 09:00",
    "S1,M1,2023-06-01 09:00",  # twice
    "S1,M1,2023-06-01 09:00",  # three times
    "S1,M1,2023-06-01 09:01",
    "S3,M1,2023-06-01 09:00",  # S3 of 乙区 at another's mine
    "S3,M3,2021-12-31 09:00",  # before the assignment and the period
]


@pytest.mark.parametrize(
    ("checkins", "remote_inspections", "left_out"),
    # Split over the two tables, the third and second of the equal rows are a first and second event of another kind.
    [(LEFT_OUT, [], 3), ([], LEFT_OUT, 3), (LEFT_OUT[:4], LEFT_OUT[4:], 2)],
)
def test_events_left_out_are_counted_in_the_county_of_the_supervisor(
    tmp_path: Path, checkins: Sequence[str], remote_inspections: Sequence[str], left_out: int
) -> None:
    facts = facts_of(tmp_path, checkins=checkins, remote_inspections=remote_inspections)
    assert values(facts, "events_left_out") == [left_out + 1, left_out, 1]


def test_events_outside_the_days_of_the_assignment_are_left_out_and_count_in_no_rate(tmp_path: Path) -> None:
    days = ("2023-05-31", "2023-06-01", "2023-06-30", "2023-07-01")
    events = [f"S3,M3,{day} 09:00" for day in days]
    assignments = [*SMALL["assignments"][:2], "S3,M3,2023-06-01,2023-06-30"]
    facts = facts_of(tmp_path, assignments=assignments, checkins=events, remote_inspections=events)
    assert values(facts, "events_left_out") == [4, 0, 4]
    # 31 May and 1 June are days of one week, as are 30 June and 1 July.
    onsite, remote = facts("onsite_rate_pooled", YI), facts("remote_rate_pooled", YI)
    assert (onsite.numerator, onsite.denominator) == (2, 5)
    assert (remote.numerator, remote.denominator) == (2, 25)


@pytest.mark.parametrize(("effective_from", "done"), [("2023-06-15", 2), ("2023-06-16", 1)])
def test_events_of_weeks_before_the_regime_took_effect_count_nowhere(
    tmp_path: Path, effective_from: str, done: int
) -> None:
    events = ["S3,M3,2023-06-11 09:00", "S3,M3,2023-06-12 09:00", "S3,M3,2023-06-19 09:00"]
    facts = facts_of(tmp_path, params_of(effective_from=effective_from), checkins=events, remote_inspections=events)
    assert values(facts, "events_left_out") == [0, 0, 0]
    assert facts("onsite_rate_pooled", YI).numerator == done


def test_events_at_a_suspended_mine_are_not_left_out(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, mine_status=["M3,停产停建,2023-01-01,"], checkins=["S3,M3,2023-06-01 09:00"])
    assert values(facts, "events_left_out") == [0, 0, 0]


def test_each_month_has_the_rate_of_the_weeks_whose_thursdays_lie_in_it(tmp_path: Path) -> None:
    assignments = ["S1,M1,2022-01-01,", "S2,M2,2023-06-16,", "S3,M3,2023-07-01,2023-07-31"]
    onsite = [
        f"{event},是,1,是" for event in ("S1,M1,2023-05-31 09:00", "S1,M1,2023-06-30 09:00", "S2,M2,2023-06-20 09:00")
    ]
    results = results_of(tmp_path, params_of(), assignments=assignments, checkins=onsite)
    rates = monthly_rates(of_mines(results).metrics.weeks, "onsite", "county_mean")
    # Wednesday 31 May is in the week of Thursday 1 June. S1 did two of June's five weeks, S2 one of two.
    assert rates[JIA][6] == (Fraction(2, 5) + Fraction(1, 2)) / 2
    assert rates[JIA][5] == 0
    assert rates[YI] == {7: 0}
    assert monthly_rates(of_mines(results).metrics.weeks, "onsite", "pooled")[JIA][6] == Fraction(3, 7)
