"""What reports are made from: the commit that a page names."""

from __future__ import annotations

import copy
import hashlib
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bulletin.digests import digest_of_notebook
from bulletin.origin import Commit, last_commit, params_digest
from tests.builders import params_of
from tests.conftest import needed

PERIOD = "2023"

Git = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """Git in a checkout of its own at `tmp_path`, which holds code, a notebook and the params of two periods."""
    program = needed("git", "git")

    def run(*arguments: str) -> str:
        who = ["-c", "user.name=a", "-c", "user.email=a@example.invalid", "-c", "commit.gpgsign=false"]
        command = [str(program), *who, *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout.decode().strip()

    run("init", "-q")
    for name in ("src/code.py", "notebooks/city.ipynb", "params/2023.yaml", "params/2024.yaml", "README.md"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("first", encoding="utf-8")
    run("add", ".")
    run("commit", "-qm", "first")
    return run


def commit(git: Git, path: Path) -> str:
    """Change a file and commit it."""
    path.write_text("second", encoding="utf-8")
    git("commit", "-qam", "second")
    return git("rev-parse", "HEAD")


def test_outside_a_checkout_there_is_no_commit(tmp_path: Path) -> None:
    assert last_commit(tmp_path, PERIOD) is None


def test_without_git_there_is_no_commit(tmp_path: Path, git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    assert last_commit(tmp_path, PERIOD)
    monkeypatch.setenv("PATH", "")
    assert last_commit(tmp_path, PERIOD) is None


def test_a_checkout_in_which_nothing_was_committed_has_no_commit(tmp_path: Path) -> None:
    subprocess.run([str(needed("git", "git")), "init", "-q"], cwd=tmp_path, check=True)
    assert last_commit(tmp_path, PERIOD) is None


@pytest.mark.parametrize("name", ["src/code.py", "notebooks/city.ipynb", "params/2023.yaml"])
def test_the_commit_is_the_last_that_touched_what_reports_are_made_from(tmp_path: Path, git: Git, name: str) -> None:
    sha = commit(git, tmp_path / name)
    commit(git, tmp_path / "README.md")
    assert last_commit(tmp_path, PERIOD) == Commit(sha=sha, changed=False)


@pytest.mark.parametrize("name", ["README.md", "params/2024.yaml"])
def test_what_a_periods_reports_are_not_made_from_is_no_commit_of_theirs(tmp_path: Path, git: Git, name: str) -> None:
    first = git("rev-parse", "HEAD")
    assert commit(git, tmp_path / name) != first
    (tmp_path / name).write_text("third", encoding="utf-8")
    assert last_commit(tmp_path, PERIOD) == Commit(sha=first, changed=False)


@pytest.mark.parametrize("name", ["src/code.py", "src/新.py", "notebooks/city.ipynb", "params/2023.yaml"])
def test_what_isnt_committed_is_said(tmp_path: Path, git: Git, name: str) -> None:
    first = git("rev-parse", "HEAD")
    git("config", "core.quotepath", "false")
    (tmp_path / name).write_text("second", encoding="utf-8")
    assert last_commit(tmp_path, PERIOD) == Commit(sha=first, changed=True)


NOTEBOOK = {
    "cells": [
        {"cell_type": "code", "id": "a", "metadata": {"tags": ["parameters"]}, "outputs": [], "execution_count": None,
         "source": ["period = 1\n", "x = 2"]},
        {"cell_type": "markdown", "id": "b", "metadata": {}, "source": "文", "attachments": {"a.png": {"image/png": "QQ=="}}},
    ],
    "metadata": {"kernelspec": {"name": "python3"}, "language_info": {"name": "python"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}  # fmt: skip


def changed_notebook(change: Callable[[dict[str, Any]], object]) -> bytes:
    """The notebook's file after a change."""
    notebook = copy.deepcopy(NOTEBOOK)
    change(notebook)
    return json.dumps(notebook).encode("utf-8")


INJECTED = {"cell_type": "code", "metadata": {"tags": ["injected-parameters"]}, "source": "period = 2", "outputs": []}

RUN: dict[str, Callable[[dict[str, Any]], object]] = {
    "outputs": lambda it: it["cells"][0]["outputs"].append({"output_type": "stream", "name": "stdout", "text": "x"}),
    "count": lambda it: it["cells"][0].update(execution_count=7),
    "language": lambda it: it["metadata"]["language_info"].update(version="3.13.1", file_extension=".py"),
    "folded": lambda it: it["cells"][0]["metadata"].update(collapsed=True, scrolled=True, trusted=True),
    "hidden": lambda it: it["cells"][0]["metadata"].update(jupyter={"source_hidden": True}),
    "times": lambda it: it["cells"][0]["metadata"].update(execution={"iopub.execute_input": "2024-03-05"}),
    "widgets": lambda it: it["metadata"].update(widgets={"state": {}}),
    "papermill": lambda it: it["metadata"].update(papermill={"duration": 1}),
    "id": lambda it: it["cells"][0].update(id="other"),
    "minor": lambda it: it.update(nbformat_minor=4),
    "one text": lambda it: it["cells"][0].update(source="period = 1\nx = 2"),
    "no kernel": lambda it: it["metadata"].pop("kernelspec"),
    "injected": lambda it: it["cells"].insert(1, INJECTED),
}

EDITED: dict[str, Callable[[dict[str, Any]], object]] = {
    "source": lambda it: it["cells"][0].update(source="period = 1\nx = 3"),
    "type": lambda it: it["cells"][1].update(cell_type="raw"),
    "order": lambda it: it["cells"].reverse(),
    "tag": lambda it: it["cells"][0]["metadata"].pop("tags"),
    "other tag": lambda it: it["cells"][1]["metadata"].update(tags=["remove-cell"]),
    "picture": lambda it: it["cells"][1].update(attachments={"a.png": {"image/png": "Qg=="}}),
    "gone": lambda it: it["cells"].pop(),
    "new": lambda it: it["cells"].append(it["cells"][1]),
    "injected elsewhere": lambda it: it["cells"].append(INJECTED),
}


@pytest.mark.parametrize("change", RUN.values(), ids=RUN)
def test_running_and_saving_a_notebook_changes_nothing(
    tmp_path: Path, git: Git, change: Callable[[dict[str, Any]], object]
) -> None:
    path = tmp_path / "notebooks/city.ipynb"
    path.write_bytes(changed_notebook(lambda _: None))
    git("commit", "-qam", "a notebook")
    sha, digest = git("rev-parse", "HEAD"), digest_of_notebook(path.read_bytes())
    path.write_bytes(changed_notebook(change))
    assert digest_of_notebook(path.read_bytes()) == digest
    assert last_commit(tmp_path, PERIOD) == Commit(sha=sha, changed=False)
    git("add", ".")  # it may be staged, too
    assert last_commit(tmp_path, PERIOD) == Commit(sha=sha, changed=False)
    (tmp_path / "src/code.py").write_text("second", encoding="utf-8")
    assert last_commit(tmp_path, PERIOD) == Commit(sha=sha, changed=True)


@pytest.mark.parametrize("change", EDITED.values(), ids=EDITED)
def test_whatever_reaches_a_report_is_a_change_of_its_notebook(
    tmp_path: Path, git: Git, change: Callable[[dict[str, Any]], object]
) -> None:
    path = tmp_path / "notebooks/city.ipynb"
    path.write_bytes(changed_notebook(lambda _: None))
    git("commit", "-qam", "a notebook")
    sha, digest = git("rev-parse", "HEAD"), digest_of_notebook(path.read_bytes())
    path.write_bytes(changed_notebook(change))
    assert digest_of_notebook(path.read_bytes()) != digest
    assert last_commit(tmp_path, PERIOD) == Commit(sha=sha, changed=True)


@pytest.mark.parametrize("written", [b"", b"{", b"[]", b"{}", b'{"cells": 1}', b'{"cells": [1]}', b"\xff"])
def test_what_is_no_notebook_is_known_by_its_bytes(written: bytes) -> None:
    assert digest_of_notebook(written) == hashlib.sha256(written).hexdigest()


def test_a_notebook_of_a_project_below_the_checkouts_top_is_found(tmp_path: Path, git: Git) -> None:
    path = tmp_path / "通报 {a}/notebooks/市 &.ipynb"
    path.parent.mkdir(parents=True)
    path.write_bytes(changed_notebook(lambda _: None))
    git("add", ".")
    git("commit", "-qm", "a project")
    sha = git("rev-parse", "HEAD")
    path.write_bytes(changed_notebook(RUN["outputs"]))
    assert last_commit(path.parents[1], PERIOD) == Commit(sha=sha, changed=False)
    path.write_bytes(changed_notebook(EDITED["source"]))
    assert last_commit(path.parents[1], PERIOD) == Commit(sha=sha, changed=True)
    path.unlink()
    assert last_commit(path.parents[1], PERIOD) == Commit(sha=sha, changed=True)


def test_looking_leaves_the_checkouts_index_alone(tmp_path: Path, git: Git) -> None:
    """Git would write down that a touched file is as it was, and lock the index for that."""
    index, code = tmp_path / ".git/index", tmp_path / "src/code.py"
    before = index.read_bytes()
    os.utime(code, (1, 1))
    assert last_commit(tmp_path, PERIOD) == Commit(sha=git("rev-parse", "HEAD"), changed=False)
    assert index.read_bytes() == before


def test_how_long_a_report_may_take_is_no_part_of_what_it_is_made_from() -> None:
    assert params_digest(params_of(report_timeout=5)) == params_digest(params_of())
    assert params_digest(params_of(notice="样例")) != params_digest(params_of())


def test_of_a_report_the_other_notebooks_dont_count(tmp_path: Path, git: Git) -> None:
    first = git("rev-parse", "HEAD")
    second = commit(git, tmp_path / "notebooks/city.ipynb")
    (tmp_path / "notebooks/city.ipynb").write_text("third", encoding="utf-8")
    assert last_commit(tmp_path, PERIOD, "notebooks/county.ipynb") == Commit(sha=first, changed=False)
    assert last_commit(tmp_path, PERIOD, "notebooks/city.ipynb") == Commit(sha=second, changed=True)
