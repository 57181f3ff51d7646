"""Two builds of a period at once, or a build and a check: one waits and says so, and nothing is mixed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bulletin.build.lock import alone
from tests.build.faults import FIRST, SECOND, Built, Note, Trial, without_run
from tests.build.projects import PLAIN

WAITS = "另一个程序正在生成或核对"


@pytest.fixture
def trial(built: Built, tmp_path: Path) -> Iterator[Trial]:
    """A project in which every report has to be built."""
    made = built.again(tmp_path, SECOND)
    yield made
    for left in made.processes():  # of a test that failed
        os.kill(left, signal.SIGKILL)


def wait_for(process: subprocess.Popen[str], word: str) -> str:
    """What it has printed up to a line that begins so; one that doesn't get there within a minute is killed."""
    seen = ""
    late = threading.Timer(60, process.kill)
    late.start()
    assert process.stdout is not None
    try:
        for line in process.stdout:
            seen += line
            if line.startswith(word):
                return seen
    finally:
        late.cancel()
    raise AssertionError(f"no {word} in {seen}")


def ended(process: subprocess.Popen[str]) -> str:
    """What it goes on to print; it must end well."""
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out


def test_of_two_builds_at_once_one_waits_and_then_has_nothing_to_do(trial: Trial, built: Built, survived: Note) -> None:
    tries = 2
    for turn in range(tries):
        trial.records((SECOND, FIRST)[turn])
        both = [trial.start(), trial.start()]
        told = sorted((ended(process) for process in both), key=lambda out: WAITS in out)
        assert WAITS not in told[0]
        assert "生成 3 份，失败 0 份" in told[0]
        assert "数据、参数、笔记本和程序都没有变化，不必重新生成" in told[1]
        assert without_run(trial.left()) == without_run(built.finished[(SECOND, FIRST)[turn]])
        assert trial.strays() == []
    line = next(line for line in told[1].splitlines() if line.startswith(WAITS))
    survived("two builds of a period at once", tries, tries, line.replace(str(trial.project), "…"))


def test_a_build_of_newer_records_and_a_check_wait_for_a_build_and_the_newest_stands(
    trial: Trial, built: Built, survived: Note
) -> None:
    older = trial.start()
    wait_for(older, "开始生成")
    trial.records(FIRST)
    check, newer = trial.start("check", "2023"), trial.start()
    ended(older)
    for process in (check, newer):
        assert WAITS in ended(process)
    assert without_run(trial.left()) == without_run(built.finished[FIRST])
    assert trial.strays() == []
    survived("a build, a check and a build of newer records at once", 1, 1, "")


def test_who_only_looks_waits_for_nobody(trial: Trial, built: Built, tmp_path: Path) -> None:
    with alone(trial.period, print):
        dry = trial.run("build", "2023", "--dry-run")
        assert "需生成：全市通报" in dry.stdout
        trial.records(FIRST)
        again = built.trial.run()  # of another copy: a path is part of what records are known by
    assert dry.returncode == 0
    assert "没有变化" in again.stdout
    assert WAITS not in dry.stdout + again.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_who_waits_for_a_build_that_is_killed_goes_on_at_once(trial: Trial, built: Built, survived: Note) -> None:
    first = trial.start()
    wait_for(first, "开始生成")
    second = trial.start()
    wait_for(second, WAITS)
    first.send_signal(signal.SIGKILL)
    killed = time.monotonic()
    wait_for(second, "正在读取")  # it reads only with the lock in its hand
    assert time.monotonic() - killed < 5
    assert "生成 3 份" in ended(second)
    first.communicate(timeout=30)
    assert trial.all_end()
    assert without_run(trial.left()) == without_run(built.finished[SECOND])
    assert trial.strays() == []
    survived("a build killed while another waits for it", 1, 1, "")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_processes_of_a_killed_build_end_where_nothing_forks_too(trial: Trial) -> None:
    process = trial.start(before=PLAIN)
    wait_for(process, "开始生成")
    while len(trial.processes()) < 4:  # two workers, a kernel at the least, and multiprocessing's own
        time.sleep(0.05)
    process.kill()
    process.communicate(timeout=30)
    assert trial.all_end(seconds=6)
    assert trial.run().returncode == 0
