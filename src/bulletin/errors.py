"""The one exception base: what a user can put right, said in Chinese."""

from __future__ import annotations

import errno


class BulletinError(Exception):
    """A condition that the user can understand and mend.

    `code` is a stable reason for programs; `str(error)` is the Chinese message, which says what is
    wrong, where, and what to do. Anything that isn't a BulletinError is a bug and keeps its traceback.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


_FULL = ("磁盘已满", "请清理磁盘空间后重试，或换一个文件夹")
_READ_ONLY = ("磁盘或文件夹是只读的", "请换一个可以写入的文件夹")
_REFUSED = (
    "没有权限，或文件正被其他程序打开",
    "请关闭正在 Word、Excel、WPS 或浏览器中打开的文件，检查文件夹权限后重试，或换一个文件夹",
)
_IN_THE_WAY = ("该位置已有同名的文件或文件夹", "请移走它，或换一个文件夹")
_BROKEN = ("磁盘读写出错", "请检查磁盘、移动硬盘或网络连接后重试，或换一个文件夹")
_OTHER_ADVICE = "请检查文件夹、权限和磁盘空间后重试"

_TOLD = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FULL,
    errno.EROFS: _READ_ONLY,
    errno.EACCES: _REFUSED,
    errno.EPERM: _REFUSED,
    errno.EBUSY: _REFUSED,
    errno.ENOTDIR: _IN_THE_WAY,
    errno.EEXIST: _IN_THE_WAY,
    errno.EISDIR: _IN_THE_WAY,
    errno.EIO: _BROKEN,
}


def told(error: OSError) -> tuple[str, str]:
    """What the system refused and what to do about it, in Chinese, without the full stop."""
    return _TOLD.get(error.errno or 0, (error.strerror or type(error).__name__, _OTHER_ADVICE))


def is_of_the_disk(error: OSError) -> bool:
    """Whether the disk is what's wrong, whatever was written: full, read-only or broken."""
    return _TOLD.get(error.errno or 0) in (_FULL, _READ_ONLY, _BROKEN)
