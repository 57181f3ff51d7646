"""The CPU time of a build's work alone, in a process that has done it all once: `full_build` runs it.

python -m benchmarks.bare_work PERIOD OUTPUTS RESULT.json
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import nbformat

from bulletin.export.html.exporter import TongbaoExporter
from bulletin.export.notebook import blocks
from bulletin.export.sheets.excel import tables_xlsx
from bulletin.export.word.exporter import GongwenExporter
from bulletin.facts.figures import CITY
from bulletin.mines.charts import activity_chart, holdings_chart, monthly_chart, rate_chart
from bulletin.mines.tables import annex_tables
from bulletin.notebook.chart import Chart
from bulletin.notebook.period import PeriodResults, open_period
from bulletin.notebook.report import Report


def draw(results: PeriodResults, scope: str) -> list[Chart | None]:
    """All charts of one report."""
    kind = results.field.kinds[0 if scope == CITY else 1]
    report = Report(results, kind, results.facts.scopes[scope])
    if scope != CITY:
        return [monthly_chart(report)]
    rates = [rate_chart(report, duty) for duty in ("onsite", "remote")]
    return [*rates, activity_chart(report), holdings_chart(report)]


def main() -> None:
    """Do each part once unmeasured, then once measured; write the CPU seconds by part."""
    period, outputs, told = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    notebooks = [nbformat.read(path, as_version=4) for path in sorted((outputs / period).rglob("*.ipynb"))]
    scopes = [blocks(notebook, "letterhead")[0]["scope"] for notebook in notebooks]
    results = open_period(period)

    def each(export: Callable[[nbformat.NotebookNode], object]) -> Callable[[], object]:
        return lambda: [export(notebook) for notebook in notebooks]

    parts: dict[str, Callable[[], object]] = {
        "records and metrics": lambda: open_period(period).complete(),
        "charts": lambda: [draw(results, scope) for scope in scopes],
        "HTML": each(TongbaoExporter().from_notebook_node),
        "Word": each(GongwenExporter().from_notebook_node),
        "Word, review draft": each(GongwenExporter(review=True).from_notebook_node),
        "spreadsheet": lambda: tables_xlsx(annex_tables(results), [], results.params.day),
    }
    took = {}
    for part, work in parts.items():
        work()
        started = time.process_time()
        work()
        took[part] = time.process_time() - started
    told.write_text(json.dumps(took), encoding="utf-8")


if __name__ == "__main__":
    main()
