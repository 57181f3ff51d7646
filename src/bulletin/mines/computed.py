"""What the field makes of a period's records: figures, the frames behind them, and what reviewers ask about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from bulletin.facts.figures import CITY, WHOLE, Scope
from bulletin.facts.sources import Parts, Rows
from bulletin.mines.catalogue import times
from bulletin.mines.checks import CheckedRecords, check_records
from bulletin.mines.forgotten import EarlierCounties
from bulletin.mines.metrics import Metrics, compute
from bulletin.mines.metrics.duty import DUTIES, monthly_rates
from bulletin.mines.metrics.inputs import county_tables, county_weeks, input_tables
from bulletin.mines.metrics.provenance import averaged, rows_behind
from bulletin.mines.span import other_periods_line
from bulletin.notebook.field import Computed
from bulletin.notebook.period import PeriodResults
from bulletin.notebook.previous import Previous
from bulletin.project.fingerprint import InputTable
from bulletin.project.params import Params
from bulletin.records.read import Records

if TYPE_CHECKING:
    from bulletin.notebook.report import Report

_MEAN_NOTES = {
    "county_mean": "各县（市、区）率的简单平均，未开展的县（市、区）按0计入",
    "pooled": "全部完成数与全部应完成数之比",
}


@dataclass(frozen=True)
class MinesComputed(Computed):
    """The checked records and the metrics with the frames behind them."""

    checked: CheckedRecords
    metrics: Metrics
    params: Params

    @cached_property
    def inputs(self) -> list[InputTable]:
        """The sheets that all this was made from."""
        return input_tables(self.checked, self.metrics)

    @cached_property
    def inputs_of(self) -> Mapping[str, list[InputTable]]:
        """The rows that each county's report uses."""
        return county_tables(self.checked, self.metrics, names=self.params.publish_names)

    @cached_property
    def owed(self) -> Mapping[str, str]:
        """A digest of what each county's supervisors owed and did."""
        return county_weeks(self.checked, self.metrics)

    @cached_property
    def rows(self) -> Mapping[str, Mapping[str, Rows]]:
        """The rows behind each scope's figures, by table."""
        return rows_behind(self.checked, self.metrics.weeks, self.metrics.register)

    @cached_property
    def means(self) -> Mapping[str, Mapping[str, Parts]]:
        """What the counties' official rates are the mean of, by metric and county."""
        return averaged(self.metrics.weeks, self.params)

    @cached_property
    def exempt(self) -> Mapping[str, int]:
        """The unit weeks that exemptions took away, by scope."""
        by_county = self.metrics.weeks.exempt
        return {CITY: int(by_county.sum()), **{str(code): int(weeks) for code, weeks in by_county.items()}}

    @cached_property
    def months(self) -> Mapping[str, Mapping[str, Mapping[int, Fraction]]]:
        """The rate of each month, by rate and county."""
        averaging = self.params.averaging
        return {f"{duty}_rate": monthly_rates(self.metrics.weeks, duty, averaging) for duty in DUTIES}


def compute_period(records: Records, params: Params, previous: Previous | None) -> MinesComputed:
    """Check a period's records and compute its figures.

    Raises:
        RecordsError: for records with errors, with all faults at once.

    """
    earlier = EarlierCounties(previous.title, previous.facts.counties) if previous else None
    checked = check_records(records, params.window, earlier)
    metrics = compute(checked, params)
    counties = metrics.register.counties
    scopes = [WHOLE]
    for code, name in zip(counties["county_code"], counties["county"], strict=True):
        scopes.append(Scope(code, name, WHOLE.below, WHOLE.code))
    apart = other_periods_line(checked.apart, checked.window)
    return MinesComputed(checked.records, checked.warnings, apart, metrics.figures, scopes, checked, metrics, params)


def of_mines(results: PeriodResults) -> MinesComputed:
    """Return what the field has computed, where its own tables and charts look into."""
    if not isinstance(results.computed, MinesComputed):
        raise TypeError(results.computed)
    return results.computed


def prose_words(report: Report) -> dict[str, Any]:
    """Return what a `%%prose` cell of the field's notebooks may name besides facts and helpers."""
    params = report.params
    return {
        "county": report.name,
        "onsite_times": times(params, "onsite_per_week"),
        "remote_times": times(params, "remote_per_week"),
        "mean_note": _MEAN_NOTES[params.averaging],
    }
