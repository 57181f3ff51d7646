"""Databases as a source: the same facts and the same faults as files, with the weekly aggregate run where the events are."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote_plus

import duckdb
import pandas as pd
import pytest
import sqlalchemy as sa

from benchmarks.large.generate import Size, generate
from bulletin.mines.checks import check_records
from bulletin.mines.schema import SCHEMA, TABLES
from bulletin.mines.span import other_periods_line
from bulletin.mines.weeks import weekly_counts
from bulletin.project.errors import BulletinError
from bulletin.records.faults import Fault, RecordsError
from bulletin.records.history import list_rows
from bulletin.records.read import Records, read_records
from bulletin.records.sources.large import Store, plain
from tests.builders import ROOT, SMALL, params_of, sample_facts, write_tables
from tests.conftest import PASSWORD
from tests.records.frames import as_text

Tables = Mapping[str, pd.DataFrame]
Fill = Callable[[Tables], str]
"""Put tables into an empty database; its location."""

KINDS = ("duckdb", "postgresql", "sqlite")
SERVERS = ("duckdb", "postgresql")


def _days(frame: pd.DataFrame) -> list[str]:
    """The columns of days, which a frame holds as objects: where all are blank, no library sees their type."""
    return [str(name) for name, kind in frame.dtypes.items() if kind == "object"]


def _fill_duckdb(folder: Path, tables: Tables) -> str:
    path = folder / "records.duckdb"
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        for name, frame in tables.items():
            connection.register("frame", frame)
            columns = [f'CAST("{each}" AS DATE) AS "{each}"' if each in _days(frame) else f'"{each}"' for each in frame]
            connection.execute(f'CREATE TABLE "{name}" AS SELECT {", ".join(columns)} FROM frame')  # noqa: S608
    return str(path)


def _fill_server(url: sa.URL, tables: Tables) -> None:
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    with engine.begin() as connection:
        known = sa.MetaData()
        known.reflect(connection)
        known.drop_all(connection)
        for name, frame in tables.items():
            frame.to_sql(name, connection, index=False, dtype=dict.fromkeys(_days(frame), sa.Date()))


@pytest.fixture
def fill(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fill]:
    kind = request.param
    if kind == "duckdb":
        yield lambda tables: _fill_duckdb(tmp_path, tables)
    elif kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'records.sqlite'}"

        def fill_sqlite(tables: Tables) -> str:
            _fill_server(sa.make_url(url), tables)
            return url

        yield fill_sqlite
    else:
        location = request.getfixturevalue("postgres")
        monkeypatch.setenv("BULLETIN_TEST_PASSWORD", PASSWORD)

        def fill_postgres(tables: Tables) -> str:
            _fill_server(sa.make_url(location.replace("${BULLETIN_TEST_PASSWORD}", quote_plus(PASSWORD))), tables)
            return str(location)

        yield fill_postgres


def every(*kinds: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("fill", kinds, indirect=True)


def as_typed(records: Records) -> dict[str, pd.DataFrame]:
    """The tables with types of their own: days and times, numbers, yes and no."""
    typed = {}
    for name, table in TABLES.items():
        frame = records[name][[column.name for column in table.columns]]
        days = [column.name for column in table.columns if column.kind == "date"]
        typed[name] = frame.assign(
            **{day: frame[day].dt.date.astype("object").where(frame[day].notna(), None) for day in days}
        )
    return typed


def facts_at(location: str | Path) -> bytes:
    return sample_facts(read_records(location, SCHEMA))


@pytest.fixture(scope="module")
def sample() -> tuple[Records, bytes]:
    return read_records(ROOT / "data/2023", SCHEMA), facts_at(ROOT / "data/2023")


@every(*SERVERS)
def test_the_sample_year_in_a_database_gives_the_same_facts_and_its_events_stay_there(
    fill: Fill, sample: tuple[Records, bytes]
) -> None:
    location = fill(as_typed(sample[0]))
    assert facts_at(location) == sample[1]
    records = read_records(location, SCHEMA)
    assert set(records.live) == {"checkins", "remote_inspections"}
    assert records["checkins"].empty
    assert {source.table: source.rows for source in records.sources}["checkins"] == len(sample[0]["checkins"])
    checked = check_records(records, params_of().window)
    records.close()
    # Only what a server can't judge comes over: here nothing, and what is left out is told all the same.
    left_out = checked.left_out["table"].value_counts()
    for table in ("checkins", "remote_inspections"):
        assert checked[table].empty
        assert left_out[table] > 0


@every(*KINDS)
def test_tables_of_text_under_chinese_names_are_read_and_cleaned_like_files(
    fill: Fill, sample: tuple[Records, bytes]
) -> None:
    tables = as_text(ROOT / "data/2023", chinese=True)
    ids = tables["现场签到"]["专员编号"]
    tables["现场签到"] = tables["现场签到"].assign(专员编号="　" + ids.str.replace("S", "Ｓ") + " ")
    assert facts_at(fill(tables)) == sample[1]


@every(*SERVERS)
def test_events_whose_identifiers_have_to_be_cleaned_dont_stay(fill: Fill, sample: tuple[Records, bytes]) -> None:
    tables = as_typed(sample[0])
    checkins = tables["checkins"]
    messy = {**tables, "checkins": checkins.assign(mine_id=" " + checkins["mine_id"].str.replace("M", "Ｍ"))}
    location = fill(messy)
    assert live_at(location) == ["remote_inspections"]
    assert facts_at(location) == sample[1]


@every("sqlite")
def test_a_database_that_cant_run_the_aggregate_is_read_whole(fill: Fill, sample: tuple[Records, bytes]) -> None:
    assert facts_at(fill(as_typed(sample[0]))) == sample[1]


# What each kind of fault says, without the place: a database has no rows to number.
FAULTY: dict[str, Sequence[str]] = {
    "checkins": [
        "S1,M1,2023-03-01 09:00,是,1,是",
        "S1,M1,2023-03-01 09:00,否,,",  # again
        "S1,M2,2023-03-02 09:00,是,1,是",  # holds no such mine
        "S1,M1,2021-12-31 09:00,是,1,是",  # before the period
        "S9,M1,2023-03-03 09:00,是,1,是",
        "S9,M3,2023-03-03 09:00,是,1,是",
        "S1,M9,2023-03-04 09:00,是,1,是",
        "S2,M2,2023-03-05 00:00,,,",
    ],
    "remote_inspections": ["S2,M2,2024-01-01 00:00", "S2,M2,2023-12-31 23:59", "S3,M1,2023-05-05 05:05"],
    # S1 is said to hold a mine that no register has, and M3 to be held by a supervisor that none has.
    "assignments": [
        "S1,M1,2022-01-01,",
        "S2,M2,2022-01-01,2023-12-31",
        "S3,M3,2022-01-01,",
        "S1,M9,2022-01-01,",
        "S9,M3,2022-01-01,",
    ],
}


def live_at(location: str) -> list[str]:
    records = read_records(location, SCHEMA)
    records.close()
    return list(records.live)


def said(location: str | Path) -> tuple[list[tuple[str, ...]], list[Fault]]:
    records = read_records(location, SCHEMA)
    try:
        faults = check_records(records, params_of().window).warnings
    except RecordsError as error:
        faults = error.faults
    finally:
        records.close()
    return sorted((each.kind, each.severity, each.column, each.value, each.scope) for each in faults), faults


@every(*KINDS)
@pytest.mark.parametrize("typed", [True, False])
def test_the_same_faults_are_found_wherever_the_tables_are(fill: Fill, tmp_path: Path, typed: bool) -> None:
    folder = write_tables(tmp_path / "files", **FAULTY)
    expected, _ = said(folder)
    assert {kind for kind, *_ in expected} >= {"unknown-id", "unassigned-event", "repeated-event"}
    location = fill(as_typed(read_records(folder, SCHEMA)) if typed else as_text(folder))
    assert (set(live_at(location)) == {"checkins", "remote_inspections"}) == (typed and "sqlite" not in location)
    found, faults = said(location)
    assert found == expected
    assert {fault.row for fault in faults} == {None}
    (again,) = (fault for fault in faults if fault.kind == "repeated-event")
    assert "（记录：专员编号 S1，企业编号 M1，签到时间 2023-03-01 09:00" in again.expected
    assert again.sheet == "checkins"


@every(*SERVERS)
def test_what_a_typed_column_can_still_get_wrong_is_found(fill: Fill, tmp_path: Path) -> None:
    tables = as_typed(
        read_records(write_tables(tmp_path / "files", checkins=["S1,M1,2023-03-01 09:00,是,1,是"]), SCHEMA)
    )
    checkins = pd.concat([tables["checkins"]] * 4, ignore_index=True)
    checkins["at"] = [pd.Timestamp("2023-03-01 09:00") + pd.Timedelta(days=n) for n in range(4)]
    checkins.loc[0, "evidence"] = -1
    checkins.loc[1, "at"] = pd.NaT
    checkins.loc[2, "mine_id"] = None
    location = fill(tables | {"checkins": checkins})
    assert "checkins" in live_at(location)
    found, faults = said(location)
    assert {fault.row for fault in faults} == {None}
    assert [fault[:4] for fault in found if fault[1] == "error"] == [
        ("bad-value", "error", "取证份数", "-1"),
        ("empty", "error", "企业编号", ""),
        ("empty", "error", "签到时间", ""),
    ]


@every(*SERVERS)
def test_times_with_a_zone_are_read_by_shanghais_clocks(fill: Fill, tmp_path: Path) -> None:
    folder = write_tables(tmp_path / "files", checkins=["S1,M1,2023-01-02 00:30,是,1,是"])
    tables = as_typed(read_records(folder, SCHEMA))
    zoned = tables["checkins"].assign(at=tables["checkins"]["at"].dt.tz_localize("Asia/Shanghai").dt.tz_convert("UTC"))
    found, _ = said(fill(tables | {"checkins": zoned}))
    assert found == said(folder)[0]  # not on the Sunday before, which is of the year before


@every(*KINDS)
def test_rows_of_other_periods_are_counted_where_they_are_and_not_handed_over(fill: Fill, tmp_path: Path) -> None:
    days = ("2023-07-02", "2023-07-03", "2023-10-01", "2023-10-02", "2024-02-29", "2204-02-15")
    events = [f"S1,M1,{day} 10:00" for day in days for _ in range(2)]
    tables: dict[str, list[str]] = {
        "checkins": [f"{event},是,1,是" for event in events],
        "remote_inspections": ["S3,M3,2023-09-28 10:00", "S3,M2,2023-02-01 10:00"],
        "ledger_reviews": ["M1,2023-06-30,S1,,,,"],
    }
    folder = write_tables(tmp_path / "files", **tables)
    checks = []
    for location in (folder, fill(as_typed(read_records(folder, SCHEMA)))):
        records = read_records(location, SCHEMA)
        checks.append(check_records(records, params_of("2023Q3").window))
        records.close()
    by_cells, there = checks
    pd.testing.assert_frame_equal(there.apart, by_cells.apart)
    assert other_periods_line(there.apart, there.window) == (
        "另有 10 条记录属于其他期间（2023年2月、6月、10月、2024年2月、2204年2月），不计入本期："
        "现场签到 8 条，远程监管 1 条，台账抽查 1 条。其中 2204年2月离本期很远，请核对日期是否写错。"
    )
    kinds = [fault.kind for fault in there.warnings]
    assert sorted(kinds) == sorted(fault.kind for fault in by_cells.warnings)
    assert (kinds.count("repeated-event"), kinds.count("no-events"), kinds.count("unassigned-event")) == (2, 2, 0)
    if there.records.live:
        assert len(there["checkins"]) == 2  # what a year of 2204 may be


@every(*SERVERS)
def test_fractions_of_a_second_make_no_second_event(fill: Fill, tmp_path: Path) -> None:
    tables = as_typed(
        read_records(write_tables(tmp_path / "files", checkins=["S1,M1,2023-03-01 09:00,是,1,是"] * 2), SCHEMA)
    )
    tables["checkins"]["at"] += pd.to_timedelta([0, 250], unit="ms")
    found, _ = said(fill(tables))
    assert ("repeated-event", "warning", "签到时间", "2023-03-01 09:00", "甲县") in found


@every(*SERVERS)
def test_numbers_serve_as_identifiers(fill: Fill, tmp_path: Path) -> None:
    numbered = {name: [line.replace("S", "7").replace("M", "8") for line in lines] for name, lines in SMALL.items()}
    folder = write_tables(tmp_path / "files", **{**numbered, "checkins": ["71,81,2023-03-01 09:00,是,1,是"]})
    tables = as_typed(read_records(folder, SCHEMA))
    ids = ("county_code", "supervisor_id", "mine_id")
    tables = {name: frame.astype({i: "Int64" for i in ids if i in frame}) for name, frame in tables.items()}
    location = fill(tables)
    assert said(location)[0] == said(folder)[0]
    assert "checkins" in live_at(location)


@every(*SERVERS)
def test_an_identifier_is_only_a_text_to_a_server(fill: Fill, tmp_path: Path) -> None:
    odd = "S'1%s;--"
    numbered = {name: [line.replace("S1", odd) for line in lines] for name, lines in SMALL.items()}
    events = [f"{odd},M1,2023-03-01 09:00,是,1,是", f"{odd},M2,2023-03-01 09:00,是,1,是"]
    folder = write_tables(tmp_path / "files", **{**numbered, "checkins": events})
    location = fill(as_typed(read_records(folder, SCHEMA)))
    assert "checkins" in live_at(location)
    assert said(location)[0] == said(folder)[0]
    assert "unassigned-event" in {kind for kind, *_ in said(location)[0]}


@every(*KINDS)
def test_a_missing_table_and_a_missing_column_are_named(fill: Fill, tmp_path: Path) -> None:
    tables = as_text(write_tables(tmp_path / "files"))
    del tables["mines"], tables["checkins"]["at"]
    _, faults = said(fill(tables))
    errors = [str(fault) for fault in faults if fault.severity == "error"]
    assert any("需要“企业名录”表" in error for error in errors)
    assert any("checkins" in error and "缺少必需的列“签到时间”" in error for error in errors)


@every("postgresql")
def test_a_password_is_never_said(fill: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    location = fill({})
    monkeypatch.setenv("BULLETIN_TEST_PASSWORD", "wr0ng:secret")
    with pytest.raises(BulletinError) as caught:
        read_records(location, SCHEMA)
    assert caught.value.code == "bad-database"
    assert "wr0ng" not in str(caught.value)
    assert "postgresql+psycopg://127.0.0.1:" in str(caught.value)
    monkeypatch.delenv("BULLETIN_TEST_PASSWORD")
    with pytest.raises(BulletinError, match="需要环境变量 BULLETIN_TEST_PASSWORD，请先设置"):
        read_records(location, SCHEMA)


@every("postgresql")
def test_the_whole_address_may_come_from_the_environment(
    fill: Fill, sample: tuple[Records, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    location = fill(as_typed(sample[0]))
    monkeypatch.setenv("RECORDS", location.replace("${BULLETIN_TEST_PASSWORD}", quote_plus(PASSWORD)))
    assert facts_at("${RECORDS}") == sample[1]


@every("postgresql")
def test_nothing_is_ever_written(fill: Fill, tmp_path: Path) -> None:
    records = read_records(fill(as_typed(read_records(write_tables(tmp_path / "files"), SCHEMA))), SCHEMA)
    assert records.database is not None
    assert not isinstance(records.database, Store)
    with pytest.raises(BulletinError, match="read-only transaction"):
        records.database.rows("DELETE FROM mines RETURNING 1")
    records.close()


@pytest.mark.parametrize(
    ("location", "code", "message"),
    [
        ("nosuch://h/db", "no-driver", "没有安装数据库 nosuch://h/db 的驱动"),
        ("postgresql+nosuch://u:pw@h/db", "no-driver", "postgresql\\+nosuch://h/db"),
        ("postgresql://h:port/db", "bad-database", "数据库地址 postgresql://h:port/db 的写法有误"),
        ("sqlite:////nowhere/at/all.db", "no-records", "找不到数据库文件 /nowhere/at/all.db"),
    ],
)
def test_an_address_that_leads_nowhere_is_said_in_chinese(location: str, code: str, message: str) -> None:
    with pytest.raises(BulletinError, match=message) as caught:
        read_records(location, SCHEMA)
    assert caught.value.code == code
    assert "pw" not in str(caught.value)


def test_a_database_file_that_isnt_there_isnt_made(tmp_path: Path) -> None:
    with pytest.raises(BulletinError, match="找不到数据库文件"):
        read_records(f"sqlite:///{tmp_path / 'records.db'}", SCHEMA)
    assert list(tmp_path.iterdir()) == []


def test_a_duckdb_file_that_is_broken_is_a_clean_error(tmp_path: Path) -> None:
    (tmp_path / "records.duckdb").write_bytes(b"\0" * 8 + b"DUCK" + b"\1" * 500)
    with pytest.raises(BulletinError, match=r"数据库 records\.duckdb 读取失败"):
        read_records(tmp_path / "records.duckdb", SCHEMA)


@every(*SERVERS)
def test_the_weekly_counts_of_many_events_are_the_same_rows_from_cells_a_large_file_and_a_server(
    fill: Fill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = tmp_path / "files"
    generate(files, Size(events=20_000, supervisors=200, counties=15), "parquet")
    by_cells = read_records(files, SCHEMA)
    location = fill(as_typed(by_cells))
    monkeypatch.setattr(plain, "MOST_ROWS", 0)
    ways = [by_cells, read_records(files, SCHEMA), read_records(location, SCHEMA)]
    assert [len(records.live) for records in ways] == [0, 2, 2]
    checked = [check_records(records, params_of().window) for records in ways]
    for table in ("checkins", "remote_inspections"):
        first, *others = (weekly_counts(each, table) for each in checked)
        assert len(first) > 1000
        assert first["events"].sum() > 3500
        for counts in others:
            pd.testing.assert_frame_equal(counts, first)
    for records in ways:
        records.close()


@every(*SERVERS)
def test_what_was_counted_in_a_database_can_go_to_another_process(fill: Fill, sample: tuple[Records, bytes]) -> None:
    records = read_records(fill(as_typed(sample[0])), SCHEMA)
    checked = check_records(records, params_of().window)
    records.close()
    there = pickle.loads(pickle.dumps(checked))  # noqa: S301 (our own)
    assert there.warnings == checked.warnings
    assert there.records.database is None
    assert set(there.records.live) == {"checkins", "remote_inspections"}
    pd.testing.assert_frame_equal(list_rows(there.records), list_rows(checked.records))


def test_a_view_in_a_duckdb_file_reads_no_other_file(tmp_path: Path) -> None:
    """The file may come from elsewhere: what it names would stand in the reports."""
    (tmp_path / "private.csv").write_text("county_code,county\n1,secret\n", encoding="utf-8")
    with duckdb.connect(str(tmp_path / "records.duckdb")) as connection:
        connection.execute(f"CREATE VIEW counties AS SELECT * FROM read_csv('{(tmp_path / 'private.csv').as_posix()}')")  # noqa: S608
    with pytest.raises(BulletinError, match=r"数据库 records\.duckdb 读取失败") as caught:
        read_records(tmp_path / "records.duckdb", SCHEMA)
    assert "secret" not in str(caught.value)


def test_an_sqlite_file_is_only_read(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "records.db") as connection:
        connection.execute("CREATE TABLE counties (county_code TEXT, county TEXT)")
    records = read_records(f"sqlite:///{tmp_path / 'records.db'}", SCHEMA)
    assert records.database
    assert not isinstance(records.database, Store)
    with pytest.raises(BulletinError, match="readonly"):
        records.database.rows("INSERT INTO counties VALUES ('1', '甲县') RETURNING 1")
    records.close()
