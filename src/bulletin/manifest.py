"""manifest.json: what a build was made from and what it left, for people, and for the next build to compare with."""

from __future__ import annotations

import importlib.metadata
import json
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

import bulletin
from bulletin.export.html.front import State
from bulletin.origin import Commit, InputTable, head_commit, params_content, program_digest
from bulletin.present.report import PeriodResults
from bulletin.project import Project
from bulletin.records.files import digest_of
from bulletin.records.schema import TABLES
from bulletin.reports import Job, Outcome

MANIFEST = "manifest.json"

_PACKAGES = ("pandas", "duckdb", "papermill", "nbconvert", "python-docx", "matplotlib", "seaborn", "openpyxl")


class EarlierPeriod(BaseModel):
    """The facts.csv of the earlier period."""

    period: str | None
    file: str
    sha256: str


class Inputs(BaseModel):
    """All that the reports of a build are made from: other inputs, other reports."""

    bulletin: str
    program: str
    commit: Commit | None
    packages: dict[str, str]
    params: dict[str, Any]
    notebooks: dict[str, str]
    inputs: list[InputTable]
    previous: EarlierPeriod | None

    def digest(self, notebook: Path) -> str:
        """One digest of what a report is made from that this notebook makes."""
        mine = self.model_dump(mode="json") | {"notebooks": self.notebooks.get(notebook.name)}
        return digest_of(json.dumps(mine, ensure_ascii=False, sort_keys=True).encode("utf-8"))


class ReportEntry(BaseModel):
    """One report: how it stands, the digest of the inputs that it was built from, its files' digests."""

    name: str
    folder: str
    state: State
    error: str
    inputs: str
    files: dict[str, str]


class Manifest(Inputs):
    """The whole file."""

    period: str
    generated_at: str
    git_commit: str | None
    python: str
    files: dict[str, str]
    reports: list[ReportEntry]

    def report(self, folder: str) -> ReportEntry | None:
        """The report of that folder."""
        return next((report for report in self.reports if report.folder == folder), None)


def read_manifest(folder: Path) -> Manifest | None:
    """What the last build said of itself; None where there's none, or one of an older version."""
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError):
        return None
    return manifest if all(source.table in TABLES for source in manifest.inputs) else None


def take_inputs(results: PeriodResults, jobs: Sequence[Job]) -> Inputs:
    """What this build's reports are made from."""
    previous = results.previous
    return Inputs(
        bulletin=bulletin.__version__,
        program=program_digest(),
        commit=results.commit,
        packages={name: importlib.metadata.version(name) for name in _PACKAGES},
        params=params_content(results.params),
        notebooks={path.name: file_digest(path) for path in {job.notebook for job in jobs} if path.is_file()},
        inputs=results.inputs,
        previous=previous
        and EarlierPeriod(period=results.params.previous, file=previous.path.name, sha256=previous.sha256),
    )


def report_entries(
    folder: Path, jobs: Sequence[Job], outcomes: Sequence[Outcome], inputs: Inputs, last: Manifest | None
) -> list[ReportEntry]:
    """How each report stands after this build."""
    ended = {outcome.folder: outcome for outcome in outcomes}
    return [
        _entry(folder, job, ended.get(job.folder), inputs, last.report(job.folder) if last else None) for job in jobs
    ]


def _entry(folder: Path, job: Job, outcome: Outcome | None, inputs: Inputs, last: ReportEntry | None) -> ReportEntry:
    files = {path.name: file_digest(path) for path in sorted((folder / job.folder).glob(f"{job.stem}.*"))}
    now = inputs.digest(job.notebook)
    whole = outcome is not None and not outcome.error
    built_from = now if whole else last.inputs if last and files else ""
    state: State
    if outcome is not None and whole:
        state = "unchanged" if outcome.unchanged else "built"
    elif outcome is not None:
        state = "kept" if files else "failed"
    elif not files:
        state = "missing"
    else:
        state = "unchanged" if built_from == now else "stale"
    error = outcome.error if outcome else ""
    return ReportEntry(name=job.name, folder=job.folder, state=state, error=error, inputs=built_from, files=files)


def make_manifest(
    project: Project, period: str, inputs: Inputs, files: Mapping[str, str], reports: list[ReportEntry], now: str
) -> Manifest:
    """The manifest of this build; `files` are the period's own files with their digests."""
    return Manifest(
        **dict(inputs),
        period=period,
        generated_at=now,
        git_commit=head_commit(project.root),
        python=platform.python_version(),
        files=dict(files),
        reports=reports,
    )


def file_digest(path: Path) -> str:
    """A file's SHA-256."""
    return digest_of(path.read_bytes())
