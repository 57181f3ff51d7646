"""Task lists: one a mine and year."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from bulletin.facts.facts import Facts
from bulletin.facts.figures import CITY
from tests.builders import JIA, SMALL, YI, facts_of, params_of

LISTS = ("task_lists_required", "task_lists_made", "task_list_rate")


def lists(facts: Facts, scope: str) -> list[int | Fraction | None]:
    return [facts(metric, scope).value for metric in LISTS]


def test_each_active_mine_needs_a_list_of_the_year(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, task_lists=["M1,2023,2023-02-01", "M3,2023,"])
    assert lists(facts, CITY) == [3, 2, Fraction(2, 3)]
    assert lists(facts, JIA) == [2, 1, Fraction(1, 2)]
    assert lists(facts, YI) == [1, 1, 1]
    rate = facts("task_list_rate")
    assert (rate.numerator, rate.denominator, rate.text) == (2, 3, "66.67%")


@pytest.mark.parametrize("line", ["M1,2022,2023-02-01", "M1,2024,2023-12-20"])
def test_a_list_counts_for_the_year_it_names_and_not_for_the_day_it_was_issued(tmp_path: Path, line: str) -> None:
    assert lists(facts_of(tmp_path, task_lists=[line]), JIA) == [2, 0, 0]


def test_two_lists_of_one_mine_count_once(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, task_lists=["M1,2023,2023-02-01", "M1,2023,2023-07-01", "M1,2022,2022-02-01"])
    assert lists(facts, JIA) == [2, 1, Fraction(1, 2)]


def test_a_suspended_mine_needs_no_list_and_its_list_does_not_count(tmp_path: Path) -> None:
    facts = facts_of(
        tmp_path, mine_status=["M1,停产停建,2023-12-31,"], task_lists=["M1,2023,2023-02-01", "M2,2023,2023-02-01"]
    )
    assert lists(facts, JIA) == [1, 1, 1]
    assert lists(facts, CITY) == [2, 1, Fraction(1, 2)]


@pytest.mark.parametrize("period", ["2023Q4", "2023-06"])
def test_a_part_of_the_year_needs_the_list_of_its_year(tmp_path: Path, period: str) -> None:
    assert lists(facts_of(tmp_path, params_of(period), task_lists=["M1,2023,"]), JIA) == [2, 1, Fraction(1, 2)]


def test_a_county_with_no_active_mine_has_no_rate(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, mine_status=["M3,停产停建,2023-01-01,"], task_lists=["M3,2023,"])
    assert lists(facts, YI) == [0, 0, None]
    assert facts("task_list_rate", YI).text == "—"
    assert lists(facts, CITY) == [2, 0, 0]


def test_required_lists_are_the_mines(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, mines=[*SMALL["mines"], f"M4,乙二矿,{YI},露天开采,"])
    for scope, mines in ((CITY, 4), (JIA, 2), (YI, 2)):
        assert facts("task_lists_required", scope).value == facts("mines", scope).value == mines
