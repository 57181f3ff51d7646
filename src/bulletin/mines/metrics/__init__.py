"""The metrics: every figure of the bulletin, exact, from checked records."""

from __future__ import annotations

from dataclasses import dataclass

from bulletin.facts.figures import Figure
from bulletin.mines.checks import CheckedRecords
from bulletin.mines.metrics.duty import (
    DutyWeeks,
    duty_figures,
    duty_weeks,
    evidence_figures,
    left_out_figures,
    underground_figures,
)
from bulletin.mines.metrics.holdings import holdings_figures
from bulletin.mines.metrics.ledgers import ledger_figures
from bulletin.mines.metrics.staffing import staffing_figures
from bulletin.mines.metrics.stationing import stationing_figures
from bulletin.mines.metrics.task_lists import task_list_figures
from bulletin.mines.register import Register, take_register
from bulletin.project.params import Params


@dataclass(frozen=True)
class Metrics:
    """All figures, and the frames behind them that tables and charts look into."""

    figures: list[Figure]
    register: Register
    weeks: DutyWeeks


def compute(checked: CheckedRecords, params: Params) -> Metrics:
    """Compute every figure of metrics.md for the city and each county."""
    register = take_register(checked)
    weeks = duty_weeks(checked, params)
    figures = [
        *staffing_figures(register, params.rules_on(checked.window.as_of).posts),
        *task_list_figures(register, checked["task_lists"], checked.window.period.year),
        *duty_figures(weeks, register, params),
        *underground_figures(weeks, register, checked["mines"]),
        *stationing_figures(checked, register),
        *holdings_figures(register),
        *ledger_figures(checked, register),
        *evidence_figures(weeks, register, checked["supervisors"]),
        *left_out_figures(checked, register),
    ]
    return Metrics(figures, register, weeks)
