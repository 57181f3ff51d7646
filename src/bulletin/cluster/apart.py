"""The process beside a worker that has a build's results in hand and forks what makes its reports.

python -m bulletin.cluster.apart WORK PROCESSES

`worker` starts it, sends it pickled calls and reads pickled pairs of number and outcome. It ends with its input.
"""

from __future__ import annotations

import os
import pickle
import sys
import threading
from concurrent.futures import BrokenExecutor, Future
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bulletin.imports import IRI_GRAMMAR, left_out, uncollected

if TYPE_CHECKING:
    from bulletin.reports import Outcome

RESULTS = "results.pickle"
"""The build's results in its folder for the workers."""


class _InputEnded(BaseException):
    """The worker or the build is gone: leave everything as it is."""


def main() -> None:
    """Answer calls until the input ends, then end what is still at work."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing else may get between the answers
    with left_out(IRI_GRAMMAR), uncollected():
        from bulletin.pool import open_pool  # noqa: PLC0415
    work, processes = Path(sys.argv[1]), int(sys.argv[2])
    results = pickle.loads((work / RESULTS).read_bytes())  # noqa: S301 (what the build wrote)
    lock = threading.Lock()

    def answer(number: int, future: Future[Outcome]) -> None:
        outcome = None if future.cancelled() or future.exception() else future.result()
        with lock:
            pickle.dump((number, outcome), answers)
            answers.flush()

    try:
        with open_pool(results, processes) as pool:
            while True:
                try:
                    call = pickle.load(sys.stdin.buffer)  # noqa: S301 (what the worker wrote)
                except EOFError:
                    raise _InputEnded from None
                future = pool.submit(call.run, call.job, call.staged, call.root)
                future.add_done_callback(partial(answer, call.number))
    except (_InputEnded, BrokenExecutor):
        pass


if __name__ == "__main__":
    main()
