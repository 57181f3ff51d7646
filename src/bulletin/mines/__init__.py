"""The field: non-coal-mine safety supervision. The only room that knows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bulletin.mines.catalogue import METRICS, describe
from bulletin.mines.reports import KINDS
from bulletin.mines.schema import SCHEMA
from bulletin.mines.words import NAMES, WORDS
from bulletin.notebook.field import Computed, Field

if TYPE_CHECKING:
    from bulletin.notebook.period import PeriodResults
    from bulletin.notebook.previous import Previous
    from bulletin.notebook.report import Report
    from bulletin.notebook.table import Table
    from bulletin.project.params import Params
    from bulletin.records.read import Records


def _compute(records: Records, params: Params, previous: Previous | None) -> Computed:
    from bulletin.mines.computed import compute_period  # noqa: PLC0415 (pandas takes seconds)

    return compute_period(records, params, previous)


def _prose(report: Report) -> Mapping[str, Any]:
    from bulletin.mines.computed import prose_words  # noqa: PLC0415

    return prose_words(report)


def _annexes(results: PeriodResults) -> list[Table]:
    from bulletin.mines.tables import annex_tables  # noqa: PLC0415

    return annex_tables(results)


FIELD = Field(
    name="mines",
    title="非煤矿山安全监管专员履职情况",
    schema=SCHEMA,
    catalogue=METRICS,
    kinds=KINDS,
    notebook="bulletin.mines.notebook",
    names=NAMES,
    reasons=("unassigned-event", "repeated-event"),
    words=WORDS,
    describe=describe,
    compute=_compute,
    prose=_prose,
    annexes=_annexes,
)
