"""Prose: Markdown to paragraphs, with figures bookmarked."""

from __future__ import annotations

import copy
import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, Tag
from docx.text.paragraph import Paragraph
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bulletin.export.marks import figure_name, target_name
from bulletin.export.notebook import label
from bulletin.export.office import clean
from bulletin.export.word.oxml import Bookmarks, add_comment, add_field
from bulletin.export.word.page import BODY, HEADINGS
from bulletin.export.word.tables import add_grid

_MARKDOWN = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True)
class Piece:
    """A stretch of a paragraph's text.

    `figure` is the metric and scope of a fact, `note` what is to be said of it, `target` what a reference
    points to.
    """

    text: str
    figure: tuple[str, str] | None = None
    note: str = ""
    target: str | None = None


def pieces(tokens: Sequence[Token]) -> Iterator[Piece]:
    """The text of an inline token's children. Tags other than a fact's are no words; <br> breaks the line."""
    figure: tuple[str, str] | None = None
    note, target = "", None
    for place, token in enumerate(tokens):
        if token.type == "html_inline":
            span = BeautifulSoup(token.content, "html.parser").find("span", class_=["fact", "ref"])
            if isinstance(span, Tag) and span.has_attr("data-metric"):
                figure, note = (str(span["data-metric"]), str(span["data-scope"])), str(span.get("title", ""))
            elif isinstance(span, Tag) and span.has_attr("data-target"):
                target = str(span["data-target"])
            elif token.content.strip() == "</span>":
                figure, note, target = None, "", None
            elif re.match(r"<br\b", token.content, re.IGNORECASE):
                yield Piece("\n")
        elif token.type == "hardbreak":
            yield Piece("\n")
        elif token.type == "softbreak":
            before = "".join(each.content for each in tokens[:place])[-1:]
            after = "".join(each.content for each in tokens[place + 1 :])[:1]
            if before.isascii() and after.isascii():  # between words of Latin text; Chinese has no blanks
                yield Piece(" ")
        elif token.content:
            yield Piece(clean(token.content), figure, note, target)


class ProseWriter:
    """Writes Markdown into a document.

    `known` has what references point to, by target; `review` gives the day of the comments on each figure,
    None where there are to be none.
    """

    def __init__(
        self,
        document: Any,
        bookmarks: Bookmarks,
        known: Mapping[str, str],
        *,
        has_letterhead: bool,
        review: dt.date | None = None,
    ) -> None:
        self._review = review
        self._document = document
        self._bookmarks = bookmarks
        self._known = known
        # Under a letterhead ## is 一、; a notebook without one has its title in #.
        self._has_letterhead = has_letterhead
        self._item = ""  # the mark of a list item whose first paragraph comes next

    def write(self, markdown: str) -> None:
        """Add the Markdown's paragraphs, headings, lists and tables."""
        tokens = _MARKDOWN.parse(markdown)
        marks: list[str] = []
        place = 0
        while place < len(tokens):
            token = tokens[place]
            if token.type in ("bullet_list_open", "ordered_list_open"):
                start = token.attrGet("start")
                marks.append("•" if token.type.startswith("bullet") else str(1 if start is None else start))
            elif token.type in ("bullet_list_close", "ordered_list_close"):
                marks.pop()
            elif token.type == "list_item_open":
                self._item = _mark(marks)
            elif token.type == "heading_open":
                self._heading(int(token.tag[1]), tokens[place + 1])
                place += 2
            elif token.type == "paragraph_open":
                paragraph = self._document.add_paragraph(style=BODY)
                paragraph.add_run(self._item)
                self._item = ""
                self._inline(paragraph, tokens[place + 1])
                place += 2
            elif token.type == "table_open":
                end = next(n for n in range(place, len(tokens)) if tokens[n].type == "table_close")
                self._table(tokens[place:end])
                place = end
            elif token.type in ("fence", "code_block"):
                self._document.add_paragraph(clean(token.content.strip("\n")), style=BODY)
            elif token.type == "html_block":
                words = BeautifulSoup(token.content, "html.parser").get_text(" ", strip=True)
                if words:
                    self._document.add_paragraph(clean(words), style=BODY)
            place += 1

    def _heading(self, level: int, inline: Token) -> None:
        if level == 1 and not self._has_letterhead:
            paragraph = self._document.add_paragraph(style="Title")
        else:
            paragraph = self._document.add_paragraph(style=f"Heading {min(max(level - 1, 1), len(HEADINGS))}")
        self._inline(paragraph, inline)

    def _table(self, tokens: Sequence[Token]) -> None:
        rows: list[list[list[Piece]]] = []
        for token in tokens:
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                rows[-1].append(list(pieces(token.children or [])))
        texts = [["".join(piece.text for piece in cell) for cell in row] for row in rows]
        grid = add_grid(self._document, texts[0], texts[1:])
        for row, line in zip(grid.rows, rows, strict=True):
            for cell, parts in zip(row.cells, line, strict=True):
                if any(part.figure or part.target for part in parts):
                    self._rewrite(cell.paragraphs[0], parts)

    def _rewrite(self, paragraph: Any, parts: Sequence[Piece]) -> None:
        """Put the parts in place of the paragraph's one run, in its form, so that figures stand alone."""
        (whole,) = paragraph.runs
        for part in parts:
            for run in self._add(paragraph, part):
                run._r.insert(0, copy.deepcopy(whole._r.rPr))
        paragraph._p.remove(whole._r)

    def _inline(self, paragraph: Paragraph, inline: Token) -> None:
        for piece in pieces(inline.children or []):
            self._add(paragraph, piece)

    def _add(self, paragraph: Any, piece: Piece) -> list[Any]:
        if piece.target:
            return add_field(paragraph, f"REF {target_name(piece.target)} \\h", label(piece.target, self._known))
        run = paragraph.add_run(piece.text)
        if piece.figure:
            self._bookmarks.around([run], figure_name(*piece.figure))
            if self._review:
                add_comment(self._document, run, clean(piece.note), self._review)
        return [run]


def _mark(marks: list[str]) -> str:
    """The mark before a list item; an ordered list counts on."""
    mark = marks[-1]
    if mark == "•":
        return "• "
    marks[-1] = str(int(mark) + 1)
    return f"{mark}. "
