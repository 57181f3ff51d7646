"""A full disk, a read-only one, a folder where a file is, a file that is held open: a message, and nothing lost."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from tests.build.faults import FIRST, SECOND, Built, Note, Trial, build_both, message, units, without_run
from tests.build.projects import make_real_project
from tests.builders import JIA, YI


class Disk:
    """A small disk in memory."""

    def __init__(self, place: Path) -> None:
        self._place = place
        place.mkdir(parents=True)
        self._mount("-t", "tmpfs", "-o", "size=64m", "tmpfs", str(place))

    def _mount(self, *options: str) -> None:
        done = subprocess.run(["mount", *options], capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"this machine lets not even root make a small disk ({done.stderr.strip()})")

    def leave(self, kilobytes: int) -> None:
        """Let so much be free and no more."""
        usage = shutil.disk_usage(self._place)
        self._mount("-o", f"remount,size={usage.used // 1024 + kilobytes}k", str(self._place))

    def grow(self) -> None:
        """Let there be room again, and let it be written to."""
        self._mount("-o", "remount,rw,size=64m", str(self._place))

    def make_read_only(self) -> None:
        """Refuse every write, root's too."""
        self._mount("-o", "remount,ro", str(self._place))

    def remove(self) -> None:
        """Take it away."""
        subprocess.run(["umount", str(self._place)], check=True)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A built project with the notebooks that the field has: how much of it a disk takes depends on their size."""
    return build_both(tmp_path_factory.mktemp("built"), make_real_project)


@pytest.fixture
def trial(built: Built, tmp_path: Path) -> Trial:
    """A project that was built, with the records that it was built with."""
    return built.again(tmp_path)


@pytest.fixture
def disk(trial: Trial) -> Iterator[Disk]:
    """The trial's outputs, on a disk of their own."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root can make a small disk")
    (trial.project / "outputs").rename(trial.project / "aside")
    made = Disk(trial.project / "outputs")
    shutil.move(trial.project / "aside/2023", trial.period)
    (trial.project / "aside").rmdir()
    try:
        yield made
    finally:
        made.remove()


def refused(trial: Trial, *options: str, before: str = "") -> subprocess.CompletedProcess[str]:
    """A build that can't be whole: it says so, in Chinese, and leaves each published thing as it was or new and whole."""
    then = trial.left()
    done = trial.run(*options, before=before)
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stdout + done.stderr
    assert "Errno" not in done.stdout + done.stderr
    assert ".staging" not in done.stdout + done.stderr  # nobody knows what that is
    assert trial.all_end()
    assert then.keys() <= trial.left().keys()
    return done


def mended(trial: Trial, finished: Mapping[str, bytes]) -> None:
    """Once the fault is gone, the next build does all and leaves nothing."""
    done = trial.run()
    assert done.returncode == 0, done.stderr
    assert without_run(trial.left()) == without_run(finished)
    assert trial.strays() == []


def old_or_new(then: dict[str, bytes], trial: Trial, finished: Mapping[str, bytes]) -> set[str]:
    """Each thing that is published is wholly as it was, or wholly as a finished build has it; gives what is new."""
    old, new = units(then), units(without_run(finished))
    found = units(trial.left())
    for name, files in found.items():
        assert files == old.get(name) or without_run(files) == new.get(name, {}), name
    return {name for name in old if found[name] != old[name]}


def test_a_disk_that_fills_while_reports_are_made_loses_nothing(
    built: Built, trial: Trial, disk: Disk, survived: Note
) -> None:
    rooms: Sequence[int] = (0, 300, 800)
    stages: list[tuple[int, set[str]]] = []
    for turn, room in enumerate(rooms):
        records = (SECOND, FIRST)[turn % 2]
        trial.records(records)
        then = trial.left()
        disk.leave(room)
        done = refused(
            trial, "build", "2023", "--jobs", "1"
        )  # one after another: the city's needs more than a county's
        assert "磁盘已满）。请清理磁盘空间后重试，或换一个文件夹" in done.stderr
        new = old_or_new(then, trial, built.finished[records])
        stages.append((done.returncode, new & {"city", f"counties/{JIA}-甲县", f"counties/{YI}-乙区"}))
        disk.grow()
        mended(trial, built.finished[records])
    assert stages == [(2, set()), (1, set()), (1, {f"counties/{JIA}-甲县", f"counties/{YI}-乙区"})]
    survived("a disk that fills while reports are made", len(rooms), len(rooms), message(done, trial))


def test_a_disk_that_fills_while_the_periods_own_files_are_written_loses_nothing(
    trial: Trial, disk: Disk, survived: Note
) -> None:
    finished = trial.left()
    rooms, stages = (0, 8, 24), set()
    for room in rooms:
        (trial.period / "facts.csv").unlink()
        then = trial.left()
        disk.leave(room)
        done = refused(trial)
        assert done.returncode == 2
        old_or_new(then, trial, finished)
        stages.add(message(done, trial).partition("（")[0].rpartition("/")[2])
        disk.grow()
        mended(trial, finished)
    assert stages == {"facts.csv", "tables.xlsx", "facts.html"}
    survived("a disk that fills while the period's files are written", len(rooms), len(rooms), message(done, trial))


def test_a_read_only_folder_is_said_and_a_build_with_nothing_to_do_needs_no_other(
    trial: Trial, disk: Disk, survived: Note
) -> None:
    assert trial.run().returncode == 0
    finished = trial.left()
    disk.make_read_only()
    assert "没有变化" in trial.run().stdout
    trial.records(SECOND)
    assert "需生成：全市通报" in trial.run("build", "2023", "--dry-run").stdout
    done = refused(trial)
    assert done.returncode == 2
    assert "无法锁定" in done.stdout
    assert "只读的）。请换一个可以写入的文件夹。" in done.stderr
    assert trial.left() == finished
    trial.records("S9,M2,2023-01-05 09:00,是,2,是")
    faulty = refused(trial, "check", "2023")
    assert "现为“S9”" in faulty.stderr  # the faults matter more than where their list is
    trial.records(FIRST)
    disk.grow()
    mended(trial, finished)
    survived("a read-only outputs folder", 2, 2, message(done, trial))


def test_a_file_in_the_place_of_the_outputs_is_said(trial: Trial, survived: Note) -> None:
    shutil.rmtree(trial.project / "outputs")
    (trial.project / "outputs").write_bytes(b"mine")
    done = trial.run()
    assert done.returncode == 2
    assert "outputs/2023（路径中有一处是文件，不是文件夹）。请移走它，或换一个文件夹。" in done.stderr
    assert (trial.project / "outputs").read_bytes() == b"mine"
    survived("a file in the place of the outputs folder", 1, 1, message(done, trial))


OPEN_IN_WORD = """
from pathlib import Path
rename = Path.rename
def locked(self, target):
    if (self / "bulletin.docx").exists() and self.name == "city":
        raise PermissionError(13, "Permission denied", str(self))
    return rename(self, target)
Path.rename = locked
"""
"""As Windows refuses to move a folder while Word has a file in it open."""

OPEN_IN_EXCEL = """
from pathlib import Path
replace = Path.replace
def locked(self, target):
    if Path(target).name == "tables.xlsx":
        raise PermissionError(13, "Permission denied", str(self))
    return replace(self, target)
Path.replace = locked
"""
"""As Windows refuses to replace a file that Excel has open."""


def test_a_report_that_is_open_in_word_stays_and_the_others_are_published(
    built: Built, trial: Trial, survived: Note
) -> None:
    trial.records(SECOND)
    then = trial.left()
    done = refused(trial, before=OPEN_IN_WORD)
    assert done.returncode == 1
    assert "失败：全市通报：无法替换" in done.stderr
    assert "请关闭正在 Word、Excel、WPS 或浏览器中打开的文件" in done.stderr
    new = old_or_new(then, trial, built.finished[SECOND])
    assert "city" not in new
    assert {f"counties/{JIA}-甲县", f"counties/{YI}-乙区"} <= new
    mended(trial, built.finished[SECOND])
    survived("a report open in Word (a refused rename; Windows itself isn't tried)", 1, 1, message(done, trial))


def test_a_workbook_that_is_open_in_excel_stays_and_is_named(trial: Trial, survived: Note) -> None:
    finished = trial.left()
    (trial.period / "facts.csv").unlink()
    done = refused(trial, before=OPEN_IN_EXCEL)
    assert done.returncode == 2
    assert "tables.xlsx（没有权限，或文件正被其他程序打开）。请关闭正在 Word、Excel" in done.stderr
    assert trial.left()["tables.xlsx"] == finished["tables.xlsx"]
    mended(trial, finished)
    survived("a workbook open in Excel (a refused replace; Windows itself isn't tried)", 1, 1, message(done, trial))
