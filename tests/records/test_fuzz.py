"""Any bytes give clean records or clean faults, and no row is ever lost: rows in are rows used and rows listed."""

from __future__ import annotations

import datetime as dt
import random
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bulletin.mines.checks import CheckedRecords, check_records
from bulletin.mines.schema import SCHEMA, TABLES
from bulletin.mines.weeks import weekly_counts
from bulletin.records.faults import Fault, RecordsError
from bulletin.records.read import read_records
from bulletin.records.sources.limits import TroubleError
from bulletin.records.sources.workbooks import sheets_in
from tests.builders import params_of, without_gaps, write_tables
from tests.records import books
from tests.times import times

fuzz = settings(deadline=None, derandomize=True, database=None)

EXTENSIONS = ("csv", "parquet", "xlsx", "xls", "xlsm", "xlsb", "ods")
STARTS = (b"", b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PAR1", b"\xef\xbb\xbf", b"\xff\xfe")
CELLS = st.text("是1M甲٣\x00\"'=\u3000年-:\r#", max_size=6) | st.sampled_from(
    ["M1", "S1", "2023-01-05", "100001", "否"]
)
LINES = st.lists(st.lists(CELLS, max_size=8).map(",".join), max_size=5)


@pytest.fixture(scope="module")
def small() -> Iterator[Path]:
    """The small period's folder, written once: a test puts one file in it and takes it out again."""
    folder = Path(tempfile.mkdtemp())
    yield write_tables(folder)
    shutil.rmtree(folder)


def outcome_of(folder: Path) -> list[Fault]:
    """Every fault, whether or not the records were refused; a fault is clean Chinese, without a word of a program's."""
    try:
        faults = check_records(read_records(folder, SCHEMA), params_of().window).warnings
    except RecordsError as error:
        faults = error.faults
    for fault in faults:
        assert re.search("[\u4e00-\u9fff]", fault.expected)
        assert not re.search("Error|Exception|Traceback|codec", fault.expected)
    return faults


def with_file(folder: Path, table: str, extension: str, content: bytes) -> list[Fault]:
    """The faults of the small period with that file in place of the table's."""
    own, other = folder / f"{table}.csv", folder / f"{table}.{extension}"
    before = own.read_bytes()
    own.unlink()
    try:
        other.write_bytes(content)
        return outcome_of(folder)
    finally:
        other.unlink()
        own.write_bytes(before)


@settings(fuzz, max_examples=times(40, 15))
@given(st.sampled_from(list(TABLES)), st.booleans(), st.binary(max_size=200) | LINES.map("\n".join).map(str.encode))
@example("checkins", True, "S1,M1,2023-01-05,是,٣,是".encode())
@example("counties", False, b"")
def test_any_csv_gives_clean_records_or_faults(small: Path, table: str, headed: bool, content: bytes) -> None:
    header = ",".join(column.name for column in TABLES[table].columns).encode() + b"\n" if headed else b""
    with_file(small, table, "csv", header + content)


@settings(fuzz, max_examples=times(50, 15))
@given(
    st.sampled_from(list(TABLES)),
    st.sampled_from(EXTENSIONS),
    st.builds(bytes.__add__, st.sampled_from(STARTS), st.binary(max_size=600)),
)
def test_any_bytes_in_a_file_of_any_kind_give_clean_records_or_faults(
    small: Path, table: str, extension: str, content: bytes
) -> None:
    faults = with_file(small, table, extension, content)
    if extension not in {"csv", "parquet"}:
        assert ("unreadable", f"{table}.{extension}") in {(fault.kind, fault.file) for fault in faults}


# Files that were whole, with something broken in them.

HEADER = tuple(column.heading for column in TABLES["checkins"].columns)
EVENTS = (
    ("S1", "M1", "2023-01-05 09:00", "是", "2", "否"),
    ("S2", "M2", "2023-01-06 10:30", "", "", ""),
    ("S1", "M1", "2023-02-05 09:00", "否", "0", "是"),
)


@cache
def whole() -> dict[str, bytes]:
    """The same check-ins in every format."""
    lines = [HEADER, *EVENTS]
    places = [(row, column, text) for row, line in enumerate(lines) for column, text in enumerate(line)]
    cells = enumerate(lines, start=1)
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        columns = ", ".join(f'x[{n}] AS "{name}"' for n, name in enumerate(HEADER, start=1))
        path = Path(folder) / "x.parquet"
        connection.sql(f"SELECT {columns} FROM (SELECT unnest($1) AS x)", params=[EVENTS]).write_parquet(str(path))  # noqa: S608
        parquet = path.read_bytes()
    return {
        "csv": "\n".join(map(",".join, lines)).encode("gb18030"),
        "parquet": parquet,
        "xlsx": books.xlsx({"现场签到": books.sheet("".join(books.line(n, *line) for n, line in cells))}),
        "xls": books.xls({"现场签到": [books.xls_text(*place) for place in places]}),
    }


def flip(content: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 1, 2, 8))):
        if content:
            content[chance.randrange(len(content))] = chance.randrange(256)


def cut(content: bytearray, chance: random.Random) -> None:
    del content[chance.randrange(len(content) + 1) :]


def shuffle(content: bytearray, chance: random.Random) -> None:
    first, second, third = sorted(chance.randrange(len(content) + 1) for _ in range(3))
    content[:] = content[:first] + content[second:third] + content[first:second] + content[third:]


def repeat(content: bytearray, chance: random.Random) -> None:
    first, second = sorted(chance.randrange(len(content) + 1) for _ in range(2))
    content[second:second] = content[first:second]


MUTATIONS: Sequence[Callable[[bytearray, random.Random], None]] = (flip, cut, shuffle, repeat)


def mutated(kind: str, chance: random.Random) -> bytes:
    """A file broken somewhere; half of the archives inside one of their parts, and then packed again as if whole."""
    content = whole()[kind]
    change = chance.choice(MUTATIONS)
    if content.startswith(b"PK") and chance.random() < 0.5:
        parts = books.parts_of(content)
        name = chance.choice(list(parts))
        part = bytearray(parts[name])
        change(part, chance)
        return books.zipped(parts | {name: bytes(part)})
    broken = bytearray(content)
    change(broken, chance)
    return bytes(broken)


@pytest.mark.parametrize("kind", ["csv", "parquet", "xlsx", "xls"])
def test_a_file_in_every_format_is_read_whole(small: Path, kind: str) -> None:
    own = small / "checkins.csv"
    before = own.read_bytes()
    own.unlink()
    try:
        path = small / f"checkins.{kind}"
        path.write_bytes(whole()[kind])
        records = read_records(small, SCHEMA)
        path.unlink()
    finally:
        own.write_bytes(before)
    assert records.faults == []
    assert records["checkins"]["row"].tolist() == [2, 3, 4]
    assert records["checkins"]["evidence"].fillna(-1).tolist() == [2, -1, 0]


@settings(fuzz, max_examples=times(40, 15))
@given(st.sampled_from(("csv", "parquet", "xlsx", "xls")), st.integers(0, 2**32))
def test_a_broken_file_gives_clean_records_or_faults(small: Path, kind: str, seed: int) -> None:
    with_file(small, "checkins", kind, mutated(kind, random.Random(seed)))  # noqa: S311 (nothing secret)


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_a_thousand_broken_workbooks_end_in_sheets_or_troubles(kind: str) -> None:
    chance = random.Random(kind)  # noqa: S311
    read = 0
    tries = times(1000, 150)
    for _ in range(tries):
        content = mutated(kind, chance)
        try:
            read += bool(list(sheets_in(content)))
        except TroubleError:
            continue
    assert 0 < read < tries


# No row is lost.

IDS = st.sampled_from(("S1", " S1", "Ｓ１", "S1\u3000", "S2"))
TIMES = st.datetimes(dt.datetime(2022, 12, 1), dt.datetime(2024, 2, 1))
"""Some of them lie outside the period."""

FORMS = ("%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y年%m月%d日%H时%M分", "%Y.%m.%d")
GOOD_FLAGS = ("是", "否", "√", "×", "Y", "0", "", " ")
BAD = {
    0: ("", "S9", "#N/A", "=A1", "1.4E+18"),
    1: ("", "M9", "M1?"),
    2: ("", "昨天", "2023-13-45", "2023-01-05 25:00", "2023-02-29"),
    3: ("是?", "也许", "2"),
    4: ("2.5", "-1", "两份", "１.5"),
    5: ("真", "#REF!"),
}
"""What can't stand in each column."""


@st.composite
def event_rows(draw: st.DrawFn) -> tuple[list[str], bool]:
    """A row of check-ins, and whether all of its cells can be read."""
    moment = draw(TIMES)
    cells = [
        draw(IDS),
        draw(st.sampled_from(("M1", "Ｍ１ ", "M2"))),
        draw(st.sampled_from(FORMS).map(lambda form: f"{moment:{form}}")),
        draw(st.sampled_from(GOOD_FLAGS)),
        draw(st.sampled_from(("", "0", "3", "２", "4.0"))),
        draw(st.sampled_from(GOOD_FLAGS)),
    ]
    bad = draw(st.sets(st.sampled_from(sorted(BAD)), max_size=2)) if draw(st.booleans()) else set()
    for place in bad:
        cells[place] = draw(st.sampled_from(BAD[place]))
    return cells, not bad


BLANK: tuple[list[str], bool | None] = ([" ", "", "\u3000"], None)
TOTAL: tuple[list[str], bool | None] = (["合计", "12"], None)


def written(lines: list[list[str]], kind: str) -> bytes:
    if kind == "csv":
        return "\n".join(map(",".join, lines)).encode("gb18030")
    rows = "".join(books.line(number, *line) for number, line in enumerate(lines, start=1))
    return books.xlsx({"现场签到": books.sheet(rows)})


@settings(fuzz, max_examples=times(60, 20))
@given(
    st.lists(event_rows() | st.just(BLANK), max_size=12),
    st.sampled_from(("csv", "xlsx")),
    st.booleans(),
    st.permutations(range(6)),
    st.data(),
)
def test_no_row_is_lost(
    small: Path, rows: list[tuple[list[str], bool | None]], kind: str, messy: bool, order: list[int], data: Any
) -> None:
    if rows and data.draw(st.booleans()):
        rows = [*rows, rows[0]]  # the same event again
    above = [["现场签到表"], []] if messy else []
    below = [TOTAL, BLANK] if messy else []
    lines = [
        *above,
        ["序号", *(HEADER[place] for place in order)],
        *(["", *(cells[place] for place in order)] if good is not None else cells for cells, good in rows),
        *(cells for cells, _ in below),
    ]
    first = len(above) + 2
    numbers = [first + n for n, (_, good) in enumerate(rows) if good is not None]
    unreadable = [first + n for n, (_, good) in enumerate(rows) if good is False]
    (small / "checkins.csv").unlink(missing_ok=True)
    path = small / f"现场签到.{kind}"
    path.write_bytes(written(lines, kind))
    try:
        records = read_records(small, SCHEMA)
    finally:
        path.unlink()
        write_tables(small)
    assert records["checkins"]["row"].tolist() == numbers
    (source,) = (source for source in records.sources if source.table == "checkins")
    assert source.rows == len(numbers)
    checked: CheckedRecords | None = None
    try:
        checked = check_records(records, params_of().window)
        faults = checked.warnings
    except RecordsError as error:
        faults = error.faults
    errors = {fault.row for fault in faults if fault.severity == "error" and fault.file == path.name}
    assert errors == set(unreadable)
    if checked is not None:
        listed = [fault.row for fault in without_gaps(faults) if fault.file == path.name]
        used = weekly_counts(checked, "checkins")["events"].sum()
        apart = checked.apart["number"].sum()
        assert len(set(listed)) == len(listed) == len(checked.left_out)
        assert used + len(listed) + apart == len(numbers)
