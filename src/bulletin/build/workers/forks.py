"""The processes that make reports: forks of this one that have all in hand, or new ones that begin from nothing."""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TypeVar

import psutil

from bulletin.build.workers.orphans import end_with
from bulletin.notebook.block_html import load_templates
from bulletin.notebook.period import PeriodResults, share_period
from bulletin.notebook.theme import theme
from bulletin.project.fingerprint import program_digest

T = TypeVar("T")


def can_fork() -> bool:
    """Whether a process of this system may go on as two: Windows has no fork, macOS's libraries don't survive one."""
    return sys.platform == "linux"


_JOB_BYTES = {True: 500_000_000, False: 700_000_000}
"""What a job takes of memory, as a fork and as new processes (docs/performance.md)."""

MOST_JOBS = 61
"""Processes of a pool, where nobody asks for more: Windows waits for no more at once."""


def default_jobs() -> int:
    """How many jobs this machine can run at a time: one a processor that we may use, as far as free memory goes."""
    of_system = os.cpu_count() or 1
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else of_system
    return max(1, min(processors, free_memory() // _JOB_BYTES[can_fork()], MOST_JOBS))


def free_memory(groups: Path = Path("/sys/fs/cgroup")) -> int:
    """The bytes that can be taken without swapping: the machine's, or what the container that this runs in has left."""
    free = int(psutil.virtual_memory().available)
    for folder, limit, used, cached in (
        (groups, "memory.max", "memory.current", "inactive_file"),
        (groups / "memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    ):
        with suppress(OSError, ValueError, KeyError):  # another system, or "max"
            most, now = (int((folder / name).read_text()) for name in (limit, used))
            parts = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
            free = min(free, most - now + int(parts[cached]))  # files that were read are let go first
    return free


@contextmanager
def open_pool(results: PeriodResults, workers: int) -> Iterator[Executor]:
    """So many processes that run jobs; where they are forks, `open_period` gives them these results.

    An interrupt ends them with what they are at.
    """
    method = "fork" if can_fork() else "spawn"
    with (
        _in_hand(results) if method == "fork" else nullcontext(),
        ProcessPoolExecutor(workers, multiprocessing.get_context(method), end_with, (os.getpid(),)) as pool,
    ):
        try:
            yield pool
        except BaseException:
            for process in multiprocessing.active_children():
                process.terminate()
            raise


def as_ended(futures: Iterable[Future[T]], patience: float) -> Iterator[Future[T]]:
    """The futures as they end.

    Jobs keep to limits of their own. Where none ends for `patience` seconds those that run hang beyond reach, all others
    are done, and the processes are killed: what still waits then ends as broken.
    """
    waiting = set(futures)
    while waiting:
        done, waiting = wait(waiting, patience, FIRST_COMPLETED)
        if not done:
            kill_workers()
        yield from done


def kill_workers() -> None:
    """Kill the processes that run jobs, whatever they're at."""
    for process in multiprocessing.active_children():
        process.kill()


@contextmanager
def _in_hand(results: PeriodResults) -> Iterator[None]:
    """Make this process one to fork: all at hand that each fork would load or find anew, and the results shared.

    The executor forks before it starts a thread of its own: a process with threads can't be forked safely.
    """
    import bulletin.build.workers.kernel  # noqa: F401, PLC0415 (Windows can't)

    results.complete()
    program_digest()
    load_templates()
    with theme():
        pass  # the font is read
    gc.collect()
    gc.freeze()  # what is here now isn't looked through, and so copied, in each fork
    try:
        with share_period(results.params.period, results):
            yield
    finally:
        gc.unfreeze()
