"""Processes of a build that was killed: they end by themselves, and at once."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import threading
from multiprocessing.connection import wait

_PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Have the system kill this fork as soon as its parent is gone, whatever it's at. Linux alone.

    A thread that watches the parent couldn't: a cell can keep all threads waiting, and a worker that has one can't fork.
    """
    parent = multiprocessing.parent_process()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if parent is None or os.getppid() != parent.pid:  # it was gone before
        os._exit(1)


def watch_parent() -> None:
    """End this process, which forks nothing, when its parent is gone."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_outlive, args=(parent.sentinel,), daemon=True).start()


def _outlive(parent: int) -> None:
    wait([parent])
    os._exit(1)
