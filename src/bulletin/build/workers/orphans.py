"""Processes of a build that was killed: they end by themselves, and at once."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
from contextlib import suppress

import psutil

_PR_SET_PDEATHSIG = 1


def end_with(parent: int) -> None:
    """End this process when its parent, the process of that number, is gone.

    Linux kills it, whatever it's at; there it's the parent's thread that counts which started this process. A thread
    that watches the parent couldn't: a cell can keep all threads waiting, and a worker that has one can't fork.
    Elsewhere nothing forks.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it was gone before
            os._exit(1)
    else:
        threading.Thread(target=_outlive, args=(parent,), daemon=True).start()


def _outlive(parent: int) -> None:
    with suppress(psutil.NoSuchProcess):
        psutil.Process(parent).wait()
    os._exit(1)
