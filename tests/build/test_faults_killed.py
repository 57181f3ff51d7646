"""`kill -9` at any moment of a build, its workers or its kernels: what was published stays whole, the next build mends all."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.build.faults import FIRST, SECOND, Built, Note, Trial, units, without_run
from tests.builders import JIA
from tests.times import times

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

SEED = int(os.environ.get("BULLETIN_SEED", "20240305"))
TRIES = times(20, 4)
WHOLE = "whole"
TARGETS = ("the build", "its process group", "a child", "a kernel")


def kill(trial: Trial, process: subprocess.Popen[str], target: str, chance: random.Random) -> str:
    """Kill what is meant, or the build itself where it has no such process any more; says what, nothing where it had ended."""
    if target == "its process group":
        os.killpg(process.pid, signal.SIGKILL)
        return target
    end = time.monotonic() + 1
    while target != "the build" and time.monotonic() < end:
        children = [pid for pid in trial.processes() if pid != process.pid]
        meant = [pid for pid in children if target == "a child" or _session(pid) == pid]
        if meant:
            with suppress(ProcessLookupError):
                os.kill(chance.choice(sorted(meant)), signal.SIGKILL)
            return target
    if process.poll() is not None:
        return ""
    process.kill()
    return "the build"


def _session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return 0


def whole(before: dict[str, bytes], after: dict[str, bytes], built: Mapping[str, Mapping[str, bytes]]) -> list[str]:
    """What is published and neither wholly as it was nor wholly as one of the finished builds has it."""
    then, now = units(before), units(after)
    torn = [f"{name} is gone" for name in then if name not in now]
    for name, files in now.items():
        if files == then.get(name):
            continue
        made = without_run(files)
        complete = [units(each).get(name, {}) for each in built.values()]
        if not any(files.keys() == each.keys() and without_run(each) == made for each in complete):
            torn.append(f"{name} is neither the old nor the new")
    return torn


@dataclass
class Lane:
    """Tries one after another in one project; two lanes keep two cores at work."""

    trial: Trial
    built: Built
    log: list[str] = field(default_factory=list)
    killed: int = 0

    def run(self, numbers: range) -> Lane:
        """Kill a build for each of these numbers, and see what the next one makes of it."""
        for turn, number in enumerate(numbers):
            chance = random.Random(number)  # noqa: S311 (not for secrets)
            self._try(number, chance, (SECOND, FIRST)[turn % 2])
        return self

    def _try(self, seed: int, chance: random.Random, records: str) -> None:
        options = ("build", "2023", *chance.choice([["--county", "甲县"], ["--county", "甲县"], []]))
        target, trial = TARGETS[seed % len(TARGETS)], self.trial
        trial.records(records)
        after, told = chance.uniform(0, self.built.seconds), ""
        while not told:
            before = trial.left()
            told = self._killed(trial.start(*options, "--force"), target, after, chance)
            after /= 1 if told else 2  # it had ended
        found = [] if trial.all_end() else [f"processes live on: {trial.processes()}"]
        found += whole(before, trial.left(), self.built.finished)
        again = trial.run(*options)
        if again.returncode != 0:
            found.append(f"the next build ended with {again.returncode}: {again.stderr}")
        wanted = self.built.finished[records]
        if len(options) > 2:  # the other reports stay as they are
            wanted = {name: content for name, content in wanted.items() if JIA in name or "/" not in name}
        left = {name: content for name, content in trial.left().items() if name in wanted}
        if without_run(left) != without_run(wanted) or left.keys() != wanted.keys():
            found.append("the next build left something else")
        found += [f"stray: {path}" for path in trial.strays()]
        self.log.append(f"BULLETIN_SEED={seed}: {told} killed {after:.2f} s later: {'; '.join(found) or WHOLE}")

    def _killed(self, process: subprocess.Popen[str], target: str, after: float, chance: random.Random) -> str:
        """Kill it so many seconds after its start, or once it has something to do; says what, nothing where it had ended."""
        if target != "the build":
            assert process.stdout is not None
            word = "正在读取" if target == "its process group" else "开始生成"
            next((line for line in process.stdout if line.startswith(word)), "")
            after /= 2
        try:
            process.communicate(timeout=after)
        except subprocess.TimeoutExpired:
            told = kill(self.trial, process, target, chance)
            self.killed += bool(told)
            process.communicate(timeout=60)
            return told
        return ""


def test_a_build_killed_at_any_moment_harms_nothing_and_leaves_nothing(
    built: Built, tmp_path: Path, survived: Note
) -> None:
    lanes = [Lane(built.again(tmp_path / each), built) for each in ("left", "right")]
    with ThreadPoolExecutor() as pool:
        ended = list(
            pool.map(Lane.run, lanes, [range(SEED, SEED + TRIES // 2), range(SEED + TRIES // 2, SEED + TRIES)])
        )
    log = [line for lane in ended for line in lane.log]
    harmed = [line for line in log if not line.endswith(WHOLE)]
    survived("kill -9 at a random moment: the build, its group, a child or a kernel", TRIES, TRIES - len(harmed), "")
    assert len(log) == TRIES
    assert harmed == []
    assert sum(lane.killed for lane in ended) == TRIES


@pytest.mark.parametrize("stray", [".staging", ".index.html.new"])
def test_a_build_with_nothing_to_do_still_clears_away_what_one_that_was_killed_has_left(
    built: Built, stray: str
) -> None:
    trial = built.trial
    assert "没有变化" in trial.run().stdout
    before = trial.left()
    if stray == ".staging":
        (trial.period / stray).mkdir()
    else:
        (trial.period / stray).write_bytes(b"half")
    done = trial.run()
    assert done.returncode == 0, done.stderr
    assert "3 份没有变化" in done.stdout
    assert trial.strays() == []
    assert without_run(trial.left()) == without_run(before)
    assert "没有变化，不必重新生成" in trial.run().stdout
