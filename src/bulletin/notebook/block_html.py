"""Blocks as HTML: what JupyterLab shows below a cell, and what the reviewers' page is made of."""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from bulletin.notebook.blocks import Block, gap
from bulletin.project.periods import chinese_date

_IDS = {"表": "table", "图": "figure", "附件": "attachment"}


def block_id(label: str) -> str:
    """The id on the page of what is called 表2, 图1, 附件3: table-2, figure-1, attachment-3."""
    kind = label.rstrip("0123456789")
    return f"{_IDS[kind]}-{label.removeprefix(kind) or 1}"


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"chinese_date": chinese_date, "block_id": block_id, "gap": gap}
    return environment


@cache
def load_templates() -> Any:
    """The macros, one a kind of block."""
    return _environment().get_template("blocks.html.j2").module


def block_html(block: Block, png: bytes = b"", svg: str = "") -> str:
    """One block as an HTML fragment; a chart needs its picture: `svg` where there is one, else `png`."""
    macro = getattr(load_templates(), block["block"])
    if block["block"] == "chart":
        kind, picture = ("svg+xml", svg.encode("utf-8")) if svg else ("png", png)
        return str(macro(block, f"data:image/{kind};base64,{base64.b64encode(picture).decode('ascii')}")).strip()
    return str(macro(block)).strip()
