"""版记: at the foot of the last page, which is an even one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.enum.section import WD_SECTION
from docx.shared import Length, Mm, Pt

from bulletin.export.word.layout import ends_on_even_page
from bulletin.export.word.oxml import element, put, set_borders, set_indent
from bulletin.export.word.page import FANGSONG, FOUR, LINE, TEXT_WIDTH, add_text, at_page_start
from bulletin.notebook.blocks import Imprint, gap
from bulletin.project.periods import chinese_date

_FOOT = Mm(262)
"""The foot of the text, where the last rule stands."""

_BOX = Pt(34.2)
"""Height of a line between two rules, seen in LibreOffice: the line, its rules and what stands between them."""

_STRONG, _FINE = (8, "000000"), (6, "000000")
"""0.35 mm for the first and the last rule, 0.25 mm between."""

_FIRST_LINE, _NEXT_LINES = 29, 26
"""Characters of 4号 type that a line holds, one in from each side; the following ones begin below the first name."""


def add_imprint(document: Any, block: Imprint) -> None:
    """抄送, and 印发机关 with 印发日期, each in a frame: only what stands apart from the text stays at the foot."""
    lines = copied_lines(block["cc"])
    if not ends_on_even_page(document, Length(LINE * (len(lines) + 2))):
        if not at_page_start(document):
            document.add_section()
        document.sections[-1].start_type = WD_SECTION.EVEN_PAGE
    top = Length(_FOOT - _BOX)
    if lines:
        _framed(document, lines, Length(top - LINE * len(lines) - Pt(2)), {"top": _STRONG})
    paragraph = _framed(
        document, [f"{block['printer']}\t"], top, {"top": _FINE if block["cc"] else _STRONG, "bottom": _STRONG}
    )
    day = chinese_date(block["printed_on"]) if block["printed_on"] else gap("印发日期")
    add_text(paragraph, day, FANGSONG, FOUR, is_gap=not block["printed_on"])
    add_text(paragraph, "印发", FANGSONG, FOUR)
    paragraph.paragraph_format.tab_stops.add_tab_stop(Length(TEXT_WIDTH - FOUR), alignment=2)
    # Frames stand on the page of the paragraph after them.
    document.add_paragraph().paragraph_format.line_spacing = Pt(1)


def copied_lines(cc: Sequence[str]) -> list[str]:
    """抄送：甲，乙。 in lines that fit, so that the frame's height is known; broken between names where that fits."""
    if not cc:
        return []
    lines: list[str] = []
    line = "抄送："
    for place, name in enumerate(cc):
        part = name + ("。" if place == len(cc) - 1 else "，")
        if place and len(line + part) > _room(lines):
            lines.append(line)
            line = ""
        line += part
        while len(line) > (room := _room(lines)):
            lines.append(line[:room])
            line = line[room:]
    return [*lines, line]


def _room(lines: Sequence[str]) -> int:
    """How many characters the line after `lines` holds."""
    return _NEXT_LINES if lines else _FIRST_LINE


def _framed(document: Any, lines: Sequence[str], top: Length, rules: dict[str, tuple[int, str]]) -> Any:
    paragraph = document.add_paragraph()
    properties = paragraph._p.get_or_add_pPr()
    place = {"w": round(TEXT_WIDTH.pt * 20), "x": 0, "y": round(top.pt * 20)}
    put(properties, element("framePr", hSpace=0, wrap="around", vAnchor="page", hAnchor="margin", **place))
    set_borders(properties, "pBdr", rules, space=1)
    set_indent(properties, FOUR, left=1 + 3 * (len(lines) > 1), right=1, **({"hanging": 3} if len(lines) > 1 else {}))
    add_text(paragraph, "\n".join(lines), FANGSONG, FOUR)
    return paragraph
