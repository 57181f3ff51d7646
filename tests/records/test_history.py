"""Which rows are new, gone or changed since the last build."""

from __future__ import annotations

import gzip
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from bulletin.mines.schema import SCHEMA
from bulletin.records import history as row_list
from bulletin.records.history import RowChange, list_rows, read_rows, row_changes, rows_file
from bulletin.records.read import read_records
from tests.builders import JIA, SMALL, write_tables
from tests.records.sheets import small_sheets, write_workbook

A, B, C = (f"S{n},M{n},2023-01-0{n + 4} 09:00,是,2,是" for n in (1, 2, 3))


def listed(folder: Path, **tables: Sequence[str] | None) -> pd.DataFrame:
    return list_rows(read_records(write_tables(folder, **tables), SCHEMA))


def changed(folder: Path, old: Sequence[str], new: Sequence[str], table: str = "checkins") -> list[RowChange]:
    return row_changes(listed(folder / "old", **{table: old}), listed(folder / "new", **{table: new}), SCHEMA)


def one(kind: row_list.Kind, rows: list[int], table: str = "checkins") -> RowChange:
    return RowChange(table, f"{table}.csv", "", kind, len(rows), rows)


def test_rows_that_only_moved_are_no_change(tmp_path: Path) -> None:
    assert changed(tmp_path, [A, B, C], [C, A, B]) == []


def test_new_rows_have_their_numbers_and_gone_ones_those_that_they_had(tmp_path: Path) -> None:
    assert changed(tmp_path, [A, B], [C, A]) == [one("added", [2]), one("removed", [3])]


def test_a_row_of_the_same_identity_is_changed(tmp_path: Path) -> None:
    assert changed(tmp_path, [A, B], [A, B.replace(",2,", ",3,")]) == [one("changed", [3])]


@pytest.mark.parametrize(
    ("table", "old", "new"),
    [
        ("counties", f"{JIA},甲县", f"{JIA},甲市"),
        ("mines", SMALL["mines"][0], SMALL["mines"][0].replace("甲一矿", "甲一新矿")),
        ("mine_status", "M1,停产停建,2023-01-01,", "M1,正常生产建设,2023-01-01,"),
        ("assignments", "S1,M1,2022-01-01,", "S1,M1,2022-01-01,2023-06-30"),
        ("task_lists", "M1,2023,2023-01-01", "M1,2023,"),
        ("stationing", "五一,S1,M1,2023-05-01,,是", "五一,S1,M1,2023-05-01,,否"),
        ("ledger_reviews", "M1,2023-05-01,S1,是,否,否,否", "M1,2023-05-01,S1,否,否,否,否"),
        ("exemptions", f"{JIA},,,2023-05-01,,", f"{JIA},,,2023-05-01,2023-06-01,"),
    ],
)
def test_each_table_has_its_own_identity(tmp_path: Path, table: str, old: str, new: str) -> None:
    rest = [line for line in SMALL[table] if line != old]
    assert changed(tmp_path, [old, *rest], [new, *rest], table) == [one("changed", [2], table)]


def test_another_supervisor_mine_or_day_is_another_row(tmp_path: Path) -> None:
    old, new = "M1,2023-05-01,S1,是,否,否,否", "M1,2023-05-01,S2,是,否,否,否"
    assert changed(tmp_path, [old], [new], "ledger_reviews") == [
        one("added", [2], "ledger_reviews"),
        one("removed", [2], "ledger_reviews"),
    ]


def test_the_same_event_twice_counts_twice(tmp_path: Path) -> None:
    assert changed(tmp_path, [A], [A, A, A]) == [one("added", [3, 4])]
    assert changed(tmp_path, [A, A], [A]) == [one("removed", [3])]


def test_only_the_first_few_numbers_are_named(tmp_path: Path) -> None:
    many = [f"S1,M1,2023-01-05 09:{minute:02d},是,2,是" for minute in range(8)]
    (added,) = changed(tmp_path, [], many)
    assert (added.count, added.rows) == (8, [2, 3, 4, 5, 6])


def test_workbooks_are_told_apart_by_file_and_sheet(tmp_path: Path) -> None:
    old, new = tmp_path / "old/甲县.xlsx", tmp_path / "new/甲县.xlsx"
    write_workbook(old, small_sheets())
    write_workbook(new, small_sheets(checkins=[A]))
    before, after = (list_rows(read_records(path.parent, SCHEMA)) for path in (old, new))
    (added,) = row_changes(before, after, SCHEMA)
    assert (added.file, added.kind, added.count) == ("甲县.xlsx", "added", 1)
    assert added.sheet in ("checkins", "现场签到")


def test_names_of_people_are_in_no_digest(tmp_path: Path) -> None:
    named = [f"S1,赵一,{JIA}", *SMALL["supervisors"][1:]]
    others = [f"S1,李四,{JIA}", *SMALL["supervisors"][1:]]
    pd.testing.assert_frame_equal(listed(tmp_path / "a", supervisors=named), listed(tmp_path / "b", supervisors=others))
    reasons = [f"{JIA},S1,,2023-05-01,,{reason}" for reason in ("赵一病假", "李四病假")]
    assert changed(tmp_path, [reasons[0]], [reasons[1]], "exemptions") == []


def test_a_list_comes_back_as_it_was_written_with_the_same_bytes_each_time(tmp_path: Path) -> None:
    rows = listed(tmp_path / "data", checkins=[A, B])
    (tmp_path / "rows").write_bytes(rows_file(rows))
    again = read_rows(tmp_path / "rows", SCHEMA)
    assert again is not None
    assert rows_file(again) == rows_file(rows)
    assert row_changes(again, rows, SCHEMA) == []
    assert len(rows) == 2 + 3 + 3 + 3 + 2


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no gzip",
        gzip.compress(b"", mtime=0)[:5],
        gzip.compress(b"\xff\xfe", mtime=0),
        gzip.compress(b"a,b\n1,2\n", mtime=0),
        gzip.compress(b"table,file,sheet,row,key,content\nmines,a,,x,1,2\n", mtime=0),
        gzip.compress(b"table\n1,2,3\n4\n", mtime=0),
    ],
    ids=range(7),
)
def test_a_list_that_cannot_be_read_is_none(tmp_path: Path, content: bytes) -> None:
    assert read_rows(tmp_path / "rows", SCHEMA) is None
    (tmp_path / "rows").write_bytes(content)
    assert read_rows(tmp_path / "rows", SCHEMA) is None


def test_a_list_that_unpacks_to_more_than_any_of_ours_is_none_and_unpacked_no_further(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "rows"
    content = rows_file(listed(tmp_path / "data"))
    path.write_bytes(content)
    monkeypatch.setattr(row_list, "MAX_ROW_LIST", len(gzip.decompress(content)))
    assert read_rows(path, SCHEMA) is not None
    path.write_bytes(content + gzip.compress(b"\n"))
    assert read_rows(path, SCHEMA) is None
    path.write_bytes(content + 20 * gzip.compress(bytes(2**24)))
    tracemalloc.start()
    try:
        assert read_rows(path, SCHEMA) is None
        assert tracemalloc.get_traced_memory()[1] < 2**24
    finally:
        tracemalloc.stop()


def test_a_list_with_columns_beyond_ours_is_none_and_not_laid_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "rows"
    path.write_bytes(gzip.compress(b"table,file,sheet,row,key,content,more\n"))
    monkeypatch.setattr(pd, "read_csv", pytest.fail)
    assert read_rows(path, SCHEMA) is None


def test_a_table_of_another_version_is_passed_over(tmp_path: Path) -> None:
    rows = listed(tmp_path / "data")
    (tmp_path / "rows").write_bytes(rows_file(pd.concat([rows, rows.assign(table="elsewhere")])))
    again = read_rows(tmp_path / "rows", SCHEMA)
    assert again is not None
    assert row_changes(again, rows, SCHEMA) == []


def test_a_very_large_table_isnt_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_list, "MOST_ROWS", 2)
    assert set(listed(tmp_path, checkins=[A, B])["table"]) == {"counties", "checkins"}


def test_no_rows_at_all_are_an_empty_list(tmp_path: Path) -> None:
    empty = listed(tmp_path / "a", **{table: [] for table in SMALL})
    (tmp_path / "rows").write_bytes(rows_file(empty))
    again = read_rows(tmp_path / "rows", SCHEMA)
    assert again is not None
    assert row_changes(again, listed(tmp_path / "b", checkins=[A]), SCHEMA)[-1] == one("added", [2])
    assert row_changes(empty, empty, SCHEMA) == []
