"""What a build writes for itself alone: one folder on this machine, which the next build of the same period empties.

Libraries leave files in the system's folder for temporary ones when their process is killed. Here they can be found.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bulletin.build.lock import alone
from bulletin.project.digests import digest_of

_VARIABLES = ("TMPDIR", "TEMP", "TMP")
"""Where programs and kernels that are started look for the folder."""


@contextmanager
def at_work(folder: Path, say: Callable[[str], None]) -> Iterator[bool]:
    """Write into a period's `folder`: hold its lock (lock.alone) and have all temporary files in its own folder for them.

    Yields whether another had the lock before.
    """
    with alone(folder, say) as waited, temporary_folder(folder):
        yield waited


@contextmanager
def temporary_folder(folder: Path) -> Iterator[None]:
    """Have all temporary files of this process and its own in one folder while it writes into a period's `folder`.

    Only one process at a time may, who holds the lock. Where the folder can't be made, things stay as they are.
    """
    before, variables = tempfile.tempdir, {name: os.environ.get(name) for name in _VARIABLES}
    own = _made(folder)
    if own is None:
        yield
        return
    tempfile.tempdir = str(own)
    os.environ.update(dict.fromkeys(_VARIABLES, str(own)))
    try:
        yield
    finally:
        tempfile.tempdir = before
        for name, value in variables.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
        shutil.rmtree(own, ignore_errors=True)


def _made(folder: Path) -> Path | None:
    """The period's folder for temporary files, new; None where somebody else's stands in its place."""
    name = f"bulletin-{digest_of(os.fsencode(folder.absolute()))[:16]}"
    own = Path(tempfile.gettempdir()) / name
    try:
        if own.exists() and not own.is_symlink():
            shutil.rmtree(own)
        own.mkdir(mode=0o700)
    except OSError:
        return None
    return own
