"""Prose: Markdown to paragraphs, with figures bookmarked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bs4 import BeautifulSoup, Tag
from docx.text.paragraph import Paragraph
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bulletin.export.office import clean
from bulletin.export.word.oxml import add_bookmark, bookmark_name
from bulletin.export.word.page import HEADINGS
from bulletin.export.word.tables import add_grid

_MARKDOWN = MarkdownIt("commonmark").enable("table")
_BODY = "正文首行缩进"


class ProseWriter:
    """Writes Markdown into a document; remembers the bookmarks that are taken."""

    def __init__(self, document: Any, *, has_letterhead: bool) -> None:
        self._document = document
        self._bookmarks: set[str] = set()
        # Under a letterhead ## is 一、; a notebook without one has its title in #.
        self._has_letterhead = has_letterhead

    def write(self, markdown: str) -> None:
        """Add the Markdown's paragraphs, headings, lists and tables."""
        tokens = _MARKDOWN.parse(markdown)
        depth: list[str] = []
        place = 0
        while place < len(tokens):
            token = tokens[place]
            if token.type in ("bullet_list_open", "ordered_list_open"):
                depth.append("•" if token.type.startswith("bullet") else str(token.attrGet("start") or 1))
            elif token.type in ("bullet_list_close", "ordered_list_close"):
                depth.pop()
            elif token.type == "list_item_open":
                self._pending = _mark(depth)
            elif token.type == "heading_open":
                self._heading(int(token.tag[1]), tokens[place + 1])
                place += 2
            elif token.type == "paragraph_open":
                paragraph = self._document.add_paragraph(style=_BODY)
                if depth:
                    paragraph.add_run(self.__dict__.pop("_pending", ""))
                self._inline(paragraph, tokens[place + 1].children or [])
                place += 2
            elif token.type == "table_open":
                end = next(n for n in range(place, len(tokens)) if tokens[n].type == "table_close")
                self._table(tokens[place:end])
                place = end
            elif token.type in ("fence", "code_block", "html_block"):
                self._document.add_paragraph(clean(token.content.strip()), style=_BODY)
            place += 1

    def _heading(self, level: int, inline: Token) -> None:
        if level == 1 and not self._has_letterhead:
            paragraph = self._document.add_paragraph(style="Title")
        else:
            paragraph = self._document.add_paragraph(style=f"Heading {min(max(level - 1, 1), len(HEADINGS))}")
        self._inline(paragraph, inline.children or [])

    def _table(self, tokens: Sequence[Token]) -> None:
        rows: list[list[str]] = []
        for token in tokens:
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                rows[-1].append(_plain(token.children or []))
        add_grid(self._document, rows[0], rows[1:])

    def _inline(self, paragraph: Paragraph, tokens: Sequence[Token]) -> None:
        figure: Tag | None = None
        for token in tokens:
            if token.type == "html_inline":
                span = BeautifulSoup(token.content, "html.parser").find("span", class_="fact")
                if isinstance(span, Tag):
                    figure = span
                elif token.content.strip() == "</span>":
                    figure = None
                else:
                    paragraph.add_run(clean(token.content))
            elif token.type in ("softbreak", "hardbreak"):
                if token.type == "hardbreak":
                    paragraph.add_run().add_break()
            elif token.content:
                run = paragraph.add_run(clean(token.content))
                if figure is not None:
                    name = bookmark_name(str(figure["data-metric"]), str(figure["data-scope"]), self._bookmarks)
                    add_bookmark(run, name, len(self._bookmarks))


def _mark(depth: list[str]) -> str:
    """The mark before a list item; an ordered list counts on."""
    mark = depth[-1]
    if mark == "•":
        return "• "
    depth[-1] = str(int(mark) + 1)
    return f"{mark}. "


def _plain(tokens: Sequence[Token]) -> str:
    return re.sub(r"\s+", " ", "".join(token.content for token in tokens if token.type != "html_inline"))
