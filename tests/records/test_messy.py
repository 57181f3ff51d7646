"""The sample year with all of data.md's list of mess at once gives the same facts, byte for byte."""

from __future__ import annotations

import io
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from bulletin.mines.schema import SCHEMA, TABLES
from bulletin.records.read import read_records
from tests.builders import ROOT, sample_facts
from tests.records.messy import NO, YES, messy_folder, messy_xlsx


def facts_of(path: Path) -> bytes:
    records = read_records(path, SCHEMA)
    assert records.faults == []
    return sample_facts(records)


@pytest.fixture(scope="module")
def workbook() -> bytes:
    return messy_xlsx()


def test_the_messy_workbook_gives_the_same_facts(workbook: bytes, tmp_path: Path) -> None:
    (tmp_path / "2023.xlsx").write_bytes(workbook)
    assert facts_of(tmp_path / "2023.xlsx") == facts_of(ROOT / "data" / "2023")


def test_what_another_program_saves_of_it_gives_the_same_facts(
    workbook: bytes, tmp_path: Path, calc: Callable[[Path, str], Path]
) -> None:
    (tmp_path / "2023.xlsx").write_bytes(workbook)
    assert facts_of(calc(tmp_path / "2023.xlsx", "xls")) == facts_of(ROOT / "data" / "2023")


def test_a_messy_folder_of_csv_files_gives_the_same_facts(tmp_path: Path) -> None:
    folder = messy_folder(tmp_path / "2023")
    starts = {path.read_bytes()[:3] == b"\xef\xbb\xbf" for path in folder.iterdir()}
    assert starts == {True, False}
    assert facts_of(folder) == facts_of(ROOT / "data" / "2023")


def test_the_messy_workbook_has_all_of_the_list(workbook: bytes) -> None:
    book = load_workbook(io.BytesIO(workbook))
    assert {sheet.title for sheet in book.worksheets} > {"县区", "企业名录", " MINE_STATUS", "填表说明"}
    found: dict[str, set[Any]] = defaultdict(set)
    for sheet in book.worksheets[1:]:
        (title, _, header, *rows) = sheet.iter_rows(values_only=True)
        assert str(title[0]).startswith("2023年度")
        assert str(sheet.merged_cells) == "A1:D1"
        assert sheet.row_dimensions[5].hidden
        assert (header[0], header[-1]) == (" 序号", "备注")
        assert any(not any(str(cell or "").strip() for cell in row) for row in rows[:-5])
        assert [row[0] for row in rows if str(row[0]).startswith(("小 计", "合计"))]
        for place, name in enumerate(header):
            found[str(name).replace(" ", "").replace("\u3000", "").lower()] |= {row[place] for row in rows}
    codes, days, moments = (
        found["行政区划代码"] | found["county_code"],
        found["开始日期"],
        found["签到时间"] | found["巡查时间"],
    )
    assert {type(code) for code in codes} >= {int, str}
    assert {"141022.0", "１４１０２２", " 141022", "141022\u3000"} <= codes
    assert any(str(mine).strip().startswith("000") for mine in found["企业编号"])
    assert {type(day).__name__ for day in days} >= {"int", "str", "datetime"}
    for mark in ("-", "/", ".", "年"):
        assert any(isinstance(day, str) and mark in day for day in days)
        assert any(isinstance(at, str) and mark in at and ":" in at for at in moments)
    assert {type(at).__name__ for at in moments} >= {"float", "str", "datetime"}
    flags = found["深入作业面"] | found["underground"] | found["手机签到"] | found["信息上传"]
    assert {*YES, *NO} <= flags
    assert {"地下开采", "underground"} <= {str(kind).strip() for kind in found["类型"] | found["kind"]}


def test_the_workbook_is_written_for_a_demonstration(tmp_path: Path) -> None:
    out = tmp_path / "messy.xlsx"
    subprocess.run([sys.executable, "-m", "tests.records.messy", str(out)], check=True, cwd=ROOT)
    assert load_workbook(out, read_only=True).sheetnames[1] == next(iter(TABLES.values())).title
