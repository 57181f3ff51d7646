"""A file written whole: what is written stands whole or not at all, and what was there before stays until then."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from bulletin.project.errors import BulletinError, told
from bulletin.project.patience import patiently

STAGING = ".staging"
"""The folder in a period's folder in which reports wait until they are whole."""

HALF_WRITTEN = ".*.new"
"""What `publish_file` hadn't yet put into its place when it was killed."""


def place(error: OSError, otherwise: Path | str) -> Path | str:
    """Where the system refused, as a user knows it: what's in a staging folder belongs to the period's folder.

    `otherwise` is where it was about to write, for errors that don't say.
    """
    path = Path(str(error.filename or otherwise))
    within = [folder.parent for folder in (path, *path.parents) if folder.name == STAGING]
    return within[0] if within else error.filename or otherwise


@contextlib.contextmanager
def writing(target: Path) -> Iterator[None]:
    """Let what the system refuses meanwhile be an error that says so in Chinese.

    Raises:
        BulletinError: `cannot-write`.

    """
    try:
        yield
    except OSError as error:
        reason, advice = told(error)
        raise BulletinError("cannot-write", f"无法写入 {target}（{reason}）。{advice}。") from error


def unpublished(verb: str, target: Path, error: OSError) -> BulletinError:
    """Return the error of what couldn't be put in its place."""
    reason, advice = told(error)
    return BulletinError("cannot-publish", f"无法{verb} {target}（{reason}）。{advice}；原有文件未改动。")


def publish_file(content: bytes, target: Path) -> None:
    """Write a file whole: beside its place first, then into it.

    Raises:
        BulletinError: `cannot-publish`, for example where the file is open in Excel.

    """
    beside = target.with_name(f".{target.name}.new")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        patiently(beside.unlink, missing_ok=True)  # a link that somebody left there would lead elsewhere
        beside.write_bytes(content)
        settle(beside)
        patiently(beside.replace, target)
        settle(target.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            patiently(beside.unlink, missing_ok=True)
        raise unpublished("写入", target, error) from error


def settle(path: Path) -> None:
    """Wait until a file or folder is on the disk: else the power can fail after a rename and before its content is there."""
    if path.is_dir():
        with contextlib.suppress(OSError):  # Windows opens no folder, and some shares settle none
            _synced(path, os.O_RDONLY)
    else:
        _synced(path, os.O_RDWR)


def _synced(path: Path, mode: int) -> None:
    opened = os.open(path, mode)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
