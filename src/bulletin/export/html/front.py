"""The period's front page: every report with its state and links, the figures, the files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bulletin.export.html.page import render_page

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
    return render_page("front.html.j2", front=front, states=STATES)
