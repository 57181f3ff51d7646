"""Mines, supervisors and posts, counted on the as-of day."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from bulletin.facts.figures import CITY
from tests.builders import JIA, SMALL, YI, facts_of, params_of

BING = "100003"


def test_counties_are_those_that_the_table_lists(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, counties=[*SMALL["counties"], f"{BING},丙县"])
    assert facts("counties").value == 3


def test_active_mines_are_counted_by_kind_and_by_county(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, mines=[*SMALL["mines"], f"M4,乙二矿,{YI},地下开采,"])
    kinds = ("mines", "mines_underground", "mines_open_pit", "mines_tailings")
    assert [facts(kind).value for kind in kinds] == [4, 2, 1, 1]
    assert [facts(kind, JIA).value for kind in kinds] == [2, 1, 1, 0]
    assert [facts(kind, YI).value for kind in kinds] == [2, 1, 0, 1]


@pytest.mark.parametrize(
    ("span", "active"),
    [
        ("2023-12-31,", False),
        ("2023-01-01,2024-06-30", False),
        ("2023-01-01,2023-12-30", True),
        ("2024-01-01,", True),
    ],
)
def test_a_mine_suspended_on_the_as_of_day_is_not_counted(tmp_path: Path, span: str, active: bool) -> None:
    facts = facts_of(tmp_path, mine_status=["M1,正常生产建设,2022-01-01,", f"M1,停产停建,{span}"])
    names = ("mines", "mines_underground", "supervisors", "required_posts", "filled_posts", "task_lists_required")
    # M2 stands alone in the county where M1 is suspended.
    assert [facts(name, JIA).value for name in names] == ([2, 1, 2, 3, 2, 2] if active else [1, 0, 1, 1, 1, 1])
    assert facts("mines").value == (3 if active else 2)


def test_the_params_may_move_the_as_of_day(tmp_path: Path) -> None:
    facts = facts_of(
        tmp_path,
        params_of(as_of="2023-06-30"),
        mine_status=["M1,停产停建,2023-06-30,2023-06-30"],
        assignments=["S1,M2,2022-01-01,2023-06-30", "S2,M2,2023-07-01,", "S3,M3,2022-01-01,"],
    )
    assert (facts("mines", JIA).value, facts("supervisors", JIA).value) == (1, 1)
    assert (facts("required_posts", JIA).value, facts("filled_posts", JIA).value) == (1, 1)


@pytest.mark.parametrize(
    ("span", "counted"),
    [
        ("2022-01-01,2023-12-31", 1),
        ("2022-01-01,2023-12-30", 0),
        ("2023-12-31,", 1),
        ("2024-01-01,", 0),
    ],
)
def test_a_supervisor_is_counted_whose_assignment_holds_the_as_of_day(tmp_path: Path, span: str, counted: int) -> None:
    facts = facts_of(tmp_path, assignments=["S1,M1,2022-01-01,", "S2,M2,2022-01-01,", f"S3,M3,{span}"])
    assert (facts("supervisors", YI).value, facts("filled_posts", YI).value) == (counted, counted)
    assert facts("supervisors").value == 2 + counted
    assert facts("staffing_rate", YI).value == counted


def test_a_supervisor_of_two_mines_is_counted_once(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, assignments=["S1,M1,2022-01-01,", "S1,M2,2022-01-01,"])
    assert [facts("supervisors", scope).value for scope in (CITY, JIA, YI)] == [1, 1, 0]
    assert [facts("filled_posts", scope).value for scope in (CITY, JIA, YI)] == [2, 2, 0]


def test_a_supervisor_with_no_assignment_is_not_counted(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, supervisors=[*SMALL["supervisors"], f"S4,李四,{JIA}"])
    assert facts("supervisors", JIA).value == 2


def test_each_kind_needs_its_posts(tmp_path: Path) -> None:
    # Underground 2 and open pit 1; tailings 1. One supervisor each leaves one post empty at M1.
    facts = facts_of(tmp_path)
    assert [facts("required_posts", scope).value for scope in (CITY, JIA, YI)] == [4, 3, 1]
    assert [facts("filled_posts", scope).value for scope in (CITY, JIA, YI)] == [3, 2, 1]
    rates = [facts("staffing_rate", scope) for scope in (CITY, JIA, YI)]
    assert [rate.value for rate in rates] == [Fraction(3, 4), Fraction(2, 3), 1]
    assert [(rate.numerator, rate.denominator) for rate in rates] == [(3, 4), (2, 3), (1, 1)]
    assert [rate.text for rate in rates] == ["75.00%", "66.67%", "100%"]


def test_attached_tailings_need_no_post_of_their_own(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, mines=[f"M1,甲一矿,{JIA},地下开采,是", *SMALL["mines"][1:]])
    assert facts("required_posts", JIA).value == 3
    assert facts("mines_tailings", JIA).value == 0


def test_supervisors_beyond_the_posts_of_a_mine_fill_no_other_post(tmp_path: Path) -> None:
    everyone = ["S1,M2,2022-01-01,", "S2,M2,2022-01-01,", "S3,M2,2022-01-01,", "S1,M1,2022-01-01,"]
    facts = facts_of(tmp_path, assignments=everyone)
    # M2 needs 1 and has 3; M1 needs 2 and has 1; M3 has nobody.
    assert [facts("filled_posts", scope).value for scope in (CITY, JIA, YI)] == [2, 2, 0]
    assert [facts("staffing_rate", scope).value for scope in (CITY, JIA, YI)] == [Fraction(1, 2), Fraction(2, 3), 0]


def test_a_supervisor_counts_at_home_and_the_post_where_the_mine_is(tmp_path: Path) -> None:
    # S3 of 乙区 also holds M1 in 甲县; S2 and M2 stay, M3 is left without anybody.
    facts = facts_of(tmp_path, assignments=["S3,M1,2022-01-01,", "S1,M1,2022-01-01,", "S2,M2,2022-01-01,"])
    assert [facts("supervisors", scope).value for scope in (CITY, JIA, YI)] == [3, 2, 1]
    assert [facts("filled_posts", scope).value for scope in (CITY, JIA, YI)] == [3, 3, 0]
    assert facts("staffing_rate", JIA).text == "100%"


def test_the_params_may_change_the_posts_of_each_kind(tmp_path: Path) -> None:
    rules = {"posts": {"underground": 3, "open_pit": 0, "tailings": 2}}
    facts = facts_of(tmp_path, params_of(rules=rules))
    assert [facts("required_posts", scope).value for scope in (CITY, JIA, YI)] == [5, 3, 2]
    assert [facts("filled_posts", scope).value for scope in (CITY, JIA, YI)] == [2, 1, 1]


def test_a_county_with_no_mines_has_counts_of_zero_and_no_rate(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, counties=[*SMALL["counties"], f"{BING},丙县"])
    counts = ("mines", "mines_underground", "supervisors", "required_posts", "filled_posts")
    assert [facts(name, BING).value for name in counts] == [0, 0, 0, 0, 0]
    rate = facts("staffing_rate", BING)
    assert (rate.value, rate.numerator, rate.denominator, rate.text) == (None, None, None, "—")
    assert facts("staffing_rate").value == Fraction(3, 4)
