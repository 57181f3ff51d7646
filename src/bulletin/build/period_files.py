"""The files of a period as a whole: figures, tables, quality, what changed, the manifest, the front page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from bulletin.build.period_outputs import PeriodOutputs
from bulletin.build.publish import publish_file
from bulletin.build.quality import COPIES, CSV, XLSX, copies_in, publish_quality
from bulletin.build.report_inputs import make_manifest, report_entries, take_inputs
from bulletin.build.run import Job, Outcome
from bulletin.build.since import changes_since, read_last_build
from bulletin.build.summary import proof_line
from bulletin.export.html import facts_page
from bulletin.export.html.changes_page import Changes, changes_html
from bulletin.export.html.front import Card, FrontPage, key_figures, quality, ranking, render_front
from bulletin.export.notebook_words import NOTEBOOKS, notebooks_file, take_notebooks
from bulletin.export.sheets.excel import tables_xlsx
from bulletin.facts.facts import facts_csv
from bulletin.mines.span import other_periods_line
from bulletin.mines.tables import annex_tables
from bulletin.notebook.report import PeriodResults
from bulletin.project.digests import digest_of_file
from bulletin.project.earlier import FACTS
from bulletin.project.fingerprint import Origin
from bulletin.project.manifest import MANIFEST, ReportEntry
from bulletin.project.params.edit import gap_lines
from bulletin.project.paths import Project
from bulletin.records.history import ROWS, list_rows, rows_file

CHANGES, FRONT = "changes.html", "index.html"

_FILES = (
    (facts_page.PAGE, "全部指标：数值、分子分母、口径和来源，可查找、筛选、排序"),
    (FACTS, "全部指标，供其他程序读取"),
    ("tables.xlsx", "附件各表，数字可直接计算"),
    (XLSX, "数据问题汇总和逐条清单"),
    (CSV, "数据问题逐条清单，供其他程序读取"),
    (CHANGES, "与上次生成相比，哪些指标和输入有变化"),
    (MANIFEST, "本次生成的输入、参数、版本和摘要"),
)

_KINDS = (("html", "网页"), ("docx", "Word"), ("review.docx", "审核稿"), ("ipynb", "笔记本"))


def publish_period(
    project: Project,
    results: PeriodResults,
    origin: Origin,
    outputs: PeriodOutputs,
    jobs: Sequence[Job],
    parts: Mapping[str, Mapping[str, str]],
    outcomes: Sequence[Outcome],
    say: Callable[[str], None],
) -> None:
    """Publish the period's own files, the manifest last: it says that all the others are there.

    What tells of the run is compared with the last one.
    `parts` say what each of the jobs' reports is made from (report_inputs).

    Raises:
        BulletinError: `cannot-publish` or `cannot-write`, for example where a file is open in Excel.

    """
    now = dt.datetime.now().astimezone()
    generated_at = f"{now:%Y-%m-%d %H:%M}"
    folder = outputs.folder
    last = read_last_build(folder, results.checked.records.schema)
    inputs, rows = take_inputs(results, origin), list_rows(results.checked.records)
    notebooks = take_notebooks(project.notebooks / name for name in inputs.notebooks)
    changes = changes_since(last, inputs, results.facts, rows, notebooks)
    _publish_results(results, outputs, say)
    params = results.params
    told = changes_html(changes, params.window.period.title, params.notice, generated_at, last.schema)
    outputs.publish_file(told.encode("utf-8"), CHANGES)
    outputs.publish_file(rows_file(rows), ROWS)
    outputs.publish_file(notebooks_file(notebooks), NOTEBOOKS)
    copies = [f"{COPIES}/{path.name}" for path in copies_in(outputs)]
    pages = sorted((folder / facts_page.FOLDER).glob("*.html"))
    by_county = [f"{facts_page.FOLDER}/{path.name}" for path in pages if outputs.is_left(path)]
    files = [*(name for name, _ in _FILES if name != MANIFEST), *by_county, *copies, ROWS, NOTEBOOKS, FRONT]
    reports = report_entries(outputs, jobs, outcomes, parts, last.reports)
    page = _front(project, results, outputs, jobs, reports, copies, changes, generated_at)
    outputs.publish_file(page.encode("utf-8"), FRONT)
    digests = {name: digest_of_file(folder / name) for name in files}
    manifest = make_manifest(
        project, params.period, inputs, origin, digests, reports, now.isoformat(timespec="seconds")
    )
    publish_file(manifest.model_dump_json(indent=2).encode("utf-8"), folder / MANIFEST)
    outputs.settle()


def _publish_results(results: PeriodResults, outputs: PeriodOutputs, say: Callable[[str], None]) -> None:
    """What is a function of the inputs alone."""
    params = results.params
    about = [("期间", params.window.period.title), ("发文机关", params.bureau)]
    if params.notice:
        about.append(("声明", params.notice))
    outputs.publish_file(facts_csv(results.facts), FACTS)
    outputs.publish_file(tables_xlsx(annex_tables(results), about, params.day), "tables.xlsx")
    checked = results.checked
    told = publish_quality(
        checked.warnings, checked.records, outputs, say, other_periods_line(checked.apart, checked.window)
    )
    if checked.warnings:
        say(str(told))
    pages = facts_page.facts_pages(results.facts, params)
    _publish_county_facts(pages, outputs)
    outputs.publish_file(pages[facts_page.PAGE].encode("utf-8"), facts_page.PAGE)


def _publish_county_facts(pages: dict[str, str], outputs: PeriodOutputs) -> None:
    """Replace the folder of the counties' pages whole; it's gone where one page holds all."""
    with outputs.renewed_folder(outputs.folder / facts_page.FOLDER) as staged:
        for name, page in pages.items():
            if name != facts_page.PAGE:
                (staged.parent / name).write_text(page, encoding="utf-8", newline="\n")


def _edited(outputs: PeriodOutputs) -> Iterator[str]:
    """The edited files that lie set aside among the period's own, by path."""
    for place in ("", COPIES, facts_page.FOLDER):
        yield from (f"{place}/{name}".lstrip("/") for name in outputs.edited_in(place))


def _front(
    project: Project,
    results: PeriodResults,
    outputs: PeriodOutputs,
    jobs: Sequence[Job],
    reports: Sequence[ReportEntry],
    copies: Sequence[str],
    changes: Changes,
    generated_at: str,
) -> str:
    params = results.params
    cards, hrefs = [], {}
    for job, report in zip(jobs, reports, strict=True):
        files = [(label, f"{job.stem}.{kind}") for kind, label in _KINDS]
        links = [(label, f"{job.folder}/{name}") for label, name in files if name in report.files]
        proof = proof_line(outputs.folder, f"{job.folder}/{job.stem}.docx", report.findings) if report.files else ""
        edited = [(name, f"{job.folder}/{name}") for name in outputs.edited_in(job.folder)]
        cards.append(Card(job.name, report.state, report.error, links, proof, edited))
        if "county" in job.parameters and f"{job.stem}.html" in report.files:
            hrefs[job.parameters["county"]] = f"{job.folder}/{job.stem}.html"
    return render_front(
        FrontPage(
            bureau=params.bureau,
            period_title=params.window.period.title,
            notice=params.notice,
            gaps=gap_lines(project, params),
            since=changes.summary,
            key_figures=key_figures(results),
            reports=cards,
            ranking=ranking(results, hrefs),
            quality=quality(results, [(Path(copy).name, copy) for copy in copies]),
            files=_FILES,
            edited=[(path, path) for path in _edited(outputs)],
            generated_at=generated_at,
        )
    )
