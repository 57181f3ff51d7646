"""Publishing: what is written stands whole or not at all, and what was there before stays until then."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from bulletin.errors import BulletinError

_STAGING = ".staging"
_REPLACED = "replaced"


def open_staging(folder: Path) -> Path:
    """An empty staging folder inside `folder`, after mending what a build that was cut off left behind.

    Raises:
        BulletinError: `cannot-write`.

    """
    staging = folder / _STAGING
    try:
        _restore(folder, staging / _REPLACED)
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True)
    except OSError as error:
        raise BulletinError(
            "cannot-write",
            f"无法写入 {folder}（{error.strerror}）。请检查权限和磁盘空间，或用 --outputs 换一个文件夹。",
        ) from error
    return staging


def close_staging(staging: Path) -> None:
    """Remove the staging folder, unless it still holds an earlier report that couldn't be put back."""
    replaced = staging / _REPLACED
    waiting = [earlier for earlier in replaced.glob("*/*") if not _place_of(earlier, staging.parent).exists()]
    if not waiting:
        shutil.rmtree(staging, ignore_errors=True)


def publish_folder(staged: Path, target: Path, staging: Path) -> None:
    """Put a finished folder in the place of `target`; the earlier one comes back if that fails.

    Raises:
        BulletinError: `cannot-publish`, for example where a file of the earlier one is open in Word.

    """
    earlier = staging / _REPLACED / target.parent.name / target.name
    try:
        earlier.parent.mkdir(parents=True, exist_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            target.rename(earlier)
        try:
            staged.rename(target)
        except BaseException:
            if earlier.exists():
                earlier.rename(target)
            raise
    except OSError as error:
        raise _cannot_replace(target, error) from error


def withdraw_folder(target: Path, staging: Path) -> None:
    """Take `target` away whole, if it's there: it goes with the staging folder.

    Raises:
        BulletinError: `cannot-publish`, as `publish_folder`.

    """
    if not target.exists():
        return
    try:
        target.rename(staging / f"{target.name}.withdrawn")
    except OSError as error:
        raise _cannot_replace(target, error) from error


@contextlib.contextmanager
def renewed_folder(target: Path) -> Iterator[Path]:
    """A new folder to fill, which then stands in the place of `target` whole; left empty, there's none any more.

    Raises:
        BulletinError: `cannot-write` or `cannot-publish`; the target is then as it was.

    """
    staging = open_staging(target.parent)
    try:
        staged = staging / target.name
        staged.mkdir()
        yield staged
        if any(staged.iterdir()):
            publish_folder(staged, target, staging)
        else:
            withdraw_folder(target, staging)
    finally:
        close_staging(staging)


def _cannot_replace(target: Path, error: OSError) -> BulletinError:
    advice = "请关闭正在 Word、Excel、WPS 或浏览器中打开的文件后重试；原有文件未改动。"
    return BulletinError("cannot-publish", f"无法替换 {target}（{error.strerror}）。{advice}")


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
            earlier.rename(target)


def publish_file(content: bytes, target: Path) -> None:
    """Write a file whole: beside its place first, then into it.

    Raises:
        BulletinError: `cannot-publish`, for example where the file is open in Excel.

    """
    beside = target.with_name(f".{target.name}.new")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        beside.unlink(missing_ok=True)  # a link that somebody left there would lead elsewhere
        beside.write_bytes(content)
        beside.replace(target)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise BulletinError(
            "cannot-publish",
            f"无法写入 {target}（{error.strerror}）。请关闭正在 Excel 或 WPS 中打开的文件，检查权限和磁盘空间后重试。",
        ) from error
