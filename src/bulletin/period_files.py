"""The files of a period as a whole: figures, tables, quality, what changed, the manifest, the front page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bulletin.digests import digest_of_file
from bulletin.export.excel import tables_xlsx
from bulletin.export.html import facts_page
from bulletin.export.html.changes_page import Changes, changes_html
from bulletin.export.html.front import Card, FrontPage, key_figures, quality, ranking, render_front
from bulletin.facts import facts_csv
from bulletin.facts_file import FACTS
from bulletin.last_build import changes_since, read_last_build
from bulletin.manifest import MANIFEST, ReportEntry
from bulletin.origin import Origin
from bulletin.params.text import gap_lines
from bulletin.present.report import PeriodResults
from bulletin.present.tables import annex_tables
from bulletin.project import Project
from bulletin.publish import publish_file, renewed_folder
from bulletin.quality import COPIES, CSV, XLSX, copies_in, publish_quality
from bulletin.records.row_list import ROWS, list_rows, rows_file
from bulletin.report_inputs import make_manifest, report_entries, take_inputs
from bulletin.reports import Job, Outcome
from bulletin.summary import proof_line

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
    folder: Path,
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
    last = read_last_build(folder)
    inputs, rows = take_inputs(results, origin), list_rows(results.checked.records)
    changes = changes_since(last, inputs, results.facts, rows)
    _publish_results(results, folder, say)
    params = results.params
    told = changes_html(changes, params.window.period.title, params.notice, generated_at)
    publish_file(told.encode("utf-8"), folder / CHANGES)
    publish_file(rows_file(rows), folder / ROWS)
    copies = [f"{COPIES}/{path.name}" for path in copies_in(folder)]
    by_county = [f"{facts_page.FOLDER}/{path.name}" for path in sorted((folder / facts_page.FOLDER).glob("*.html"))]
    files = [*(name for name, _ in _FILES if name != MANIFEST), *by_county, *copies, ROWS, FRONT]
    reports = report_entries(folder, jobs, outcomes, parts, last.reports)
    page = _front(project, results, folder, jobs, reports, copies, changes, generated_at)
    publish_file(page.encode("utf-8"), folder / FRONT)
    digests = {name: digest_of_file(folder / name) for name in files}
    manifest = make_manifest(
        project, params.period, inputs, origin, digests, reports, now.isoformat(timespec="seconds")
    )
    publish_file(manifest.model_dump_json(indent=2).encode("utf-8"), folder / MANIFEST)


def _publish_results(results: PeriodResults, folder: Path, say: Callable[[str], None]) -> None:
    """What is a function of the inputs alone."""
    params = results.params
    about = [("期间", params.window.period.title), ("发文机关", params.bureau)]
    if params.notice:
        about.append(("声明", params.notice))
    publish_file(facts_csv(results.facts), folder / FACTS)
    publish_file(tables_xlsx(annex_tables(results), about, params.day), folder / "tables.xlsx")
    told = publish_quality(results.checked.warnings, results.checked.records, folder, say)
    if results.checked.warnings:
        say(str(told))
    pages = facts_page.facts_pages(results.facts, params)
    _publish_county_facts(pages, folder)
    publish_file(pages[facts_page.PAGE].encode("utf-8"), folder / facts_page.PAGE)


def _publish_county_facts(pages: dict[str, str], folder: Path) -> None:
    """Replace the folder of the counties' pages whole; it's gone where one page holds all."""
    with renewed_folder(folder / facts_page.FOLDER) as staged:
        for name, page in pages.items():
            if name != facts_page.PAGE:
                (staged.parent / name).write_text(page, encoding="utf-8", newline="\n")


def _front(
    project: Project,
    results: PeriodResults,
    folder: Path,
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
        proof = proof_line(folder, f"{job.folder}/{job.stem}.docx", report.findings) if report.files else ""
        cards.append(Card(job.name, report.state, report.error, links, proof))
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
            generated_at=generated_at,
        )
    )
