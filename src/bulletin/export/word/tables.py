"""Real Word tables: header rows that repeat, rows that stay whole, a landscape page where it's too wide."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from bs4 import Tag
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.shared import Length, Pt

from bulletin.export.office import clean
from bulletin.export.word.captions import add_caption
from bulletin.export.word.oxml import (
    Bookmarks,
    element,
    keep_whole,
    put,
    repeat_header,
    set_borders,
    set_cell_margins,
    set_fonts,
    set_grid,
)
from bulletin.export.word.page import FANGSONG, HEITI, LANDSCAPE_WIDTH, TEXT_WIDTH, is_upright
from bulletin.notebook.blocks import TableBlock
from bulletin.project.text_width import text_width

_SIDES = {"left": WD_ALIGN_PARAGRAPH.LEFT, "right": WD_ALIGN_PARAGRAPH.RIGHT, "center": WD_ALIGN_PARAGRAPH.CENTER}
_SIZE = Pt(10.5)
_PADDING = 3
"""Half-width characters that a cell's margins take."""
_ONE_PAGE = 20
"""A table of so many rows stays on one page; a longer one may be broken between rows."""
_LONGEST = 60
"""A column of longer text than this many half-width characters wraps instead of widening."""


def is_wide(block: TableBlock) -> bool:
    """Whether the table doesn't fit an upright page in its own type size."""
    wanted = _wanted_widths([column["title"] for column in block["columns"]], block["rows"])
    return len(wanted) > 4 and sum(wanted) * _SIZE / 2 > TEXT_WIDTH


def add_table(document: Any, block: TableBlock, bookmarks: Bookmarks) -> None:
    """A table with its caption, unit line and note, as wide as the page that it stands on."""
    headings = [column["title"] for column in block["columns"]]
    add_caption(document, block, bookmarks).paragraph_format.keep_with_next = True
    if block["unit"]:
        _small(document.add_paragraph(), block["unit"], WD_ALIGN_PARAGRAPH.RIGHT).paragraph_format.keep_with_next = True
    aligns = [column["align"] for column in block["columns"]]
    add_grid(
        document,
        headings,
        block["rows"],
        aligns,
        block["total_rows"],
        TEXT_WIDTH if is_upright(document) else LANDSCAPE_WIDTH,
        noted=bool(block["note"]),
    )
    if block["note"]:
        _small(document.add_paragraph(), f"注：{block['note']}", WD_ALIGN_PARAGRAPH.LEFT)


def add_grid(
    document: Any,
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    aligns: Sequence[str] | None = None,
    total_rows: int = 0,
    width: Length = TEXT_WIDTH,
    *,
    noted: bool = False,
) -> Any:
    """The table itself: thin grid, heading in 黑体, columns as wide as their content asks; returns it.

    The last row of a table that is `noted` stays with what follows.
    """
    aligns = aligns or ["left"] * len(headings)
    table = document.add_table(rows=1 + len(rows), cols=len(headings))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    grid = dict.fromkeys(("top", "left", "bottom", "right", "insideH", "insideV"), (4, "000000"))
    set_borders(table._tbl.tblPr, "tblBorders", grid)
    set_cell_margins(table, 15, 60)
    wanted = _wanted_widths(headings, rows)
    set_grid(table, [Length(int(width * each / sum(wanted))) for each in wanted])
    size = Pt(min(_SIZE.pt, max(8.0, Length(width).pt / sum(wanted) * 2)))
    forms: dict[tuple[object, ...], Any] = {}
    for place, (row, line) in enumerate(zip(table.rows, [headings, *rows], strict=True)):
        keep_whole(row)
        if place == 0:
            repeat_header(row)
        heavy = place == 0 or place > len(rows) - total_rows
        kept = place < len(rows) <= _ONE_PAGE or (noted and place == len(rows))
        for cell, text, align in zip(row.cells, line, aligns, strict=True):
            side = WD_ALIGN_PARAGRAPH.CENTER if place == 0 else _SIDES[align]
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            form = (side, heavy, kept)
            if form not in forms:  # a copy is made many times as fast
                small = _small(cell.paragraphs[0], "", side, size=size, font=HEITI if heavy else FANGSONG)
                small.paragraph_format.keep_with_next = kept
                forms[form] = copy.deepcopy(small._p)
            cell._tc.replace(cell.paragraphs[0]._p, copy.deepcopy(forms[form]))
            cell.paragraphs[0].runs[0].text = clean(text)
    spacer = document.add_paragraph()
    spacer.paragraph_format.line_spacing = Pt(6)
    spacer.paragraph_format.keep_with_next = noted
    return table


def html_cells(table: Tag) -> list[list[str]]:
    """The texts of an HTML table as a full grid: a cell that spans several has its text in the first of them."""
    taken: dict[tuple[int, int], str] = {}
    for row, line in enumerate(table.find_all("tr")):
        column = 0
        for cell in line.find_all(["th", "td"]):
            while (row, column) in taken:
                column += 1
            high, wide = (int(str(cell.get(name, "1"))) for name in ("rowspan", "colspan"))
            spanned = {(row + down, column + right): "" for down in range(high) for right in range(wide)}
            taken |= spanned | {(row, column): " ".join(cell.get_text(" ").split())}
    if not taken:
        return []
    height, width = (max(places) + 1 for places in zip(*taken, strict=True))
    return [[taken.get((row, column), "") for column in range(width)] for row in range(height)]


def _wanted_widths(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    """How wide each column would like to be, in half-width characters."""
    columns = list(zip(headings, *rows, strict=True))
    widths = []
    for heading, *cells in columns:
        longest = max([text_width(cell, printed=True) for cell in cells] or [0])
        # A heading may take two lines; a cell shouldn't.
        widths.append(min(max(longest, (text_width(heading, printed=True) + 1) // 2, 4), _LONGEST) + _PADDING)
    return widths


def _small(paragraph: Any, text: str, side: Any, *, size: Any = _SIZE, font: str = FANGSONG) -> Any:
    """A paragraph of small type in single spacing: exact spacing would cut tall rows."""
    paragraph.alignment = side
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    run = paragraph.add_run(clean(text))
    set_fonts(run._r.get_or_add_rPr(), font)
    run.font.size = size
    # The paragraph's own mark has a size too, and in an empty cell it alone makes the row's height.
    mark = element("rPr")
    mark.append(element("sz", val=round(size.pt * 2)))
    put(paragraph._p.get_or_add_pPr(), mark)
    return paragraph
