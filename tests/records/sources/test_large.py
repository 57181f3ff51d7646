"""Large files of events: read by DuckDB, and still the same figures, faults and sources as read by cells."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.large.generate import FORMATS, Format, Size, generate
from bulletin.facts.facts import facts_csv
from bulletin.mines import events
from bulletin.mines.checks import check_records
from bulletin.mines.events import weekly_events
from bulletin.mines.schema import EVENTS, SCHEMA, TABLES
from bulletin.mines.weeks import weekly_counts
from bulletin.project.errors import BulletinError
from bulletin.project.paths import MEMORY_VARIABLE
from bulletin.records.faults import Fault, RecordsError
from bulletin.records.read import Source, read_records
from bulletin.records.schema import Column
from bulletin.records.sources.large import LargeEvents, Store, plain, staging
from tests.builders import params_of, results_from, without_gaps, write_tables
from tests.times import times

HEADER = "supervisor_id,mine_id,at,underground,evidence,uploaded"
GOOD = ["S1,M1,2023-01-05 09:00:00,是,2,否", "S2,M2,2023-01-06 10:30,,,", "S1,M1,2023-01-12 09:00:00,否,0,是"]


@pytest.fixture
def all_large(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Take every file of events for a large one, or none."""
    return lambda yes: monkeypatch.setattr(plain, "MOST_ROWS", 0 if yes else 10**9)


def outcome(folder: Path, period: str = "2023") -> tuple[bytes, list[Fault], list[Source], str, set[str]]:
    """facts.csv, the faults, the sources, what is of other periods, and which tables were read as large ones."""
    params = params_of(period)
    records = read_records(folder, SCHEMA)
    try:
        results = results_from(records, params)
    except RecordsError as error:
        return b"", error.faults, records.sources, error.apart, set(records.live)
    finally:
        records.close()
    computed = results.computed
    return facts_csv(results.facts), list(computed.warnings), records.sources, computed.apart, set(records.live)


def same_both_ways(
    folder: Path, all_large: Callable[[bool], None], period: str = "2023"
) -> tuple[bytes, list[Fault], set[str]]:
    """What comes of the folder, once it's clear that both ways give the same."""
    all_large(False)
    *by_cells, none = outcome(folder, period)
    all_large(True)
    facts, faults, sources, apart, live = outcome(folder, period)
    assert none == set()
    assert [facts, faults, sources, apart] == by_cells
    return facts, faults, live


@pytest.mark.parametrize("form", FORMATS)
def test_a_generated_set_is_the_same_both_ways(tmp_path: Path, all_large: Callable[[bool], None], form: Format) -> None:
    generate(tmp_path / "data", Size(events=20_000, supervisors=200, counties=15), form)
    facts, faults, live = same_both_ways(tmp_path / "data", all_large)
    assert live == {"checkins", "remote_inspections"}
    assert facts
    assert {fault.kind for fault in faults} >= {"unassigned-event", "repeated-event"}


@pytest.mark.parametrize("period", ["2023Q3", "2023-12", "2024"])
def test_a_years_export_serves_its_quarters_and_months_the_same_both_ways(
    tmp_path: Path, all_large: Callable[[bool], None], period: str
) -> None:
    """Events a week and more before the period, and some that repeat: their numbers once were below zero."""
    generate(tmp_path / "data", Size(events=20_000, supervisors=200, counties=15), "csv")
    facts, faults, live = same_both_ways(tmp_path / "data", all_large, period)
    assert live == {"checkins", "remote_inspections"}
    assert facts
    assert ({fault.kind for fault in faults} >= {"unassigned-event", "repeated-event"}) == (period != "2024")
    assert len(without_gaps(faults)) < 100


# Few moments, close to the ends of weeks and of the period, so that many events are of one pair, week or second.
_MOMENTS = (
    "2022-12-31 23:59:59",
    "2023-01-01 00:00:00",
    "2023-01-01 23:59:59",
    "2023-01-02 00:00:00",
    "2023-06-11 23:59:59",
    "2023-06-12 00:00:00",
    "2023-06-12 00:00:01",
    "2023-12-31 23:59:59",
    "2024-01-01 00:00:00",
)
_SPANS = ("2022-01-01,2023-06-11", "2023-06-12,2023-06-12", "2023-07-01,")
_PAIRS = tuple((f"S{n}", f"M{m}") for n in (1, 2, 3) for m in (1, 2, 3))
_FLAGS = st.sampled_from(["是", "否", ""])


@st.composite
def _events(draw: st.DrawFn) -> dict[str, list[str]]:
    pairs = st.sampled_from(draw(st.lists(st.sampled_from(_PAIRS), unique=True, min_size=1, max_size=4)))
    moments = st.sampled_from(_MOMENTS)
    held = draw(st.lists(st.tuples(pairs, st.sampled_from(_SPANS)), unique=True, min_size=1, max_size=6))
    events = st.tuples(pairs, moments, _FLAGS, st.sampled_from(["", "0", "1", "7"]), _FLAGS)
    checkins = draw(st.lists(events, min_size=5, max_size=40))
    remote = draw(st.lists(st.tuples(pairs, moments), min_size=5, max_size=40))
    return {
        "assignments": [f"{','.join(pair)},{span}" for pair, span in held],
        "checkins": [",".join([*pair, *others]) for pair, *others in checkins],
        "remote_inspections": [f"{','.join(pair)},{at}" for pair, at in remote],
    }


@settings(max_examples=times(20, 6), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tables=_events(), period=st.sampled_from(["2023", "2023Q2", "2023-06", "2023-12"]))
def test_any_events_are_counted_the_same_both_ways(
    tmp_path: Path, all_large: Callable[[bool], None], tables: dict[str, list[str]], period: str
) -> None:
    folder = write_tables(tmp_path, **tables)
    outcomes = []
    for large in (False, True):
        all_large(large)
        records = read_records(folder, SCHEMA)
        checked = check_records(records, params_of(period).window)
        outcomes.append((checked, weekly_counts(checked, "checkins"), weekly_counts(checked, "remote_inspections")))
        records.close()
    (by_cells, *weekly), (packed, *packed_weekly) = outcomes
    assert (set(by_cells.records.live), set(packed.records.live)) == (set(), set(EVENTS))
    assert packed.warnings == by_cells.warnings
    pd.testing.assert_frame_equal(packed.apart, by_cells.apart)
    for each, same in zip(weekly, packed_weekly, strict=True):
        pd.testing.assert_frame_equal(same, each)


def test_each_window_has_its_own_events(tmp_path: Path, all_large: Callable[[bool], None]) -> None:
    all_large(True)
    records = read_records(write_tables(tmp_path, checkins=GOOD), SCHEMA)
    assert set(records.live) == {"checkins"}
    windows = [params_of(period).window for period in ("2023", "2024", "2023-01")]
    assert [weekly_events(records, "checkins", window)["events"].sum() for window in windows] == [3, 0, 3]
    records.close()


def test_the_same_sizes_give_the_same_records(tmp_path: Path) -> None:
    size = Size(events=5000, supervisors=50, counties=5)
    for name in ("a", "b"):
        generate(tmp_path / name, size, "csv")
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


ODD = {
    "a bad time": "S1,M1,昨天,是,2,是",
    "a time that no calendar has": "S1,M1,2023-02-30 09:00:00,是,2,是",
    "a time with slashes": "S1,M1,2023/2/3 9:00,是,2,是",
    "a serial": "S1,M1,44960.375,是,2,是",
    "the same event written otherwise": "S1,M1,2023年1月5日 9:00,否,5,是",
    "a far year": "S1,M1,9999-12-31 09:00:00,是,2,是",
    "an early year": "S1,M1,0900-12-31 09:00:00,是,2,是",
    "a zone": "S1,M1,2023-02-03 09:00:00Z,是,2,是",
    "a part of a second": "S1,M1,2023-02-03 09:00:00.5,是,2,是",
    "evidence below zero": "S1,M1,2023-02-03 09:00:00,是,-1,是",
    "evidence out of range": "S1,M1,2023-02-03 09:00:00,是,9999999999,是",
    "evidence with a fraction": "S1,M1,2023-02-03 09:00:00,是,2.0,是",
    "a bad flag": "S1,M1,2023-02-03 09:00:00,也许,2,是",
    "a mark for yes": "S1,M1,2023-02-03 09:00:00,√,2,Y",
    "an unknown supervisor": "S9,M1,2023-02-03 09:00:00,是,2,是",
    "an unknown mine": "S1,M9,2023-02-03 09:00:00,是,2,是",
    "full-width letters": "Ｓ1,M1,2023-02-03 09:00:00,是,2,是",
    "blanks": " S1 ,\u3000M1, 2023-02-03 09:00:00 ,是 , 2,是",
    "an empty identifier": ",M1,2023-02-03 09:00:00,是,2,是",
    "an empty row": ",,,,,",
    "no assignment": "S1,M2,2023-02-03 09:00:00,是,2,是",
    "an event outside": "S1,M1,2024-02-03 09:00:00,是,2,是",
    "an event far outside": "S1,M1,2204-02-03 09:00:00,是,2,是",
    "an event outside written otherwise": "S1,M1,2024年2月3日,是,2,是",
    "a repeated event": "S1,M1,2023-01-05 09:00:00,是,3,是",
    "a formula": "S1,M1,2023-02-03 09:00:00,=1+1,2,是",
    "an example": "示例，不读入,M1,2023-02-03 09:00:00,是,2,是",
}


@pytest.mark.parametrize("line", ODD.values(), ids=ODD.keys())
def test_an_odd_row_is_the_same_both_ways(tmp_path: Path, all_large: Callable[[bool], None], line: str) -> None:
    write_tables(tmp_path, checkins=[GOOD[0], line, *GOOD[1:]])
    _, _, live = same_both_ways(tmp_path, all_large)
    assert "checkins" in live


def test_a_bad_cell_is_named_by_its_row(tmp_path: Path, all_large: Callable[[bool], None]) -> None:
    write_tables(tmp_path, checkins=[*GOOD * 100, "S1,M1,昨天,是,2,是", *GOOD])
    _, faults, _ = same_both_ways(tmp_path, all_large)
    (bad,) = [fault for fault in faults if fault.kind == "bad-value"]
    assert (bad.file, bad.row, bad.column, bad.value) == ("checkins.csv", 302, "签到时间", "昨天")


NOT_PLAIN: dict[str, bytes] = {
    "gb18030": "\n".join([HEADER, *GOOD]).encode("gb18030"),
    "quotes": "\n".join([HEADER, '"S1",M1,2023-01-05 09:00:00,是,2,否']).encode(),
    "an empty line": "\n".join([HEADER, GOOD[0], "", "S1,M1,昨天,是,2,是"]).encode(),
    "a title above": "\n".join(["现场签到,,,,,", HEADER, *GOOD]).encode(),
    "a total": "\n".join([HEADER, *GOOD, "合计,,,,3,"]).encode(),
    "a short row": "\n".join([HEADER, GOOD[0], "S1,M1,2023-02-03 09:00:00"]).encode(),
    "a long row": "\n".join([HEADER, GOOD[0], GOOD[1] + ",1,2"]).encode(),
    "carriage returns alone": "\r".join([HEADER, *GOOD]).encode(),
    "no text": "\n".join([HEADER, *GOOD]).encode("utf-16"),
    "a column twice": "\n".join([HEADER + ",at", *(f"{line},2023-01-05" for line in GOOD)]).encode(),
    "people's names": "\n".join([HEADER + ",姓名", *(f"{line},赵一" for line in GOOD)]).encode(),
    "a missing column": "\n".join(["supervisor_id,at", "S1,2023-01-05"]).encode(),
}


@pytest.mark.parametrize("content", NOT_PLAIN.values(), ids=NOT_PLAIN.keys())
def test_a_file_that_is_not_plain_is_read_by_cells(
    tmp_path: Path, all_large: Callable[[bool], None], content: bytes
) -> None:
    write_tables(tmp_path)
    (tmp_path / "checkins.csv").write_bytes(content)
    _, _, live = same_both_ways(tmp_path, all_large)
    assert "checkins" not in live


PLAIN: dict[str, bytes] = {
    "windows": "\r\n".join([HEADER, *GOOD, ""]).encode("utf-8-sig"),
    "no last line end": "\n".join([HEADER, *GOOD]).encode(),
    "other columns": "\n".join(
        [HEADER + ",备注", *(f"{line},好" for line in GOOD), f"{GOOD[0]},示例，不读入"]
    ).encode(),
    "fewer columns": "\n".join(["专员编号,签到时间,企业编号", "S1,2023-01-05 09:00,M1"]).encode(),
    "a slip in a heading": "\n".join([HEADER.replace("evidence", "取证分数"), *GOOD]).encode(),
}


@pytest.mark.parametrize("content", PLAIN.values(), ids=PLAIN.keys())
def test_a_plain_file_is_the_same_both_ways(tmp_path: Path, all_large: Callable[[bool], None], content: bytes) -> None:
    write_tables(tmp_path)
    (tmp_path / "checkins.csv").write_bytes(content)
    _, _, live = same_both_ways(tmp_path, all_large)
    assert "checkins" in live


@pytest.mark.parametrize("name", ["a'b; DROP TABLE x--", "[1]*{2}", "县 “一”"])
def test_a_hostile_name_is_only_a_name(tmp_path: Path, all_large: Callable[[bool], None], name: str) -> None:
    generate(tmp_path / name, Size(events=500, supervisors=20, counties=3), "csv")
    _, _, live = same_both_ways(tmp_path / name, all_large)
    assert live == {"checkins", "remote_inspections"}


TYPES: dict[str, str] = {
    "days": "DATE '2023-01-05'",
    "parts of a second": "TIMESTAMP '2023-01-05 09:00:00.9'",
    "text": "'2023-01-05 09:00'",
    "zoned": "TIMESTAMPTZ '2023-01-05 09:00:00+08'",
    "nanoseconds": "TIMESTAMP_NS '2023-01-05 09:00:00.9'",
    "missing": "CAST(NULL AS TIMESTAMP)",
}


@pytest.mark.parametrize("at", TYPES.values(), ids=TYPES.keys())
def test_a_parquet_file_of_any_types_is_the_same_both_ways(
    tmp_path: Path, all_large: Callable[[bool], None], at: str
) -> None:
    write_tables(tmp_path, checkins=None)
    query = f"SELECT 'S1' AS supervisor_id, 'M1' AS mine_id, {at} AS \"at\", true AS underground, 2.0 AS evidence"
    with duckdb.connect() as connection:
        connection.sql(query).write_parquet(str(tmp_path / "checkins.parquet"))
    same_both_ways(tmp_path, all_large)


def test_the_memory_limit_is_the_one_that_was_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MEMORY_VARIABLE, "512MB")
    store = Store(SCHEMA)
    (setting,) = store.connection.execute("SELECT current_setting('memory_limit')").fetchall()
    store.close()
    assert setting[0] == "488.2 MiB"


@pytest.mark.parametrize("given", ["2", "0GB", "-1GB", "2GB; DROP", "一半"])
def test_a_memory_limit_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv(MEMORY_VARIABLE, given)
    with pytest.raises(BulletinError, match="内存上限") as caught:
        Store(SCHEMA)
    assert caught.value.code == "bad-memory"


def test_what_was_spilled_is_gone_afterwards(tmp_path: Path, all_large: Callable[[bool], None]) -> None:
    write_tables(tmp_path, checkins=GOOD)
    all_large(True)
    records = read_records(tmp_path, SCHEMA)
    assert isinstance(records.database, Store)
    spill = records.database.spill
    (setting,) = records.database.connection.execute("SELECT current_setting('temp_directory')").fetchall()
    assert Path(setting[0]) == spill
    assert spill.is_dir()
    records.close()
    assert not spill.exists()


def test_a_large_file_is_read_once(
    tmp_path: Path, all_large: Callable[[bool], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tables(tmp_path, checkins=GOOD)
    all_large(True)
    staged: list[Any] = []
    whole = staging.stage

    def counted(*given: Any) -> LargeEvents:
        staged.append(given[1].name)
        return whole(*given)

    monkeypatch.setattr("bulletin.records.read.stage", counted)
    outcome(tmp_path)
    assert staged == ["checkins"]


def test_rows_keep_their_numbers_beside_many_more_assignments(
    tmp_path: Path, all_large: Callable[[bool], None]
) -> None:
    """A join that put the larger side first would give the rows in another order."""
    generate(tmp_path, Size(events=500, supervisors=20_000, counties=15), "csv")
    lines = (tmp_path / "remote_inspections.csv").read_text("utf-8").splitlines()
    for row in range(10, len(lines), 10):
        supervisor, _, _ = lines[row].split(",")
        mine = (int(supervisor[1:]) + 3) % 20_000  # nobody holds the third after their own
        lines[row] = f"{supervisor},M{mine:06},2023-05-05 09:00:00"
    (tmp_path / "remote_inspections.csv").write_text("\n".join(lines), "utf-8")
    _, faults, live = same_both_ways(tmp_path, all_large)
    assert "remote_inspections" in live
    unassigned = {fault.row for fault in faults if fault.kind == "unassigned-event"}
    assert unassigned >= set(range(11, len(lines) + 1, 10))
    assert len(unassigned) < len(lines) / 8


def test_rows_of_a_file_that_several_threads_read_keep_their_numbers(tmp_path: Path) -> None:
    """A join gives rows in any order once there are more than one thread takes."""
    named = {}
    for form in FORMATS:
        generate(tmp_path / form, Size(events=600_000, supervisors=3000, counties=15), form)
        records = read_records(tmp_path / form, SCHEMA)
        assert "remote_inspections" in records.live
        faults = check_records(records, params_of().window).warnings
        named[form] = [(fault.kind, fault.row, fault.value) for fault in faults if fault.file.startswith("remote")]
        records.close()
    lines = (tmp_path / "csv/remote_inspections.csv").read_text("utf-8").splitlines()
    assert len(named["csv"]) > 1000
    assert [row for _, row, value in named["csv"] if row is None or value not in lines[row - 1]] == []
    assert named["parquet"] == named["csv"]


def test_what_was_counted_in_a_large_file_can_go_to_another_process(
    tmp_path: Path, all_large: Callable[[bool], None]
) -> None:
    write_tables(tmp_path, checkins=GOOD)
    all_large(True)
    records = read_records(tmp_path, SCHEMA)
    checked = check_records(records, params_of().window)
    records.close()
    there = pickle.loads(pickle.dumps(checked))  # noqa: S301 (our own)
    assert there.warnings == checked.warnings
    assert list(there.records.live) == ["checkins"]


def test_a_column_more_is_one_of_the_schema_and_of_what_uses_it(
    tmp_path: Path, all_large: Callable[[bool], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    more = (Column("depth", "深度", "count"), Column("remark", "说明", "text"), Column("day", "日期", "date"))
    table = replace(TABLES["checkins"], columns=(*TABLES["checkins"].columns, *more))
    schema = replace(SCHEMA, tables={**TABLES, "checkins": table})
    monkeypatch.setattr(events, "_CHECKIN_COUNTS", {"deep": "depth >= 100 AND remark IS NOT NULL"})
    write_tables(tmp_path)
    lines = ["S1,M1,2023-01-05 09:00,是,1,是,120,深,2023-01-05", "S1,M1,2023-01-05 10:00,是,1,是,20,深,"]
    (tmp_path / "checkins.csv").write_text("\n".join([f"{HEADER},depth,remark,day", *lines, lines[0]]), "utf-8")
    for large in (False, True):
        all_large(large)
        records = read_records(tmp_path, schema)
        assert set(records.live) == ({"checkins"} if large else set())
        found = weekly_events(records, "checkins", params_of().window)
        records.close()
        assert found[["events", "deep"]].to_numpy().tolist() == [[2, 1]]
