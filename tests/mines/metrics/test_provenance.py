"""The rows behind a figure, those left out, and what means are taken of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from bulletin.facts.facts import make_facts
from bulletin.facts.figures import CITY
from bulletin.facts.sources import OTHER_PERIODS, Rows
from bulletin.mines import FIELD
from bulletin.mines.computed import of_mines
from bulletin.mines.metrics import compute
from bulletin.notebook.period import PeriodResults, open_period
from bulletin.project.params import Params, load_params
from bulletin.project.paths import Project
from bulletin.project.periods import parse_period
from tests.builders import JIA, ROOT, SAMPLE, SMALL, YI, csv_rows, params_of, results_of

EVENTS = [
    "S1,M1,2023-05-05 10:00",  # counted
    "S1,M1,2023-05-05 10:00",  # repeated
    "S1,M1,2022-05-05 10:00",  # outside the period
    "S1,M2,2023-05-05 10:00",  # not S1's mine
    "S2,M2,2023-05-06 10:00",  # counted
]


def behind(results: PeriodResults) -> Mapping[str, Mapping[str, Rows]]:
    return results.computed.rows


@pytest.fixture(scope="module")
def sample() -> PeriodResults:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        return open_period("2023")


def reckoned(sample: PeriodResults, params: Params) -> PeriodResults:
    """The sample year under other params."""
    computed = of_mines(sample)
    metrics = compute(computed.checked, params)
    facts = make_facts(metrics.figures, computed.scopes, FIELD.catalogue, params.period)
    return replace(
        sample,
        params=params,
        computed=replace(computed, figures=metrics.figures, metrics=metrics, params=params),
        facts=facts,
    )


def test_events_are_counted_and_left_out_by_reason_in_the_supervisors_county(tmp_path: Path) -> None:
    rows = behind(
        results_of(tmp_path, checkins=[f"{event},是,1,是" for event in EVENTS], remote_inspections=EVENTS[3:])
    )
    why = {"repeated-event": 1, OTHER_PERIODS: 1, "unassigned-event": 1}
    assert rows[CITY]["checkins"] == rows[JIA]["checkins"] == Rows(2, why)
    assert rows[YI]["checkins"] == Rows(0, {})
    assert rows[JIA]["remote_inspections"] == Rows(1, {"unassigned-event": 1})


def test_stationing_ledgers_and_task_lists_of_other_periods_arent_used(tmp_path: Path) -> None:
    rows = behind(
        results_of(
            tmp_path,
            stationing=[
                "国庆,S1,M1,2022-12-30,2023-01-01,是",
                "国庆,S1,M1,2023-12-31,,是",
                "国庆,S3,M3,2022-12-30,2022-12-31,是",
                "国庆,S3,M3,2024-01-01,,是",
            ],
            ledger_reviews=[f"M3,{day},S3,否,否,否,否" for day in ("2023-12-31", "2024-01-01")],
            task_lists=["M1,2023,", "M2,2022,", "M1,2022,"],
        )
    )
    assert rows[JIA]["stationing"] == Rows(2, {})
    assert rows[YI]["stationing"] == Rows(0, {OTHER_PERIODS: 2})
    assert rows[YI]["ledger_reviews"] == rows[CITY]["ledger_reviews"] == Rows(1, {OTHER_PERIODS: 1})
    assert rows[JIA]["task_lists"] == rows[CITY]["task_lists"] == Rows(1, {OTHER_PERIODS: 2})


@pytest.mark.parametrize("table", SAMPLE)
def test_used_and_left_out_are_all_rows_of_the_table(sample: PeriodResults, table: str) -> None:
    rows, there = behind(sample), len(csv_rows(ROOT / "data" / "2023", table))
    counties = [rows[code][table] for code in sample.facts.counties]
    for each in ([rows[CITY][table]], counties):
        assert sum(part.used + sum(part.left_out.values()) for part in each) == there


@pytest.mark.parametrize("unit", ["supervisor", "assignment"])
def test_the_mean_of_the_parts_is_the_countys_official_rate(sample: PeriodResults, unit: str) -> None:
    params = load_params(Project(ROOT), parse_period("2023")).model_copy(update={"duty_unit": unit})
    results = reckoned(sample, params)
    for metric, by_county in results.computed.means.items():
        for code in results.facts.counties:
            parts = by_county[code]
            mean = sum((Fraction(done, owed) for _, done, owed in parts), Fraction(0)) / len(parts)
            assert mean == results.facts(metric, code).value
            assert all((" · " in who) == (unit == "assignment") for who, _, _ in parts)


def test_pooled_rates_are_no_means(tmp_path: Path) -> None:
    results = results_of(tmp_path, params_of(averaging="pooled"))
    assert results.computed.means == {}


def test_mines_that_stand_still_are_rows_of_their_register_too(tmp_path: Path) -> None:
    rows = behind(results_of(tmp_path, mine_status=["M3,停产停建,2022-06-01,"]))
    assert rows[YI]["mines"] == Rows(1, {})
    assert rows[YI]["mine_status"] == Rows(1, {})
    assert rows[CITY]["assignments"] == Rows(len(SMALL["assignments"]), {})
