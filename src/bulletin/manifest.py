"""manifest.json: what a build was made from and what it left, for people, and for the next build to compare with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from bulletin.digests import digest_of_file
from bulletin.origin import Commit, InputTable, Origin
from bulletin.states import State

MANIFEST = "manifest.json"


class EarlierPeriod(BaseModel):
    """The facts.csv of the earlier period."""

    period: str | None
    file: str
    sha256: str


class Inputs(BaseModel):
    """All that the outputs of a build are made from, as it's told to people.

    `county_inputs` has each county's own rows, by its code, as the foot of its page names them.
    """

    bulletin: str
    program: str
    commit: Commit | None
    packages: dict[str, str]
    params: dict[str, Any]
    notebooks: dict[str, str]
    inputs: list[InputTable]
    county_inputs: dict[str, list[InputTable]]
    previous: EarlierPeriod | None


class ReportEntry(BaseModel):
    """One report: how it stands, the digests of what it was built from (report_inputs), its files' digests."""

    name: str
    folder: str
    state: State
    error: str
    inputs: dict[str, str]
    files: dict[str, str]


class Manifest(Inputs):
    """The whole file. `origin` is what the build began from."""

    period: str
    generated_at: str
    git_commit: str | None
    python: str
    origin: Origin
    files: dict[str, str]
    reports: list[ReportEntry]

    def report(self, folder: str) -> ReportEntry | None:
        """The report of that folder."""
        return next((report for report in self.reports if report.folder == folder), None)


def read_manifest(folder: Path) -> Manifest | None:
    """What the last build said of itself; None where there's none, or one of an older version."""
    try:
        return Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError):
        return None


def intact(folder: Path, files: Mapping[str, str]) -> bool:
    """Whether the files are there as they were published."""
    try:
        return bool(files) and all(digest_of_file(folder / name) == digest for name, digest in files.items())
    except OSError:
        return False
