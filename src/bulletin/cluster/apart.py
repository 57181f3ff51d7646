"""The process beside a worker that has a build's results in hand and forks what makes its reports.

python -m bulletin.cluster.apart WORK PROCESSES

`worker` starts it, sends it numbered jobs and reads numbered outcomes, None where a process ended before its job did.
It ends with its input.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from bulletin.errors import told
from bulletin.imports import IRI_GRAMMAR, left_out, uncollected
from bulletin.publish import place

if TYPE_CHECKING:
    from bulletin.reports import Job, Outcome

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
            tried.rename(staged)
        except OSError as error:
            if not staged.is_dir():
                reason, advice = told(error)
                return replace(outcome, error=f"无法写入 {place(error, staged)}（{reason}）。{advice}。")
    return outcome


def main() -> None:
    """Answer calls until the input ends, then end what is still at work."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing else may get between the answers
    with left_out(IRI_GRAMMAR), uncollected():
        from bulletin.pool import open_pool  # noqa: PLC0415
    work, processes = Path(sys.argv[1]), int(sys.argv[2])
    results = pickle.loads((work / RESULTS).read_bytes())  # noqa: S301 (what the build wrote)

    def answer(number: int, future: Future[Outcome]) -> None:
        outcome = None if future.exception() else pickle.dumps(future.result())
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
                future = pool.submit(try_job, *pickle.loads(call))  # noqa: S301 (what the build wrote)
                future.add_done_callback(partial(answer, number))
    except (_InputEnded, BrokenExecutor):
        pass


if __name__ == "__main__":
    main()
