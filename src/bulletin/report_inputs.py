"""What each report is made from, part by part, and how it stands: whether it has to be built again, and why."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import bulletin
from bulletin.digests import digest_of_data, digest_of_file
from bulletin.facts import facts_csv
from bulletin.manifest import EarlierPeriod, Inputs, Manifest, ReportEntry, intact, own_digest
from bulletin.metrics.figures import CITY
from bulletin.origin import Origin, head_commit, params_content
from bulletin.period_outputs import PeriodOutputs, is_set_aside
from bulletin.present.report import PeriodResults
from bulletin.project import Project
from bulletin.reports import Job, Outcome
from bulletin.states import State

_PACKAGES = ("pandas", "duckdb", "papermill", "nbconvert", "python-docx", "matplotlib", "seaborn", "openpyxl")

_PARTS = {
    "program": "程序",
    "environment": "程序库",
    "params": "参数",
    "notebook": "笔记本",
    "previous": "上一期指标",
    "figures": "指标",
    "rows": "数据",
    "commit": "报告末尾的提交号",
}


def take_inputs(results: PeriodResults, origin: Origin) -> Inputs:
    """What this build's outputs are made from."""
    previous = results.previous
    return Inputs(
        bulletin=bulletin.__version__,
        program=origin.program,
        commit=origin.commit,
        packages={name: importlib.metadata.version(name) for name in _PACKAGES},
        params=params_content(results.params),
        notebooks=origin.notebooks,
        inputs=results.inputs,
        county_inputs=results.county_inputs,
        previous=previous and EarlierPeriod(period=previous.period.name, file=previous.file, sha256=previous.sha256),
    )


def report_parts(results: PeriodResults, origin: Origin, jobs: Sequence[Job]) -> dict[str, dict[str, str]]:
    """For each report, by its folder, the digests of what it's made from.

    A county's report may use its own rows and every figure: the city's figures, which it shows, are of all counties.
    """
    common = {
        "program": digest_of_data([origin.bulletin, origin.program]),
        "environment": origin.environment,
        "params": origin.params,
        "previous": origin.previous or "",
        "figures": digest_of_data([facts_csv(results.facts).decode("utf-8-sig"), _rows_behind(results, CITY)]),
    }
    return {
        job.folder: common
        | {
            "notebook": origin.notebooks.get(job.notebook.name, ""),
            "rows": _rows(results, job.parameters.get("county")),
            "commit": _commit(results, job),
        }
        for job in jobs
    }


def _commit(results: PeriodResults, job: Job) -> str:
    """A digest of what a report's foot says of its commit."""
    commit = results.commits[job.notebook.name]
    return digest_of_data(commit and commit.model_dump())


def _rows(results: PeriodResults, county: str | None) -> str:
    if county is None:
        return digest_of_data([each.model_dump() for each in results.inputs])
    own = [each.model_dump() for each in results.county_inputs[county]]
    return digest_of_data([own, results.county_weeks[county], _rows_behind(results, county)])


def _rows_behind(results: PeriodResults, scope: str) -> dict[str, Any]:
    return {table: each.plain for table, each in results.rows[scope].items()}


def reasons(entry: ReportEntry | None, folder: Path, parts: Mapping[str, str]) -> str:
    """Why a report has to be built; nothing where it's as it would be."""
    if entry is None or not entry.inputs:
        return "还没有生成"
    if not intact(folder / entry.folder, entry.files):
        return "文件缺失或被改动"
    changed = [title for part, title in _PARTS.items() if entry.inputs.get(part) != parts[part]]
    if len(changed) > 1 and changed[-1] == _PARTS["commit"]:
        del changed[-1]  # it follows from the others
    return f"{'、'.join(changed)}有变" if changed else ""


def report_entries(
    outputs: PeriodOutputs,
    jobs: Sequence[Job],
    outcomes: Sequence[Outcome],
    parts: Mapping[str, Mapping[str, str]],
    last: Sequence[ReportEntry],
) -> list[ReportEntry]:
    """How each report stands after this build; `last` says how they stood after the last one."""
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
        folder=job.folder,
        state=state,
        error=error,
        inputs=built_from,
        files=files,
        findings=findings,
    )


def make_manifest(
    project: Project,
    period: str,
    inputs: Inputs,
    origin: Origin,
    files: Mapping[str, str],
    reports: list[ReportEntry],
    now: str,
) -> Manifest:
    """The manifest of this build; `files` are the period's own files with their digests."""
    manifest = Manifest(
        **dict(inputs),
        period=period,
        generated_at=now,
        git_commit=head_commit(project.root),
        python=platform.python_version(),
        origin=origin,
        files=dict(files),
        reports=reports,
    )
    return manifest.model_copy(update={"digest": own_digest(manifest.model_dump(mode="json"))})
