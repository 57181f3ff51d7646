"""`bulletin build`: make a period's reports."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from bulletin.build.build import build
from bulletin.build.summary import edited_lines, failure_lines, file_lines, former_lines, proof_lines
from bulletin.cli.request import request_of
from bulletin.cli.told import tell_gaps, tell_warnings
from bulletin.project.params import load_params
from bulletin.project.paths import Project, find_project

if TYPE_CHECKING:
    from bulletin.build.build import Built


def run(options: argparse.Namespace) -> int:
    """Build, and say what was made; 1 where a report failed."""
    project = find_project()
    request = replace(
        request_of(options),
        counties=options.county,
        city_only=options.city_only,
        jobs=options.jobs,
        scheduler=options.scheduler,
        force=options.force,
        dry_run=options.dry_run,
    )
    built = build(project, request, print)
    if built is None:
        print(f"数据、参数、笔记本和程序都没有变化，不必重新生成。结果在 {request.folder(project)}。")
        tell_gaps(project, load_params(project, request.period))
        return 0
    if request.dry_run:
        return 0
    _summarise(project, built)
    tell_gaps(project, built.results.params)
    return 0 if built.whole else 1


def _summarise(project: Project, built: Built) -> None:
    from bulletin.build.typed import typed_lines  # noqa: PLC0415 (it reads notebooks, and a build's own modules)

    tell_warnings(built.results.computed.warnings, built.results.field.schema)
    failed = sum(bool(outcome.error) for outcome in built.outcomes)
    front = built.folder / "index.html"
    print(f"\n生成 {len(built.outcomes) - failed} 份，失败 {failed} 份。结果在 {built.folder}：")
    print("\n".join([*file_lines(built.folder), f"用浏览器打开 {front} 查看。"]))
    edited = edited_lines(built.folder, built.set_aside, vouched=built.vouched)
    print("".join(f"{line}\n" for line in [*edited, *former_lines(built.folder, built.former)]), end="")
    drafts = [(each.name, each.draft, each.findings) for each in built.outcomes if not each.error]
    print("".join(f"{line}\n" for line in proof_lines(built.folder, drafts)), end="")
    print("".join(f"{line}\n" for line in typed_lines(project, built)), end="")
    if failed:
        print("\n".join(failure_lines(built.outcomes, front)), file=sys.stderr)
        print(
            "失败的报告保留上次的结果。改正后可只重新生成它们：各县用 --county 县名，全市通报用 --city-only。",
            file=sys.stderr,
        )
