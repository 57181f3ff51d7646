"""What the system refuses is said in Chinese, whichever system it is."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

import pytest

from bulletin.project.errors import is_of_the_machine, is_refused, told
from tests.builders import ROOT

_ENGLISH = re.compile(r"[A-Za-z]{2,}")
_NAMES = ("Word", "Excel", "WPS", "jobs")


def english(text: str) -> list[str]:
    """English words that are no names."""
    return [word for word in _ENGLISH.findall(text) if word not in _NAMES]


def of_windows(number: int, as_errno: int) -> OSError:
    """An error as Windows' Python raises it."""
    error = OSError(as_errno, "The system cannot do this")
    error.winerror = number  # type: ignore[attr-defined, unused-ignore]
    return error


class DescribeTold:
    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("ENOENT", "找不到这个文件或文件夹"),
            ("ENAMETOOLONG", "文件名或路径太长"),
            ("ENOTEMPTY", "文件夹不是空的"),
            ("ELOOP", "链接互相指向，没有尽头"),
            ("EMFILE", "打开的文件太多"),
            ("ENXIO", "磁盘、移动硬盘或网络位置没有连接"),
            ("ETIMEDOUT", "磁盘、移动硬盘或网络位置没有连接"),
            ("EHOSTDOWN", "磁盘、移动硬盘或网络位置没有连接"),
            ("ESTALE", "磁盘、移动硬盘或网络位置没有连接"),
            ("EINVAL", "系统不接受这个文件名或操作"),
            ("ENOSPC", "磁盘已满"),
            ("EROFS", "磁盘或文件夹是只读的"),
            ("EACCES", "没有权限，或文件正被其他程序打开"),
            ("EISDIR", "该位置是文件夹，不是文件"),
            ("ENOTDIR", "路径中有一处是文件，不是文件夹"),
            ("EEXIST", "该位置已有同名的文件或文件夹"),
            ("ENOMEM", "内存不足"),
        ],
    )
    def it_names_the_kind(self, name: str, reason: str) -> None:
        number = getattr(errno, name, None)
        if number is None:
            pytest.skip(f"this system has no {name}")
        assert told(OSError(number, os.strerror(number)))[0] == reason

    @pytest.mark.parametrize("number", sorted(errno.errorcode), ids=lambda number: errno.errorcode[number])
    def it_has_no_english_for_any_error_of_this_system(self, number: int) -> None:
        assert english("".join(told(OSError(number, os.strerror(number))))) == []

    @pytest.mark.parametrize("error", [OSError("something"), OSError(), OSError(-2, "Name or service not known")])
    def it_has_none_where_the_error_has_no_number_that_is_known(self, error: OSError) -> None:
        reason, advice = told(error)
        assert reason.startswith("系统拒绝了这一操作")
        assert english(reason + advice) == []

    def it_names_the_number_that_nobody_knows(self) -> None:
        assert told(OSError(9876, "new"))[0] == "系统拒绝了这一操作，错误代码 9876"
        assert told(of_windows(9877, errno.EINVAL))[0] == "系统不接受这个文件名或操作"

    @pytest.mark.parametrize(
        ("number", "as_errno", "reason"),
        [
            (3, errno.ENOENT, "找不到这个文件或文件夹"),
            (5, errno.EACCES, "没有权限，或文件正被其他程序打开"),
            (19, errno.EACCES, "磁盘或文件夹是只读的"),
            (21, errno.EACCES, "磁盘、移动硬盘或网络位置没有连接"),
            (32, errno.EACCES, "没有权限，或文件正被其他程序打开"),
            (53, errno.ENOENT, "磁盘、移动硬盘或网络位置没有连接"),
            (112, errno.ENOSPC, "磁盘已满"),
            (123, errno.EINVAL, "系统不接受这个文件名或操作"),
            (145, errno.ENOTEMPTY, "文件夹不是空的"),
            (206, errno.ENOENT, "文件名或路径太长"),
        ],
    )
    def it_trusts_windows_own_number_more_than_pythons(self, number: int, as_errno: int, reason: str) -> None:
        assert told(of_windows(number, as_errno))[0] == reason

    def it_is_the_only_way_to_a_message(self) -> None:
        """Nothing prints what the system says of itself, which is English on most machines."""
        using = [path for path in sorted((ROOT / "src").rglob("*.py")) if "strerror" in path.read_text("utf-8")]
        assert using == []


class DescribeKinds:
    @pytest.mark.parametrize("name", ["ENOSPC", "EROFS", "EIO", "ESTALE", "EMFILE", "ENOMEM"])
    def it_blames_the_machine(self, name: str) -> None:
        assert is_of_the_machine(OSError(getattr(errno, name), ""))

    @pytest.mark.parametrize("error", [OSError(errno.ENOENT, ""), OSError(9876, ""), OSError("x")], ids=repr)
    def it_blames_it_for_nothing_else(self, error: OSError) -> None:
        assert not is_of_the_machine(error)
        assert not is_refused(error)


class DescribeFilesThatCantBeRead:
    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("没有.docx", "找不到这个文件或文件夹"),
            ("夹.docx", "该位置是文件夹，不是文件"),
            ("文.txt/稿.docx", "路径中有一处是文件，不是文件夹"),
            (f"{'长' * 300}.docx", "文件名或路径太长"),
            ("圈.docx", "链接互相指向，没有尽头"),
        ],
    )
    def it_says_why_in_chinese(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, reason: str
    ) -> None:
        from bulletin.cli.main import main

        (tmp_path / "夹.docx").mkdir()
        (tmp_path / "文.txt").write_bytes(b"")
        try:
            (tmp_path / "圈.docx").symlink_to(tmp_path / "圈.docx")
        except OSError:
            pytest.skip("this user may make no links")
        assert main(["proof", str(tmp_path / name)]) == 2
        shown = capsys.readouterr().err
        assert f"（{reason}）" in shown
        assert shown.startswith("错误：无法读取 ")
