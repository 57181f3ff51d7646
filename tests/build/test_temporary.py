"""The folder for temporary files: one a period, empty at the start, gone at the end, never somebody else's."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from bulletin.build import lock
from bulletin.build.lock import LOCK
from bulletin.build.temporary import at_work, temporary_folder


@pytest.fixture(autouse=True)
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files of the test's own."""
    folder = tmp_path / "system"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.delenv("TEMP", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


def test_what_is_left_is_gone_at_the_end(system: Path, tmp_path: Path) -> None:
    with temporary_folder(tmp_path / "outputs"):
        with tempfile.NamedTemporaryFile(delete=False) as file:
            left = Path(file.name)
        asked = [sys.executable, "-c", "import tempfile; print(tempfile.gettempdir())"]
        told = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
        assert left.parent.parent == system
        assert Path(told) == left.parent
    assert list(system.iterdir()) == []
    assert Path(tempfile.gettempdir()) == system
    assert os.environ["TMPDIR"] == str(system)
    assert "TEMP" not in os.environ


def test_the_next_of_the_same_period_takes_away_what_a_killed_one_left(system: Path, tmp_path: Path) -> None:
    with temporary_folder(tmp_path / "outputs"):
        own = Path(tempfile.gettempdir())
    own.mkdir()
    (own / "openpyxl.x").write_bytes(b"left")
    with temporary_folder(tmp_path / "others"):
        assert (own / "openpyxl.x").exists()
    with temporary_folder(tmp_path / "outputs"):
        assert list(own.iterdir()) == []
    assert list(system.iterdir()) == []


def test_a_link_in_its_place_is_not_followed(system: Path, tmp_path: Path) -> None:
    with temporary_folder(tmp_path / "outputs"):
        own = Path(tempfile.gettempdir())
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "file").write_bytes(b"theirs")
    try:
        own.symlink_to(theirs)
    except OSError:
        pytest.skip("this user may make no links")
    with temporary_folder(tmp_path / "outputs"):
        assert Path(tempfile.gettempdir()) == system
    assert (theirs / "file").read_bytes() == b"theirs"


def test_who_is_at_work_holds_the_lock_until_the_temporary_files_are_gone(
    system: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go, left = lock._let_go, []

    def note(held: int, path: Path) -> None:
        left.append(list(system.iterdir()))
        let_go(held, path)

    monkeypatch.setattr(lock, "_let_go", note)
    outputs = tmp_path / "outputs"
    with at_work(outputs, pytest.fail) as waited:
        assert (outputs / LOCK).is_file()
        assert Path(tempfile.gettempdir()).parent == system
    assert (waited, left, outputs.exists()) == (False, [[]], False)
