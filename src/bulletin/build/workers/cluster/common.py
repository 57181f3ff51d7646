"""What a worker has to have in common with the build that it works for: program, libraries, folders."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import bulletin
from bulletin.project.digests import digest_of_notebook
from bulletin.project.fingerprint import program_digest
from bulletin.project.paths import DATA_VARIABLE, OUTPUTS_VARIABLE, Project

_SHOWN = 5
"""Libraries that a message names at most."""


@dataclass(frozen=True)
class Common:
    """What the build has.

    `notebooks` are digests by path, `work` is the folder for what the workers make, `places` are the variables that
    say where records and results are.
    """

    bulletin: str
    program: str
    libraries: Mapping[str, str]
    notebooks: Mapping[Path, str]
    root: Path
    work: Path
    places: Mapping[str, str]


PLACES = (DATA_VARIABLE, OUTPUTS_VARIABLE)
"""Environment variables that tell notebooks where records and results are."""


class UnfitWorkerError(Exception):
    """A worker that can't work for a build; its message says why, in Chinese."""


def take_common(root: Path, work: Path) -> Common:
    """As things stand here."""
    return Common(
        bulletin=bulletin.__version__,
        program=program_digest(),
        libraries=libraries(),
        notebooks=_notebooks(root),
        root=root,
        work=work,
        places={name: os.environ[name] for name in PLACES if name in os.environ},
    )


def libraries() -> dict[str, str]:
    """The versions of Python and of all that we need to run, directly or not: an extra counts as not needed."""
    found, waiting = {"Python": platform.python_version()}, ["bulletin"]
    while waiting:
        name = waiting.pop()
        try:
            package = distribution(name)
        except PackageNotFoundError:  # asked for on another system only
            continue
        asked = (line.partition(";") for line in package.requires or [])
        names = [re.split(r"[^\w.-]", line, maxsplit=1)[0] for line, _, when in asked if "extra" not in when]
        found[name] = package.version
        waiting += {_canonical(each) for each in names} - found.keys()
    del found["bulletin"]
    return found


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _notebooks(root: Path) -> dict[Path, str]:
    return {path: digest_of_notebook(path.read_bytes()) for path in sorted(Project(root).notebooks.rglob("*.ipynb"))}


def why_not(common: Common) -> str:
    """Why this process can't work for that build, and what to do; nothing where it can."""
    if program_digest() != common.program:
        versions = f"工作进程 {bulletin.__version__}，本机 {common.bulletin}"
        return f"bulletin 的程序与本机不同（{versions}），请装上同一份程序后重新启动工作进程"
    here = libraries()
    different = [name for name, version in common.libraries.items() if here.get(name) != version]
    if different:
        told = "、".join(
            f"{name} {here.get(name, '未安装')}（本机 {common.libraries[name]}）" for name in different[:_SHOWN]
        )
        more = f"等 {len(different)} 个" if len(different) > _SHOWN else ""
        return f"程序库与本机不同：{told}{more}，请按同一份 requirements.lock 安装后重新启动工作进程"
    if _notebooks(common.root) != common.notebooks:
        return f"看不到本机的项目文件夹 {common.root}，或其中的笔记本不同，项目应放在各机共用的磁盘上同一路径"
    if not os.access(common.work, os.W_OK):
        return f"看不到本机的结果文件夹 {common.work.parents[1]}，或无权写入，请用 --outputs 指定共用磁盘上的文件夹"
    return ""
