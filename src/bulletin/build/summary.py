"""What a build says of its reports: which are due, what's in the folder, what has failed."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from bulletin.project.earlier import FACTS
from bulletin.project.listing import MOST_LISTED, shortened

if TYPE_CHECKING:
    from bulletin.build.run import Outcome

_KINDS = {
    ".html": "网页",
    ".docx": "Word",
    ".review.docx": "审核稿",
    ".xlsx": "Excel",
    ".csv": "CSV",
    ".json": "JSON",
}
"""What of a period's folder is for people and programs to open."""

_EXAMPLES = 3
"""Reports that are named where the others of the same kind are counted."""


def due_lines(due: Sequence[tuple[str, str]]) -> list[str]:
    """The reports that have to be built, each with its reason; of very many how many for each reason."""
    if len(due) <= MOST_LISTED:
        return [f"需生成：{name}（{why}）" for name, why in due]
    by_reason: dict[str, list[str]] = {}
    for name, why in due:
        by_reason.setdefault(why, []).append(name)
    return [f"需生成：{_examples(names)} {len(names)} 份（{why}）" for why, names in by_reason.items()]


def _examples(names: Sequence[str]) -> str:
    return "、".join(names[:_EXAMPLES]) + ("等" if len(names) > _EXAMPLES else "，共")


def file_lines(folder: Path) -> list[str]:
    """The files of a period's folder; of a folder in it that holds very many, how many there are of each kind."""
    lines: list[str] = []
    files = [path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.suffix in _KINDS]
    for top, group in groupby(files, lambda path: path.parts[0]):
        own = list(group)
        if len({path.parts[:2] for path in own}) <= MOST_LISTED:
            lines += [f"  {path}" for path in own]
        else:
            counts = Counter(_kind(path) for path in own)
            told = "、".join(f"{title} {counts[title]} 个" for title in _KINDS.values() if counts[title])
            lines.append(f"  {top}{os.sep}：{told}")
    return lines


def _kind(path: Path) -> str:
    return _KINDS[".review.docx" if path.name.endswith(".review.docx") else path.suffix]


def edited_lines(folder: Path, set_aside: Sequence[str], *, vouched: bool = True) -> list[str]:
    """Return what is said of the edited files that a run set aside in a period's folder, with how to proof-read them.

    Where nothing vouches for what builds left there, whether they were edited isn't known.
    """
    if not set_aside:
        return []
    why = "在生成之后被人改过" if vouched else "与这次生成的不同，没有清单可查是否被人改过"
    lines = [f"有 {len(set_aside)} 个文件{why}，没有覆盖，已另存在新文件旁边："]
    for path in set_aside:
        proof = f"；校核：{_proof_command(folder, path)}"
        lines.append(f"  {path}{proof if path.endswith('.docx') else ''}")
    return shortened(lines, lambda more: f"  ……另有 {more} 个")


def former_lines(folder: Path, former: Sequence[str]) -> list[str]:
    """Return what is said of reports in a period's folder that are of no county of it any more."""
    lines = [f"  {path}" for path in former]
    shown = shortened(lines, lambda more: f"  ……另有 {more} 个")
    return (
        [f"{folder} 中有 {len(former)} 份以前的报告，现在没有这个县（市、区）或名称已改，请核对后移走：", *shown]
        if former
        else []
    )


def _quoted(path: Path) -> str:
    """A path as it's typed at any prompt."""
    return f'"{path}"' if re.search(r"[\s&|<>()^;'{}$#]", str(path)) else str(path)


def failure_lines(outcomes: Sequence[Outcome], front: Path) -> list[str]:
    """The reports that have failed and why; of very many, that the front page has the others."""
    failed = [f"失败：{outcome.name}：{outcome.error}" for outcome in outcomes if outcome.error]
    return shortened(failed, lambda more: f"失败：另有 {more} 份，原因见 {front}。")


def proof_line(folder: Path, draft: str, findings: int | None) -> str:
    """What came of a draft's proof-reading, and how to see it; `draft` is its path below the period's `folder`."""
    if findings is None:
        return "校核：未进行"
    return "校核：没有发现问题" if not findings else f"校核：{findings} 处，用 {_proof_command(folder, draft)} 查看"


def _proof_command(folder: Path, draft: str) -> str:
    return f"bulletin proof {_quoted(folder / draft)} --facts {_quoted(folder / FACTS)}"


def proof_lines(folder: Path, drafts: Sequence[tuple[str, str, int | None]]) -> list[str]:
    """What came of the proof-reading of a build's drafts: each one's report, path below `folder`, and findings."""
    lines = [
        f"  {name}：{findings} 处，用 {_proof_command(folder, path)} 查看"
        if findings
        else f"  {name}：无法读取 {folder / path}"
        for name, path, findings in drafts
        if findings != 0
    ]
    if lines:
        shown = shortened(lines, lambda more: f"  ……另有 {more} 份，见 {folder / 'index.html'}")
        return [f"校核：{len(drafts)} 份文稿中 {len(lines)} 份有问题：", *shown]
    return [f"校核：{len(drafts)} 份文稿没有发现问题。"] if drafts else []
