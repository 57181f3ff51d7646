"""Where the text ends: a reckoning of pages, so that 版记 can share the last page where that is an even one.

A .docx has no pages until a program lays it out, and programs and fonts differ. So the text is laid out twice, with the
narrowest and the widest lines that we have seen; only what both agree on is taken for true.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docx.enum.text import WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Length, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph

from bulletin.export.word.page import LINE, THREE
from bulletin.project.text_width import text_width

_TIGHT, _LOOSE = (1.14, 0.97), (1.46, 1.03)
"""Single line spacing in the type's size, and a text's length against the plain count of its characters."""


@dataclass(frozen=True)
class TextEnd:
    """The page on which the text ends, and how much of it is left."""

    page: int
    left: Length


def text_ends(document: Any) -> list[TextEnd]:
    """Where the document's text ends in the tightest and in the loosest reckoning."""
    return [_reckon(document, spacing, length) for spacing, length in (_TIGHT, _LOOSE)]


def _reckon(document: Any, spacing: float, length: float) -> TextEnd:
    sections = list(document.sections)
    page, used, number = 1, 0.0, 0
    waiting = 0.0  # what is kept with what follows
    for block in document.iter_inner_content():
        section = sections[number]
        if isinstance(block, Table):
            pieces, breaks_before, ends_section = _table(block, spacing), False, False
        else:
            width = Length(section.page_width - section.left_margin - section.right_margin)
            pieces = _paragraph(block, width, spacing, length)
            breaks_before = bool(block.paragraph_format.page_break_before and used)
            ends_section = block._p.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None
        if breaks_before:
            page, used = page + 1, 0.0
        for height, kept in pieces:
            waiting += height
            if not kept or waiting > _room(section):
                if used + waiting > _room(section) + 0.5:
                    page, used = page + 1, 0.0
                used, waiting = used + waiting, 0.0
        if ends_section:
            page, used, number = page + 1, 0.0, number + 1
    return TextEnd(page, Pt(_room(sections[-1]) - used - waiting))


def _room(section: Any) -> float:
    return float(Length(section.page_height - section.top_margin - section.bottom_margin).pt)


def _paragraph(paragraph: Paragraph, width: Length, spacing: float, length: float) -> Iterator[tuple[float, bool]]:
    """The heights of a paragraph's lines, and whether each is kept with the next."""
    layout = paragraph.paragraph_format
    kept = bool(layout.keep_with_next or paragraph.style.paragraph_format.keep_with_next)  # type: ignore[union-attr]
    pictures = [int(extent.get("cy")) for extent in paragraph._p.iter(qn("wp:extent"))]
    if pictures:
        yield Length(max(pictures)).pt + 4, kept
        return
    size = _size(paragraph)
    line = _line(paragraph, size, spacing)
    around = sum(Length(space or 0).pt for space in (layout.space_before, layout.space_after))
    columns = max(1.0, (width.pt - _indent(paragraph)) / size)
    for number, text in enumerate(paragraph.text.split("\n")):
        lines = max(1, math.ceil(_columns(text) * length / columns))
        for each in range(lines):
            yield line + (around if number == each == 0 else 0), kept


def _size(paragraph: Paragraph) -> float:
    sizes = [run.font.size for run in paragraph.runs if run.font.size] or [paragraph.style.font.size]  # type: ignore[union-attr]
    return float(Length(sizes[0] or THREE).pt)


def _line(paragraph: Paragraph, size: float, spacing: float) -> float:
    for layout in (paragraph.paragraph_format, paragraph.style.paragraph_format):  # type: ignore[union-attr]
        if layout.line_spacing_rule == WD_LINE_SPACING.SINGLE:
            return float(size * spacing)
        if isinstance(layout.line_spacing, Length):
            return float(layout.line_spacing.pt)
    return float(LINE.pt)


def _indent(paragraph: Paragraph) -> float:
    layout = paragraph.paragraph_format
    return float(sum(Length(side or 0).pt for side in (layout.left_indent, layout.right_indent)))


def _columns(text: str) -> float:
    """How many characters wide a text is; digits and Latin letters take half of one."""
    return text_width(text, printed=True) / 2 + 2


def _table(table: Table, spacing: float) -> Iterator[tuple[float, bool]]:
    """The heights of a table's rows, and whether each is kept with the next."""
    for row in table.rows:
        lines = []
        for cell in row.cells:
            (paragraph,) = cell.paragraphs
            size = _size(paragraph)
            columns = max(1.0, (Length(cell.width or 0).pt - 6) / size)
            wide = max(0.0, _columns(paragraph.text) - 2)
            lines.append(max(1, math.ceil(wide / columns)) * size * spacing)
        yield max(lines) + 2, bool(row.cells[0].paragraphs[0].paragraph_format.keep_with_next)


def ends_on_even_page(document: Any, needed: Length) -> bool:
    """Whether the text surely ends on an even page that has room for `needed` more."""
    ends = text_ends(document)
    pages = {end.page for end in ends}
    return len(pages) == 1 and pages.pop() % 2 == 0 and min(end.left for end in ends) >= needed
