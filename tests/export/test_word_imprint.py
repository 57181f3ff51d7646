"""版记: its lines, rules and frames, and the page that it stands on."""

from __future__ import annotations

from typing import Any

import pytest
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml.ns import qn
from docx.shared import Pt

from bulletin.export.word.imprint import copied_lines
from bulletin.export.word.layout import text_ends
from tests.export.notebooks import attachment, block, chart, closing, imprint, letterhead, png, prose, table, word


def framed(document: Any) -> list[Any]:
    return [paragraph for paragraph in document.paragraphs if paragraph._p.find(f".//{qn('w:framePr')}") is not None]


def rules(paragraph: Any) -> dict[str, str]:
    borders = paragraph._p.pPr.find(qn("w:pBdr"))
    return {border.tag.split("}")[1]: border.get(qn("w:sz")) for border in borders}


def place(paragraph: Any) -> dict[str, str]:
    found = paragraph._p.pPr.find(qn("w:framePr"))
    return {key.split("}")[1]: value for key, value in found.attrib.items()}


def test_those_copied_and_the_printer_stand_between_rules_of_the_standard_s_strength() -> None:
    copied, printed = framed(word(block(imprint(cc=["甲厅", "乙办"]))))
    assert copied.text == "抄送：甲厅，乙办。"
    assert printed.text == "样例市应急管理局办公室\t2024年3月6日印发"
    # Eighths of a point: 0.35 mm for the first and the last, 0.25 mm between.
    assert (rules(copied), rules(printed)) == ({"top": "8"}, {"top": "6", "bottom": "8"})
    assert {paragraph.runs[0].font.size for paragraph in (copied, printed)} == {Pt(14)}
    for paragraph in (copied, printed):
        indent = paragraph._p.pPr.find(qn("w:ind"))
        assert (indent.get(qn("w:leftChars")), indent.get(qn("w:rightChars"))) == ("100", "100")
    (tab,) = printed._p.pPr.find(qn("w:tabs"))
    assert tab.get(qn("w:val")) == "right"


def test_a_day_of_printing_that_isnt_fixed_leaves_a_highlighted_gap() -> None:
    (printed,) = framed(word(block(imprint(cc=[], printed_on=None))))
    assert printed.text == "样例市应急管理局办公室\t〔待填：印发日期〕印发"
    marked = [run.text for run in printed.runs if run.font.highlight_color == WD_COLOR_INDEX.YELLOW]
    assert marked == ["〔待填：印发日期〕"]
    assert {run.font.size for run in printed.runs} == {Pt(14)}


def test_an_imprint_that_copies_nobody_is_one_line_between_strong_rules() -> None:
    (printed,) = framed(word(prose("正文"), block(imprint(cc=[]))))
    assert rules(printed) == {"top": "8", "bottom": "8"}


def test_the_frames_stand_one_above_the_other_at_the_foot_of_the_page() -> None:
    copied, printed = framed(word(block(imprint(cc=["甲厅"] * 20))))
    lines = copied.text.count("\n") + 1
    assert lines == 3
    assert place(copied)["vAnchor"] == place(printed)["vAnchor"] == "page"
    assert int(place(printed)["y"]) - int(place(copied)["y"]) == pytest.approx((lines * 28.95 + 2) * 20, abs=2)
    assert copied._p.pPr.find(qn("w:ind")).get(qn("w:hangingChars")) == "300"


@pytest.mark.parametrize(
    ("cc", "lines"),
    [
        ([], []),
        (["甲厅"], ["抄送：甲厅。"]),
        (["甲" * 20, "乙" * 10], [f"抄送：{'甲' * 20}，", f"{'乙' * 10}。"]),
        (["甲" * 40], [f"抄送：{'甲' * 26}", f"{'甲' * 14}。"]),
        (["甲" * 24, "乙" * 60], [f"抄送：{'甲' * 24}，", "乙" * 26, "乙" * 26, f"{'乙' * 8}。"]),
    ],
)
def test_those_copied_are_broken_between_names_where_that_fits(cc: list[str], lines: list[str]) -> None:
    assert copied_lines(cc) == lines


@pytest.mark.parametrize(
    ("lines", "own_section"),
    [(4, False), (20, False), (23, True), (34, True), (56, False)],
    ids=["page 2 with room", "page 2 nearly full", "page 2 without room", "page 3", "page 4 with room"],
)
def test_the_imprint_begins_a_page_of_its_own_only_where_it_must(lines: int, own_section: bool) -> None:
    text = prose("\n\n".join(["第某行"] * lines))
    document = word(block(letterhead()), text, block(closing()), block(imprint(cc=[])))
    assert len(document.sections) == 1 + own_section
    assert (document.sections[-1].start_type == WD_SECTION.EVEN_PAGE) is own_section


def ends(*cells: Any) -> list[int]:
    return [end.page for end in text_ends(word(*cells))]


def test_pages_are_reckoned_by_lines_rows_pictures_and_breaks() -> None:
    assert ends(prose("\n\n".join(["第某行"] * 22))) == [1, 1]
    assert ends(prose("\n\n".join(["第某行"] * 23))) == [2, 2]
    assert ends(prose("字" * 28 * 21)) == [1, 1]
    assert ends(prose("字" * 28 * 24)) == [2, 2]
    assert ends(prose("甲"), block(attachment()), prose("乙"), block(attachment(number=2)), prose("丙")) == [3, 3]
    assert ends(*(block(chart(number=n), png(156, 90)) for n in (1, 2, 3))) == [2, 2]
    assert ends(block(table(rows=[["县", "1", "1%"]] * 85, total_rows=0))) == [2, 3]


def test_a_heading_is_reckoned_with_what_follows_it() -> None:
    headed = prose("## 一、标题\n\n第某行")
    assert ends(prose("\n\n".join(["第某行"] * 21)), headed) == [2, 2]
    assert ends(prose("\n\n".join(["第某行"] * 20)), headed) == [1, 1]
