"""The record of a build, and the files of a period as a whole: figures, tables, quality, what changed, the manifest, the front page."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import bulletin
from bulletin.build.period_outputs import PeriodOutputs
from bulletin.build.quality import COPIES, CSV, XLSX, copies_in, publish_quality
from bulletin.build.request import PeriodBuild, Say
from bulletin.build.run import Job, Outcome
from bulletin.build.since import changes_since, read_last_build
from bulletin.build.summary import proof_line
from bulletin.export.html import facts_page
from bulletin.export.html.changes_page import Changes, changes_html
from bulletin.export.html.front import Card, FrontPage, key_figures, quality, ranking, render_front
from bulletin.export.notebook_words import NOTEBOOKS, notebooks_file, take_notebooks
from bulletin.export.sheets.excel import tables_xlsx
from bulletin.facts.facts import facts_csv
from bulletin.notebook.period import PeriodResults
from bulletin.project.digests import digest_of_file
from bulletin.project.earlier import FACTS
from bulletin.project.file_names import is_set_aside
from bulletin.project.fingerprint import Fingerprint, head_commit, params_content
from bulletin.project.manifest import MANIFEST, EarlierPeriod, Inputs, Manifest, ReportEntry, own_digest
from bulletin.project.params.edit import gap_lines
from bulletin.project.states import State
from bulletin.project.whole_file import publish_file
from bulletin.records.history import ROWS, list_rows, rows_file

_PACKAGES = ("pandas", "duckdb", "papermill", "nbconvert", "python-docx", "matplotlib", "seaborn", "openpyxl")

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


def record(
    made: PeriodBuild, jobs: Sequence[Job], parts: Mapping[str, Mapping[str, str]], outcomes: Sequence[Outcome]
) -> None:
    """Publish the period's own files, the manifest last: it says that all the others are there.

    `parts` say what each of the jobs' reports is made from (due.report_parts). What tells of the run is compared with the
    last one.

    Raises:
        BulletinError: `cannot-publish` or `cannot-write`, for example where a file is open in Excel.

    """
    now = dt.datetime.now().astimezone()
    results, outputs = made.results, made.outputs
    last = read_last_build(made.folder, made.differences.last, results.field)
    inputs, rows = take_inputs(results, made.fingerprint), list_rows(results.computed.records)
    notebooks = take_notebooks(made.project.notebooks / results.field.name / name for name in inputs.notebooks)
    changes = changes_since(last, inputs, results, rows, notebooks)
    _publish_results(results, outputs, made.say)
    reports = report_entries(outputs, jobs, outcomes, parts, last.reports)
    generated_at = f"{now:%Y-%m-%d %H:%M}"
    outputs.publish_file(changes_html(changes, results, generated_at).encode("utf-8"), CHANGES)
    outputs.publish_file(rows_file(rows), ROWS)
    outputs.publish_file(notebooks_file(notebooks), NOTEBOOKS)
    page = _front(made, zip(jobs, reports, strict=True), changes, generated_at)
    outputs.publish_file(page.encode("utf-8"), FRONT)
    pages = sorted((made.folder / facts_page.FOLDER).glob("*.html"))
    by_scope = [f"{facts_page.FOLDER}/{path.name}" for path in pages if outputs.is_left(path)]
    files = [*(name for name, _ in _FILES if name != MANIFEST), *by_scope, *_copies(outputs), ROWS, NOTEBOOKS, FRONT]
    manifest = Manifest(
        **dict(inputs),
        period=results.params.period,
        generated_at=now.isoformat(timespec="seconds"),
        git_commit=head_commit(made.project.root),
        python=platform.python_version(),
        origin=made.fingerprint,
        files={name: digest_of_file(made.folder / name) for name in files},
        reports=reports,
    )
    manifest = manifest.model_copy(update={"digest": own_digest(manifest.model_dump(mode="json"))})
    publish_file(manifest.model_dump_json(indent=2).encode("utf-8"), made.folder / MANIFEST)
    outputs.settle()


def _copies(outputs: PeriodOutputs) -> list[str]:
    return [f"{COPIES}/{path.name}" for path in copies_in(outputs)]


def take_inputs(results: PeriodResults, now: Fingerprint) -> Inputs:
    """Return what this build's outputs are made from."""
    previous = results.previous
    return Inputs(
        bulletin=bulletin.__version__,
        program=now.program,
        commit=now.commit,
        packages={name: importlib.metadata.version(name) for name in _PACKAGES},
        params=params_content(results.params),
        notebooks=now.notebooks,
        inputs=results.computed.inputs,
        county_inputs=dict(results.computed.inputs_of),
        previous=previous and EarlierPeriod(period=previous.period.name, file=previous.file, sha256=previous.sha256),
    )


def report_entries(
    outputs: PeriodOutputs,
    jobs: Sequence[Job],
    outcomes: Sequence[Outcome],
    parts: Mapping[str, Mapping[str, str]],
    last: Sequence[ReportEntry],
) -> list[ReportEntry]:
    """Return how each report stands after this build; `last` says how they stood after the last one."""
    ended = {outcome.folder: outcome for outcome in outcomes}
    before = {entry.folder: entry for entry in last}
    return [_entry(outputs, job, ended.get(job.folder), parts[job.folder], before.get(job.folder)) for job in jobs]


def _entry(
    outputs: PeriodOutputs, job: Job, outcome: Outcome | None, parts: Mapping[str, str], last: ReportEntry | None
) -> ReportEntry:
    paths = [
        path for path in sorted((outputs.folder / job.folder).glob(f"{job.stem}.*")) if not is_set_aside(path.name)
    ]
    # Of a file that was edited the digest stays that of what was built: the next build then knows it for edited.
    built = last.files if last else {}
    edited = [path.name for path in paths if not outputs.is_left(path)]
    files = {path.name: digest_of_file(path) for path in paths if path.name not in edited}
    files |= {name: built[name] for name in edited if name in built}
    whole = outcome is not None and not outcome.error
    # Files that aren't those of the last entry came from a build that never got to its manifest.
    same = last if last and files and last.files == files else None
    known = same.inputs if same else {}
    built_from = dict(parts) if whole else known
    state: State
    if outcome is not None and whole:
        state = "unchanged" if outcome.unchanged else "built"
    elif outcome is not None:
        state = "kept" if files else "failed"
    elif not files:
        state = "missing"
    else:
        state = "unchanged" if built_from == parts and not edited else "stale"
    error = outcome.error if outcome else ""
    findings = outcome.findings if outcome is not None and whole else same.findings if same else None
    return ReportEntry(
        name=job.name,
        scope=job.scope.code,
        parent=job.scope.parent,
        folder=job.folder,
        state=state,
        error=error,
        inputs=built_from,
        files=files,
        findings=findings,
    )


def _publish_results(results: PeriodResults, outputs: PeriodOutputs, say: Say) -> None:
    """What is a function of the inputs alone."""
    params = results.params
    about = [("期间", params.window.period.title), ("发文机关", params.bureau)]
    if params.notice:
        about.append(("声明", params.notice))
    outputs.publish_file(facts_csv(results.facts), FACTS)
    outputs.publish_file(tables_xlsx(results.field.annexes(results), about, params.day), "tables.xlsx")
    computed = results.computed
    told = publish_quality(computed.warnings, computed.records, outputs, say, computed.apart)
    if computed.warnings:
        say(str(told))
    pages = facts_page.facts_pages(results)
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


def _front(made: PeriodBuild, reports: Iterable[tuple[Job, ReportEntry]], changes: Changes, generated_at: str) -> str:
    results, outputs, params = made.results, made.outputs, made.results.params
    cards = []
    hrefs: dict[str, str] = {}
    for job, report in reports:
        files = [(label, f"{job.stem}.{kind}") for kind, label in _KINDS]
        links = [(label, f"{job.folder}/{name}") for label, name in files if name in report.files]
        proof = proof_line(made.folder, f"{job.folder}/{job.stem}.docx", report.findings) if report.files else ""
        edited = [(name, f"{job.folder}/{name}") for name in outputs.edited_in(job.folder)]
        cards.append(Card(job.name, report.state, report.error, links, proof, edited))
        if job.scope.parent and f"{job.stem}.html" in report.files:
            hrefs.setdefault(job.scope.code, f"{job.folder}/{job.stem}.html")
    return render_front(
        FrontPage(
            bureau=params.bureau,
            title=results.field.title,
            period_title=params.window.period.title,
            notice=params.notice,
            gaps=gap_lines(made.project, params),
            since=changes.summary,
            key_figures=key_figures(results),
            reports=cards,
            ranking=ranking(results, hrefs),
            quality=quality(results, [(Path(copy).name, copy) for copy in _copies(outputs)]),
            files=_FILES,
            edited=[(path, path) for path in _edited(outputs)],
            generated_at=generated_at,
        )
    )
