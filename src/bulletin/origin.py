"""What a period's outputs are made from, told without reading it: program, libraries, params, notebooks, files."""

from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel

import bulletin
from bulletin.digests import digest_of, digest_of_data, digest_of_file, digest_of_notebook
from bulletin.earlier import find_earlier
from bulletin.params import Params
from bulletin.project import Project
from bulletin.unseen import visible

_SOURCES = {".py", ".j2", ".json", ".css", ".js"}


class Commit(BaseModel):
    """The last commit of what a period's reports are made from, and whether it was changed since."""

    sha: str
    changed: bool


class InputTable(BaseModel):
    """Rows of one table that a report uses, and where they stand.

    For the city it's a sheet with its file's digest, or of events in a database that of all that was counted there.
    For a county it's the county's own rows with a digest of them, of events of what was counted.
    """

    table: str
    file: str
    sheet: str
    sha256: str
    rows: int


class Origin(BaseModel):
    """Digests of all that a period's outputs are made from: where they are the same, so are the outputs.

    `data` has the files of the records by name; None where they are in a database, which has to be asked.
    """

    bulletin: str
    program: str
    commit: Commit | None
    environment: str
    params: str
    notebooks: dict[str, str]
    previous: str | None
    data: dict[str, str] | None


def take_origin(project: Project, params: Params) -> Origin:
    """As things stand now."""
    earlier = find_earlier(project, params).found
    return Origin(
        bulletin=bulletin.__version__,
        program=program_digest(),
        commit=last_commit(project.root, params.period),
        environment=environment_digest(),
        params=params_digest(params),
        notebooks={
            path.name: digest_of_notebook(path.read_bytes()) for path in sorted(project.notebooks.glob("*.ipynb"))
        },
        previous=digest_of_file(earlier.path) if earlier else None,
        data=_data_files(project.data(params.data)),
    )


def _data_files(location: Path | str) -> dict[str, str] | None:
    """Every file that may be read, and some that won't: a file too many is read for nothing, one too few is missed."""
    if isinstance(location, str):
        return None
    files = sorted(location.iterdir()) if location.is_dir() else [location]
    return {
        visible(str(path)): digest_of_file(path)
        for path in files
        if path.is_file() and not path.name.startswith((".", "~$"))
    }


def params_content(params: Params) -> dict[str, Any]:
    """All that the params say of what is built, defaults included, as plain data; not how long it may take."""
    return params.model_dump(mode="json", by_alias=True, exclude={"report_timeout"})


def params_digest(params: Params) -> str:
    """One digest of all that the params say."""
    return digest_of_data(params_content(params))


@cache
def program_digest() -> str:
    """The digest of our own code: a checkout can change without its version."""
    root = Path(bulletin.__file__).parent
    files = sorted(path for path in root.rglob("*") if path.suffix in _SOURCES)
    named = (f"{path.relative_to(root).as_posix()} {digest_of_file(path)}\n" for path in files)
    return digest_of("".join(named).encode("utf-8"))


@cache
def environment_digest() -> str:
    """The digest of Python's version and those of all that is installed."""
    installed = {path.name for place in sys.path for path in Path(place).glob("*.dist-info")}
    return digest_of_data([platform.python_version(), *sorted(installed)])


def last_commit(root: Path, period: str, notebooks: str = "notebooks") -> Commit | None:
    """The last commit that touched the code, the notebooks or the period's params; None outside a git checkout.

    `notebooks` may be one report's own: the others then don't count.
    """
    made_from = ("src", notebooks, f"params/{period}.yaml")
    sha = _git(root, ["rev-list", "-1", "HEAD", "--", *made_from])
    return Commit(sha=sha, changed=_is_changed(root, made_from)) if sha else None


def _is_changed(root: Path, made_from: Sequence[str]) -> bool:
    """Whether anything differs from the last commit: a notebook that was only run doesn't, as no digest of it does."""
    states = _git(root, ["status", "-z", "--porcelain", "--no-renames", "--", *made_from]).split("\0")
    return any(not _only_run(root, state[:2], state[3:]) for state in states if state)


def _only_run(root: Path, state: str, name: str) -> bool:
    """Whether git's state of a file, which it names from the checkout's top, is that of a notebook with other outputs."""
    if not name.endswith(".ipynb") or "M" not in state:
        return False
    path = Path(_git(root, ["rev-parse", "--show-toplevel"])) / name
    committed = _git(root, ["show", f"HEAD:{name}"])
    return path.is_file() and digest_of_notebook(committed.encode("utf-8")) == digest_of_notebook(path.read_bytes())


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
    return done.stdout.decode("utf-8", "replace").rstrip()
