"""The processes that make reports: forks of this one that have all in hand, or new ones that begin from nothing."""

from __future__ import annotations

import gc
import multiprocessing
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager

from bulletin.present.block_html import load_templates
from bulletin.present.report import PeriodResults, share_period
from bulletin.present.theme import theme


def can_fork() -> bool:
    """Whether a process of this system may go on as two: Windows has no fork, macOS's libraries don't survive one."""
    return sys.platform == "linux"


@contextmanager
def open_pool(results: PeriodResults, workers: int) -> Iterator[Executor]:
    """So many processes that run jobs; where they are forks, `open_period` gives them these results.

    The fork comes first and threads after it: a process with threads can't be forked safely.
    """
    if not can_fork():
        with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
            yield pool
        return
    _prepare(results)
    gc.collect()
    gc.freeze()  # what is here now isn't looked through, and so copied, in each fork
    try:
        with (
            share_period(results.params.period, results),
            ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("fork")) as pool,
        ):
            yield pool
    finally:
        gc.unfreeze()


def _prepare(results: PeriodResults) -> None:
    """Load and reckon what each fork would load and reckon anew."""
    import bulletin.forked_kernel  # noqa: F401, PLC0415 (Windows can't)

    load_templates()
    _ = results.inputs, results.county_inputs, results.rows, results.means, results.commit
    with theme():
        pass  # the font is read
