"""Publishing: what is written stands whole or not at all, and what was there before stays until then."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from bulletin.project.patience import patiently
from bulletin.project.whole_file import HALF_WRITTEN, STAGING, settle, unpublished, writing

_REPLACED = "replaced"


def is_cut_off(folder: Path) -> bool:
    """Whether something that wrote into a period's folder hasn't ended: it's at it, or was killed."""
    return (folder / STAGING).exists() or any(_half_written(folder))


def open_staging(folder: Path) -> Path:
    """An empty staging folder inside `folder`, after mending what a build that was cut off left behind.

    Raises:
        BulletinError: `cannot-write`.

    """
    staging = folder / STAGING
    with writing(folder):
        _restore(folder, staging / _REPLACED)
        _discard(staging)
        for path in _half_written(folder):
            patiently(path.unlink)
        staging.mkdir(parents=True)
    return staging


def close_staging(staging: Path) -> None:
    """Remove the staging folder, unless it still holds an earlier report that couldn't be put back."""
    replaced = staging / _REPLACED
    waiting = [earlier for earlier in replaced.glob("*/*") if not _place_of(earlier, staging.parent).exists()]
    if not waiting:
        _discard(staging)


def _discard(folder: Path) -> None:
    """Remove a folder that nobody needs, as far as the system lets us."""
    try:
        patiently(shutil.rmtree, folder)
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)


def publish_folder(staged: Path, target: Path, staging: Path) -> None:
    """Put a finished folder in the place of `target`; the earlier one comes back if that fails.

    Raises:
        BulletinError: `cannot-publish`, for example where a file of the earlier one is open in Word.

    """
    earlier = staging / _REPLACED / target.parent.name / target.name
    try:
        for path in (*staged.rglob("*"), staged):
            if not path.is_symlink():  # a link that a person laid there may lead anywhere
                settle(path)
        earlier.parent.mkdir(parents=True, exist_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            patiently(target.rename, earlier)
        try:
            patiently(staged.rename, target)
        except BaseException:
            if earlier.exists():
                patiently(earlier.rename, target)
            raise
        settle(target.parent)
        shutil.rmtree(earlier, ignore_errors=True)  # a full disk may need the room for the next one
    except OSError as error:
        raise unpublished("替换", target, error) from error


def withdraw_folder(target: Path, staging: Path) -> None:
    """Take `target` away whole, if it's there: it goes with the staging folder.

    Raises:
        BulletinError: `cannot-publish`, as `publish_folder`.

    """
    if not target.exists():
        return
    try:
        patiently(target.rename, staging / f"{target.name}.withdrawn")
    except OSError as error:
        raise unpublished("替换", target, error) from error


@contextlib.contextmanager
def renewed_folder(target: Path) -> Iterator[Path]:
    """A new folder to fill, which then stands in the place of `target` whole; left empty, there's none any more.

    Raises:
        BulletinError: `cannot-write` or `cannot-publish`; the target is then as it was.

    """
    staging = open_staging(target.parent)
    try:
        staged = staging / target.name
        with writing(target):
            staged.mkdir()
            yield staged
        if any(staged.iterdir()):
            publish_folder(staged, target, staging)
        else:
            withdraw_folder(target, staging)
    finally:
        close_staging(staging)


def _place_of(earlier: Path, folder: Path) -> Path:
    """Where a folder that was moved aside belongs: right below the period's folder, or below counties/."""
    parent = folder if earlier.parent.name == folder.name else folder / earlier.parent.name
    return parent / earlier.name


def _restore(folder: Path, replaced: Path) -> None:
    """Bring back what had been moved aside when a build was cut off between the two renames."""
    if not replaced.is_dir():
        return
    for earlier in replaced.glob("*/*"):
        target = _place_of(earlier, folder)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            patiently(earlier.rename, target)


def _half_written(folder: Path) -> Iterator[Path]:
    """What `publish_file` hadn't yet put into its place when it was killed."""
    return folder.glob(HALF_WRITTEN)
