"""What reports are made from: the program, its commit, the params and the records, each by a digest."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel

import bulletin
from bulletin.metrics import Metrics
from bulletin.params import Params
from bulletin.records import CheckedRecords
from bulletin.records.files import digest_of

_SOURCES = {".py", ".j2", ".json", ".css", ".js"}


class InputTable(BaseModel):
    """One sheet of the records; `sha256` is its file's, or of events in a database of all that was counted there."""

    table: str
    file: str
    sheet: str
    sha256: str
    rows: int


def input_tables(checked: CheckedRecords, metrics: Metrics) -> list[InputTable]:
    """Every sheet that was read, in the order of reading."""
    live = checked.records.live
    return [
        InputTable(
            table=source.table,
            file=source.file,
            sheet=source.sheet,
            sha256=_counted(checked, metrics, source.table) if source.table in live else source.sha256,
            rows=source.rows,
        )
        for source in checked.records.sources
    ]


def _counted(checked: CheckedRecords, metrics: Metrics, table: str) -> str:
    """The digest of what a table of events in a database gave: the weekly counts, and what was left out."""
    weekly = metrics.weeks.checkins if table == "checkins" else metrics.weeks.remote
    parts = (weekly, checked.left_out[checked.left_out["table"] == table])
    return digest_of("".join(part.to_csv(index=False) for part in parts).encode("utf-8"))


def params_content(params: Params) -> dict[str, Any]:
    """All that the params say, defaults included, as plain data."""
    return params.model_dump(mode="json", by_alias=True)


def params_digest(params: Params) -> str:
    """One digest of all that the params say."""
    return digest_of(json.dumps(params_content(params), ensure_ascii=False, sort_keys=True).encode("utf-8"))


@cache
def program_digest() -> str:
    """The digest of our own code: a checkout can change without its version."""
    root = Path(bulletin.__file__).parent
    files = sorted(path for path in root.rglob("*") if path.suffix in _SOURCES)
    named = (f"{path.relative_to(root).as_posix()} {digest_of(path.read_bytes())}\n" for path in files)
    return digest_of("".join(named).encode("utf-8"))


class Commit(BaseModel):
    """The last commit of what a period's reports are made from, and whether it was changed since."""

    sha: str
    changed: bool


def last_commit(root: Path, period: str) -> Commit | None:
    """The last commit that touched the code, the notebooks or the period's params; None outside a git checkout."""
    made_from = ("src", "notebooks", f"params/{period}.yaml")
    sha = _git(root, ["rev-list", "-1", "HEAD", "--", *made_from])
    return Commit(sha=sha, changed=bool(_git(root, ["status", "--porcelain", "--", *made_from]))) if sha else None


def head_commit(root: Path) -> str | None:
    """The commit that the project stands at; None outside a git checkout or without git."""
    return _git(root, ["rev-parse", "HEAD"]) or None


def _git(root: Path, arguments: Sequence[str]) -> str:
    try:
        # Reports are made at the same time: none may wait for another's lock on the index.
        command = ["git", "--no-optional-locks", *arguments]
        done = subprocess.run(command, cwd=root, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.decode("utf-8", "replace").strip()
