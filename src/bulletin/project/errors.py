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
_MISSING = ("找不到这个文件或文件夹", "请检查路径，以及它是否刚被移走或改名")
_IN_THE_WAY = ("该位置已有同名的文件或文件夹", "请移走它，或换一个文件夹")
_IS_FOLDER = ("该位置是文件夹，不是文件", "请移走它，或换一个文件夹")
_IS_FILE = ("路径中有一处是文件，不是文件夹", "请移走它，或换一个文件夹")
_NOT_EMPTY = ("文件夹不是空的", "请移走其中的文件，或换一个文件夹")
_LONG = ("文件名或路径太长", "请缩短文件名，或换一个路径较短的文件夹")
_BAD_NAME = ("系统不接受这个文件名或操作", "请去掉文件名中的特殊字符，或换一个文件夹")
_LOOP = ("链接互相指向，没有尽头", "请删除这些链接，或换一个文件夹")
_OTHER_DISK = ("两个位置不在同一个磁盘上", "请换一个文件夹")
_UNABLE = ("这个磁盘或网络位置不支持这一操作", "请换一个文件夹")
_CROWDED = ("打开的文件太多", "请关闭其他程序，或减小 --jobs 后重试")
_MEMORY = ("内存不足", "请关闭其他程序，或减小 --jobs 后重试")
_BROKEN = ("磁盘读写出错", "请检查磁盘、移动硬盘或网络连接后重试，或换一个文件夹")
_AWAY = ("磁盘、移动硬盘或网络位置没有连接", "请检查移动硬盘和网络连接后重试，或换一个文件夹")
_OTHER_ADVICE = "请检查文件夹、权限和磁盘空间后重试"

_NAMED = {
    _FULL: "ENOSPC EDQUOT EFBIG",
    _READ_ONLY: "EROFS",
    _REFUSED: "EACCES EPERM EBUSY ETXTBSY EAGAIN EDEADLK",
    _MISSING: "ENOENT",
    _IN_THE_WAY: "EEXIST",
    _IS_FOLDER: "EISDIR",
    _IS_FILE: "ENOTDIR",
    _NOT_EMPTY: "ENOTEMPTY",
    _LONG: "ENAMETOOLONG",
    _BAD_NAME: "EINVAL EILSEQ",
    _LOOP: "ELOOP EMLINK",
    _OTHER_DISK: "EXDEV",
    _UNABLE: "ENOSYS ENOTSUP EOPNOTSUPP ENOLCK ENOTTY ESPIPE",
    _CROWDED: "EMFILE ENFILE",
    _MEMORY: "ENOMEM ENOBUFS",
    _BROKEN: "EIO EBADMSG EUCLEAN",
    _AWAY: (
        "ENXIO ENODEV ENOTBLK ENOMEDIUM ESTALE ETIMEDOUT EHOSTDOWN EHOSTUNREACH ENETDOWN ENETUNREACH ENETRESET "
        "ECONNREFUSED ECONNRESET ECONNABORTED ENOTCONN ENOLINK ECOMM EREMOTEIO ENONET ESHUTDOWN"
    ),
}
"""What the system may refuse, by its own names; some systems lack some of them."""

_BY_NUMBER = {
    getattr(errno, name): words for words, names in _NAMED.items() for name in names.split() if hasattr(errno, name)
}

_BY_WINDOWS_NUMBER = {
    number: words
    for words, numbers in {
        _FULL: (39, 112, 1295, 1296),
        _READ_ONLY: (19,),
        _REFUSED: (5, 32, 33, 170, 303, 1224),
        _MISSING: (2, 3),
        _IN_THE_WAY: (80, 183),
        _NOT_EMPTY: (145,),
        _LONG: (111, 206),
        _BAD_NAME: (87, 123, 161, 267),
        _LOOP: (1921,),
        _OTHER_DISK: (17,),
        _UNABLE: (1, 50),
        _CROWDED: (4,),
        _MEMORY: (8, 14, 1450, 1455),
        _BROKEN: (23, 25, 27, 29, 30, 1117, 1392, 1393),
        _AWAY: (15, 20, 21, 51, 53, 54, 55, 59, 64, 65, 67, 121, 362, 995, 1167, 1222, 1231, 1232, 1236, 1326),
    }.items()
    for number in numbers
}
"""The same by Windows' own numbers, which say more than those that Python makes of them."""


def told(error: OSError) -> tuple[str, str]:
    """What the system refused and what to do about it, in Chinese, without the full stop."""
    return _words(error) or (_unknown(error), _OTHER_ADVICE)


def is_of_the_machine(error: OSError) -> bool:
    """Whether the machine is what's wrong, whatever was asked of it: its disk, its network or its memory."""
    return _words(error) in (_FULL, _READ_ONLY, _BROKEN, _AWAY, _CROWDED, _MEMORY)


def is_refused(error: OSError) -> bool:
    """Whether another program may be what's in the way, which lets go of the file sooner or later."""
    return _words(error) is _REFUSED


def _words(error: OSError) -> tuple[str, str] | None:
    of_windows = _BY_WINDOWS_NUMBER.get(getattr(error, "winerror", None) or 0)
    return of_windows or _BY_NUMBER.get(error.errno or 0)


def _unknown(error: OSError) -> str:
    number = getattr(error, "winerror", None) or error.errno
    return f"系统拒绝了这一操作，错误代码 {number}" if number else "系统拒绝了这一操作"
