"""Executed notebooks in memory, for tests of the exporters: cells with outputs, and blocks with sound defaults."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from typing import Any

import docx
from bs4 import BeautifulSoup
from nbformat import NotebookNode, v4

from bulletin.export.html.exporter import TongbaoExporter
from bulletin.export.word.exporter import GongwenExporter
from bulletin.notebook.blocks import MIME

_V4: Any = v4  # untyped

MINES = {"metric": "mines", "scope": "01"}
TOLD = {"told": "配备率：1÷1"}


def png(width: int = 40, height: int = 20) -> bytes:
    """A plain white picture of that many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress((b"\x00" + b"\xff" * width) * height)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def letterhead(**changes: Any) -> dict[str, Any]:
    return {
        "block": "letterhead",
        "period": "2023",
        "scope": "city",
        "scope_name": "全市",
        "bureau": "样例市应急管理局",
        "mark": "样例市应急管理局文件",
        "numbered": True,
        "number": "样应急发〔2024〕1号",
        "title": "关于2023年度履职情况的通报",
        "addressees": "各县（市、区）应急管理局：",
        "date": "2024-03-05",
        "notice": None,
    } | changes


def table(**changes: Any) -> dict[str, Any]:
    return {
        "block": "table",
        "key": "staffing",
        "number": 1,
        "caption": "配备情况",
        "unit": None,
        "columns": [
            {"title": "县（市、区）", "align": "left"},
            {"title": "企业", "align": "right"},
            {"title": "配备率", "align": "right"},
        ],
        "rows": [["甲县", "2", "66.67%"], ["乙区", "1", "100%"], ["全市", "3", "75.00%"]],
        "sources": [[None, MINES, None], [None, None, TOLD], [None, None, None]],
        "total_rows": 1,
        "note": None,
    } | changes


def wide_table(**changes: Any) -> dict[str, Any]:
    """A table of twelve columns, too wide for an upright page."""
    columns = [{"title": f"第{n}列的指标", "align": "right"} for n in range(12)]
    rows = changes.get("rows", [["123.45%"] * 12])
    return table(
        **({"columns": columns, "rows": rows, "sources": [[None] * 12] * len(rows), "caption": "一览表"} | changes)
    )


def chart(**changes: Any) -> dict[str, Any]:
    return {
        "block": "chart",
        "key": "rate",
        "number": 1,
        "caption": "签到率",
        "alt": "最高为甲县",
        "width_mm": 156.0,
        "data": {"columns": ["县（市、区）", "签到率"], "rows": [["甲县", "12.50%"], ["乙区", "0.00%"]]},
    } | changes


def closing(**changes: Any) -> dict[str, Any]:
    return {
        "block": "closing",
        "attachments": [],
        "signer": "样例市应急管理局",
        "date": "2024-03-05",
        "sealed": True,
        "note": None,
    } | changes


def attachment(**changes: Any) -> dict[str, Any]:
    return {"block": "attachment", "number": 1, "title": "一览表"} | changes


def imprint(**changes: Any) -> dict[str, Any]:
    printed = {"block": "imprint", "cc": ["甲厅"], "printer": "样例市应急管理局办公室", "printed_on": "2024-03-06"}
    return printed | changes


def markdown(source: str) -> NotebookNode:
    """A Markdown cell."""
    made: NotebookNode = _V4.new_markdown_cell(source, id="m")
    return made


def code(*outputs: NotebookNode, source: str = "x", tags: tuple[str, ...] = ()) -> NotebookNode:
    """A code cell with its outputs."""
    metadata = {"tags": list(tags)} if tags else {}
    made: NotebookNode = _V4.new_code_cell(source, outputs=list(outputs), id="c", metadata=metadata)
    return made


def data(metadata: dict[str, Any] | None = None, **kinds: str) -> NotebookNode:
    """A displayed output: `html="<p>"` is text/html, `png=…` image/png, as the keywords say."""
    names = {"html": "text/html", "plain": "text/plain", "png": "image/png", "md": "text/markdown", "jpg": "image/jpeg"}
    names["svg"] = "image/svg+xml"
    bundle = {names[kind]: text for kind, text in kinds.items()}
    made: NotebookNode = _V4.new_output("display_data", bundle, metadata=metadata or {})
    return made


def prose(text: str) -> NotebookNode:
    """A cell that shows Markdown, as `%%prose` does."""
    return code(data(md=text), source="%%prose")


def block(payload: dict[str, Any], picture: bytes | None = None, svg: str | None = None) -> NotebookNode:
    """A cell that shows a block; a chart has its pictures beside it, `svg` where it's given."""
    if payload["block"] == "chart":
        encoded = base64.b64encode(picture or png()).decode("ascii")
        return code(
            _V4.new_output(
                "display_data",
                {MIME: payload, "image/png": encoded} | ({"image/svg+xml": svg} if svg else {}),
                metadata={"image/png": {"alt": payload["alt"]}},
            )
        )
    return code(_V4.new_output("display_data", {MIME: payload, "text/html": "<p>for JupyterLab</p>"}))


def stream(text: str, name: str = "stdout") -> NotebookNode:
    made: NotebookNode = _V4.new_output("stream", name=name, text=text)
    return made


def error(name: str = "ValueError", value: str = "坏了") -> NotebookNode:
    made: NotebookNode = _V4.new_output("error", ename=name, evalue=value, traceback=[])
    return made


def notebook(*cells: NotebookNode) -> NotebookNode:
    """A notebook of those cells, each with an id of its own."""
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    made: NotebookNode = _V4.new_notebook(cells=list(cells))
    return made


def word_bytes(*cells: NotebookNode) -> bytes:
    """The Word file of those cells."""
    written, _ = GongwenExporter().from_notebook_node(notebook(*cells))
    return written


def word(*cells: NotebookNode) -> Any:
    """The Word file of those cells, opened again."""
    return docx.Document(io.BytesIO(word_bytes(*cells)))


def html(*cells: NotebookNode) -> str:
    """The page of those cells."""
    page, _ = TongbaoExporter().from_notebook_node(notebook(*cells))
    return page


def page(*cells: NotebookNode) -> BeautifulSoup:
    """The page of those cells, parsed again."""
    return BeautifulSoup(html(*cells), "html.parser")
