"""Letterhead, closing, attachments and imprint in Word."""

from __future__ import annotations

from typing import Any

import pytest
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from bulletin.export.word.frame import title_lines
from tests.export.notebooks import attachment, block, chart, closing, imprint, letterhead, markdown, prose, table, word

RED = "E00000"


def texts(document: Any) -> list[str]:
    """All paragraphs in order, the empty ones too."""
    return [paragraph.text for paragraph in document.paragraphs]


def find(document: Any, start: str) -> Any:
    return next(paragraph for paragraph in document.paragraphs if paragraph.text.startswith(start))


def indents(paragraph: Any) -> dict[str, str]:
    """The indents that are counted in hundredths of a character."""
    found = paragraph._p.pPr.find(qn("w:ind"))
    chars = {} if found is None else {key.split("}")[1]: value for key, value in found.attrib.items()}
    return {key: value for key, value in chars.items() if key.endswith("Chars")}


def side(paragraph: Any) -> str | None:
    found = paragraph._p.pPr.find(qn("w:jc"))
    return None if found is None else str(found.get(qn("w:val")))


def font(paragraph: Any) -> str:
    return str(paragraph.runs[0]._r.rPr.find(qn("w:rFonts")).get(qn("w:eastAsia")))


@pytest.fixture(scope="module")
def head() -> Any:
    return word(block(letterhead()))


def test_a_letterhead_has_its_parts_with_the_standards_blank_lines(head: Any) -> None:
    assert texts(head) == [
        "样例市应急管理局文件",
        "",
        "",
        "样应急发〔2024〕1号",
        "",
        "",
        "样例市应急管理局\n关于2023年度履职情况的通报",
        "",
        "各县（市、区）应急管理局：",
    ]


def test_the_mark_is_red_centred_xiaobiaosong(head: Any) -> None:
    mark = head.paragraphs[0]
    assert (font(mark), str(mark.runs[0].font.color.rgb), side(mark)) == ("方正小标宋简体", RED, "center")
    assert mark.paragraph_format.line_spacing == pytest.approx(1.25 * mark.runs[0].font.size, abs=Pt(0.1))


@pytest.mark.parametrize("characters", [4, 10, 16, 30])
def test_the_mark_fits_one_line(characters: int) -> None:
    mark = word(block(letterhead(mark="局" * characters))).paragraphs[0]
    assert mark.runs[0].font.size * characters <= Mm(156)
    assert mark.runs[0].font.size <= Pt(48)


def test_the_marks_top_is_35_mm_below_the_texts_top(head: Any) -> None:
    mark = head.paragraphs[0]
    assert mark.paragraph_format.space_before + 0.14 * mark.runs[0].font.size == pytest.approx(Mm(35), abs=Pt(0.1))


def test_the_number_is_centred_above_a_red_line(head: Any) -> None:
    number = find(head, "样应急发")
    border = number._p.pPr.find(qn("w:pBdr")).find(qn("w:bottom"))
    assert (side(number), font(number), number.runs[0].font.size) == ("center", "仿宋_GB2312", Pt(16))
    assert (border.get(qn("w:val")), border.get(qn("w:color"))) == ("single", RED)
    assert int(border.get(qn("w:sz"))) > 0


def test_without_a_number_the_red_line_stays() -> None:
    document = word(block(letterhead(numbered=False, number=None)))
    assert texts(document)[:2] == ["样例市应急管理局文件", ""]
    assert document.paragraphs[1]._p.pPr.find(qn("w:pBdr")).find(qn("w:bottom")).get(qn("w:color")) == RED


def test_the_title_is_22_points_of_xiaobiaosong_centred(head: Any) -> None:
    title = find(head, "样例市应急管理局\n")
    style = title.style
    assert (style.name, style.font.size) == ("Title", Pt(22))
    assert style.element.rPr.find(qn("w:rFonts")).get(qn("w:eastAsia")) == "方正小标宋简体"
    assert style.element.pPr.find(qn("w:jc")).get(qn("w:val")) == "center"
    assert style.element.pPr.find(qn("w:pBdr")) is None


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("关于召开会议的通知", ["关于召开会议的通知"]),
        (
            "临汾市应急管理局关于2023年度全市非煤矿山安全监管专员履职情况的通报",
            ["临汾市应急管理局关于2023年度全市", "非煤矿山安全监管专员履职情况的通报"],
        ),
    ],
)
def test_a_title_is_broken_by_sense(title: str, lines: list[str]) -> None:
    assert title_lines(title) == lines


@pytest.mark.parametrize("county", ["翼城县", "襄汾县经济技术开发区", "隰县"])
@pytest.mark.parametrize("bureau", ["市应急局", "临汾市应急管理局", "内蒙古自治区阿拉善盟应急管理局"])
@pytest.mark.parametrize("period", ["2023年度", "2023年第四季度"])
def test_no_line_of_a_title_is_too_long_or_lost(bureau: str, county: str, period: str) -> None:
    title = f"{bureau}关于{period}{county}非煤矿山安全监管专员履职情况的反馈"
    lines = title_lines(title)
    assert "".join(lines) == title
    assert max(len(line) for line in lines) <= 20  # 156 mm hold twenty characters of 22 points
    assert min(len(line) for line in lines) >= 4


@pytest.mark.parametrize(
    "lines",
    [
        ["关于召开会议的通知"],
        ["临汾市应急管理局关于2023年度全市", "非煤矿山安全监管专员履职情况的通报"],
        ["国务院办公厅关于印发", "《“十四五”国家应急体系规划》", "任务分工方案的通知"],
        ["积石山保安族东乡族撒拉族自治县应急管理局", "关于2023年12月全县非煤矿山", "安全监管专员履职情况的通报"],
    ],
    ids=["short", "ours", "a quoted name", "a long bureau"],
)
def test_other_bureaus_titles_are_broken_by_sense_too(lines: list[str]) -> None:
    assert title_lines("".join(lines)) == lines


@pytest.mark.parametrize("title", ["A" * 50, "甲" * 10_000, "2023" * 30, "《" + "甲" * 60 + "》", "（" * 45])
def test_any_title_comes_out_whole_in_lines_that_fit(title: str) -> None:
    lines = title_lines(title)
    assert "".join(lines) == title
    assert max(map(len, lines)) <= 20


def test_the_addressees_are_flush_left_with_a_colon(head: Any) -> None:
    addressees = head.paragraphs[-1]
    assert addressees.text == "各县（市、区）应急管理局："
    assert (indents(addressees), side(addressees)) == ({}, None)


def test_without_attachments_the_signature_follows_two_blank_lines() -> None:
    assert texts(word(block(closing()))) == ["", "", "样例市应急管理局", "2024年3月5日"]


@pytest.mark.parametrize(
    ("titles", "lines"),
    [
        (["一览表"], ["附件：一览表"]),
        (["一览表", "图表"], ["附件：1. 一览表", "\u3000\u3000\u30002. 图表"]),
    ],
)
def test_attachments_are_listed_after_a_blank_line(titles: list[str], lines: list[str]) -> None:
    document = word(block(closing(attachments=titles)))
    assert texts(document) == ["", *lines, "", "", "样例市应急管理局", "2024年3月5日"]
    assert indents(find(document, "附件：")) == {"firstLineChars": "200"}


@pytest.mark.parametrize(("titles", "before"), [(["很长的附件名称" * 8], 300), (["很长的附件名称" * 8, "图表"], 450)])
def test_a_long_attachment_title_goes_on_under_its_first_character(titles: list[str], before: int) -> None:
    # Two characters in, and then as far as what stands before the title reaches: 附件： or 附件：1. .
    found = indents(find(word(block(closing(attachments=titles))), "附件："))
    assert found == {"leftChars": str(200 + before), "hangingChars": str(before)}


def test_under_a_seal_the_date_ends_four_characters_in_and_the_name_is_centred_above_it() -> None:
    document = word(block(closing(sealed=True)))
    name, day = find(document, "样例市"), find(document, "2024年")
    assert (side(name), side(day)) == ("right", "right")
    # The date is 6 characters wide and the name 8: one character more on each side.
    assert (indents(name), indents(day)) == ({"rightChars": "300"}, {"rightChars": "400"})


def test_without_a_seal_the_name_ends_two_characters_in_and_the_date_begins_two_after_it() -> None:
    document = word(block(closing(sealed=False)))
    name, day = find(document, "样例市"), find(document, "2024年")
    # The name reaches from 10 to 2 characters from the right; the date from 8 to 2.
    assert (indents(name), indents(day)) == ({"rightChars": "200"}, {"rightChars": "200"})


def test_a_long_name_under_a_seal_never_leaves_the_page() -> None:
    document = word(block(closing(signer="内蒙古自治区阿拉善盟某某旗应急管理局办公室", date="2024-12-25")))
    assert indents(find(document, "内蒙古"))["rightChars"] == "0"


def test_the_signature_never_stands_alone_on_a_page() -> None:
    document = word(block(closing(attachments=["甲", "乙"])))
    kept = [bool(paragraph.paragraph_format.keep_with_next) for paragraph in document.paragraphs]
    assert kept == [False, False, True, True, True, True, False]


def test_a_remark_stands_in_brackets_after_the_date() -> None:
    document = word(block(closing(note="此件公开发布")))
    assert texts(document)[-2:] == ["2024年3月5日", "（此件公开发布）"]
    assert indents(document.paragraphs[-1]) == {"leftChars": "200"}


def highlighted(document: Any) -> list[str]:
    return [
        run.text
        for paragraph in document.paragraphs
        for run in paragraph.runs
        if run.font.highlight_color == WD_COLOR_INDEX.YELLOW
    ]


def test_a_number_that_isnt_fixed_leaves_a_highlighted_gap_in_its_place(head: Any) -> None:
    document = word(block(letterhead(number=None)))
    assert highlighted(document) == ["〔待填：发文字号〕"]
    assert highlighted(head) == []
    place = texts(head).index("样应急发〔2024〕1号")
    assert texts(document)[place] == "〔待填：发文字号〕"
    assert len(document.paragraphs) == len(head.paragraphs)
    number = document.paragraphs[place]
    assert (side(number), font(number), number.runs[0].font.size) == ("center", "仿宋_GB2312", Pt(16))


@pytest.mark.parametrize(
    ("sealed", "of_name", "of_date"),
    [(True, "400", "400"), (False, "200", "0")],  # the gap takes nine characters, the name eight
)
def test_a_date_that_isnt_fixed_leaves_a_highlighted_gap_set_like_a_date(
    sealed: bool, of_name: str, of_date: str
) -> None:
    document = word(block(closing(date=None, sealed=sealed)))
    assert texts(document) == ["", "", "样例市应急管理局", "〔待填：成文日期〕"]
    assert highlighted(document) == ["〔待填：成文日期〕"]
    name, day = document.paragraphs[-2:]
    assert (indents(name), indents(day)) == ({"rightChars": of_name}, {"rightChars": of_date})
    assert (side(name), side(day)) == ("right", "right")


@pytest.mark.parametrize(("number", "label"), [(1, "附件1"), (12, "附件12"), (None, "附件")])
def test_an_attachment_begins_a_page_with_its_label_and_its_title_on_the_third_line(
    number: int | None, label: str
) -> None:
    document = word(prose("正文"), block(attachment(number=number, title="一览表")), block(table()))
    place = texts(document).index(label)
    assert texts(document)[place : place + 3] == [label, "", "一览表"]
    first = document.paragraphs[place]
    assert (font(first), first.runs[0].font.size, side(first)) == ("黑体", Pt(16), None)
    assert first.paragraph_format.page_break_before is True
    assert document.paragraphs[place + 2].style.name == "Title"


@pytest.mark.parametrize("first", [block(chart()), prose("说明"), markdown("说明"), block(imprint())])
def test_an_attachments_title_stands_above_whatever_follows(first: Any) -> None:
    found = texts(word(prose("正文"), block(attachment(title="一览表")), first))
    assert found[:4] == ["正文", "附件1", "", "一览表"]


def test_an_attachment_without_content_keeps_its_title() -> None:
    document = word(prose("正文"), block(attachment(title="甲表")), block(attachment(number=2, title="乙表")))
    assert [text for text in texts(document) if text] == ["正文", "附件1", "甲表", "附件2", "乙表"]
