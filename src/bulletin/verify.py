"""Whether a period's outputs, and what they were made from, are still as the last build's manifest says."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import bulletin
from bulletin.digests import digest_of_file
from bulletin.errors import BulletinError, told
from bulletin.manifest import MANIFEST, Manifest, is_as_written, read_manifest
from bulletin.origin import Origin, params_content, take_origin
from bulletin.params import Params, load_params
from bulletin.period_outputs import is_set_aside
from bulletin.periods import parse_period
from bulletin.project import PREVIOUS, Project, public_name
from bulletin.request import Request
from bulletin.unseen import one_line

_REVIEWED = "review"
"""The folder of annotated copies: `bulletin review` writes it, and people after it."""

_LITTER = {"thumbs.db", "desktop.ini"}
"""What Windows leaves in folders, beside hidden files and those that Word locks with."""

_CHANGED, _MISSING, _NEW, _UNREADABLE = "有改动", "不见了", "清单中没有", "无法读取"


@dataclass(frozen=True)
class Difference:
    """What isn't as it was: an output or an input, how it differs, and what to do."""

    name: str
    how: str
    advice: str

    def __str__(self) -> str:
        return f"{one_line(self.name)}：{self.how}。{self.advice}"


@dataclass(frozen=True)
class Verified:
    """All that was found at once. `counted` says what was compared, `unchecked` what couldn't be, and why."""

    manifest: Manifest
    folder: Path
    outputs: list[Difference]
    inputs: list[Difference]
    counted: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)

    @property
    def unchanged(self) -> bool:
        """Whether nothing that could be compared differs."""
        return not self.outputs and not self.inputs


def verify(project: Project, request: Request) -> Verified:
    """Compare everything with the manifest in the period's folder; nothing is changed.

    Nothing in the manifest is taken for a place to read but names below the period's own folder: inputs are
    looked for where the params, or the request, say they are.

    Raises:
        BulletinError: `bad-period`, `no-manifest`, `bad-manifest`, and what is wrong with the params where there are any.

    """
    folder = request.folder(project)
    manifest = _manifest(folder, request.period)
    listed = _listed(manifest)
    outputs = [*_output_differences(folder, listed, request.period), *_unlisted(folder, listed)]
    found = Verified(manifest, folder, outputs, [], [f"{len(listed)} 个输出文件"])
    try:
        params = load_params(project, parse_period(request.period))
    except BulletinError as error:
        if error.code != "no-params":
            raise
        found.unchecked.append(f"输入：这里没有 params/{manifest.period}.yaml，参数、数据、笔记本和程序都没有核对。")
        return found
    _compare_inputs(found, project, params, take_origin(project, params))
    return found


def _manifest(folder: Path, period: str) -> Manifest:
    again = f"请运行 bulletin build {period} 重新生成，再核对"
    if not (folder / MANIFEST).is_file():
        raise BulletinError("no-manifest", f"{folder} 中没有 {MANIFEST}，无从核对。请检查期间和 --outputs；或{again}。")
    manifest = read_manifest(folder)
    if manifest is None or not manifest.digest:
        told = "无法识别：已损坏，或出自本软件的其他版本"
    elif not is_as_written(folder):
        told = "自身被改动过，不能作为依据"
    elif manifest.period != parse_period(period).name:
        told = f"是 {one_line(manifest.period, 20)} 的，不是 {period} 的"
    else:
        return manifest
    raise BulletinError("bad-manifest", f"{folder / MANIFEST} {told}，无从核对。{again}。")


def _listed(manifest: Manifest) -> dict[str, str]:
    """Every file that the manifest lists, with its digest."""
    of_reports = (
        (f"{report.folder}/{name}", each) for report in manifest.reports for name, each in report.files.items()
    )
    return manifest.files | dict(of_reports)


def _output_differences(folder: Path, listed: Mapping[str, str], period: str) -> Iterator[Difference]:
    build = f"bulletin build {period}"
    for name, digest in listed.items():
        path = folder / name
        try:
            if not path.exists():
                yield Difference(name, _MISSING, f"运行 {build} 补上。")
            elif not path.is_file() or not path.resolve().is_relative_to(folder):
                yield Difference(name, _CHANGED, f"现在不是文件，或指向别处。请移走后运行 {build}。")
            elif digest_of_file(path) != digest:
                yield Difference(name, _CHANGED, _advice_on_edit(name, build))
        except OSError as error:
            yield Difference(name, _UNREADABLE, f"（{told(error)[0]}）请关闭正在打开它的程序后重新核对。")


def _advice_on_edit(name: str, build: str) -> str:
    if name.endswith(".docx"):
        return f"请用 bulletin proof 校核；下次 {build} 会重新生成，改过的另存为“{Path(name).stem}.改动.docx”。"
    if Path(name).name.startswith("quality") or name.startswith("quality/"):
        return f"在生成之后运行过 bulletin check，或有人改过。运行 {build} 恢复。"
    return f"不应手工修改，以生成时的为准：运行 {build} 恢复。"


def _unlisted(folder: Path, listed: Mapping[str, str]) -> Iterator[Difference]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and Path(place, name) != folder / _REVIEWED
        )
        for name in sorted(names):
            own = Path(place, name).relative_to(folder).as_posix()
            if (
                own in listed
                or own == MANIFEST
                or is_set_aside(name)
                or name.startswith((".", "~$"))
                or name.lower() in _LITTER
            ):
                continue
            yield Difference(own, _NEW, "不是最近一次生成的：可能是改名前的旧报告，或有人放入的文件。请核对后移走。")


def _compare_inputs(found: Verified, project: Project, params: Params, now: Origin) -> None:
    then = found.manifest.origin
    add = found.inputs.extend
    add(_program(found.manifest, now))
    add(_environment(found.manifest, now))
    if then.params != now.params:
        keys = sorted(_differing_keys(found.manifest.params, params_content(params)))
        add([Difference(f"params/{params.period}.yaml", _CHANGED, f"不同的项：{one_line('、'.join(keys), 300)}。")])
    add(_by_name("notebooks/", then.notebooks, now.notebooks))
    if then.previous != now.previous:
        how = _MISSING if now.previous is None else _CHANGED if then.previous else _NEW
        add([Difference(f"上一期指标 {PREVIOUS}", how, "")])
    found.counted.extend(["程序", "程序库", "参数", f"{len(then.notebooks)} 个笔记本"])
    _compare_data(found, project.data(params.data), then, now)


def _compare_data(found: Verified, location: Path | str, then: Origin, now: Origin) -> None:
    if isinstance(location, str) or then.data is None:
        where = f"数据库 {public_name(location)}" if isinstance(location, str) else "数据库"
        told = "数据库中的记录没有摘要，不能核对；重新生成后看 changes.html。"
        if isinstance(location, str) and then.data is None:
            found.unchecked.append(f"数据：{where}。{told}")
        else:
            found.inputs.append(Difference("数据", "换了来源", f"生成时与现在，只有一方在{where}。"))
        return
    if not location.exists():
        found.unchecked.append(f"数据：{location} 不在，没有核对。可用 --data 指明。")
        return
    used = {each.file for each in found.manifest.inputs}
    old, new = ({_file_name(path): each for path, each in data.items()} for data in (then.data, now.data or {}))
    relevant = {name for name in {*old, *new} if old.get(name) != new.get(name)}
    relevant = {name for name in relevant if name in used or _may_be_read(name)}
    differences = list(_by_name("", *({n: d for n, d in data.items() if n in relevant} for data in (old, new))))
    found.inputs.extend(differences)
    found.counted.append(f"{len(used & set(old))} 个数据文件")
    places = {path[: -len(_file_name(path))].rstrip("\\/") for path in then.data}
    here = str(location if location.is_dir() else location.parent)
    if differences and places and here not in places:
        found.unchecked.append(
            f"生成时的数据在 {one_line('、'.join(sorted(places)), 200)}，这里核对的是 {here}；当时用了 --data 的，请同样写明。"
        )


def _file_name(path: str) -> str:
    """The last part of a path that may be another system's."""
    return re.split(r"[\\/]", path)[-1]


def _may_be_read(name: str) -> bool:
    """Whether a file that no table came from could be one: any workbook, a CSV or Parquet file named so."""
    from bulletin.records.headings import table_named  # noqa: PLC0415 (pandas takes a second)
    from bulletin.records.workbooks import SUFFIXES  # noqa: PLC0415

    path = Path(name.lower())
    return path.suffix in SUFFIXES or (path.suffix in (".csv", ".parquet") and table_named(path.stem) is not None)


def _by_name(before: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Difference]:
    for name in sorted({*old, *new}):
        if old.get(name) != new.get(name):
            how = _MISSING if name not in new else _CHANGED if name in old else _NEW
            yield Difference(f"{before}{name}", how, "")


def _program(manifest: Manifest, now: Origin) -> Iterable[Difference]:
    if (manifest.origin.bulletin, manifest.origin.program) == (now.bulletin, now.program):
        return []
    then = one_line(manifest.bulletin, 20)
    how = f"{then} → {bulletin.__version__}" if then != bulletin.__version__ else f"版本同为 {then}，代码有改动"
    return [Difference("程序 bulletin", how, "")]


def _environment(manifest: Manifest, now: Origin) -> Iterable[Difference]:
    if manifest.origin.environment == now.environment:
        return []
    versions = {name: (old, _version(name)) for name, old in manifest.packages.items()}
    versions["Python"] = (manifest.python, platform.python_version())
    changed = [
        f"{one_line(name, 40)} {one_line(old, 20)} → {new}" for name, (old, new) in versions.items() if old != new
    ]
    return [Difference("程序库", "、".join(changed) or "主要程序库相同，其他有改动", "")]


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except (importlib.metadata.PackageNotFoundError, ValueError):
        return "未安装"


def _differing_keys(old: Any, new: Any, place: str = "") -> Iterator[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in {*old, *new}:
            yield from _differing_keys(old.get(key), new.get(key), f"{place}.{key}" if place else str(key))
    elif old != new:
        yield place


def summary_lines(found: Verified) -> list[str]:
    """All that was found, for the terminal."""
    period = found.manifest.period
    built = one_line(found.manifest.generated_at.replace("T", " ")[:16], 16)
    lines = [f"核对 {found.folder}，生成于 {built}：{'、'.join(found.counted)}。"]
    if found.outputs:
        lines += [f"\n输出有 {len(found.outputs)} 处不同：", *(f"  · {each}" for each in found.outputs)]
    if found.inputs:
        lines += [
            f"\n输入有 {len(found.inputs)} 处不同：",
            *(f"  · {each}".removesuffix("。") for each in found.inputs),
            f"  现有的报告是按原来的输入生成的。有意改动的，运行 bulletin build {period} 重新生成；否则恢复原来的文件。",
        ]
    if found.unchecked:
        lines += ["\n没有核对：", *(f"  · {each}" for each in found.unchecked)]
    failed = [each.name for each in found.manifest.reports if each.state not in ("built", "unchanged")]
    if failed:
        lines += [
            "",
            f"生成时就不是最新的报告：{one_line('、'.join(failed), 300)}。运行 bulletin build {period} 补上。",
        ]
    if found.manifest.commit and found.manifest.commit.changed:
        lines += ["", "生成时，代码、笔记本或参数中有尚未提交（git）的改动：报告不能只凭提交号重现。"]
    told = "没有发现改动。" if found.unchanged else f"共 {len(found.outputs) + len(found.inputs)} 处不同。"
    return [*lines, "", told]
