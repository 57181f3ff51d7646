"""What both exporters ask of an executed notebook."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
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
    return block_payloads(notebook.cells, kind)


def block_payloads(cells: Sequence[Mapping[str, Any]], kind: str) -> list[dict[str, Any]]:
    """The payloads of that kind in a notebook's cells, in reading order."""
    return [
        dict(output["data"][MIME])
        for cell in cells
        for output in cell.get("outputs", [])
        if MIME in output.get("data", {}) and output["data"][MIME]["block"] == kind
    ]


def digest(notebook: NotebookNode) -> str:
    """A short digest of all that the notebook shows: the same whichever way it ran, another for another draft."""
    shown: list[Any] = []
    for cell in notebook.cells:
        shown += [cell.source] if cell.cell_type == "markdown" else []
        for output in cell.get("outputs", []):
            if output.output_type == "stream":
                shown += [output.text] if output.name == "stdout" else []
            elif output.data.get(MIME, {}).get("block") != "trace":  # notes on the same words stay notes on this draft
                shown.append(_richest(output.data))
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode("utf-8")).hexdigest()[:16]


def _richest(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Beside a richer form the plain text isn't shown, and it may hold an object's address in memory."""
    return {kind: shown for kind, shown in data.items() if kind != "text/plain"} or data


def targets(notebook: NotebookNode) -> dict[str, str]:
    """What each table, figure and attachment is called (表2, 图1, 附件3), by what a reference names it by."""
    named = {f"table:{block['key']}": f"表{block['number']}" for block in blocks(notebook, "table")}
    named |= {f"figure:{block['key']}": f"图{block['number']}" for block in blocks(notebook, "chart")}
    return named | {
        f"attachment:{block['title']}": f"附件{block['number'] or ''}" for block in blocks(notebook, "attachment")
    }


def label(target: str, known: Mapping[str, str]) -> str:
    """The label that a reference shows.

    Raises:
        BulletinError: `unknown-reference` where the notebook shows nothing of that name.

    """
    if target not in known:
        there = "、".join(known) or "无"
        raise BulletinError("unknown-reference", f"正文引用的 {target} 没有展示。笔记本中展示的有：{there}。")
    return known[target]
