"""What reports are made from: the commit that a page names."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

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
