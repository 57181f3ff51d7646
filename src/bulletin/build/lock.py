"""One build at a time in a period's folder: a lock that the system lifts when its holder ends, however it ends."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bulletin.project.errors import told

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK = ".lock"

_PAUSE = 0.2
"""Seconds between two looks at a lock that another holds."""


@contextmanager
def alone(folder: Path, say: Callable[[str], None]) -> Iterator[bool]:
    """Hold a period's folder against other builds and checks, once they are done; yields whether one had it before.

    Forks of this process hold the lock too: what outlives a build that was killed keeps the next one out until it ends.
    Where nothing can be locked, as in a folder that can't be written to, that is said and the work goes on: publishing
    says for itself what it can't write. Neither the lock's file nor an empty folder stays.
    """
    new = [each for each in (folder, *folder.parents) if not each.exists()]
    held, waited = None, False
    try:
        held, waited = _hold(folder / LOCK, say)
    except OSError as error:
        reason, _ = told(error)
        say(f"无法锁定 {folder}（{reason}）：请不要同时在另一处生成同一期间。")
    try:
        yield waited
    finally:
        if held is not None:
            _let_go(held, folder / LOCK)
        for each in new:
            with suppress(OSError):  # it isn't empty any more
                each.rmdir()


def _hold(path: Path, say: Callable[[str], None]) -> tuple[int, bool]:
    """The lock's open file, locked by this process, and whether that took waiting."""
    waited = False
    while True:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            opened = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        except FileNotFoundError:  # another has just taken the folder away, that it had made
            continue
        try:
            if _locked(opened) and _is(opened, path):
                return opened, waited
        except OSError:
            os.close(opened)
            path.unlink()  # of no use here
            raise
        os.close(opened)
        if not waited:
            say(f"另一个程序正在生成或核对 {path.parent}，等它结束后继续；不想等请按 Ctrl-C。")
            waited = True
        time.sleep(_PAUSE)


def _is(opened: int, path: Path) -> bool:
    """Whether an open file still is the one of that name: the one who held it before takes it away."""
    try:
        return os.path.samestat(os.fstat(opened), path.stat())
    except FileNotFoundError:
        return False


def _let_go(opened: int, path: Path) -> None:
    with suppress(OSError):  # Windows keeps a file that another has open: who waits for the lock
        if sys.platform == "win32":
            os.close(opened)
            path.unlink()
        else:
            path.unlink()  # before another can lock it
            fcntl.flock(opened, fcntl.LOCK_UN)
            os.close(opened)


def _locked(opened: int) -> bool:
    """Lock an open file, unless another process has.

    Raises:
        OSError: where the disk or the share knows no locks.

    """
    try:
        if sys.platform == "win32":
            msvcrt.locking(opened, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
