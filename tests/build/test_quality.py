"""What is wrong is published with a marked copy of each faulty workbook, and of none other."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

import bulletin.build.quality
from bulletin.build.period_outputs import PeriodOutputs
from bulletin.build.quality import Quality, publish_quality
from bulletin.cli.main import main
from bulletin.mines.checks import check_records
from bulletin.mines.schema import SCHEMA
from bulletin.project.errors import BulletinError
from bulletin.records.faults import RecordsError
from bulletin.records.read import read_records
from tests.builders import ROOT, SMALL, params_of, without_gaps, write_tables
from tests.export.sheets.county_books import county_book, written
from tests.records.sheets import small_sheets, write_workbook


def published(data: Path, folder: Path, said: list[str] | None = None) -> Quality:
    """Check the records at `data`, and publish what is wrong in them."""
    say = (said if said is not None else list[str]()).append
    try:
        checked = check_records(read_records(data, SCHEMA), params_of().window)
    except RecordsError as error:
        return publish_quality(without_gaps(error.faults), error.records, PeriodOutputs(folder), say)
    return publish_quality(without_gaps(checked.warnings), checked.records, PeriodOutputs(folder), say)


def copies(folder: Path) -> set[str]:
    return {path.name for path in (folder / "quality").glob("*")}


def test_each_county_with_faults_gets_its_own_copy_and_no_other_does(tmp_path: Path) -> None:
    data, folder = tmp_path / "data", tmp_path / "2023"
    write_workbook(data / "甲县.xlsx", small_sheets(checkins=["S1,M1,昨天,是,2,是"]))
    for file, line in (
        ("乙区.xlsx", "S9,M1,2023-01-05 09:00,是,2,是"),
        ("丙县.xlsx", "S1,M1,2023-01-06 09:00,是,2,是"),
    ):
        write_workbook(data / file, {"现场签到": [small_sheets()["现场签到"][0], line.split(",")]})
    said: list[str] = []
    quality = published(data, folder, said)
    assert copies(folder) == {"甲县.xlsx", "乙区.xlsx"}
    assert quality == Quality(folder / "quality.xlsx", folder / "quality")
    assert said == ["正在为 2 个工作簿标出问题单元格……", "  乙区.xlsx：1 处", "  甲县.xlsx：1 处"]
    comments = {
        file: {
            (cell.coordinate, cell.comment.text)
            for row in load_workbook(folder / "quality" / file)["现场签到"].iter_rows()
            for cell in row
            if cell.comment
        }
        for file in copies(folder)
    }
    assert comments == {
        "甲县.xlsx": {("C2", "错误·内容无法识别：应为日期和时间，如 2023-01-05 09:30")},
        "乙区.xlsx": {("A2", "错误·编号不在名册中：“专员名册”中没有这一编号，请核对")},
    }


def test_of_very_many_workbooks_the_first_are_named_and_the_others_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulletin.build.quality, "MOST_LISTED", 1)
    data = tmp_path / "data"
    for name in ("a", "b", "c"):
        written(county_book(), data / f"{name}.xlsx")
    with pytest.raises(RecordsError) as caught:
        check_records(read_records(data, SCHEMA), params_of().window)
    faults, records = caught.value.faults, caught.value.records

    def last_lines() -> list[str]:
        said: list[str] = []
        publish_quality(faults, records, PeriodOutputs(tmp_path / "2023"), said.append)
        assert said[1].startswith("  a.xlsx：")
        return said[2:]

    assert last_lines() == ["  ……另有 2 个，见 quality.xlsx。"]
    assert copies(tmp_path / "2023") == {"a.xlsx", "b.xlsx", "c.xlsx"}
    (data / "c.xlsx").unlink()
    assert last_lines() == ["  ……另有 2 个，其中 1 个在核对后有改动，没有标记，请重新运行。"]


def test_it_says_where_the_list_and_the_copies_are(tmp_path: Path) -> None:
    written(county_book(), tmp_path / "data" / "甲县.xlsx")
    quality = published(tmp_path / "data", tmp_path / "2023")
    assert str(quality) == (
        f"逐条清单已写入 {tmp_path / '2023' / 'quality.xlsx'}，"
        f"带标记的原表在 {tmp_path / '2023' / 'quality'}，可发回各县（市、区）改正。"
    )


def test_copies_of_an_earlier_run_are_gone(tmp_path: Path) -> None:
    data, folder = tmp_path / "data", tmp_path / "2023"
    path = write_workbook(data / "甲县.xlsx", small_sheets(checkins=["S9,M1,2023-01-05 09:00,是,2,是"]))
    published(data, folder)
    path.rename(data / "乙区.xlsx")
    published(data, folder)
    assert copies(folder) == {"乙区.xlsx"}
    write_workbook(data / "乙区.xlsx", small_sheets())
    quality = published(data, folder)
    assert quality.copies is None
    assert str(quality) == f"逐条清单已写入 {folder / 'quality.xlsx'}。"
    assert {path.name for path in folder.glob("[!.]*")} == {"quality.csv", "quality.xlsx"}


def test_a_workbook_with_rows_of_other_periods_alone_isnt_sent_back(tmp_path: Path) -> None:
    events = ["S1,M1,2022-06-15 09:00,是,2,是", "S1,M1,2023-06-15 09:00,是,2,是", "S1,M1,2024-06-13 09:00,是,2,是"]
    write_workbook(tmp_path / "data" / "甲县.xlsx", small_sheets(checkins=events))
    said: list[str] = []
    quality = published(tmp_path / "data", tmp_path / "2023", said)
    assert (quality.copies, said) == (None, [])
    assert "可发回" not in str(quality)


def test_a_csv_file_has_no_copy(tmp_path: Path) -> None:
    published(write_tables(tmp_path / "data", checkins=["S9,M1,2023-01-05 09:00,是,2,是"]), tmp_path / "2023")
    assert {path.name for path in (tmp_path / "2023").glob("[!.]*")} == {"quality.csv", "quality.xlsx"}


def test_files_of_one_name_in_other_formats_have_copies_of_their_own(tmp_path: Path) -> None:
    book = write_workbook(
        tmp_path / "data" / "x.xlsx", small_sheets(checkins=["S8,M1,2023-01-05,是,2,是"])
    ).read_bytes()
    event = write_workbook(
        tmp_path / "event.xlsx", {"现场签到": [small_sheets()["现场签到"][0], ["S9", "M1", "2023-01-05"]]}
    ).read_bytes()
    assert book != event
    for name in ("X.xls", "x.xls.xlsx", "a b(1).xls", "甲 县·（终稿）.xlsm"):
        (tmp_path / "data" / name).write_bytes(event)
    published(tmp_path / "data", tmp_path / "2023")
    assert copies(tmp_path / "2023") == {
        "x.xlsx",
        "x.xls.xlsx",
        "X.xls (2).xlsx",
        "a b(1).xls.xlsx",
        "甲 县·（终稿）.xlsm.xlsx",
    }


def test_one_workbook_given_by_its_path_is_copied(tmp_path: Path) -> None:
    published(written(county_book(), tmp_path / "全市.xlsx"), tmp_path / "2023")
    assert copies(tmp_path / "2023") == {"全市.xlsx"}


def test_a_file_that_cant_be_read_has_no_copy_and_is_listed(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "甲县.xlsx").write_bytes(b"no workbook")
    said: list[str] = []
    quality = published(tmp_path / "data", tmp_path / "2023", said)
    assert copies(tmp_path / "2023") == set()
    assert said == []
    assert "甲县.xlsx" in str(list(load_workbook(quality.listed)["逐条清单"].values))


def test_a_file_that_changed_after_it_was_read_isnt_marked(tmp_path: Path) -> None:
    data = tmp_path / "data"
    path = written(county_book(), data / "甲县.xlsx")
    with pytest.raises(RecordsError) as caught:
        check_records(read_records(data, SCHEMA), params_of().window)
    for change in (lambda: write_workbook(path, small_sheets()), path.unlink):
        change()
        said: list[str] = []
        publish_quality(caught.value.faults, caught.value.records, PeriodOutputs(tmp_path / "2023"), said.append)
        assert said[1:] == ["  甲县.xlsx 在核对后有改动，没有标记，请重新运行。"]
        assert copies(tmp_path / "2023") == set()


def test_a_workbook_none_of_whose_sheets_was_read_is_copied_while_it_is_there(tmp_path: Path) -> None:
    data = write_tables(tmp_path / "data")
    second = write_workbook(data / "另一份.xlsx", {"县区": small_sheets()["县区"]})
    published(data, tmp_path / "2023")
    (copy,) = (tmp_path / "2023" / "quality").iterdir()
    assert "数据表重复" in str(list(load_workbook(copy)["填报问题"].values))
    with pytest.raises(RecordsError) as caught:
        check_records(read_records(data, SCHEMA), params_of().window)
    second.unlink()
    publish_quality(caught.value.faults, caught.value.records, PeriodOutputs(tmp_path / "2023"), print)
    assert copies(tmp_path / "2023") == set()


def test_a_missing_sheet_is_told_in_the_copy_of_a_workbook_that_is_alone(tmp_path: Path) -> None:
    sheets = {name: rows for name, rows in small_sheets().items() if name != "任务清单"}
    write_workbook(tmp_path / "data" / "全市.xlsx", sheets)
    published(tmp_path / "data", tmp_path / "2023")
    listed = load_workbook(tmp_path / "2023" / "quality" / "全市.xlsx")["填报问题"]
    assert "名为“任务清单”的工作表" in str(list(listed.values))
    write_workbook(tmp_path / "data" / "甲县.xlsx", {"草稿": []})
    published(tmp_path / "data", tmp_path / "2023")
    assert copies(tmp_path / "2023") == set()  # either of them may lack it


def test_where_a_copy_fails_what_was_there_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data, folder = tmp_path / "data", tmp_path / "2023"
    written(county_book(), data / "甲县.xlsx")
    published(data, folder)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    written(county_book(faulty=False), data / "甲县.xlsx")
    write_workbook(data / "乙区.xlsx", {"现场签到": [small_sheets()["现场签到"][0], ["S9", "M1", "2023-01-05"]]})

    def fail(*_: object) -> bytes:
        raise BulletinError("cannot-publish", "磁盘已满")

    monkeypatch.setattr(bulletin.build.quality, "marked_copy", fail)
    with pytest.raises(BulletinError):
        published(data, folder)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_the_command_names_the_list_and_the_copies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("BULLETIN_DATA", "")  # the command sets it; what was there comes back
    data, outputs = tmp_path / "data", tmp_path / "outputs"
    whole = {
        "task_lists": ["M1,2023,"],
        "stationing": ["国庆,S1,M1,2023-10-01,2023-10-07,是"],
        "remote_inspections": ["S1,M1,2023-01-05 09:00", "S3,M3,2023-01-05 09:00"],
    }
    checkins = ["S1,M1,2023-01-05 09:00,否,2,是", "S3,M3,2023-01-05 09:00,是,2,是"]
    sheets = small_sheets(checkins=[*checkins, "S9,M1,2023-01-05 09:00,是,2,是"], **whole)
    write_workbook(data / "甲县.xlsx", sheets)
    command = ["check", "2023", "--data", str(data), "--outputs", str(outputs)]
    assert main(command) == 2
    shown = capsys.readouterr()
    assert f"带标记的原表在 {outputs / '2023' / 'quality'}，可发回各县（市、区）改正。" in shown.err
    assert "  甲县.xlsx：1 处" in shown.out
    sheets = small_sheets(checkins=[*checkins, "S1,M2,2023-01-05 09:00,是,2,是"], **whole)
    write_workbook(data / "甲县.xlsx", sheets)
    assert main(command) == 0
    shown = capsys.readouterr()
    assert f"没有错误，可以生成报告。逐条清单已写入 {outputs / '2023' / 'quality.xlsx'}，带标记的原表在" in shown.out
    assert copies(outputs / "2023") == {"甲县.xlsx"}
    for name in (line.split(",")[1] for line in SMALL["supervisors"]):
        assert name not in shown.out + shown.err
