"""What both exporters ask of an executed notebook."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode

from bulletin.errors import BulletinError
from bulletin.present.blocks import MIME


def refuse_errors(notebook: NotebookNode) -> None:
    """Refuse a notebook in which a cell failed.

    Raises:
        BulletinError: `notebook-failed` with the cell's number and the error.

    """
    for number, cell in enumerate(notebook.cells, start=1):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                raise BulletinError(
                    "notebook-failed",
                    f"笔记本第 {number} 个单元格运行出错（{output.ename}：{output.evalue}），不能导出。请改正后重新运行。",
                )


def blocks(notebook: NotebookNode, kind: str) -> list[dict[str, Any]]:
    """The payloads of that kind, in reading order."""
    return [
        dict(output.data[MIME])
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if MIME in output.get("data", {}) and output.data[MIME]["block"] == kind
    ]
