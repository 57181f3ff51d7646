"""Tables in Word: real ones, repeated headings, whole rows, alignment, landscape pages."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from bulletin.project.errors import BulletinError
from tests.export.notebooks import (
    attachment,
    block,
    chart,
    code,
    data,
    imprint,
    letterhead,
    markdown,
    prose,
    table,
    wide_table,
    word,
)


def rows(grid: Any) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in grid.rows]


def sides(row: Any) -> list[str]:
    return [cell.paragraphs[0]._p.pPr.find(qn("w:jc")).get(qn("w:val")) for cell in row.cells]


def fonts(row: Any) -> set[str]:
    runs = [run for cell in row.cells for run in cell.paragraphs[0].runs]
    return {run._r.rPr.find(qn("w:rFonts")).get(qn("w:eastAsia")) for run in runs}


def sections(document: Any) -> list[tuple[str, list[str]]]:
    """Each section's orientation and what it holds: `tbl`, and the text of paragraphs that have any."""
    found: list[tuple[str, list[str]]] = []
    content: list[str] = []
    for child in document.element.body:
        name = child.tag.split("}")[1]
        if name == "tbl":
            content.append("tbl")
        elif name == "p" and (text := "".join(run.text or "" for run in child.iter(qn("w:t")))):
            content.append(text)
        if name == "sectPr" or child.find(f".//{qn('w:sectPr')}") is not None:
            found.append(("", content))
            content = []
    ways = ["across" if section.orientation == WD_ORIENT.LANDSCAPE else "upright" for section in document.sections]
    return [(way, held) for way, (_, held) in zip(ways, found, strict=True)]


@pytest.fixture(scope="module")
def grid() -> Any:
    return word(block(table())).tables[0]


def test_a_table_is_real_with_every_cell(grid: Any) -> None:
    assert rows(grid) == [
        ["县（市、区）", "企业", "配备率"],
        ["甲县", "2", "66.67%"],
        ["乙区", "1", "100%"],
        ["全市", "3", "75.00%"],
    ]
    assert len(grid.columns) == 3


def test_only_the_first_row_repeats_and_no_row_splits(grid: Any) -> None:
    assert [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in grid.rows] == [True, False, False, False]
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in grid.rows)


def test_headings_are_centred_and_numbers_are_flush_right(grid: Any) -> None:
    assert sides(grid.rows[0]) == ["center", "center", "center"]
    assert sides(grid.rows[1]) == ["left", "right", "right"]


def test_headings_and_totals_are_in_heiti_and_the_rest_in_fangsong(grid: Any) -> None:
    assert [fonts(row) for row in grid.rows] == [{"黑体"}, {"仿宋_GB2312"}, {"仿宋_GB2312"}, {"黑体"}]


def test_without_totals_only_the_heading_is_in_heiti() -> None:
    grid = word(block(table(total_rows=0))).tables[0]
    assert [fonts(row) for row in grid.rows] == [{"黑体"}, *[{"仿宋_GB2312"}] * 3]


def test_cells_are_single_spaced_so_that_no_line_is_cut(grid: Any) -> None:
    for row in grid.rows:
        for cell in row.cells:
            assert cell.paragraphs[0].paragraph_format.line_spacing == 1.0


def test_every_line_of_the_grid_is_drawn(grid: Any) -> None:
    borders = {border.tag.split("}")[1]: border.get(qn("w:val")) for border in grid._tbl.tblPr.find(qn("w:tblBorders"))}
    assert borders == dict.fromkeys(["top", "left", "bottom", "right", "insideH", "insideV"], "single")


def test_the_columns_fill_the_text_width_and_are_fixed(grid: Any) -> None:
    widths = [column.width for column in grid.columns]
    assert sum(widths) == pytest.approx(Mm(156), rel=0.001)
    assert widths[0] > widths[1]
    assert grid.autofit is False
    assert [cell.width for cell in grid.rows[2].cells] == widths


def test_caption_and_unit_stand_above_and_the_note_below() -> None:
    document = word(block(table(number=3, unit="单位：家", note="抽查")))
    body = [child for child in document.element.body if child.tag != qn("w:sectPr")]
    words = ["tbl" if child.tag == qn("w:tbl") else "".join(t.text for t in child.iter(qn("w:t"))) for child in body]
    assert [text for text in words if text] == ["表3\u3000配备情况", "单位：家", "tbl", "注：抽查"]
    caption, unit = document.paragraphs[:2]
    assert (caption.style.name, caption.paragraph_format.keep_with_next) == ("Caption", True)
    assert (unit._p.pPr.find(qn("w:jc")).get(qn("w:val")), unit.paragraph_format.keep_with_next) == ("right", True)


def test_a_table_without_unit_and_note_has_neither_line() -> None:
    assert [paragraph.text for paragraph in word(block(table())).paragraphs if paragraph.text] == ["表1\u3000配备情况"]


@pytest.mark.parametrize(("count", "kept"), [(20, True), (21, False)])
def test_a_short_table_stays_together_and_a_long_one_may_break(count: int, kept: bool) -> None:
    grid = word(block(table(rows=[["甲县", "1", "2"]] * count))).tables[0]
    first, last = grid.rows[1].cells[0].paragraphs[0], grid.rows[-1].cells[0].paragraphs[0]
    assert bool(first.paragraph_format.keep_with_next) is kept
    assert not last.paragraph_format.keep_with_next


def test_a_wide_table_goes_across_and_the_text_goes_on_upright() -> None:
    document = word(prose("前文"), block(wide_table()), prose("后文"))
    assert sections(document) == [
        ("upright", ["前文"]),
        ("across", ["表1\u3000一览表", "tbl"]),
        ("upright", ["后文"]),
    ]
    across = document.sections[1]
    assert (across.page_width, across.page_height) == pytest.approx((Mm(297), Mm(210)), abs=700)
    margins = across.left_margin, across.right_margin, across.top_margin, across.bottom_margin
    assert margins == pytest.approx((Mm(35), Mm(37), Mm(28), Mm(26)), abs=700)
    assert sum(column.width for column in document.tables[0].columns) == pytest.approx(Mm(225), rel=0.001)
    upright = document.sections[2]
    assert (upright.page_width, upright.top_margin) == pytest.approx((Mm(210), Mm(37)), abs=700)


def test_a_wide_tables_attachment_has_its_title_on_the_same_page() -> None:
    document = word(prose("前文"), block(attachment(number=2)), block(wide_table()), block(imprint(cc=[])))
    held = sections(document)
    assert held[1] == ("across", ["附件2", "一览表", "表1\u3000一览表", "tbl"])
    assert held[2][1][-1].endswith("2024年3月6日印发")


def test_a_narrow_tables_attachment_stays_upright() -> None:
    document = word(prose("前文"), block(attachment()), block(table()))
    assert [way for way, _ in sections(document)] == ["upright"]


def test_a_table_of_few_long_columns_wraps_instead_of_turning_the_page() -> None:
    columns = [{"title": "指标", "align": "left"}, {"title": "口径", "align": "left"}]
    document = word(block(table(columns=columns, rows=[["率", "很长的口径" * 30]])))
    assert [way for way, _ in sections(document)] == ["upright"]
    narrow, broad = (column.width for column in document.tables[0].columns)
    assert narrow < broad


def test_a_table_too_wide_even_across_has_smaller_type_but_no_less_than_eight_points() -> None:
    columns = [{"title": f"很长的指标名{n}", "align": "right"} for n in range(30)]
    document = word(block(table(columns=columns, rows=[["1234567.89%"] * 30])))
    run = document.tables[0].rows[1].cells[0].paragraphs[0].runs[0]
    assert run.font.size == Pt(8)
    assert word(block(table())).tables[0].rows[1].cells[0].paragraphs[0].runs[0].font.size == Pt(10.5)


@pytest.mark.parametrize(
    "cells",
    [
        [block(wide_table()), block(wide_table(number=2))],
        [block(attachment()), block(wide_table()), block(attachment(number=2)), block(wide_table(number=2))],
        [block(attachment()), block(wide_table()), block(attachment(number=2)), block(table(number=2))],
        [block(attachment()), block(wide_table())],
    ],
    ids=["two tables", "two attachments", "an upright attachment after", "the last"],
)
def test_no_page_between_or_after_wide_tables_is_blank(cells: list[Any]) -> None:
    held = sections(word(block(letterhead()), prose("正文"), *cells))
    assert [way for way, content in held if not content] == []


def test_a_frame_is_written_as_it_is_displayed() -> None:
    frame = pd.DataFrame({"县": ["甲县", "乙区"], "编码": ["007", "010"], "率": ["37.50", "1.10"]})
    grid = word(code(data(html=frame.to_html(index=False), plain="frame"))).tables[0]
    assert rows(grid) == [["县", "编码", "率"], ["甲县", "007", "37.50"], ["乙区", "010", "1.10"]]


def test_a_frames_index_has_no_made_up_heading() -> None:
    grid = word(code(data(html=pd.DataFrame({"县": ["甲县", "乙区"]}).to_html(), plain="frame"))).tables[0]
    assert rows(grid) == [["", "县"], ["0", "甲县"], ["1", "乙区"]]


def test_a_frame_with_a_missing_number_is_written() -> None:
    grid = word(code(data(html=pd.DataFrame({"数": [1.5, None]}).to_html(index=False), plain="frame"))).tables[0]
    assert [row[0] for row in rows(grid)][:2] == ["数", "1.5"]
    assert rows(grid)[2][0] in ("", "NaN")


def test_tables_from_markdown_repeat_their_heading_too() -> None:
    grid = word(markdown("| 甲 | 乙 |\n| --- | --- |\n| 1 | 2 |")).tables[0]
    assert grid.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None


def fields(paragraph: Any) -> list[str]:
    return [code.text.strip() for code in paragraph._p.iter(qn("w:instrText"))]


def test_captions_are_numbered_by_fields_that_already_show_their_number() -> None:
    document = word(block(table(number=1)), block(chart(number=1)), block(table(number=2, key="other")))
    captions = [paragraph for paragraph in document.paragraphs if paragraph.style.name == "Caption"]
    assert [caption.text for caption in captions] == ["表1\u3000配备情况", "图1\u3000签到率", "表2\u3000配备情况"]
    assert [fields(caption) for caption in captions] == [
        ["SEQ 表 \\* ARABIC"],
        ["SEQ 图 \\* ARABIC"],
        ["SEQ 表 \\* ARABIC"],
    ]


def test_references_show_and_follow_what_they_name_wherever_it_stands() -> None:
    spans = {
        "figure:rate": "图（rate）",
        "table:staffing": "表（staffing）",
        "attachment:一览表": "附件1",
    }
    sentence = "、".join(f'<span class="ref" data-target="{target}">{shown}</span>' for target, shown in spans.items())
    document = word(prose(f"见{sentence}。"), block(attachment()), block(table(number=3)), block(chart(number=2)))
    paragraph = document.paragraphs[0]
    assert paragraph.text == "见图2、表3、附件1。"
    names = [start.get(qn("w:name")) for start in document.element.body.iter(qn("w:bookmarkStart"))]
    pointed = [field.removeprefix("REF ").removesuffix(" \\h") for field in fields(paragraph)]
    # The labels stand in another order than their references.
    assert [names.index(name) for name in pointed] == [2, 1, 0]


def test_a_reference_to_what_isnt_shown_is_refused() -> None:
    with pytest.raises(BulletinError, match="正文引用的 figure:nothing 没有展示。笔记本中展示的有：figure:rate。"):
        word(prose('见<span class="ref" data-target="figure:nothing">图</span>'), block(chart()))


def test_an_empty_cell_is_no_taller_than_a_filled_one() -> None:
    grid = word(block(table(rows=[["甲县", "", "1%"]], total_rows=0))).tables[0]
    sizes = {
        cell.paragraphs[0]._p.pPr.find(f"{qn('w:rPr')}/{qn('w:sz')}").get(qn("w:val")) for cell in grid.rows[1].cells
    }
    assert sizes == {"21"}
