"""One build at a time: the second waits and says so; a lock ends with its holder, and leaves nothing behind."""

from __future__ import annotations

import errno
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bulletin.build import lock
from bulletin.build.lock import LOCK, alone


def test_a_lock_that_nobody_holds_is_taken_without_a_word_and_leaves_nothing(tmp_path: Path) -> None:
    said: list[str] = []
    folder = tmp_path / "outputs" / "2023"
    with alone(folder, said.append) as waited:
        assert (folder / LOCK).is_file()
    assert (waited, said, list(tmp_path.iterdir())) == (False, [], [])


def test_what_was_written_and_what_was_there_before_stays(tmp_path: Path) -> None:
    folder = tmp_path / "outputs" / "2023"
    folder.parent.mkdir()
    with alone(folder, print):
        (folder / "facts.csv").write_bytes(b"1")
    with alone(tmp_path / "outputs" / "2024", print):
        pass
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")] == [
        "outputs",
        "outputs/2023",
        "outputs/2023/facts.csv",
    ]


def test_the_second_says_so_once_and_waits_until_the_first_has_ended(tmp_path: Path) -> None:
    said: list[str] = []
    at: list[str] = []
    waiting, inside = threading.Event(), threading.Event()

    def first() -> None:
        with alone(tmp_path, print):
            inside.set()
            assert waiting.wait(10)
            at.append("first")

    def say(line: str) -> None:
        said.append(line)
        waiting.set()

    other = threading.Thread(target=first)
    other.start()
    assert inside.wait(10)
    with alone(tmp_path, say) as waited:
        at.append("second")
    other.join()
    assert (waited, at) == (True, ["first", "second"])
    assert said == [f"另一个程序正在生成或核对 {tmp_path}，等它结束后继续；不想等请按 Ctrl-C。"]
    assert list(tmp_path.iterdir()) == []


def test_no_two_are_ever_inside_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "2023"
    folder.mkdir()
    inside: list[int] = []
    most: list[int] = []

    def go(number: int) -> None:
        for _ in range(5):
            with alone(folder, lambda _: None):
                inside.append(number)
                most.append(len(inside))
                inside.remove(number)

    lock_pause, lock._PAUSE = lock._PAUSE, 0.001
    try:
        threads = [threading.Thread(target=go, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        lock._PAUSE = lock_pause
    assert most == [1] * 30
    assert list(folder.iterdir()) == []


def test_an_error_lets_the_lock_go(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="x"), alone(tmp_path, print):
        raise ValueError("x")
    with alone(tmp_path, pytest.fail):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_lock_left_by_one_that_was_killed_is_taken_at_once(tmp_path: Path) -> None:
    code = f"""
import os, signal
from pathlib import Path
from bulletin.build.lock import alone
with alone(Path({str(tmp_path)!r}), print):
    os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9
    assert (tmp_path / LOCK).is_file()
    with alone(tmp_path, pytest.fail) as waited:
        pass
    assert not waited
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="flock")
@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP])
def test_a_share_that_knows_no_locks_is_said_and_no_obstacle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, "No locks available")

    monkeypatch.setattr("fcntl.flock", refuse)
    said: list[str] = []
    with alone(tmp_path, said.append) as waited:
        pass
    assert not waited
    assert list(tmp_path.iterdir()) == []
    assert said == [f"无法锁定 {tmp_path}（这个磁盘或网络位置不支持这一操作）：请不要同时在另一处生成同一期间。"]


def test_a_folder_that_cant_be_made_is_said_and_left_to_those_who_write(tmp_path: Path) -> None:
    (tmp_path / "outputs").write_bytes(b"")
    said: list[str] = []
    with alone(tmp_path / "outputs" / "2023", said.append):
        pass
    assert said == [
        f"无法锁定 {tmp_path / 'outputs' / '2023'}（路径中有一处是文件，不是文件夹）：请不要同时在另一处生成同一期间。"
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps the name of a file that is open")
def test_a_lock_on_a_file_that_its_last_holder_has_taken_away_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = lock._locked
    tries: list[bool] = []

    def late(opened: int) -> bool:
        tries.append(locked(opened))
        if len(tries) == 1:
            (tmp_path / LOCK).unlink()  # as the holder does between our opening it and our locking it
        return tries[-1]

    monkeypatch.setattr(lock, "_locked", late)
    with alone(tmp_path, print):
        assert (tmp_path / LOCK).is_file()
    assert tries == [True, True]
