"""Reports as our notebooks make them, over small records, without a kernel: their Word file and executed notebook, beside facts.csv."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

import bulletin.mines.notebook
from bulletin.export.word.exporter import GongwenExporter
from bulletin.facts.facts import facts_csv
from bulletin.facts.figures import CITY
from bulletin.notebook import document
from bulletin.notebook.period import PeriodResults
from bulletin.notebook.previous import Previous
from bulletin.notebook.prose import render_prose
from bulletin.notebook.report import Report
from bulletin.project.periods import parse_period
from tests.builders import JIA, ROOT, YI, params_of, results_of
from tests.export.notebooks import block, chart, code, notebook, prose

BING, DING = "100003", "100004"
FOUR = {
    "counties": [f"{JIA},甲县", f"{YI},乙区", f"{BING},城区", f"{DING},东城区"],
    "mines": [
        *(f"M{n},{n}号矿,{JIA},地下开采,否" for n in range(1, 9)),
        f"N1,乙库,{YI},独立尾矿库,否",
        f"N2,城一矿,{BING},露天开采,否",
    ],
    "supervisors": [f"S1,赵一,{JIA}", f"S2,钱二,{JIA}", f"S3,孙三,{YI}", f"S4,李四,{BING}"],
    "assignments": [
        *(f"S1,M{n},2022-01-01," for n in range(1, 4)),
        *(f"S2,M{n},2022-01-01," for n in range(4, 9)),
        "S3,N1,2022-01-01,",
        "S4,N2,2022-01-01,",
    ],
}
"""Four counties: one name ends like another's, one has neither mines nor supervisors."""

BUSY = FOUR | {
    "task_lists": ["M1,2024", "N1,2024"],
    "checkins": [
        "S1,M1,2024-06-05 09:00,是,2,是",
        "S1,M1,2024-06-06 09:00,是,2,是",
        "S1,M1,2024-06-11 09:00,是,2,是",
        "S1,M1,2024-06-12 09:00,是,2,是",
        "S3,N1,2024-06-05 09:00,否,2,是",
        "S3,N1,2024-06-06 09:00,否,2,是",
        "S4,N2,2024-06-05 09:00,否,2,是",
        "S4,N2,2024-06-06 09:00,否,2,是",
        "S4,N2,2024-06-12 09:00,否,2,是",
        "S4,N2,2024-06-13 09:00,否,2,是",
    ],
}
QUIET = BUSY | {"checkins": [line.replace("S4,N2", "S3,N1") for line in BUSY["checkins"][-4:]]}
"""Another period's records: other ranks."""

_NO_WORK = ("%", "from bulletin", "show_chart(")


def executed(results: PeriodResults, scope: str) -> NotebookNode:
    """The report's notebook as it would be after a run, other charts in the place of its own."""
    name = "city_bulletin" if scope == CITY else "county_report"
    shown: list[NotebookNode] = []

    def show(bundle: Any, **_: Any) -> None:
        shown.append(code(nbformat.v4.new_output("display_data", dict(bundle))))

    def opened(_period: str, *_county: str, attachments: Any = ()) -> Report:
        return Report(results, results.field.kind(name), results.facts.scopes[scope], attachments)

    names = {each: getattr(bulletin.mines.notebook, each) for each in bulletin.mines.notebook.__all__}
    names |= {"open_city": opened, "open_county": opened}
    display, document.display = document.display, show  # type: ignore[assignment, attr-defined]
    try:
        for cell in nbformat.read(ROOT / "notebooks/mines" / f"{name}.ipynb", as_version=4).cells:
            if cell.source.startswith("%%prose\n"):
                shown.append(prose(render_prose(cell.source.removeprefix("%%prose\n"), names["report"])))
            else:
                lines = [line for line in cell.source.splitlines() if not line.startswith(_NO_WORK)]
                exec("\n".join(lines), names)  # noqa: S102 (our own notebook)
    finally:
        document.display = display  # type: ignore[attr-defined]
    drawn = [
        block(chart(key=key, number=n, caption=f"{key}情况"))
        for n, key in enumerate(("onsite-rate", "remote-rate", "holdings"), start=1)
    ]
    return notebook(*shown, *drawn)


def publish(folder: Path, results: PeriodResults, scope: str = CITY) -> tuple[Path, Path]:
    """The draft and facts.csv in `folder`, as a build leaves them."""
    place = folder / ("city" if scope == CITY else f"counties/{scope}")
    place.mkdir(parents=True, exist_ok=True)
    stem = "bulletin" if scope == CITY else "report"
    made = executed(results, scope)
    nbformat.write(made, place / f"{stem}.ipynb")
    for suffix, review in (("docx", False), ("review.docx", True)):
        written, _ = GongwenExporter(review=review).from_notebook_node(made)
        (place / f"{stem}.{suffix}").write_bytes(written)
    (folder / "facts.csv").write_bytes(facts_csv(results.facts))
    return place / f"{stem}.docx", folder / "facts.csv"


def period(folder: Path, name: str, tables: Any, before: Any = None, **params: Any) -> PeriodResults:
    """A period over these tables, after one over those before, if any."""
    previous = None
    if before is not None:
        then = results_of(folder / "then", params_of("2024-06"), **before)
        previous = Previous(parse_period("2024-05"), then.facts, Path("previous.csv"), "")
    return results_of(folder / "now", params_of(name, **params), previous, **tables)
