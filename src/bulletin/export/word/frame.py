"""The parts of an official document round its text: letterhead, closing, attachments, imprint."""

from __future__ import annotations

import itertools
import math
import re
import textwrap
from datetime import date
from typing import Any

import rjieba
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Length, Mm, Pt

from bulletin.export.marks import target_name
from bulletin.export.office import clean
from bulletin.export.word.oxml import Bookmarks, set_borders, set_indent
from bulletin.export.word.page import (
    FANGSONG,
    HEITI,
    RED,
    TEXT_WIDTH,
    THREE,
    XIAOBIAOSONG,
    add_notice,
    add_text,
    set_properties,
)
from bulletin.notebook.blocks import Attachment, Closing, Letterhead, gap
from bulletin.project.periods import chinese_date

_CENTER, _RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT


def _line(
    document: Any, text: str = "", font: str = FANGSONG, size: Any = THREE, side: Any = None, *, is_gap: bool = False
) -> Any:
    paragraph = document.add_paragraph()
    paragraph.alignment = side
    if text:
        add_text(paragraph, text, font, size, is_gap=is_gap)
    return paragraph


def _indent(paragraph: Any, size: Length = THREE, **chars: float) -> Any:
    set_indent(paragraph._p.get_or_add_pPr(), size, **chars)
    return paragraph


_MARK_LINE = 1.25
_MARK_LEAD = 0.14
"""The mark's line, and how far its ink begins below the line's top, in the type's size: seen in LibreOffice."""


def add_letterhead(document: Any, block: Letterhead) -> None:
    """发文机关标志, 发文字号, the red line, 标题 and 主送机关; the document's properties too."""
    set_properties(document, block["bureau"] + block["title"], block["bureau"], date.fromisoformat(block["date"]))
    taken = add_notice(document, block["notice"]) if block["notice"] else Pt(0)
    # The mark fits one line: as many characters as it has share the width of the text.
    size = Pt(min(48, max(1, int(TEXT_WIDTH.pt / max(len(block["mark"]), 1) * 0.95))))
    mark = _line(document, block["mark"], XIAOBIAOSONG, size, _CENTER)
    mark.runs[0].font.color.rgb = RED
    mark.paragraph_format.line_spacing = Pt(_MARK_LINE * size.pt)
    # The top of its ink, which stands a little below the top of its line, is 35 mm below the text's top, if a notice
    # leaves room for that.
    mark.paragraph_format.space_before = Pt(max(0.0, Mm(35).pt - taken.pt - _MARK_LEAD * size.pt))
    number_text = ""
    if block["numbered"]:
        _line(document)
        _line(document)
        number_text = block["number"] or gap("发文字号")
    number = _line(document, number_text, side=_CENTER, is_gap=not block["number"])
    # The rule stands 4 mm below the number's ink, as seen in LibreOffice.
    set_borders(number._p.get_or_add_pPr(), "pBdr", {"bottom": (16, str(RED))}, space=6)
    _line(document)
    _line(document)
    title = document.add_paragraph(style="Title")
    lines = title_lines(block["bureau"] + block["title"])
    for place, text in enumerate(lines):
        title.add_run(clean(text))
        if place < len(lines) - 1:
            title.runs[-1].add_break()
    _line(document)
    _line(document, block["addressees"])


_LINE_LENGTH = 20
"""Characters of 2号 type that the text's width holds."""

_LISTED = 26
"""Characters of 3号 type on a line that begins two characters in."""

_PHRASE_STARTS = re.compile(r"关于|全[市省县区国]|非煤矿山|安全监管专员|履职情况|情况")
_UNBROKEN = re.compile(r"[0-9A-Za-z.%〔〕－-]+[年月日号期季度第]*|《[^》]*》|“[^”]*”|（[^）]*）|的(?=[^的]{2,4}$)")
_LINE_COST, _WORD_COST = 400, 60
"""What one more line costs, and a break that isn't before a phrase, against the squares of uneven lengths."""


def title_lines(title: str) -> list[str]:
    """Break a title into few and even lines: before a phrase where one stands, else between words.

    Nothing is broken inside a number, brackets or quotes, and no line begins with 的.
    """
    ideal = len(title) / max(1, math.ceil(len(title) / _LINE_LENGTH))
    unbroken = [found.span() for found in _UNBROKEN.finditer(title)]
    # 的 stays with what it ends; anything else unbroken may begin a line.
    inside = {n for start, end in unbroken for n in range(start + (title[start] != "的"), end)}
    phrases = {found.start() for found in _PHRASE_STARTS.finditer(title)} | {end for _, end in unbroken}
    places = (phrases | _word_starts(title)) - inside
    # The cheapest way to the end of each line, and where that line begins.
    cheapest: dict[int, tuple[float, int]] = {0: (0.0, 0)}
    for end in sorted({*places, len(title)} - {0}):
        for start in range(max(0, end - _LINE_LENGTH), end):
            if start in cheapest:
                cost = cheapest[start][0] + _LINE_COST + (end - start - ideal) ** 2
                cost += 0 if start == 0 or start in phrases else _WORD_COST
                cheapest[end] = min(cheapest.get(end, (cost, start)), (cost, start))
    if len(title) not in cheapest:  # a number or word longer than a line
        return textwrap.wrap(title, _LINE_LENGTH)
    lines: list[str] = []
    end = len(title)
    while end:
        start = cheapest[end][1]
        lines.insert(0, title[start:end])
        end = start
    return lines or [title]


def _word_starts(title: str) -> set[int]:
    """Where the words of a title begin; one that fits a line isn't asked for any."""
    if len(title) <= _LINE_LENGTH:
        return set()
    return set(itertools.accumulate(map(len, rjieba.cut(title))))


def add_closing(document: Any, block: Closing) -> None:
    """附件说明, 署名, 成文日期 and 附注."""
    titles = block["attachments"]
    if titles:
        _line(document)
    for number, title in enumerate(titles, start=1):
        head = ("附件：" if number == 1 else "\u3000" * 3) + (f"{number}. " if len(titles) > 1 else "")
        listed = _line(document, f"{head}{title}")
        if _chars(head + title) > _LISTED:  # the second line begins under the title's own first character
            _indent(listed, left=2 + _chars(head), hanging=_chars(head))
        else:
            _indent(listed, firstLine=2)
        # The signature never stands alone on a page: it takes the last title along, not the whole list.
        listed.paragraph_format.keep_with_next = number == len(titles)
    for _ in range(2):
        _line(document).paragraph_format.keep_with_next = True
    day = chinese_date(block["date"]) if block["date"] else gap("成文日期")
    if block["sealed"]:
        # The date ends four characters from the right; the name is centred above it.
        shift = max(0, 4 + round((_chars(day) - _chars(block["signer"])) / 2))
        _indent(_line(document, block["signer"], side=_RIGHT), right=shift).paragraph_format.keep_with_next = True
        _indent(_line(document, day, side=_RIGHT, is_gap=not block["date"]), right=4)
    else:
        # The name ends two characters from the right; the date begins two characters after the name does.
        _indent(_line(document, block["signer"], side=_RIGHT), right=2).paragraph_format.keep_with_next = True
        right = max(0, round(2 + _chars(block["signer"]) - 2 - _chars(day)))
        _indent(_line(document, day, side=_RIGHT, is_gap=not block["date"]), right=right)
    if block["note"]:
        _indent(_line(document, f"（{block['note']}）"), left=2)


def _chars(text: str) -> float:
    """Width in full characters: a digit takes half of one."""
    return sum(0.5 if char.isascii() else 1.0 for char in text)


def add_attachment(document: Any, block: Attachment, bookmarks: Bookmarks, *, new_page: bool) -> None:
    """附件N in 黑体 at the top of a page, its title centred on the third line."""
    label = _line(document, f"附件{block['number'] or ''}", HEITI)
    bookmarks.around(label.runs, target_name(f"attachment:{block['title']}"))
    if new_page:
        label.paragraph_format.page_break_before = True
    _line(document)
    title = document.add_paragraph(style="Title")
    title.add_run(clean(block["title"]))
