"""What to do next in a project, told from names and the newest period's manifest alone: at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from bulletin.project.errors import BulletinError
from bulletin.project.paths import Project, find_project
from bulletin.project.periods import Period


def next_step() -> list[str]:
    """What comes next where the user stands, a line each: outside a project, before a build, and after it."""
    try:
        project = find_project()
    except BulletinError as error:
        return [str(error)]
    periods = project.periods
    if not periods:
        return [
            f"{project.params} 中还没有期间的参数文件（如 2024.yaml）。请先放入一份，再运行 bulletin check 核对数据。"
        ]
    newest = max(periods, key=lambda period: (period.last, period.first))
    reports = _reports(project.outputs / newest.name)
    return _after_build(project, newest, reports) if reports else _before_build(newest)


def _before_build(newest: Period) -> list[str]:
    return [
        f"{newest.title}还没有生成。",
        _line(f"bulletin build {newest.name}", "生成全市通报和各县反馈"),
        _line(f"bulletin check {newest.name}", "只核对数据"),
    ]


def _after_build(project: Project, newest: Period, reports: Sequence[tuple[str, str]]) -> list[str]:
    behind = [name for name, state in reports if state not in ("built", "unchanged")]
    front = project.outputs / newest.name / "index.html"
    if behind:
        return [
            f"{newest.title}的 {len(reports)} 份报告中，{len(behind)} 份不是最新的（{behind[0]}{'等' if behind[1:] else ''}）。",
            _line(f"bulletin build {newest.name}", "补上"),
        ]
    return [
        f"{newest.title}的 {len(reports)} 份报告已经生成，用浏览器打开 {front} 查看。",
        _line(f"bulletin build {newest.name}", "数据、参数或笔记本改动之后再生成"),
        _line(f"bulletin new 新的期间 --from {newest.name}", "开始下一期"),
    ]


def _line(command: str, purpose: str) -> str:
    return f"  {command}    {purpose}"


def _reports(folder: Path) -> list[tuple[str, str]]:
    """Name and state of each report that the last build's manifest lists; none where there's no sound one."""
    try:
        listed = json.loads((folder / "manifest.json").read_bytes())["reports"]
        return [(str(report["name"]), str(report["state"])) for report in listed]
    except (OSError, ValueError, KeyError, TypeError):
        return []
