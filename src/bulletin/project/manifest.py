"""manifest.json: what a build was made from and what it left, for people, and for the next build to compare with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, StringConstraints, ValidationError

from bulletin.project.digests import digest_of_data, digest_of_file
from bulletin.project.fingerprint import Commit, Fingerprint, InputTable
from bulletin.project.states import State
from bulletin.project.unseen import UNSEEN

MANIFEST = "manifest.json"


def _inside(name: str) -> str:
    """A path below the period's folder: the file may be anybody's, and no name in it leads elsewhere."""
    path = Path(name)
    if not path.parts or path.anchor or ".." in path.parts or UNSEEN.search(name):
        raise ValueError("no path below the folder")
    return name


_Inside = Annotated[str, AfterValidator(_inside)]
_Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Files = dict[_Inside, _Digest]
"""Digests by the names of files, with / between folders."""


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
    """One report: how it stands, the digests of what it was built from (build.due), its files' digests.

    `scope` is whom it is of, `parent` whom that lies in, None of the topmost. `findings` is how many the proof-reading of its draft has, None where it wasn't read.
    """

    name: str
    folder: _Inside
    state: State
    error: str
    inputs: dict[str, str]
    files: Files
    findings: int | None = None
    scope: str = ""
    parent: str | None = None


class Manifest(Inputs):
    """The whole file. `origin` is what the build began from; `digest` is that of all the rest."""

    period: str
    generated_at: str
    git_commit: str | None
    python: str
    origin: Fingerprint
    files: Files
    reports: list[ReportEntry]
    digest: str = ""

    @property
    def listed(self) -> dict[str, str]:
        """Every file with its digest, by its path below the period's folder."""
        of_reports = (
            (f"{report.folder}/{name}", each) for report in self.reports for name, each in report.files.items()
        )
        return self.files | dict(of_reports)

    def report(self, folder: str) -> ReportEntry | None:
        """The report of that folder."""
        return next((report for report in self.reports if report.folder == folder), None)


def read_manifest(folder: Path) -> Manifest | None:
    """What the last build said of itself; None where there's none, or one of an older version."""
    try:
        return Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError):
        return None


def own_digest(content: Mapping[str, Any]) -> str:
    """What `digest` should be in a manifest's JSON: it tells that the file was edited or cut, not who wrote it.

    It's of what the file says, not of the model: another version's manifest has other keys and is none the less whole.
    """
    return digest_of_data({key: value for key, value in content.items() if key != "digest"})


def is_as_written(folder: Path) -> bool:
    """Whether the manifest that `read_manifest` reads has the digest of its own content."""
    try:
        content = json.loads((folder / MANIFEST).read_bytes())
        return bool(content["digest"] == own_digest(content))
    except (OSError, ValueError, LookupError, TypeError):
        return False


def intact(folder: Path, files: Mapping[str, str]) -> bool:
    """Whether the files are there as they were published."""
    try:
        return bool(files) and all(digest_of_file(folder / name) == digest for name, digest in files.items())
    except OSError:
        return False
