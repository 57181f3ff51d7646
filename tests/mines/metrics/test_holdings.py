"""Supervisors who hold several mines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from bulletin.facts.facts import Facts
from bulletin.facts.figures import CITY
from tests.builders import JIA, YI, facts_of, params_of

HOLDING = ("supervisors_holding_2", "supervisors_holding_3", "supervisors_holding_4_plus")
MINES = [f"M{n},矿{n},{JIA},露天开采,否" for n in range(1, 6)]


def holdings(facts: Facts, scope: str) -> list[object]:
    return [facts(metric, scope).value for metric in HOLDING]


def holds(*mines: int, span: str = "2022-01-01,") -> list[str]:
    return [f"S1,M{mine},{span}" for mine in mines]


@pytest.mark.parametrize(
    ("assignments", "expected"),
    [
        (holds(1), [0, 0, 0]),
        (holds(1, 2), [1, 0, 0]),
        (holds(1, 2, 3), [0, 1, 0]),
        (holds(1, 2, 3, 4), [0, 0, 1]),
        (holds(1, 2, 3, 4, 5), [0, 0, 1]),
    ],
)
def test_two_and_three_are_exact_and_four_is_four_or_more(
    tmp_path: Path, assignments: Sequence[str], expected: list[int]
) -> None:
    facts = facts_of(tmp_path, mines=MINES, assignments=assignments)
    assert holdings(facts, CITY) == holdings(facts, JIA) == expected
    assert holdings(facts, YI) == [0, 0, 0]


@pytest.mark.parametrize(
    "third",
    [
        holds(3, span="2022-01-01,2023-12-30"),
        holds(3, span="2024-01-01,"),
        ["S1,M1,2021-01-01,2021-12-31"],  # the same mine in an earlier span
    ],
)
def test_only_different_mines_in_force_on_the_as_of_day_are_held(tmp_path: Path, third: list[str]) -> None:
    assert holdings(facts_of(tmp_path, mines=MINES, assignments=[*holds(1, 2), *third]), JIA) == [1, 0, 0]


def test_a_suspended_mine_is_not_held(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, mines=MINES, assignments=holds(1, 2, 3), mine_status=["M2,停产停建,2023-12-31,"])
    assert holdings(facts, JIA) == [1, 0, 0]


def test_the_as_of_day_of_the_params_decides(tmp_path: Path) -> None:
    assignments = [*holds(1, 2), *holds(3, span="2023-07-01,")]
    facts = facts_of(tmp_path, params_of(as_of="2023-06-30"), mines=MINES, assignments=assignments)
    assert holdings(facts, JIA) == [1, 0, 0]


def test_holdings_count_in_the_county_of_the_supervisor(tmp_path: Path) -> None:
    facts = facts_of(
        tmp_path,
        mines=MINES,
        assignments=[*holds(1, 2), *(f"S3,M{n},2022-01-01," for n in (1, 2, 3)), "S2,M1,2022-01-01,"],
    )
    assert holdings(facts, JIA) == [1, 0, 0]
    assert holdings(facts, YI) == [0, 1, 0]
    assert holdings(facts, CITY) == [1, 1, 0]
