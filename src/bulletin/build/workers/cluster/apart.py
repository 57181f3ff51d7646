"""The process beside a worker that has a build's results in hand and forks what makes its reports.

python -m bulletin.build.workers.cluster.apart WORK PROCESSES

`worker` starts it, sends it numbered jobs and reads numbered outcomes, None where a process ended before its job did.
It ends with its input. Jobs that hang beyond reach it ends itself: the build has no hand on another machine's processes.
"""

from __future__ import annotations

import os
import pickle
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from bulletin.build.workers.imports import IRI_GRAMMAR, left_out, uncollected
from bulletin.project.errors import told
from bulletin.project.patience import patiently
from bulletin.project.whole_file import place

if TYPE_CHECKING:
    from bulletin.build.run import Job, Outcome

_GLANCE = 1.0
"""Seconds between two looks at whether jobs hang."""

RESULTS = "results.pickle"
"""The build's results in its folder for the workers."""


class _InputEnded(BaseException):
    """The worker or the build is gone: leave everything as it is."""


def try_job(run: Callable[[Job, Path, Path], Outcome], job: Job, staged: Path, root: Path) -> Outcome:
    """Run a job that may have been tried before, by a worker that is lost and perhaps not gone.

    Each try has a folder of its own, and the first that is whole gets the name `staged`.
    """
    tried = staged.with_name(f"{staged.name}-{uuid4().hex}")
    outcome = run(job, tried, root)
    if not outcome.error:
        try:
            patiently(tried.rename, staged)
        except OSError as error:
            if not staged.is_dir():
                reason, advice = told(error)
                return replace(outcome, error=f"无法写入 {place(error, staged)}（{reason}）。{advice}。")
    return outcome


class Running:
    """The jobs that run, by number, and those that had to be ended."""

    def __init__(self) -> None:
        self.jobs: dict[int, Job] = {}
        self.hung: dict[int, Job] = {}
        self._stirred = 0.0

    def begin(self, number: int, job: Job) -> None:
        """Note a job before it's run."""
        self._stirred = time.monotonic()
        self.jobs[number] = job

    def end(self, number: int) -> None:
        """Note that it has ended."""
        self._stirred = time.monotonic()
        del self.jobs[number]

    def watch(self, patience: float, kill: Callable[[], None]) -> None:
        """Kill the processes where jobs run and none begins or ends for `patience` seconds, as pool.as_ended does here."""
        while not self.jobs or time.monotonic() - self._stirred < patience:
            time.sleep(_GLANCE)
        self.hung = dict(self.jobs)
        kill()


def main() -> None:
    """Answer calls until the input ends, then end what is still at work."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing else may get between the answers
    with left_out(IRI_GRAMMAR), uncollected():
        from bulletin.build.run import Outcome  # noqa: PLC0415
        from bulletin.build.workers.forks import kill_workers, open_pool  # noqa: PLC0415
    work, processes = Path(sys.argv[1]), int(sys.argv[2])
    results = pickle.loads((work / RESULTS).read_bytes())  # noqa: S301 (what the build wrote)

    patience = 2 * results.params.report_timeout
    running = Running()
    watcher = threading.Thread(target=running.watch, args=(patience, kill_workers), daemon=True)

    def answer(number: int, future: Future[Outcome]) -> None:
        running.end(number)
        if not future.exception():
            outcome = pickle.dumps(future.result())
        elif job := running.hung.get(number):  # an outcome: another worker needn't try
            told = f"超过参数 report_timeout（{job.timeout} 秒）的两倍仍没有完成，已停止。请单独生成这一份查找原因"
            outcome = pickle.dumps(Outcome(job.name, job.folder, patience, told))
        else:
            outcome = None
        with suppress(OSError):  # the worker may be gone
            pickle.dump((number, outcome), answers)
            answers.flush()

    try:
        with open_pool(results, processes) as pool:
            while True:
                try:
                    number, call = pickle.load(sys.stdin.buffer)  # noqa: S301 (what the worker wrote)
                except EOFError:
                    raise _InputEnded from None
                run, job, *places = pickle.loads(call)  # noqa: S301 (what the build wrote)
                running.begin(number, job)
                future = pool.submit(try_job, run, job, *places)
                future.add_done_callback(partial(answer, number))
                if watcher.ident is None:  # only now: a process with threads can't be forked safely
                    watcher.start()
    except (_InputEnded, BrokenExecutor):
        pass


if __name__ == "__main__":
    main()
