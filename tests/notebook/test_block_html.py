"""Blocks as HTML fragments."""

from __future__ import annotations

import base64
from typing import Any, Literal

import pytest
from bs4 import BeautifulSoup

from bulletin.notebook.block_html import block_html
from bulletin.notebook.blocks import Nothing
from bulletin.project.periods import chinese_date
from tests.export.notebooks import attachment, chart, closing, imprint, letterhead, png, table


def soup(block: Any, picture: bytes = b"", svg: str = "") -> BeautifulSoup:
    return BeautifulSoup(block_html(block, picture, svg), "html.parser")


def words(block: Any, selector: str) -> list[str]:
    return [found.get_text() for found in soup(block).select(selector)]


@pytest.mark.parametrize(
    ("iso", "text"), [("2024-03-05", "2024年3月5日"), ("2023-12-31", "2023年12月31日"), ("2020-10-01", "2020年10月1日")]
)
def test_dates_are_in_chinese_without_leading_zeros(iso: str, text: str) -> None:
    assert chinese_date(iso) == text


@pytest.mark.parametrize("of", ["table", "chart"])
def test_of_what_has_nothing_to_show_nothing_is_seen(of: Literal["table", "chart"]) -> None:
    assert block_html(Nothing(block="nothing", of=of)) == ""


def test_a_letterhead_has_mark_number_title_and_addressees() -> None:
    block = letterhead()
    assert words(block, "header.letterhead > *") == [
        "样例市应急管理局文件",
        "样应急发〔2024〕1号",
        "样例市应急管理局关于2023年度履职情况的通报",
        "各县（市、区）应急管理局：",
    ]
    assert words(block, "h1") == ["样例市应急管理局关于2023年度履职情况的通报"]


def test_a_letterhead_without_number_leaves_its_line_out_and_a_notice_comes_first() -> None:
    block = letterhead(numbered=False, number=None, notice="样例数据")
    assert words(block, ".number") == []
    assert words(block, "header > *")[0] == "样例数据"


@pytest.mark.parametrize(
    ("block", "line", "text"),
    [
        (letterhead(number=None), "header > .number", "〔待填：发文字号〕"),
        (closing(date=None), ".date", "〔待填：成文日期〕"),
        (imprint(printed_on=None), ".imprint p:last-child span:last-child", "〔待填：印发日期〕印发"),
    ],
)
def test_what_isnt_fixed_yet_leaves_a_marked_gap(block: dict[str, Any], line: str, text: str) -> None:
    assert words(block, line) == [text]
    assert words(block, f"{line} mark.gap") == [text.removesuffix("印发")]


def test_nothing_is_marked_where_nothing_is_missing() -> None:
    assert [words(block, "mark") for block in (letterhead(), closing(), imprint())] == [[], [], []]


def test_a_table_has_scopes_alignment_caption_and_totals() -> None:
    found = soup(table(unit="单位：家", note="说明"))
    assert [th.get_text() for th in found.select('thead th[scope="col"]')] == ["县（市、区）", "企业", "配备率"]
    assert [th.get_text() for th in found.select('tbody th[scope="row"]')] == ["甲县", "乙区", "全市"]
    assert [td.get_text() for td in found.select("tbody td.right")] == ["2", "66.67%", "1", "100%", "3", "75.00%"]
    assert [tr.th.get_text() for tr in found.select("tr.total") if tr.th] == ["全市"]
    assert [each.get_text() for each in found.select("caption, .note")] == ["表1 配备情况单位：家", "注：说明"]
    assert len(found.select("figure#table-1 table")) == 1


@pytest.mark.parametrize(("total_rows", "marked"), [(0, 0), (1, 1), (2, 2)])
def test_only_the_last_rows_are_totals(total_rows: int, marked: int) -> None:
    assert len(soup(table(total_rows=total_rows)).select("tbody tr.total")) == marked


@pytest.mark.parametrize(("columns", "wide"), [(8, False), (9, True)])
def test_a_table_of_many_columns_is_wide(columns: int, wide: bool) -> None:
    block = table(columns=[{"title": str(n), "align": "left"} for n in range(columns)], rows=[["x"] * columns])
    assert bool(soup(block).select("table.wide")) is wide


def test_a_chart_is_its_svg_where_there_is_one() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><!-- 甲县 --></svg>'
    (picture,) = soup(chart(alt='"甲">乙'), png(), svg).select("figure#figure-1 > .scroll > img")
    assert picture["alt"] == '"甲">乙'
    head, content = str(picture["src"]).split(",")
    assert head == "data:image/svg+xml;base64"
    assert base64.b64decode(content).decode("utf-8") == svg


def test_a_charts_figures_are_a_table_behind_a_switch() -> None:
    found = soup(chart(number=3), png())
    (data,) = found.select("figure#figure-3 + details.data")
    assert "open" not in data.attrs
    assert [each.get_text() for each in data.select("summary, caption")] == ["图3的数据表", "图3的数据：签到率"]
    assert [th.get_text() for th in data.select('thead th[scope="col"]')] == ["县（市、区）", "签到率"]
    assert [th.get_text() for th in data.select('tbody tr > th[scope="row"]:first-child')] == ["甲县", "乙区"]
    assert [td.get_text() for td in data.select("tbody tr > td")] == ["12.50%", "0.00%"]


def test_a_chart_holds_its_picture_its_finding_and_its_number() -> None:
    picture = png()
    found = soup(chart(alt='最高为"甲县"'), picture)
    image = found.select("figure#figure-1 > .scroll > img")[0]
    assert image["src"] == f"data:image/png;base64,{base64.b64encode(picture).decode()}"
    assert image["alt"] == '最高为"甲县"'
    assert found.select("figcaption")[0].get_text() == "图1 签到率"


@pytest.mark.parametrize(
    ("attachments", "paragraphs", "items"), [([], [], []), (["甲"], ["甲"], []), (["甲", "乙"], [], ["甲", "乙"])]
)
def test_a_closing_lists_none_one_or_many_attachments(
    attachments: list[str], paragraphs: list[str], items: list[str]
) -> None:
    block = closing(attachments=attachments)
    assert words(block, ".attachments p") == paragraphs
    assert words(block, ".attachments li") == items
    assert bool(words(block, ".attachments")) is bool(attachments)


def test_a_closing_is_signed_dated_and_remarked() -> None:
    block = closing(note="此件公开发布")
    assert words(block, ".signer, .date, .remark") == ["样例市应急管理局", "2024年3月5日", "（此件公开发布）"]
    assert words(closing(), ".remark") == []


@pytest.mark.parametrize(("number", "text"), [(2, "附件2 一览表"), (None, "附件 一览表")])
def test_an_attachment_is_a_heading(number: int | None, text: str) -> None:
    assert words(attachment(number=number), "h2.attachment") == [text]


def test_an_imprint_names_those_copied_printer_and_day() -> None:
    assert words(imprint(cc=["甲厅", "乙办"]), "p") == ["抄送：甲厅，乙办。", "样例市应急管理局办公室2024年3月6日印发"]
    assert words(imprint(cc=[]), "p") == ["样例市应急管理局办公室2024年3月6日印发"]


EVIL = "<script>alert(1)</script>\"'&"


@pytest.mark.parametrize(
    "block",
    [
        letterhead(mark=EVIL, number=EVIL, title=EVIL, addressees=EVIL, notice=EVIL),
        table(caption=EVIL, unit=EVIL, rows=[[EVIL] * 3], columns=[{"title": EVIL, "align": "left"}] * 3, note=EVIL),
        chart(caption=EVIL, alt=EVIL),
        chart(data={"columns": [EVIL, EVIL], "rows": [[EVIL, EVIL]]}),
        closing(attachments=[EVIL, EVIL], signer=EVIL, note=EVIL),
        attachment(title=EVIL),
        imprint(cc=[EVIL], printer=EVIL),
    ],
    ids=lambda block: str(block["block"]),
)
def test_every_text_of_a_block_is_data(block: Any) -> None:
    found = soup(block, png())
    assert not found.find("script")
    assert EVIL in found.get_text() + "".join(str(image["alt"]) for image in found.select("img"))
