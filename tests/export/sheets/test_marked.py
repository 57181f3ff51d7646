"""A county's workbook comes back as its own: faults marked at their cells, no names, nothing that acts."""

from __future__ import annotations

import datetime as dt
import html
import io
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

import bulletin.export.sheets.county_book
import bulletin.export.sheets.marked
from bulletin.export.sheets.marked import marked_copy
from bulletin.export.sheets.quality import FILLS
from bulletin.mines.checks import check_records
from bulletin.mines.schema import SCHEMA
from bulletin.records.faults import Fault, RecordsError
from bulletin.records.read import read_records
from bulletin.records.sources.files import sheets_of
from tests.builders import JIA, YI, params_of, without_gaps
from tests.export.sheets.county_books import county_book, written

PEOPLE = {"赵一", "钱二", "孙三", "李四"}
RED, YELLOW = FILLS["error"].fgColor.rgb[2:], FILLS["warning"].fgColor.rgb[2:]
HIDDEN = "（姓名，不显示）"


MARKS = {
    ("企业名录", "D6"): (RED, {"内容无法识别"}),
    ("企业名录", "A6"): (YELLOW, {"企业无专员"}),
    ("企业名录", "A7"): (RED, {"编号重复", "企业无专员"}),
    ("企业名录", "E7"): (RED, {"内容无法识别"}),
    ("专员名册", "A6"): (YELLOW, {"专员无监管分工"}),
    ("专员名册", "C6"): (RED, {"编号不在名册中"}),
    ("监管分工", "D6"): (RED, {"结束早于开始"}),
    ("现场签到", "A4"): (RED, {"编号不在名册中"}),
    ("现场签到", "C5"): (RED, {"内容无法识别"}),
    ("现场签到", "B6"): (RED, {"编号不在名册中"}),
    ("现场签到", "C6"): (RED, {"必填项为空"}),
    ("现场签到", "B7"): (YELLOW, {"记录无对应监管分工"}),
}
"""Where county_book's faults are: the cell's colour, and the kinds that its comment names."""


def faults_of(path: Path) -> list[Fault]:
    try:
        return without_gaps(check_records(read_records(path, SCHEMA), params_of().window).warnings)
    except RecordsError as error:
        return without_gaps(error.faults)


def copied(path: Path, faults: list[Fault] | None = None) -> bytes:
    faults = faults_of(path) if faults is None else faults
    return marked_copy(path.read_bytes(), sheets_of(path, SCHEMA), faults, read_records(path, SCHEMA))


def opened(content: bytes) -> Any:
    return load_workbook(io.BytesIO(content))


def colour_of(cell: Any) -> str:
    """The colour as six digits: programs differ in how they write that it's opaque."""
    return str(cell.fill.fgColor.rgb)[-6:] if cell.fill.fill_type else ""


def marks(book: Any) -> dict[tuple[str, str], tuple[str, set[str]]]:
    """Every cell that is coloured as a fault, with the kinds of its comment."""
    return {
        (sheet.title, cell.coordinate): (
            colour_of(cell),
            set(re.findall("(?:错误|提示)·(.+?)：", cell.comment.text)) if cell.comment else set(),
        )
        for sheet in book.worksheets[1:]
        for row in sheet.iter_rows()
        for cell in row
        if colour_of(cell) in (RED, YELLOW)
    }


def everything(content: bytes) -> str:
    """All that stands in the file, entities written out."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        texts = [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
        return html.unescape("\n".join([*archive.namelist(), *texts]))


def named_in(content: bytes) -> set[str]:
    text = re.sub(r"\s", "", everything(content))
    return {name for name in PEOPLE if name in text}


def test_every_fault_is_coloured_and_commented_at_its_own_cell_and_no_other_cell_is(tmp_path: Path) -> None:
    path = written(county_book(), tmp_path / "甲县.xlsx")
    book = opened(copied(path))
    assert marks(book) == MARKS
    comments = [cell.comment for sheet in book for row in sheet.iter_rows() for cell in row if cell.comment]
    assert len([comment for comment in comments if "·" in comment.text]) == len(MARKS)


def test_a_comment_says_what_was_expected_and_one_cell_has_one_for_all_its_faults(tmp_path: Path) -> None:
    sheet = opened(copied(written(county_book(), tmp_path / "甲县.xlsx")))["企业名录"]
    assert sheet["D6"].comment.text == "错误·内容无法识别：应为地下开采、露天开采、独立尾矿库之一"
    assert sheet["A7"].comment.text.splitlines() == [
        "错误·编号重复：这一编号在 甲县.xlsx 企业名录 第6行 已有，每个编号只能出现一次，请核对两处，留下一处",
        "提示·企业无专员：该企业 2023-12-31 在正常生产建设，但没有专员",
    ]


def test_the_first_sheet_lists_the_files_faults_with_links_to_their_cells(tmp_path: Path) -> None:
    path = written(county_book(), tmp_path / "甲县.xlsx")
    sheet = opened(copied(path)).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    top = next(n for n, row in enumerate(rows) if row[0] == "级别")
    assert sheet.title == "填报问题"
    assert len(rows) - top - 1 == len(faults_of(path)) == 13
    links = {cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink}
    assert links == {f"'{name}'!{place}" for name, place in MARKS}
    assert rows[top + 1] == [
        "错误",
        "内容无法识别",
        "企业名录",
        6,
        "类型",
        "D6",
        "煤矿",
        "应为地下开采、露天开采、独立尾矿库之一",
    ]


def test_what_is_in_no_row_is_told_on_the_first_sheet(tmp_path: Path) -> None:
    book = county_book(faulty=False)
    del book["任务清单"]
    book["县区"]["B1"].value = "名称"
    content = copied(written(book, tmp_path / "甲县.xlsx"))
    listed = str(list(opened(content).worksheets[0].values))
    assert "缺少数据表" in listed
    assert "名为“任务清单”的工作表" in listed
    assert marks(opened(content)) == {("县区", "A1"): (RED, {"缺少列"})}


def test_a_column_that_stands_twice_is_marked_at_its_second_place(tmp_path: Path) -> None:
    book = county_book(faulty=False)
    book["监管分工"]["F1"], book["监管分工"]["H1"] = "end", "结束日期"
    found = marks(opened(copied(written(book, tmp_path / "甲县.xlsx"))))
    assert found == {("监管分工", place): (RED, {"列重复"}) for place in ("F1", "H1")}


def test_columns_are_found_by_either_name_wherever_they_stand(tmp_path: Path) -> None:
    book = county_book(faulty=False)
    sheet = book["县区"]
    sheet.delete_rows(1, sheet.max_row)
    for row in (["各县名单"], [], ["备注", "ＣＯＵＮＴＹ", "county_code"], ["x", "甲县", JIA], ["x", None, YI]):
        sheet.append(row)
    found = marks(opened(copied(written(book, tmp_path / "甲县.xlsx"))))
    assert found == {("县区", "B5"): (RED, {"必填项为空"})}


def test_a_cell_inside_a_merged_area_is_marked_at_the_areas_first_cell(tmp_path: Path) -> None:
    book = county_book(faulty=False)
    book["监管分工"].merge_cells("C3:C4")
    cell = opened(copied(written(book, tmp_path / "甲县.xlsx")))["监管分工"]["C3"]
    assert colour_of(cell) == RED
    assert cell.comment.text.startswith("第4行错误·必填项为空")


def test_the_countys_own_looks_are_kept(tmp_path: Path) -> None:
    book = county_book()
    sheet = book["现场签到"]
    sheet.row_dimensions[5].hidden, sheet.column_dimensions["A"].width = True, 31
    sheet["A3"].font, sheet["C3"].number_format = Font(bold=True, color="FF00AA00"), "yyyy/m/d"
    sheet["B4"].comment = Comment("本县说明", "某人")
    sheet["A4"].comment = Comment("待查", "某人")
    sheet.auto_filter.ref = "A1:F8"
    extra = book.create_sheet("草稿")
    extra["B2"], extra.sheet_state = "本县自用", "hidden"
    kept = opened(copied(written(book, tmp_path / "甲县.xlsx")))
    sheet = kept["现场签到"]
    assert sheet.row_dimensions[5].hidden
    assert sheet.column_dimensions["A"].width == 31
    assert (sheet["A3"].font.bold, sheet["A3"].font.color.rgb, sheet["C3"].number_format) == (
        True,
        "FF00AA00",
        "yyyy/m/d",
    )
    assert sheet["C3"].value == dt.datetime(2023, 1, 5, 9, 30)
    assert sheet["B4"].comment.text == "本县说明"
    assert sheet["A4"].comment.text.endswith("\n\n原有批注：待查")
    assert (sheet.auto_filter.ref, sheet.freeze_panes) == ("A1:F8", "A2")
    assert len(sheet.data_validations.dataValidation) == 2
    assert (kept["草稿"]["B2"].value, kept["草稿"].sheet_state) == ("本县自用", "hidden")
    assert kept.sheetnames == ["填报问题", *book.sheetnames]


def leaky_book() -> Any:
    """A county's workbook with people's names wherever a workbook can hold one."""
    book = county_book()
    book.properties.creator, book.properties.lastModifiedBy = "赵一", "钱二"
    book.properties.title = book.properties.keywords = "赵一的表"
    book.defined_names["赵一"] = DefinedName("赵一", attr_text="现场签到!$A$1")
    sheet = book["现场签到"]
    sheet["A7"] = "李四"  # an identifier that is a name: the fault's own value
    sheet["G1"], sheet["G3"], sheet["G4"] = "备注", "由 钱　二 代签", "='现场签到'!A1&\"赵一\""
    sheet["H1"], sheet["H3"] = "签到人", "孙三"
    sheet["A3"].comment = Comment("赵一:\n请看", "赵一")
    sheet["B4"].comment = Comment("请看", "钱二")
    sheet["B3"].hyperlink = "mailto:赵一@example.com"
    sheet["A3"].number_format = '"赵一"@'
    sheet.oddHeader.center.text = "填表人：赵一"
    green = DifferentialStyle(fill=PatternFill("solid", bgColor="0000FF00"))
    sheet.conditional_formatting.add("A2:A9", Rule("expression", dxf=green, formula=['$A2="赵一"']))
    for formula in ('"赵一,钱二"', "赵一"):
        rule = DataValidation(type="list", formula1=formula)
        rule.add("J2:J9")
        sheet.add_data_validation(rule)
    rule = DataValidation(type="list", formula1='"是,否"', promptTitle="找赵一", prompt="x")
    rule.add("K2:K9")
    sheet.add_data_validation(rule)
    sheet.auto_filter.ref = "A1:H9"
    sheet.auto_filter.add_filter_column(7, ["孙三"])
    sheet.sheet_properties.codeName = "赵一"
    chart = BarChart()
    chart.title = "赵一"
    chart.add_data(Reference(sheet, min_col=5, min_row=1, max_row=5))
    sheet.add_chart(chart, "M2")
    book["专员名册"].add_table(Table(displayName="赵一表", ref="A1:C6"))
    extra = book.create_sheet("钱二的草稿")
    extra["A1"], extra["A2"] = "姓　名", "周五"
    return book


def test_names_of_people_are_in_no_byte_of_the_copy(tmp_path: Path) -> None:
    path = written(leaky_book(), tmp_path / "甲县.xlsx")
    assert named_in(path.read_bytes()) == PEOPLE
    content = copied(path)
    assert named_in(content) == set()
    assert "周五" not in everything(content)
    sheet = opened(content)["专员名册"]
    assert [[cell.value for cell in row] for row in sheet["A3:C3"]] == [["S1", HIDDEN, JIA]]


def test_all_but_the_names_is_kept_where_names_are_hidden(tmp_path: Path) -> None:
    book = leaky_book()
    book["现场签到"]["A3"].number_format = "@"
    content = copied(written(book, tmp_path / "甲县.xlsx"))
    assert named_in(content) == set()
    assert "周五" not in everything(content)
    kept = opened(content)
    sheet = kept["现场签到"]
    assert [cell.value for cell in sheet[3]][:8] == [
        "S1",
        "M1",
        dt.datetime(2023, 1, 5, 9, 30),
        "是",
        2,
        "否",
        HIDDEN,
        HIDDEN,
    ]
    assert [rule.formula1 for rule in sheet.data_validations.dataValidation] == ['"是,否"'] * 2
    assert sheet["D1"].comment.text.startswith("可空")
    assert kept["填写说明"]["A6"].value == "县区"
    assert HIDDEN not in str(list(kept["填写说明"].values))


def test_a_register_whose_names_werent_found_shows_only_the_columns_that_are_known(tmp_path: Path) -> None:
    book = county_book(faulty=False)
    book["专员名册"]["B1"], book["专员名册"]["C4"] = "专员", None
    content = copied(written(book, tmp_path / "甲县.xlsx"))
    assert named_in(content) == set()
    assert [cell.value for cell in opened(content)["专员名册"][3]] == ["S1", HIDDEN, JIA, None]
    book["专员名册"]["A1"], book["专员名册"]["C1"] = "甲", "乙"
    content = copied(written(book, tmp_path / "甲县.xlsx"))
    assert named_in(content) == set()
    assert opened(content)["专员名册"]["A3"].value == HIDDEN


def test_names_on_a_second_register_are_hidden_on_every_sheet(tmp_path: Path) -> None:
    book = county_book(faulty=False)
    second = book.create_sheet("supervisors")
    for row in (["supervisor_id", "name", "county_code"], ["S1", "周五", JIA]):
        second.append(row)
    book["现场签到"]["G3"] = "周五代签"
    assert "周五" not in everything(copied(written(book, tmp_path / "甲县.xlsx")))


def test_a_formula_is_its_value_and_nothing_links_or_computes(tmp_path: Path) -> None:
    book = county_book()
    sheet = book["现场签到"]
    sheet["G3"], sheet["G4"] = "=1+1", '=HYPERLINK("http://evil","x")'
    sheet["G5"] = "=cmd|' /C calc'!A0"
    sheet["G5"].data_type = "s"
    sheet["B3"].hyperlink = "http://evil"
    rule = DataValidation(type="custom", formula1='WEBSERVICE("http://evil")')
    rule.add("J2:J9")
    sheet.add_data_validation(rule)
    path = written(book, tmp_path / "甲县.xlsx")
    assert "<f>1+1</f>" in everything(path.read_bytes())
    content = copied(path)
    assert "<f>" not in everything(content)
    assert "evil" not in everything(content)
    cell = opened(content)["现场签到"]["G5"]
    assert (cell.value, cell.data_type) == ("=cmd|' /C calc'!A0", "s")


def test_no_sheet_but_the_list_is_selected(tmp_path: Path) -> None:
    book = county_book()
    for sheet in book:
        sheet.sheet_view.tabSelected = True
    book = opened(copied(written(book, tmp_path / "甲县.xlsx")))
    assert [sheet.title for sheet in book if sheet.sheet_view.tabSelected] in ([], ["填报问题"])
    assert book.active.title == "填报问题"


def test_the_same_file_gives_the_same_bytes_at_any_time(tmp_path: Path) -> None:
    path = written(county_book(), tmp_path / "甲县.xlsx")
    first = copied(path)
    time.sleep(1.1)  # the properties and the zip entries count whole seconds
    assert copied(path) == first


def test_a_copy_that_comes_back_is_cleared_of_its_old_marks(tmp_path: Path) -> None:
    book = county_book()
    book["企业名录"].column_dimensions["A"].width = 31
    back = opened(copied(written(book, tmp_path / "甲县.xlsx")))
    back["企业名录"]["D6"] = "露天开采"
    path = written(back, tmp_path / "again" / "甲县.xlsx")
    book = opened(copied(path))
    assert marks(book) == {place: mark for place, mark in MARKS.items() if place != ("企业名录", "D6")}
    assert book.sheetnames == back.sheetnames
    assert book["企业名录"].column_dimensions["A"].width == 31  # still the county's own
    assert "原有批注" not in book["企业名录"]["A7"].comment.text


def ods(sheets: dict[str, list[list[str]]]) -> bytes:
    """A spreadsheet in a format that openpyxl can't load."""
    rows = {
        name: "".join(
            "<table:table-row>"
            + "".join(
                f'<table:table-cell office:value-type="string"><text:p>{html.escape(text)}</text:p></table:table-cell>'
                for text in line
            )
            + "</table:table-row>"
            for line in lines
        )
        for name, lines in sheets.items()
    }
    tables = "".join(f'<table:table table:name="{name}">{content}</table:table>' for name, content in rows.items())
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body><office:spreadsheet>{tables}"
            "</office:spreadsheet></office:body></office:document-content>",
        )
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return out.getvalue()


def as_texts(book: Any) -> dict[str, list[list[str]]]:
    def shown(value: Any) -> str:
        return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, dt.datetime) else str("" if value is None else value)

    return {sheet.title: [[shown(value) for value in row] for row in sheet.values] for sheet in book}


def test_another_format_is_copied_as_text_at_the_same_places(tmp_path: Path) -> None:
    texts = as_texts(county_book())
    texts["现场签到"][2][6] = "=1+1"
    texts["孙三的表"] = [["孙三"]]
    path = tmp_path / "甲县.ods"
    path.write_bytes(ods(texts))
    content = copied(path)
    book = opened(content)
    assert marks(book) == MARKS
    assert named_in(content) == set()
    cell = book["现场签到"]["G3"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    assert book["专员名册"]["B3"].value == HIDDEN


@pytest.mark.parametrize("limit", ["_LARGEST", "_WIDEST"])
def test_a_workbook_too_large_to_load_is_copied_as_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    book = county_book()
    book["县区"].merge_cells("D2:F9")
    path = written(book, tmp_path / "甲县.xlsx")
    assert opened(copied(path))["县区"].merged_cells.ranges
    monkeypatch.setattr(bulletin.export.sheets.county_book, limit, 10)
    kept = opened(copied(path))
    assert marks(kept) == MARKS
    assert not kept["县区"].merged_cells.ranges


def test_what_openpyxl_refuses_is_copied_as_text(tmp_path: Path) -> None:
    path = written(county_book(), tmp_path / "甲县.xlsx")
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    entries["xl/styles.xml"] = entries["xl/styles.xml"].replace(b'patternType="solid"', b'patternType="dotted"')
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    with pytest.raises(ValueError, match="stylesheet"):
        load_workbook(path)
    assert marks(opened(copied(path))) == MARKS


def test_of_a_huge_file_only_the_faulty_rows_are_copied_with_their_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(county_book(), tmp_path / "甲县.xlsx")
    monkeypatch.setattr(bulletin.export.sheets.marked, "_MOST_CELLS", 10)
    content = copied(path)
    book = opened(content)
    assert book.sheetnames == ["填报问题", "企业名录", "专员名册", "监管分工", "现场签到"]
    rows = [[cell.value for cell in row] for row in book["企业名录"].iter_rows(max_col=5)]
    assert rows[0] == ["原行号", "企业编号", "企业名称", "行政区划代码", "类型"]
    assert rows[1:] == [["6", "M4", "甲四矿", JIA, "煤矿"], ["7", "M4", "甲五矿", JIA, "露天开采"]]
    assert marks(book)["企业名录", "E2"] == (RED, {"内容无法识别"})
    assert len(marks(book)) == len(MARKS)
    assert named_in(content) == set()
    assert "“原行号”是该行在原表中的行号" in str(list(book["填报问题"].values))


def test_of_very_many_faults_the_first_are_marked_and_the_sheet_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(county_book(), tmp_path / "甲县.xlsx")
    monkeypatch.setattr(bulletin.export.sheets.marked, "MOST_FAULTS", 3)
    book = opened(copied(path, faults_of(path)[::-1]))
    assert {colour for colour, _ in marks(book).values()} == {RED}
    assert len(marks(book)) == 3
    assert "只列出并标记前 3 处" in str(list(book["填报问题"].values))


def test_a_workbook_with_warnings_alone_is_marked_in_yellow(tmp_path: Path) -> None:
    book = county_book(faulty=False)
    book["现场签到"].append(["S1", "M1", dt.datetime(2022, 1, 5, 9, 30)])  # of another period, no fault
    book["现场签到"].append(["S1", "M3", dt.datetime(2023, 1, 6, 9, 30)])
    found = marks(opened(copied(written(book, tmp_path / "甲县.xlsx"))))
    assert found == {("现场签到", "B5"): (YELLOW, {"记录无对应监管分工"})}


def test_libreoffice_opens_the_copy_with_its_marks(tmp_path: Path, calc: Callable[[Path, str], Path]) -> None:
    path = tmp_path / "copy.xlsx"
    path.write_bytes(copied(written(county_book(), tmp_path / "甲县.xlsx")))
    ods_file = calc(path, "ods")
    book = load_workbook(calc(ods_file, "xlsx"))
    assert book.sheetnames[0] == "填报问题"
    assert marks(book) == MARKS


def test_an_old_xls_is_copied_as_text_at_the_same_places(tmp_path: Path, calc: Callable[[Path, str], Path]) -> None:
    path = calc(written(county_book(), tmp_path / "a b(1).xlsx"), "xls")
    content = copied(path)
    assert path.name == "a b(1).xls"
    assert marks(opened(content)) == MARKS
    assert named_in(content) == set()


def test_an_empty_workbook_is_no_trouble(tmp_path: Path) -> None:
    path = written(Workbook(), tmp_path / "甲县.xlsx")
    faults = faults_of(path)
    assert {fault.kind for fault in faults} == {"missing-table"}
    assert opened(copied(path, faults)).sheetnames == ["填报问题", "Sheet"]
