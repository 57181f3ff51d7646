"""What is published stands whole or not at all, and what was there before stays until then."""

from __future__ import annotations

import errno
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bulletin.build.publish import (
    close_staging,
    is_cut_off,
    open_staging,
    publish_folder,
    renewed_folder,
    withdraw_folder,
)
from bulletin.project import whole_file
from bulletin.project.errors import BulletinError
from bulletin.project.whole_file import place, publish_file

Rename = Callable[[Path, Path], Path]


def written(folder: Path, text: str) -> Path:
    """A report's folder with one file."""
    folder.mkdir(parents=True)
    (folder / "report.html").write_text(text, encoding="utf-8")
    return folder


def text_of(folder: Path) -> str:
    return (folder / "report.html").read_text(encoding="utf-8")


def failing_from(monkeypatch: pytest.MonkeyPatch, first: int, error: BaseException) -> None:
    """Let every rename from the `first`-th on fail, as where a file is open in Word."""
    calls = 0
    rename: Rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        nonlocal calls
        calls += 1
        if calls >= first:
            raise error
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)


def refusing(monkeypatch: pytest.MonkeyPatch, number: int, error: BaseException, times: int = 1_000) -> None:
    """Let the `number`-th rename fail so many times, one time after another, and the others succeed."""
    asked: list[tuple[Path, Path]] = []
    rename: Rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        asked.append((self, target))
        first = list(dict.fromkeys(asked))
        if first[number - 1 : number] == [(self, target)] and asked.count((self, target)) <= times:
            raise error
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)


@pytest.fixture(autouse=True)
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that were waited for a refused move, in no time."""
    pauses: list[float] = []
    monkeypatch.setattr("bulletin.project.patience.sleep", pauses.append)
    monkeypatch.setattr("bulletin.project.patience.monotonic", lambda: sum(pauses))
    return pauses


@pytest.mark.parametrize("place", ["city", "counties/141022-翼城县"])
def test_a_report_is_published_where_nothing_was(tmp_path: Path, place: str) -> None:
    staging = open_staging(tmp_path / "2023")
    publish_folder(written(staging / "0", "新"), tmp_path / "2023" / place, staging)
    close_staging(staging)
    assert text_of(tmp_path / "2023" / place) == "新"
    assert sorted(path.name for path in (tmp_path / "2023").iterdir()) == [place.split("/", maxsplit=1)[0]]


def test_a_report_takes_the_place_of_the_earlier_one_whole(tmp_path: Path) -> None:
    target = written(tmp_path / "city", "旧")
    (target / "left_over.png").write_bytes(b"x")
    staging = open_staging(tmp_path)
    publish_folder(written(staging / "0", "新"), target, staging)
    assert [path.name for path in target.iterdir()] == ["report.html"]
    assert text_of(target) == "新"


@pytest.mark.parametrize("number", [1, 2])
def test_a_failed_rename_leaves_the_earlier_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    target = written(tmp_path / "city", "旧")
    staging = open_staging(tmp_path)
    staged = written(staging / "0", "新")
    refusing(monkeypatch, number, PermissionError(13, "busy"))
    with pytest.raises(
        BulletinError, match=r"无法替换 .*city（没有权限，或文件正被其他程序打开）。请关闭正在 Word.*；原有文件未改动"
    ) as caught:
        publish_folder(staged, target, staging)
    close_staging(staging)
    assert caught.value.code == "cannot-publish"
    assert text_of(target) == "旧"


@pytest.mark.parametrize("number", [1, 2])
def test_a_rename_that_is_refused_for_a_moment_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, slept: list[float]
) -> None:
    target = written(tmp_path / "city", "旧")
    staging = open_staging(tmp_path)
    refusing(monkeypatch, number, PermissionError(13, "busy"), times=2)
    publish_folder(written(staging / "0", "新"), target, staging)
    assert text_of(target) == "新"
    assert len(slept) == 2
    assert sum(slept) < 1


def test_a_rename_that_stays_refused_is_waited_for_two_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slept: list[float]
) -> None:
    target = written(tmp_path / "city", "旧")
    staging = open_staging(tmp_path)
    refusing(monkeypatch, 1, PermissionError(13, "busy"))
    with pytest.raises(BulletinError, match=r"无法替换 .*city（没有权限，或文件正被其他程序打开）"):
        publish_folder(written(staging / "0", "新"), target, staging)
    assert sum(slept) == pytest.approx(2.0)


def test_a_withdrawal_and_a_put_back_that_are_refused_for_a_moment_are_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    period = tmp_path / "2023"
    aside = written(period / ".staging" / "replaced" / "2023" / "city", "旧")
    with monkeypatch.context() as patched:
        refusing(patched, 1, PermissionError(13, "busy"), times=2)
        staging = open_staging(period)
    assert not aside.exists()
    assert text_of(period / "city") == "旧"
    refusing(monkeypatch, 1, PermissionError(13, "busy"), times=2)
    withdraw_folder(period / "city", staging)
    close_staging(staging)
    assert list(period.iterdir()) == []


@pytest.mark.parametrize("times", [2, 1_000])
def test_a_file_that_another_program_holds_is_replaced_once_it_lets_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int, slept: list[float]
) -> None:
    target = tmp_path / "facts.csv"
    target.write_bytes(b"old")
    tries = 0
    replace: Rename = Path.replace

    def held(self: Path, place: Path) -> Path:
        nonlocal tries
        tries += 1
        if tries <= times:
            raise PermissionError(13, "busy")
        return replace(self, place)

    monkeypatch.setattr(Path, "replace", held)
    if times == 2:
        publish_file(b"new", target)
        assert target.read_bytes() == b"new"
        assert tries == 3
    else:
        with pytest.raises(BulletinError, match=r"无法写入 .*facts\.csv（没有权限，或文件正被其他程序打开）"):
            publish_file(b"new", target)
        assert target.read_bytes() == b"old"
        assert sum(slept) == pytest.approx(2.0)
    assert list(tmp_path.iterdir()) == [target]


def test_a_staging_folder_that_is_looked_at_for_a_moment_is_removed_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    staging = open_staging(tmp_path)
    tries = 0
    remove = shutil.rmtree

    def held(path: Path, ignore_errors: bool = False) -> None:
        nonlocal tries
        tries += 1
        if tries <= 2:
            raise PermissionError(13, "busy")
        remove(path, ignore_errors)

    monkeypatch.setattr(shutil, "rmtree", held)
    close_staging(staging)
    assert not staging.exists()


def test_a_folder_that_is_withdrawn_is_gone_with_the_staging_folder(tmp_path: Path) -> None:
    target = written(tmp_path / "2023" / "quality", "旧")
    for _ in range(2):  # the second time there's nothing to withdraw
        staging = open_staging(tmp_path / "2023")
        withdraw_folder(target, staging)
        close_staging(staging)
        assert list((tmp_path / "2023").iterdir()) == []


def test_a_folder_that_cant_be_withdrawn_stays_and_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = written(tmp_path / "quality", "旧")
    staging = open_staging(tmp_path)
    refusing(monkeypatch, 1, PermissionError(13, "busy"))
    with pytest.raises(BulletinError, match=r"无法替换 .*quality（没有权限，或文件正被其他程序打开）") as caught:
        withdraw_folder(target, staging)
    assert caught.value.code == "cannot-publish"
    assert text_of(target) == "旧"


def test_a_failed_first_publication_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    staging = open_staging(tmp_path)
    staged = written(staging / "0", "新")
    refusing(monkeypatch, 1, PermissionError(13, "busy"))
    with pytest.raises(BulletinError):
        publish_folder(staged, tmp_path / "city", staging)
    assert not (tmp_path / "city").exists()


@pytest.mark.parametrize("error", [PermissionError(13, "busy"), KeyboardInterrupt()])
def test_the_earlier_report_is_not_lost_where_it_cant_be_put_back_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    target = written(tmp_path / "2023" / "city", "旧")
    staging = open_staging(tmp_path / "2023")
    staged = written(staging / "0", "新")
    with monkeypatch.context() as patched:
        failing_from(patched, 2, error)
        with pytest.raises((BulletinError, KeyboardInterrupt)):
            publish_folder(staged, target, staging)
    close_staging(staging)  # as a build does whatever happened
    open_staging(tmp_path / "2023")  # as the next build does
    assert text_of(target) == "旧"


@pytest.mark.parametrize("place", ["city", "counties/141022-翼城县"])
def test_what_a_build_that_was_cut_off_moved_aside_is_put_back(tmp_path: Path, place: str) -> None:
    period = tmp_path / "2023"
    target = written(period / place, "旧")
    aside = period / ".staging" / "replaced" / target.parent.name / target.name
    aside.parent.mkdir(parents=True)
    target.rename(aside)
    written(period / ".staging" / "0", "半份")
    staging = open_staging(period)
    assert text_of(target) == "旧"
    assert list(staging.iterdir()) == []


def test_what_was_moved_aside_never_takes_the_place_of_a_newer_report(tmp_path: Path) -> None:
    target = written(tmp_path / "2023" / "city", "新")
    written(tmp_path / "2023" / ".staging" / "replaced" / "2023" / "city", "旧")
    open_staging(tmp_path / "2023")
    assert text_of(target) == "新"


def test_staging_is_inside_the_folder_so_that_a_rename_is_enough(tmp_path: Path) -> None:
    staging = open_staging(tmp_path / "a" / "2023")
    assert staging == tmp_path / "a" / "2023" / ".staging"
    assert staging.is_dir()
    close_staging(staging)
    assert not staging.exists()


def test_a_folder_that_is_a_file_is_said_in_chinese(tmp_path: Path) -> None:
    (tmp_path / "2023").write_bytes(b"")
    with pytest.raises(
        BulletinError, match=r"无法写入 .*2023（路径中有一处是文件，不是文件夹）。请移走它，或换一个文件夹"
    ) as caught:
        open_staging(tmp_path / "2023")
    assert caught.value.code == "cannot-write"


def test_a_folder_that_cant_be_made_is_said_in_chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(self: Path, **_options: bool) -> None:
        raise PermissionError(13, "denied", str(self))

    monkeypatch.setattr(Path, "mkdir", refusing)
    with pytest.raises(BulletinError, match=r"无法写入 .*（没有权限，或文件正被其他程序打开）。请关闭正在 Word"):
        open_staging(tmp_path / "2023")


def test_a_file_in_the_way_of_the_counties_is_said_in_chinese(tmp_path: Path) -> None:
    (tmp_path / "counties").write_bytes(b"")
    staging = open_staging(tmp_path)
    with pytest.raises(BulletinError) as caught:
        publish_folder(written(staging / "0", "新"), tmp_path / "counties" / "1", staging)
    assert caught.value.code == "cannot-publish"


@pytest.mark.parametrize("earlier", [None, b"old"])
def test_a_file_is_written_whole_and_leaves_nothing_beside_it(tmp_path: Path, earlier: bytes | None) -> None:
    target = tmp_path / "2023" / "facts.csv"
    if earlier is not None:
        target.parent.mkdir()
        target.write_bytes(earlier)
    publish_file(b"new", target)
    assert target.read_bytes() == b"new"
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("step", ["write_bytes", "replace"])
def test_a_file_that_cant_be_written_leaves_the_earlier_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    target = tmp_path / "facts.csv"
    target.write_bytes(b"old")

    def failing(self: Path, _argument: object) -> None:
        if step == "write_bytes":
            self.touch()  # a full disk leaves a part of the file
        raise OSError(28, "full")

    with monkeypatch.context() as patched:
        patched.setattr(Path, step, failing)
        with pytest.raises(
            BulletinError, match=r"无法写入 .*facts\.csv（磁盘已满）。请清理磁盘空间后重试，.*；原有文件未改动"
        ) as caught:
            publish_file(b"new", target)
    assert caught.value.code == "cannot-publish"
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_the_earlier_file_is_there_until_the_new_one_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "facts.csv"
    target.write_bytes(b"old")
    seen: list[tuple[bytes, bytes]] = []
    replace: Rename = Path.replace

    def watching(self: Path, place: Path) -> Path:
        seen.append((self.read_bytes(), place.read_bytes()))
        return replace(self, place)

    monkeypatch.setattr(Path, "replace", watching)
    publish_file(b"new", target)
    assert seen == [(b"new", b"old")]


def test_a_file_whose_folder_is_a_file_is_said_in_chinese(tmp_path: Path) -> None:
    (tmp_path / "2023").write_bytes(b"")
    with pytest.raises(BulletinError) as caught:
        publish_file(b"new", tmp_path / "2023" / "quality.csv")
    assert caught.value.code == "cannot-publish"


def test_a_link_left_beside_a_file_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "outside").write_bytes(b"theirs")
    (tmp_path / "outputs").mkdir()
    try:
        (tmp_path / "outputs/.facts.csv.new").symlink_to(tmp_path / "outside")
        (tmp_path / "outputs/facts.csv").symlink_to(tmp_path / "outside")
    except OSError:
        pytest.skip("this user may make no links")
    publish_file(b"new", tmp_path / "outputs/facts.csv")
    assert (tmp_path / "outside").read_bytes() == b"theirs"
    assert (tmp_path / "outputs/facts.csv").read_bytes() == b"new"
    assert not (tmp_path / "outputs/facts.csv").is_symlink()


KILLED = """
import os, signal, sys
from pathlib import Path
from bulletin.build.publish import close_staging, open_staging, publish_folder
from bulletin.project.whole_file import publish_file

left = int(sys.argv[2])
def count(event, args):
    global left
    if event not in ("os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree"):
        return
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(count)
folder = Path(sys.argv[1])
staging = open_staging(folder)
(staging / "0").mkdir()
(staging / "0/report.html").write_text("新", encoding="utf-8")
publish_folder(staging / "0", folder / "counties/1", staging)
close_staging(staging)
publish_file(b"new", folder / "facts.csv")
"""
"""Publishes a report and a file, and is killed before the so-manieth of all that it changes on the disk."""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_killed_before_any_single_step_it_leaves_the_old_or_the_new_once_the_next_has_begun(tmp_path: Path) -> None:
    seen: list[tuple[str, bytes]] = []
    for steps in range(100):
        folder = tmp_path / str(steps)
        written(folder / "counties/1", "旧")
        (folder / "facts.csv").write_bytes(b"old")
        command = [sys.executable, "-c", KILLED, str(folder), str(steps)]
        status = subprocess.run(command, check=False).returncode
        assert status in (0, -9)
        assert (folder / "counties/1").exists() or is_cut_off(folder)
        close_staging(open_staging(folder))
        seen.append((text_of(folder / "counties/1"), (folder / "facts.csv").read_bytes()))
        assert sorted(path.name for path in folder.iterdir()) == ["counties", "facts.csv"]
        if status == 0:
            break
    assert len(seen) > 8
    assert list(dict.fromkeys(seen)) == [("旧", b"old"), ("新", b"old"), ("新", b"new")]


def test_what_is_published_is_on_the_disk_before_it_takes_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    did: list[str] = []
    for name in ("rename", "replace"):
        move: Rename = getattr(Path, name)

        def moving(self: Path, target: Path, move: Rename = move) -> Path:
            did.append(f"moved {self.name}")
            return move(self, target)

        monkeypatch.setattr(Path, name, moving)
    monkeypatch.setattr(whole_file, "_synced", lambda path, _: did.append(f"synced {path.name}"))
    staging = open_staging(tmp_path / "2023")
    publish_folder(written(staging / "0", "新"), tmp_path / "2023" / "city", staging)
    publish_file(b"new", tmp_path / "2023" / "facts.csv")
    assert did == [
        *("synced report.html", "synced 0", "moved 0", "synced 2023"),
        *("synced .facts.csv.new", "moved .facts.csv.new", "synced 2023"),
    ]


def test_a_full_disk_is_told_though_the_content_reaches_it_only_when_it_has_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "facts.csv").write_bytes(b"old")

    def full(_opened: int) -> None:
        raise OSError(28, "No space left on device")  # as a network share says it

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(BulletinError, match="磁盘已满"):
        publish_file(b"new", tmp_path / "facts.csv")
    assert (tmp_path / "facts.csv").read_bytes() == b"old"


def test_a_disk_that_is_full_while_a_folder_is_filled_is_said_and_the_folder_stays(tmp_path: Path) -> None:
    target = written(tmp_path / "quality", "旧")
    told = r"无法写入 .*quality（磁盘已满）。请清理磁盘空间"
    with pytest.raises(BulletinError, match=told) as caught, renewed_folder(target):
        raise OSError(28, "No space left on device")
    assert caught.value.code == "cannot-write"
    assert text_of(target) == "旧"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("stray", [".staging/0", ".facts.csv.new/0"])
def test_a_folder_is_cut_off_until_the_next_staging_is_closed(tmp_path: Path, stray: str) -> None:
    assert not is_cut_off(tmp_path)
    (tmp_path / stray).parent.mkdir(parents=True)
    assert is_cut_off(tmp_path)
    (tmp_path / stray).parent.rmdir()
    (tmp_path / ".facts.csv.new").write_bytes(b"half")
    close_staging(open_staging(tmp_path))
    assert not is_cut_off(tmp_path)


def test_what_is_in_a_staging_folder_is_named_by_the_folder_around_it(tmp_path: Path) -> None:
    def told(name: str | None, otherwise: Path | str = "临时文件") -> str:
        return str(place(OSError(errno.ENOSPC, "full", name), otherwise))

    period = tmp_path / "2023"
    assert told(str(period / ".staging/0/report.html")) == str(period)
    assert told(str(period / ".staging")) == str(period)
    assert told(None, period / ".staging/0") == str(period)
    assert told("data/x.csv", period / ".staging/0") == "data/x.csv"
    assert told(None) == "临时文件"
