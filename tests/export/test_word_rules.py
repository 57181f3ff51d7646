"""GB/T 9704—2012 as checks on a Word file's XML: a bulletin passes each, a file broken for it fails it.

Each rule is a function that lists what it finds wrong; beside it stands a way to break a sound file.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from tests.export.notebooks import (
    attachment,
    block,
    chart,
    closing,
    imprint,
    letterhead,
    png,
    prose,
    table,
    wide_table,
    word_bytes,
)

FACT = '<span class="fact" data-metric="mines" data-scope="city" title="企业数">278</span>'
REFERENCE = '<span class="ref" data-target="figure:rate">图</span>'

Rule = Callable[[Any], list[str]]
Break = Callable[[Any], None]
RULES: dict[str, tuple[Rule, Break]] = {}


def rule(broken: Break) -> Callable[[Rule], Rule]:
    """Register a rule with the way to break a sound file."""

    def register(check: Rule) -> Rule:
        RULES[check.__name__] = (check, broken)
        return check

    return register


def paragraphs(document: Any, style: str) -> list[Any]:
    return [paragraph for paragraph in document.paragraphs if paragraph.style.name == style]


def starting(document: Any, text: str) -> Any:
    return next(paragraph for paragraph in document.paragraphs if paragraph.text.startswith(text))


def attribute(paragraph: Any, path: str, name: str) -> str | None:
    found = paragraph._p.find("/".join(qn(f"w:{tag}") for tag in path.split("/")))
    return None if found is None else found.get(qn(f"w:{name}"))


def set_attribute(paragraph: Any, path: str, name: str, value: str) -> None:
    paragraph._p.find("/".join(qn(f"w:{tag}") for tag in path.split("/"))).set(qn(f"w:{name}"), value)


def remove(document: Any, *tags: str) -> None:
    """Take the first element of each tag out of the body."""
    for tag in tags:
        found = next(document.element.body.iter(qn(f"w:{tag}")))
        found.getparent().remove(found)


def chinese_font(run: Any) -> str | None:
    fonts = run._r.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
    return None if fonts is None else fonts.get(qn("w:eastAsia"))


def break_margin(document: Any) -> None:
    document.sections[0].top_margin = Mm(25)


@rule(break_margin)
def page_is_a4_with_the_standards_margins(document: Any) -> list[str]:
    wrong = []
    for section in document.sections:
        sides = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
        upright = section.page_width < section.page_height
        wanted = (37, 35, 28, 26) if upright else (28, 26, 35, 37)
        wrong += [f"{side.mm:.1f}" for side, mm in zip(sides, wanted, strict=True) if abs(side.mm - mm) > 0.1]
        size = sorted((section.page_width.mm, section.page_height.mm))
        wrong += [] if size == pytest.approx([210, 297], abs=0.1) else [f"{size}"]
    return wrong


def break_grid(document: Any) -> None:
    document.styles["Normal"].paragraph_format.line_spacing = Pt(30)


@rule(break_grid)
def text_grid_is_22_lines_of_28_characters(document: Any) -> list[str]:
    normal = document.styles["Normal"]
    spacing = normal.element.find(f"{qn('w:rPr')}/{qn('w:spacing')}").get(qn("w:val"))
    found = (normal.paragraph_format.line_spacing.pt, spacing, normal.font.size.pt)
    return [] if found == (28.95, "-5", 16) else [str(found)]


def break_theme(document: Any) -> None:
    fonts = next(document.styles.element.iter(qn("w:rFonts")))
    fonts.set(qn("w:eastAsiaTheme"), "minorEastAsia")


@rule(break_theme)
def no_theme_font_overrides_the_named_ones(document: Any) -> list[str]:
    roots = (document.styles.element, document.element.body)
    return [key for root in roots for fonts in root.iter(qn("w:rFonts")) for key in fonts.attrib if "Theme" in key]


def break_font(document: Any) -> None:
    starting(document, "正文").runs[0]._r.rPr.find(qn("w:rFonts")).attrib.pop(qn("w:eastAsia"))


@rule(break_font)
def every_text_run_carries_its_chinese_font(document: Any) -> list[str]:
    return [run.text for paragraph in document.paragraphs for run in paragraph.runs if not chinese_font(run)]


def break_bold(document: Any) -> None:
    starting(document, "一、").runs[0].font.bold = True


@rule(break_bold)
def nothing_is_bold(document: Any) -> list[str]:
    named = [style.name for style in document.styles if style.type == 1 and style.font.bold and style.name in USED]
    return named + [run.text for paragraph in document.paragraphs for run in paragraph.runs if run.font.bold]


USED = ("Normal", "Title", "Caption", "Heading 1", "Heading 2", "Heading 3", "Heading 4", "正文首行缩进")


def break_heading(document: Any) -> None:
    starting(document, "（一）").style = document.styles["Heading 1"]


@rule(break_heading)
def headings_are_real_styles_of_four_levels_and_fonts(document: Any) -> list[str]:
    wrong = []
    marks = {
        "一、": (1, "黑体"),
        "（一）": (2, "楷体_GB2312"),
        "1. 丙": (3, "仿宋_GB2312"),
        "（1）": (4, "仿宋_GB2312"),
    }
    for mark, (level, font) in marks.items():
        heading = starting(document, mark)
        outline = heading.style.element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
        number = "" if outline is None else outline.get(qn("w:val"))
        found = (heading.style.name, number, chinese_font(heading.runs[0]), heading.style.font.size)
        wrong += [] if found == (f"Heading {level}", str(level - 1), font, Pt(16)) else [str(found)]
    return wrong


def break_indent(document: Any) -> None:
    set_attribute(starting(document, "正文"), "pPr/ind", "firstLineChars", "0")


@rule(break_indent)
def body_and_headings_begin_two_characters_in(document: Any) -> list[str]:
    styles = [name for name in USED if name.startswith(("Heading", "正文"))]
    found = [paragraph for style in styles for paragraph in paragraphs(document, style)]
    return [each.text for each in found if attribute(each, "pPr/ind", "firstLineChars") != "200"]


def break_mark(document: Any) -> None:
    starting(document, "样例市应急管理局文件").runs[0].font.color.rgb = None


@rule(break_mark)
def the_mark_is_red_and_fits_one_line(document: Any) -> list[str]:
    mark = starting(document, "样例市应急管理局文件").runs[0]
    fits = mark.font.size.pt * len(mark.text) <= Mm(156).pt
    found = (chinese_font(mark), str(mark.font.color.rgb), fits)
    return [] if found == ("方正小标宋简体", "E00000", True) else [str(found)]


def break_number(document: Any) -> None:
    starting(document, "样应急发").runs[0].text = "样应急发[2024]第01号"


@rule(break_number)
def the_document_number_has_its_brackets_and_no_zeros(document: Any) -> list[str]:
    number = starting(document, "样应急发")
    good = re.fullmatch(r"\S+〔\d{4}〕[1-9]\d*号", number.text) and attribute(number, "pPr/jc", "val") == "center"
    return [] if good else [number.text]


def break_line(document: Any) -> None:
    remove(document, "pBdr")


@rule(break_line)
def a_red_line_stands_below_the_number(document: Any) -> list[str]:
    colour = attribute(starting(document, "样应急发"), "pPr/pBdr/bottom", "color")
    return [] if colour == "E00000" else [str(colour)]


def break_title(document: Any) -> None:
    paragraphs(document, "Title")[0].paragraph_format.alignment = 0


@rule(break_title)
def the_title_is_22_points_centred_in_lines_that_fit(document: Any) -> list[str]:
    title = paragraphs(document, "Title")[0]
    lengths = [len(line) for line in title.text.split("\n")]
    found = (chinese_font(title.runs[0]), title.style.font.size, attribute(title, "pPr/jc", "val"), max(lengths) <= 20)
    return [] if found == ("方正小标宋简体", Pt(22), "center", True) else [str(found)]


def break_addressees(document: Any) -> None:
    starting(document, "各县").runs[0].text = "各县（市、区）应急管理局:"


@rule(break_addressees)
def addressees_end_in_a_full_width_colon_flush_left(document: Any) -> list[str]:
    found = starting(document, "各县")
    return [] if found.text.endswith("：") and attribute(found, "pPr/ind", "firstLineChars") is None else [found.text]


def break_list(document: Any) -> None:
    starting(document, "附件：1. ").runs[0].text = "附件：1. 一览表。"


@rule(break_list)
def attachments_are_listed_without_full_stops(document: Any) -> list[str]:
    texts = [paragraph.text for paragraph in document.paragraphs]
    first = next(place for place, text in enumerate(texts) if text.startswith("附件：1. "))
    found = texts[first : first + 2]
    return [] if found == ["附件：1. 一览表", "\u3000\u3000\u30002. 图表"] else found


def break_signature(document: Any) -> None:
    set_attribute(starting(document, "2024年3月5日"), "pPr/ind", "rightChars", "0")


@rule(break_signature)
def the_date_ends_four_characters_from_the_right(document: Any) -> list[str]:
    day = starting(document, "2024年3月5日")
    found = (attribute(day, "pPr/ind", "rightChars"), attribute(day, "pPr/jc", "val"))
    return [] if found == ("400", "right") else [str(found)]


def break_note(document: Any) -> None:
    starting(document, "（此件").runs[0].text = "此件公开发布"


@rule(break_note)
def the_note_follows_the_date_in_brackets(document: Any) -> list[str]:
    texts = [paragraph.text for paragraph in document.paragraphs]
    after = texts[texts.index("2024年3月5日") + 1]
    return [] if re.fullmatch("（.+）", after) else [after]


def break_attachment(document: Any) -> None:
    starting(document, "附件3").paragraph_format.page_break_before = False


@rule(break_attachment)
def each_attachment_begins_a_page_with_its_label(document: Any) -> list[str]:
    wrong = []
    for label in ("附件1", "附件2", "附件3"):
        found = starting(document, label)
        before = found._p.getprevious()
        section = before is not None and before.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None
        if not (section or found.paragraph_format.page_break_before) or chinese_font(found.runs[0]) != "黑体":
            wrong.append(label)
    return wrong


def break_imprint(document: Any) -> None:
    set_attribute(starting(document, "抄送"), "pPr/pBdr/top", "sz", "4")


@rule(break_imprint)
def the_imprint_has_rules_of_035_and_025_mm_in_14_points(document: Any) -> list[str]:
    copied, printed = starting(document, "抄送"), starting(document, "样例市应急管理局办公室")
    strengths = [
        attribute(copied, "pPr/pBdr/top", "sz"),
        *(attribute(printed, f"pPr/pBdr/{side}", "sz") for side in ("top", "bottom")),
    ]
    sizes = {paragraph.runs[0].font.size.pt for paragraph in (copied, printed)}
    return [] if (strengths, sizes) == (["8", "6", "8"], {14}) else [str(strengths)]


def break_page_number(document: Any) -> None:
    document.settings.odd_and_even_pages_header_footer = False


@rule(break_page_number)
def page_numbers_stand_outside_between_dashes(document: Any) -> list[str]:
    wrong = [] if document.settings.odd_and_even_pages_header_footer else ["odd and even are one"]
    first = document.sections[0]
    for footer, side in ((first.footer, "right"), (first.even_page_footer, "left")):
        paragraph = footer.paragraphs[0]
        found = (paragraph.text, attribute(paragraph, "pPr/jc", "val"), attribute(paragraph, "pPr/ind", f"{side}Chars"))
        wrong += [] if found == ("— 1 —", side, "100") else [str(found)]
    return wrong


def break_table(document: Any) -> None:
    remove(document, "tblHeader")


@rule(break_table)
def tables_repeat_their_heading(document: Any) -> list[str]:
    return [
        each.cell(0, 0).text for each in document.tables if each.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is None
    ]


def break_row(document: Any) -> None:
    remove(document, "cantSplit")


@rule(break_row)
def rows_are_not_split(document: Any) -> list[str]:
    rows = [row for each in document.tables for row in each.rows]
    return [row.cells[0].text for row in rows if row._tr.find(f".//{qn('w:cantSplit')}") is None]


def break_numbers(document: Any) -> None:
    document.tables[1].cell(1, 2).paragraphs[0].alignment = 0


@rule(break_numbers)
def numbers_stand_to_the_right(document: Any) -> list[str]:
    cells = [cell for each in document.tables for row in each.rows[1:] for cell in row.cells]
    numbers = [cell for cell in cells if re.fullmatch(r"[\d.]+%?", cell.text)]
    return [cell.text for cell in numbers if attribute(cell.paragraphs[0], "pPr/jc", "val") != "right"]


def break_alt(document: Any) -> None:
    document.inline_shapes[0]._inline.docPr.attrib.pop("descr")


@rule(break_alt)
def pictures_say_what_they_show(document: Any) -> list[str]:
    return [shape._inline.docPr.get("name") for shape in document.inline_shapes if not shape._inline.docPr.get("descr")]


def break_picture(document: Any) -> None:
    document.inline_shapes[0].width = Mm(180)


@rule(break_picture)
def pictures_stay_inside_the_text(document: Any) -> list[str]:
    shapes = document.inline_shapes
    return [str(shape.width.mm) for shape in shapes if shape.width > Mm(156.1) or shape.height > Mm(225)]


def break_spacing(document: Any) -> None:
    shape = document.inline_shapes[0]._inline
    paragraph = next(found for found in document.paragraphs if shape in list(found._p.iter()))
    paragraph.paragraph_format.line_spacing = Pt(28.95)


@rule(break_spacing)
def pictures_arent_cut_by_exact_spacing(document: Any) -> list[str]:
    holding = [found for found in document.paragraphs if found._p.find(f".//{qn('w:drawing')}") is not None]
    return ["exact" for each in holding if attribute(each, "pPr/spacing", "lineRule") == "exact"]


def break_caption(document: Any) -> None:
    for run in list(paragraphs(document, "Caption")[0].runs)[1:6]:
        run._r.getparent().remove(run._r)


@rule(break_caption)
def captions_are_numbered_by_fields(document: Any) -> list[str]:
    captions = paragraphs(document, "Caption")
    return [
        each.text for each in captions if "SEQ" not in "".join(code.text for code in each._p.iter(qn("w:instrText")))
    ]


def break_reference(document: Any) -> None:
    target = next(
        each for each in document.element.body.iter(qn("w:bookmarkStart")) if each.get(qn("w:name")).startswith("r_")
    )
    for each in list(document.element.body.iter(qn("w:bookmarkStart"))):
        if each.get(qn("w:name")).startswith("r_"):
            each.set(qn("w:name"), f"{target.get(qn('w:name'))}_gone")


@rule(break_reference)
def references_point_to_bookmarks_that_are_there(document: Any) -> list[str]:
    names = {each.get(qn("w:name")) for each in document.element.body.iter(qn("w:bookmarkStart"))}
    codes = [code.text.split() for code in document.element.body.iter(qn("w:instrText"))]
    return [code[1] for code in codes if code[0] == "REF" and code[1] not in names]


def break_bookmark(document: Any) -> None:
    remove(document, "bookmarkStart")


@rule(break_bookmark)
def figures_in_the_text_are_bookmarked(document: Any) -> list[str]:
    names = [each.get(qn("w:name")) for each in document.element.body.iter(qn("w:bookmarkStart"))]
    return [] if "f_city_mines" in names and all(len(name) <= 40 for name in names) else names


def break_turned(document: Any) -> None:
    across = next(section for section in document.sections if section.page_width > section.page_height)
    for body in [found for found in across.footer._element.iter() if found.tag.endswith("}bodyPr")]:
        body.set("vert", "horz")


@rule(break_turned)
def a_turned_page_has_its_number_turned(document: Any) -> list[str]:
    across = [section for section in document.sections if section.page_width > section.page_height]
    boxes = [found for section in across for found in section.footer._element.iter() if found.tag.endswith("}bodyPr")]
    return [] if boxes and all(box.get("vert") == "vert" for box in boxes) else ["not turned"]


def break_properties(document: Any) -> None:
    document.core_properties.author = "python-docx"


@rule(break_properties)
def properties_name_title_bureau_language_and_date(document: Any) -> list[str]:
    told = document.core_properties
    found = (told.title, told.author, told.language, f"{told.created:%Y-%m-%d}", told.comments)
    wanted = ("样例市应急管理局关于2023年度履职情况的通报", "样例市应急管理局", "zh-CN", "2024-03-05", "")
    return [] if found == wanted else [str(found)]


def break_comment(document: Any) -> None:
    document.add_comment(starting(document, "正文").runs[0], "批注")


@rule(break_comment)
def the_released_file_has_no_comments(document: Any) -> list[str]:
    return [comment.text for comment in document.comments]


@pytest.fixture(scope="module")
def sound() -> bytes:
    """A bulletin with every part."""
    return word_bytes(
        block(letterhead()),
        prose(f"## 一、甲\n\n### （一）乙\n\n#### 1. 丙\n\n##### （1）丁\n\n正文有{FACT}家，见{REFERENCE}。"),
        block(closing(attachments=["一览表", "图表", "口径"], note="此件公开发布")),
        block(attachment(number=1, title="一览表")),
        block(wide_table()),
        block(attachment(number=2, title="图表")),
        block(table(number=2, key="other", unit="单位：家", note="说明")),
        block(chart(), png()),
        block(attachment(number=3, title="口径")),
        block(table(number=3, key="third")),
        block(imprint()),
    )


@pytest.mark.parametrize("name", RULES)
def test_a_bulletin_keeps_the_rule(sound: bytes, name: str) -> None:
    check, _ = RULES[name]
    assert check(docx.Document(io.BytesIO(sound))) == []


@pytest.mark.parametrize("name", RULES)
def test_a_file_broken_for_it_fails_the_rule(sound: bytes, name: str) -> None:
    check, broken = RULES[name]
    document = docx.Document(io.BytesIO(sound))
    broken(document)
    saved = io.BytesIO()
    document.save(saved)
    assert check(docx.Document(saved)) != []
