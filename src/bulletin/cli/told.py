"""What more than one command says of a period."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bulletin.project.params.edit import gap_lines

if TYPE_CHECKING:
    from bulletin.project.params import Params
    from bulletin.project.paths import Project
    from bulletin.records.faults import Fault
    from bulletin.records.schema import Schema


def tell_gaps(project: Project, params: Params) -> None:
    """Print what the params leave blank, if anything."""
    gaps = gap_lines(project, params)
    if gaps:
        print("\n参数文件中还有待填的（不妨碍生成，稿中以黄底标出）：")
        print("\n".join(f"  待填：{line}" for line in gaps))


def tell_warnings(warnings: Sequence[Fault], schema: Schema) -> None:
    """Print what is odd in the records, if anything."""
    if warnings:
        from bulletin.records.faults import summary_lines  # noqa: PLC0415 (pandas; whoever has warnings has it)

        print("\n数据提示（不妨碍生成）：")
        print("\n".join(summary_lines(warnings, schema)))
