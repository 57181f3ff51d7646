"""A worker's side of a build: jobs run in processes of their own, never in the worker, which is threads.

A report needs a process for itself: its stderr goes into a log, papermill and matplotlib aren't made for threads,
and a kernel is forked, which a process with threads can't do safely. So the worker loads none of what makes a report
and hands jobs and outcomes on as they are, pickled.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import pickle
import subprocess
import sys
import threading
from concurrent.futures import BrokenExecutor, Future
from pathlib import Path
from typing import Any

from bulletin.build.workers.cluster.common import PLACES, Common, UnfitWorkerError, why_not

_GLANCE = 1.0
"""Seconds between two looks at whether a build is still going on."""


class Task:
    """A job that is run when it's unpickled, by a worker.

    Dask's scheduler looks into what it hands on; of a pickled task it sees bytes, and needs nothing of ours.
    """

    def __init__(self, common: Common, call: bytes) -> None:
        self._arguments = common, call

    def __reduce__(self) -> tuple[Any, ...]:
        return run_apart, self._arguments


class Answer:
    """An outcome, pickled, which the build gets unpickled."""

    def __init__(self, outcome: bytes) -> None:
        self._outcome = outcome

    def __reduce__(self) -> tuple[Any, ...]:
        return pickle.loads, (self._outcome,)


def run_apart(common: Common, call: bytes) -> Answer:
    """Run a job for a build, in a process of its own.

    Raises:
        UnfitWorkerError: where this worker can't work for the build.
        BrokenExecutor: where the process ends before the job has.

    """
    return Answer(_bench(common).run(call))


class _Bench:
    """The processes of one build on this worker, as many as the worker has threads; they end with worker or build."""

    def __init__(self, common: Common, workers: int) -> None:
        environment = {name: value for name, value in os.environ.items() if name not in PLACES} | dict(common.places)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bulletin.build.workers.cluster.apart", str(common.work), str(workers)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=common.root,
            env=environment,
            start_new_session=True,  # it ends when its input does, and isn't for Ctrl-C
        )
        self._work = common.work
        self._numbers = itertools.count()
        self._waiting: dict[int, Future[bytes]] = {}
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

    def run(self, call: bytes) -> bytes:
        """Run a job to its end.

        Raises:
            BrokenExecutor: as `run_apart`.

        """
        future: Future[bytes] = Future()
        with self._lock:
            number = next(self._numbers)
            self._waiting[number] = future
            try:
                pickle.dump((number, call), self._input)
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
                raise UnfitWorkerError(why)
            _benches[common.work] = _Bench(common, get_worker().state.nthreads)
        return _benches[common.work]
