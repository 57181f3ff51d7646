"""What both exporters ask of an executed notebook."""

from __future__ import annotations

import copy
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bs4 import BeautifulSoup
from nbformat import NotebookNode

from bulletin.notebook.blocks import MIME, block_payloads
from bulletin.notebook.python_errors import explained
from bulletin.notebook.slips import refuse_lost_magic, refuse_markdown_slips, refuse_templates
from bulletin.project.errors import BulletinError

_NOT_THE_ANALYSTS = {"injected-parameters", "papermill-error-cell-tag"}
"""Tags of cells that papermill puts in: the analyst doesn't count them."""

_WIDGET = "application/vnd.jupyter.widget-view+json"


def refuse_errors(notebook: NotebookNode) -> None:
    """Refuse a notebook in which a cell failed.

    Raises:
        BulletinError: `notebook-failed` with the cell and the line in it.

    """
    for number, cell in numbered(notebook):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                told = explained(output.ename, output.evalue, cell.source, output.get("traceback", []))
            elif output.output_type == "stream" and output.text.startswith("UsageError: "):
                told = explained("UsageError", "", cell.source)  # IPython only prints its own
            else:
                continue
            raise BulletinError(
                "notebook-failed", f"笔记本{place(number, cell.source)}出错：{told}改正并重新运行后才能导出。"
            )


def _metrics(notebook: NotebookNode) -> set[str]:
    """Return the names of the metrics that the notebook's figures are of."""
    return {str(metric[0]) for block in blocks(notebook, "sources") for metric in block["metrics"]}


_PICTURES = ("image/png", "image/jpeg")
"""The pictures that Word can hold."""


def content(notebook: NotebookNode, *, page: bool = False) -> NotebookNode:
    """Give a copy with what is content alone: blocks, Markdown, pictures, tables and words in HTML.

    A `page` can show pictures in SVG and HTML, too, which Word can't.

    What a cell writes while it runs (streams, progress bars) is left out, and so is the object of a plot beside its
    picture.

    Raises:
        BulletinError: `notebook-failed` where a cell failed, `no-content` where one leaves an object that is
            nothing to read, `bad-prose` where a cell would print what isn't meant; each with the cell.

    """
    refuse_errors(notebook)
    shown, metrics = copy.deepcopy(notebook), _metrics(notebook)
    for number, cell in numbered(shown):
        try:
            if cell.cell_type == "markdown":
                refuse_markdown_slips(cell.source, metrics)
            elif cell.cell_type == "raw":
                refuse_templates(cell.source, "Raw")
            else:
                if not cell.outputs:
                    refuse_lost_magic(cell.source)  # headings alone are a comment to Python and do nothing
                cell.outputs = _content(cell, page=page)
        except BulletinError as error:
            raise BulletinError(error.code, f"笔记本{place(number, cell.source)}出错：{error}") from None
    return shown


def numbered(notebook: NotebookNode) -> Iterator[tuple[int, NotebookNode]]:
    """The analyst's cells with their numbers as she counts them."""
    own = (cell for cell in notebook.cells if not _NOT_THE_ANALYSTS & set(cell.metadata.get("tags", [])))
    return enumerate(own, start=1)


def place(number: int, source: str) -> str:
    """Name a cell by its number and its first words."""
    first = next((line for line in source.splitlines() if line.strip() and line.strip() != "%%prose"), "")
    return f"第 {number} 个单元格（{first.strip()[:40]}）"


def _content(cell: NotebookNode, *, page: bool) -> list[NotebookNode]:
    """The outputs of a cell that are content."""
    shown = [
        output
        for output in cell.outputs
        if output.output_type != "stream"
        and _WIDGET not in output.get("data", {})
        and output.data.get(MIME, {}).get("block") != "nothing"
    ]
    content = [output for output in shown if _is_content(output.data, page=page)]
    drawn = any(kind in output.data for output in content for kind in _PICTURES)
    if len(content) < len(shown) and not drawn:
        raise BulletinError("no-content", _no_content(cell.source.strip(), shown))
    return content


def _no_content(source: str, outputs: Sequence[NotebookNode]) -> str:
    if any("image/svg+xml" in output.data for output in outputs):
        return "Word 文件放不下 SVG 图：请用 PNG 图片。"
    code = source.rsplit("\n", 1)[-1].strip()
    advice = "表用 show_table、图用 show_chart 展示，数写在 %%prose 单元格中；只为查看的，删去这一行或在行末加分号 ;"
    if re.fullmatch(r"\w+_(?:table|chart)\(.*\)", code):
        advice = f"请改为 show_{'chart' if '_chart(' in code else 'table'}(report, {code})"
    return f"最后一行“{code[:60]}”留下的只是程序对象的文字，不能印在报告中：{advice}。"


def _is_content(data: Mapping[str, Any], *, page: bool) -> bool:
    if page and ("image/svg+xml" in data or "<img" in data.get("text/html", "")):
        return True
    known = (MIME, "text/markdown", *_PICTURES)
    return any(kind in data for kind in known) or "<table" in data.get("text/html", "") or bool(html_words(data))


def html_words(data: Mapping[str, Any]) -> str:
    """The words of an output in HTML, without scripts and styles."""
    html = BeautifulSoup(data.get("text/html", ""), "html.parser")
    for unseen in html.select("script, style"):
        unseen.decompose()
    return html.get_text(" ", strip=True)


def blocks(notebook: NotebookNode, kind: str) -> list[dict[str, Any]]:
    """The payloads of that kind, in reading order."""
    return block_payloads(notebook.cells, kind)


def digest(notebook: NotebookNode) -> str:
    """A short digest of all that the notebook shows (`content`): the same whichever way it ran, another for another draft."""
    shown: list[Any] = []
    for cell in notebook.cells:
        shown += [cell.source] if cell.cell_type == "markdown" else []
        for output in cell.get("outputs", []):
            if (
                output.output_type != "stream" and output.data.get(MIME, {}).get("block") != "trace"
            ):  # notes on the same words stay notes on this draft
                shown.append(_richest(output.data))
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode("utf-8")).hexdigest()[:16]


def _richest(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Beside a richer form the plain text isn't shown, and it may hold an object's address in memory."""
    return {kind: shown for kind, shown in data.items() if kind != "text/plain"}


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
