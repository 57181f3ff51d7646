"""The sample year against the 80 figures that the circular on 2023 states."""

from __future__ import annotations

import csv
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from bulletin.facts.facts import Fact, Facts
from bulletin.facts.figures import CITY
from bulletin.mines.schema import SCHEMA
from bulletin.project.params import load_params
from bulletin.project.paths import Project
from bulletin.project.periods import parse_period
from bulletin.records.read import read_records
from tests.builders import ROOT, results_from

PUBLISHED = list(csv.DictReader((Path(__file__).parent / "facts-2023.csv").read_text(encoding="utf-8").splitlines()))
ANSWERS = {"yes": "是", "no": "否"}
HAS = "has_"


@pytest.fixture(scope="module")
def facts() -> Facts:
    """The sample year's facts, from its params as they stand in the repository."""
    params = load_params(Project(ROOT), parse_period("2023"))
    return results_from(read_records(ROOT / params.data, SCHEMA), params).facts


def printed(facts: Facts, metric: str, scope: str) -> str:
    """The figure as the circular writes it; a count of supervisors is only said to be there or not."""
    if metric.startswith(HAS):
        return "yes" if facts(metric.removeprefix(HAS), scope).value else "no"
    return facts(metric, scope).text


def test_the_file_states_80_figures_each_of_its_own() -> None:
    assert len(PUBLISHED) == 80
    assert len({(row["metric"], row["scope"]) for row in PUBLISHED}) == 80


@pytest.mark.parametrize("row", PUBLISHED, ids=[f"{row['metric']}-{row['county']}" for row in PUBLISHED])
def test_a_published_figure_is_reproduced_as_printed(facts: Facts, row: dict[str, str]) -> None:
    wanted = row["published"] if row["metric"].startswith(HAS) else ANSWERS.get(row["published"], row["published"])
    assert printed(facts, row["metric"], row["scope"]) == wanted
    assert facts("mines", row["scope"]).scope.name == row["county"]


@pytest.mark.parametrize(
    ("metric", "above_zero", "city"),
    [
        ("onsite_rate", ["37.89", "9.62", "6.43", "4.29", "1.43", "0.40"], "4.62"),
        ("remote_rate", ["40.42", "4.57", "1.15", "1.14", "0.57"], "3.68"),
    ],
)
def test_the_city_is_the_mean_of_13_counties_with_the_zero_ones_in(
    facts: Facts, metric: str, above_zero: list[str], city: str
) -> None:
    # The circular's own sum: the printed rates over 13, once more rounded.
    assert (sum(map(Decimal, above_zero), Decimal(0)) / 13).quantize(Decimal("0.01"), ROUND_HALF_UP) == Decimal(city)
    assert [fact.text for fact in facts.ranking(metric)] == [f"{rate}%" for rate in above_zero]
    exact = [Fraction(fact.value or 0) for fact in facts.by_county(metric)]
    assert facts(metric, CITY).value == sum(exact) / 13
    assert facts(metric, CITY).text == f"{city}%"


@pytest.mark.parametrize(
    ("metric", "names"),
    [
        ("onsite_rank", ["翼城县", "乡宁县", "尧都区", "隰县", "曲沃县", "襄汾县"]),
        ("remote_rank", ["翼城县", "隰县", "襄汾县", "曲沃县", "尧都区"]),
    ],
)
def test_the_counties_rank_in_the_order_of_the_circular(facts: Facts, metric: str, names: list[str]) -> None:
    def place(fact: Fact) -> Fraction:
        return Fraction(fact.value or 0)

    ranked = sorted((fact for fact in facts.by_county(metric) if fact.value), key=place)
    assert [(fact.scope.name, fact.value) for fact in ranked] == [(name, n) for n, name in enumerate(names, start=1)]


def test_the_parts_of_the_published_shares_are_the_published_counts(facts: Facts) -> None:
    lists = facts("task_list_rate")
    assert (lists.numerator, lists.denominator) == (159, 183)
    posts = facts("staffing_rate")
    assert posts.numerator == posts.denominator == facts("required_posts").value
