"""The page of GB/T 9704—2012: size, margins, styles, page numbers."""

from __future__ import annotations

import copy
import datetime as dt
import math
from typing import Any

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from bulletin.export.office import clean
from bulletin.export.word.oxml import add_field, add_text_box, element, put, set_borders, set_fonts, set_indent

FANGSONG, KAITI, HEITI, SONGTI, XIAOBIAOSONG = "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体", "方正小标宋简体"

THREE, TWO, FOUR = Pt(16), Pt(22), Pt(14)
"""3号, 2号 and 4号 type."""

LINE = Pt(28.95)
"""Seen to give 22 lines a page, with LINE_SQUEEZE 28 characters a line (document.md)."""

_SQUEEZE = -5  # twentieths of a point between characters

TEXT_WIDTH = Mm(156)
LANDSCAPE_WIDTH = Mm(225)
PICTURE_HEIGHT = Mm(205)
"""A picture's greatest height, so that its caption fits on the page too."""
RED = RGBColor(0xE0, 0x00, 0x00)
_BLACK = RGBColor(0, 0, 0)

HEADINGS = {1: HEITI, 2: KAITI, 3: FANGSONG, 4: FANGSONG}
"""一、 · （一） · 1. · （1）, as Word's own heading styles."""

_FOOTER, _TURNED_NUMBER = Mm(25.5), Mm(21.2)
"""Seen in LibreOffice to set the page number's dashes 7 mm from the text: a footer's distance, a box's left side."""

_NOTICE_SIZE, _NOTICE_LINE, _NOTICE_SPACE = Pt(12), Pt(18), 4

BODY = "正文首行缩进"
"""The style of body text, first line indented by two characters."""

_LONGEST_PROPERTY = 255
"""Characters, by python-docx's own check."""

UNDATED = dt.date(2000, 1, 1)
"""Stands for the date of a notebook without a letterhead: the clock would change the bytes."""


def new_document() -> Any:
    """An empty document with the standard's page and styles."""
    document = docx.Document()
    _set_page(document.sections[0])
    _set_defaults(document)
    _set_styles(document)
    document.settings.odd_and_even_pages_header_footer = True
    _add_page_numbers(document.sections[0], landscape=False)
    return document


def set_properties(document: Any, title: str, author: str, day: dt.date) -> None:
    """Title, author and dates; python-docx's own template leaves its author and a comment there."""
    properties = document.core_properties
    properties.title, properties.author, properties.language = _property(title), _property(author), "zh-CN"
    properties.last_modified_by, properties.comments, properties.revision = properties.author, "", 1
    when = dt.datetime.combine(day, dt.time())
    properties.created = properties.modified = when


def _property(text: str) -> str:
    """What a property of a document can hold."""
    text = clean(text)
    return text if len(text) <= _LONGEST_PROPERTY else f"{text[: _LONGEST_PROPERTY - 1]}…"


def _set_page(section: Any) -> None:
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(15), _FOOTER


def _set_defaults(document: Any) -> None:
    styles = document.styles.element
    defaults = styles.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for child in list(defaults):
        defaults.remove(child)
    defaults.append(
        element("rFonts", ascii="Times New Roman", hAnsi="Times New Roman", cs="Times New Roman", eastAsia=FANGSONG)
    )
    defaults.append(element("lang", val="en-US", eastAsia="zh-CN", bidi="ar-SA"))
    for fonts in styles.iter(qn("w:rFonts")):  # a theme's font would win over the named one
        for name in [name for name in fonts.attrib if name.endswith("Theme")]:
            del fonts.attrib[name]


def _set_styles(document: Any) -> None:
    normal = document.styles["Normal"]
    style_font(normal, FANGSONG, THREE)
    put(normal.element.get_or_add_rPr(), element("spacing", val=_SQUEEZE))
    layout = normal.paragraph_format
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    layout.space_before = layout.space_after = Pt(0)
    layout.widow_control = False
    # Chinese punctuation stays inside the line; a line isn't stretched to fit a Latin word.
    put(normal.element.get_or_add_pPr(), element("overflowPunct", val=0))

    body = document.styles.add_style(BODY, WD_STYLE_TYPE.PARAGRAPH)
    body.base_style = normal
    set_indent(body.element.get_or_add_pPr(), THREE, firstLine=2)
    body.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    for level, font in HEADINGS.items():
        heading = document.styles[f"Heading {level}"]
        heading.base_style = normal
        style_font(heading, font, THREE)
        set_indent(heading.element.get_or_add_pPr(), THREE, firstLine=2)
        heading.paragraph_format.space_before = heading.paragraph_format.space_after = Pt(0)
        heading.paragraph_format.keep_with_next = True
    title = document.styles["Title"]
    title.base_style = normal
    style_font(title, XIAOBIAOSONG, TWO)
    border = title.element.get_or_add_pPr().find(qn("w:pBdr"))
    if border is not None:
        title.element.pPr.remove(border)
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.line_spacing_rule, title.paragraph_format.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(33)
    title.paragraph_format.space_after = Pt(0)
    caption = document.styles["Caption"]
    caption.base_style = normal
    style_font(caption, HEITI, Pt(12))
    caption.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    caption.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    caption.paragraph_format.space_before = caption.paragraph_format.space_after = Pt(6)


def style_font(style: Any, font: str, size: Any) -> None:
    """Font and size of a style, in plain black: Word's own headings are bold and blue."""
    set_fonts(style.element.get_or_add_rPr(), font)
    style.font.size, style.font.bold, style.font.italic = size, False, False
    style.font.color.rgb = _BLACK


def state_styles(document: Any) -> None:
    """Repeat on each run its Chinese font, and on each paragraph its indent and side, where the style has them.

    Not every program that reads a document follows the styles' chain.
    """
    styled: dict[str | None, dict[str, Any]] = {}  # by style: finding one in python-docx takes as long as all the rest
    for found in document.element.body.iter(qn("w:p")):
        if found.style not in styled:
            style = Paragraph(found, document._body).style
            styled[found.style] = {name: _styled(style, group, name) for group, name in _STATED}
        stated = styled[found.style]
        font = stated["rFonts"]
        for run in found.iter(qn("w:r")):
            if run.find(f"{qn('w:rPr')}/{qn('w:rFonts')}") is None:
                set_fonts(run.get_or_add_rPr(), FANGSONG if font is None else font.get(qn("w:eastAsia")))
        properties = found.get_or_add_pPr()
        for name in ("ind", "jc"):
            if stated[name] is not None and properties.find(qn(f"w:{name}")) is None:
                put(properties, copy.deepcopy(stated[name]))


_STATED = (("rPr", "rFonts"), ("pPr", "ind"), ("pPr", "jc"))


def _styled(style: Any, group: str, name: str) -> Any:
    """The property that a style has itself or from those that it's based on; None without one."""
    while style is not None:
        found = style.element.find(f"{qn(f'w:{group}')}/{qn(f'w:{name}')}")
        if found is not None:
            return found
        style = style.base_style
    return None


def _add_page_numbers(section: Any, *, landscape: bool) -> None:
    """— 1 — in 4号 宋体, on odd pages to the right and on even ones to the left, one character in.

    On a page that is turned, the number stays where it is on the sheet: along the left side, its head to the right.
    """
    for footer, side, indent in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT, {"right": 1}),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT, {"left": 1}),
    ):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        if landscape:
            box = add_text_box(paragraph, _TURNED_NUMBER, Mm(28), Mm(10), TEXT_WIDTH, "vert")
            paragraph = Paragraph(box, footer)
        paragraph.alignment = side
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        set_indent(paragraph._p.get_or_add_pPr(), FOUR, **indent)
        paragraph.add_run("— ")
        add_field(paragraph, "PAGE", "1")
        paragraph.add_run(" —")
        for run in paragraph.runs:
            set_fonts(run._r.get_or_add_rPr(), SONGTI)
            run.font.size = FOUR


def add_text(paragraph: Any, text: str, font: str, size: Length, *, is_gap: bool = False) -> None:
    """Add a run of text in its font and size, highlighted where it marks a gap."""
    run = paragraph.add_run(clean(text))
    set_fonts(run._r.get_or_add_rPr(), font)
    run.font.size = size
    if is_gap:
        run.font.highlight_color = WD_COLOR_INDEX.YELLOW


def add_notice(document: Any, notice: str) -> Length:
    """A line in the header of every page, and boxed above the document's first line; returns the box's height."""
    section = document.sections[0]
    for header in (section.header, section.even_page_header):
        header.is_linked_to_previous = False
        paragraph = header.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        add_text(paragraph, notice, HEITI, Pt(9))
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.line_spacing = _NOTICE_LINE
    set_borders(
        paragraph._p.get_or_add_pPr(),
        "pBdr",
        dict.fromkeys(("top", "left", "bottom", "right"), (4, "auto")),
        space=_NOTICE_SPACE,
    )
    # Word draws the sides of a box outside the text: this far in, they stand at the text's edges.
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(_NOTICE_SPACE + 1)
    add_text(paragraph, notice, HEITI, _NOTICE_SIZE)
    lines = math.ceil(len(notice) * _NOTICE_SIZE.pt / (TEXT_WIDTH.pt - 2 * (_NOTICE_SPACE + 1)))
    return Pt(lines * _NOTICE_LINE.pt + 2 * (_NOTICE_SPACE + 0.5))


def is_upright(document: Any) -> bool:
    """Whether the page being written stands upright."""
    section = document.sections[-1]
    return bool(section.page_width < section.page_height)


def at_page_start(document: Any) -> bool:
    """Whether nothing stands yet in the section being written."""
    content = [child for child in document.element.body if child.tag != qn("w:sectPr")]
    return not content or content[-1].find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None


def turn_page(document: Any, *, landscape: bool) -> None:
    """Go on on a new page, upright or across; header and footer go on with it."""
    if not at_page_start(document):
        document.add_section(WD_SECTION.NEW_PAGE)
        _end_section_with_text(document)
    section = document.sections[-1]
    _set_page(section)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    if landscape:  # the sheet turned to the right: 订口 is above, the foot to the left
        section.page_width, section.page_height = section.page_height, section.page_width
        section.left_margin, section.right_margin = Mm(35), Mm(37)
        section.top_margin, section.bottom_margin = Mm(28), Mm(26)
    _add_page_numbers(section, landscape=landscape)


def _end_section_with_text(document: Any) -> None:
    """Let the section end in its last paragraph: python-docx adds an empty one, which may fall on a blank page."""
    *_, last, end, _ = document.element.body
    if last.tag == qn("w:p") and last.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is None:
        put(last.get_or_add_pPr(), end.pPr.find(qn("w:sectPr")))
        document.element.body.remove(end)
