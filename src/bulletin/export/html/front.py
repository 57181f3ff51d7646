"""The period's front page: every report with its state and links, the figures, the files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

import bulletin
from bulletin.export.html.exporter import page_style

State = Literal["built", "failed", "kept", "earlier", "missing"]

STATES: dict[State, str] = {
    "built": "已生成",
    "failed": "失败",
    "kept": "失败，沿用上次",
    "earlier": "上次生成",
    "missing": "未生成",
}


@dataclass(frozen=True)
class Card:
    """One report on the front page; `links` are labels with paths relative to the page."""

    name: str
    state: State
    message: str
    links: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class FrontPage:
    """All that the front page says."""

    bureau: str
    period_title: str
    notice: str | None
    gaps: Sequence[str]
    key_figures: Sequence[tuple[str, str]]
    reports: Sequence[Card]
    files: Sequence[tuple[str, str, str]]
    quality: Sequence[tuple[str, int]]
    generated_at: str


def render_front(front: FrontPage) -> str:
    """The page as HTML, self-contained."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, trim_blocks=True
    )
    environment.filters["href"] = quote
    template = environment.get_template("front.html.j2")
    style = Markup(page_style())  # noqa: S704 (our own style sheet)
    return template.render(front=front, style=style, states=STATES, version=bulletin.__version__)
