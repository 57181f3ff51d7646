"""A worker's side of a build: jobs run in processes of their own, never in the worker, which is threads.

A report needs a process for itself: its stderr goes into a log, papermill and matplotlib aren't made for threads,
and a kernel is forked, which a process with threads can't do safely.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from bulletin.cluster.common import Common, why_not
from bulletin.errors import BulletinError
from bulletin.imports import IRI_GRAMMAR, left_out
from bulletin.project import DATA_VARIABLE

with left_out(IRI_GRAMMAR):
    from bulletin.reports import Job, Outcome

_GLANCE = 1.0
"""Seconds between two looks at whether a build is still going on."""

Run = Callable[[Job, Path, Path], Outcome]


@dataclass(frozen=True)
class Call:
    """A job as it's handed to the process that runs it, and the number to answer with."""

    number: int
    run: Run
    job: Job
    staged: Path
    root: Path


def run_apart(common: Common, run: Run, job: Job, staged: Path, root: Path) -> Outcome:
    """Run a job for a build, in a process of its own; the task that Dask gives to a worker.

    A job may have been tried before, by a worker that is lost and perhaps not gone: each try has a folder of its
    own, and the first that is whole gets the name `staged`.

    Raises:
        BulletinError: `unfit-worker`.
        BrokenExecutor: where the process ends before the job has.

    """
    tried = staged.with_name(f"{staged.name}-{uuid4().hex}")
    outcome = _bench(common).run(run, job, tried, root)
    if not outcome.error:
        try:
            tried.rename(staged)
        except OSError:
            if not staged.is_dir():
                raise
    return outcome


class _Bench:
    """The processes of one build on this worker, as many as the worker has threads; they end with worker or build."""

    def __init__(self, common: Common, workers: int) -> None:
        environment = {name: value for name, value in os.environ.items() if name != DATA_VARIABLE}
        if common.data is not None:
            environment[DATA_VARIABLE] = common.data
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bulletin.cluster.apart", str(common.work), str(workers)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=common.root,
            env=environment,
            start_new_session=True,  # it ends when its input does, and isn't for Ctrl-C
        )
        self._work = common.work
        self._numbers = itertools.count()
        self._waiting: dict[int, Future[Outcome]] = {}
        self._lock = threading.Lock()
        for each in (self._listen, self._watch):
            threading.Thread(target=each, daemon=True).start()

    @property
    def is_open(self) -> bool:
        """Whether it takes jobs."""
        return self._process.poll() is None and not self._input.closed

    @property
    def _input(self) -> Any:
        return self._process.stdin

    def run(self, run: Run, job: Job, staged: Path, root: Path) -> Outcome:
        """Run a job to its end.

        Raises:
            BrokenExecutor: as `run_apart`.

        """
        future: Future[Outcome] = Future()
        with self._lock:
            number = next(self._numbers)
            self._waiting[number] = future
            try:
                self._input.write(pickle.dumps(Call(number, run, job, staged, root)))
                self._input.flush()
            except (OSError, ValueError) as error:
                raise BrokenExecutor(str(error)) from error
        return future.result()

    def _listen(self) -> None:
        answers: Any = self._process.stdout
        with contextlib.suppress(EOFError, pickle.UnpicklingError):
            while True:
                number, outcome = pickle.load(answers)  # noqa: S301 (what a process of ours wrote)
                future = self._waiting.pop(number, None) or Future()
                if outcome is None:
                    future.set_exception(BrokenExecutor("a process ended"))
                    self._end()
                else:
                    future.set_result(outcome)

    def _watch(self) -> None:
        """End the processes when the build has ended, and what waits for them when they have."""
        while self._work.is_dir():
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_GLANCE)
                break
        self._end()
        self._process.wait()
        with self._lock:
            waiting, self._waiting = list(self._waiting.values()), {}
        for future in waiting:
            future.set_exception(BrokenExecutor("the processes ended"))

    def _end(self) -> None:
        with self._lock, contextlib.suppress(OSError):
            self._input.close()


_benches: dict[Path, _Bench] = {}
_benches_lock = threading.Lock()


def _bench(common: Common) -> _Bench:
    """The processes for this build, started with its first job here."""
    from distributed import get_worker  # noqa: PLC0415 (an extra)

    with _benches_lock:
        for work in [work for work, bench in _benches.items() if not bench.is_open]:
            del _benches[work]
        if common.work not in _benches:
            why = why_not(common)
            if why:
                raise BulletinError("unfit-worker", why)
            _benches[common.work] = _Bench(common, get_worker().state.nthreads)
        return _benches[common.work]
