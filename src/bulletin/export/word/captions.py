"""Captions: 表1　…, 图1　…, numbered by fields that Word keeps up to date and that already show their number."""

from __future__ import annotations

from typing import Any

from bulletin.export.marks import target_name
from bulletin.export.office import clean
from bulletin.export.word.oxml import Bookmarks, add_field
from bulletin.notebook.blocks import ChartBlock, TableBlock

_SERIES = {"table": ("table", "表"), "chart": ("figure", "图")}


def add_caption(document: Any, block: TableBlock | ChartBlock, bookmarks: Bookmarks) -> Any:
    """The caption of a table or chart; its label is bookmarked, so that references in the text follow it."""
    kind, series = _SERIES[block["block"]]
    paragraph = document.add_paragraph(style="Caption")
    label = [paragraph.add_run(series), *add_field(paragraph, f"SEQ {series} \\* ARABIC", str(block["number"]))]
    bookmarks.around(label, target_name(f"{kind}:{block['key']}"))
    paragraph.add_run(f"\u3000{clean(block['caption'])}")
    return paragraph
