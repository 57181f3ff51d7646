"""The sample year is made the same every time, is current, looks like a year, and says it's made up."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest

import tools.sample.__main__ as command
from bulletin.mines.checks import CheckedRecords, check_records
from bulletin.mines.schema import SCHEMA
from bulletin.project.params import load_params
from bulletin.project.paths import Project
from bulletin.project.periods import parse_period
from bulletin.records.read import read_records
from tests.builders import ROOT, SAMPLE, csv_rows
from tools.sample.tables import make_tables

DATA = ROOT / "data" / "2023"

Row = dict[str, str]


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return make_tables()


@pytest.fixture(scope="module")
def checked() -> CheckedRecords:
    return check_records(read_records(DATA, SCHEMA), load_params(Project(ROOT), parse_period("2023")).window)


def rows_of(table: str) -> list[Row]:
    return csv_rows(DATA, table)


def test_the_committed_files_are_those_that_the_generator_makes(made: dict[str, bytes]) -> None:
    assert sorted(made) == sorted(f"{table}.csv" for table in SAMPLE)
    assert sorted(made) == sorted(path.name for path in DATA.glob("*.csv"))
    assert [name for name, content in made.items() if (DATA / name).read_bytes() != content] == []


def test_the_command_says_whether_the_files_are_current(
    made: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "make_tables", lambda: made)
    monkeypatch.setattr(sys, "argv", ["sample", "--out", str(tmp_path / "new")])
    assert command.main() == 0
    monkeypatch.setattr(sys, "argv", ["sample", "--check", "--out", str(tmp_path / "new")])
    assert command.main() == 0
    (tmp_path / "new" / "mines.csv").write_bytes(b"")
    (tmp_path / "new" / "counties.csv").unlink()
    assert command.main() == 1
    assert capsys.readouterr().out.splitlines()[-1] == "differs: counties.csv, mines.csv"


@pytest.mark.parametrize("table", SAMPLE)
def test_every_row_says_that_it_is_made_up(table: str) -> None:
    rows = rows_of(table)
    assert rows
    assert {row["备注"] for row in rows} == {"样例：虚构记录"}


@pytest.mark.parametrize("table", SAMPLE)
def test_every_file_opens_in_excel_as_chinese(table: str) -> None:
    assert (DATA / f"{table}.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_names_of_people_and_mines_are_plainly_invented() -> None:
    assert [row["name"] for row in rows_of("supervisors") if not row["name"].startswith("样例专员")] == []
    assert [row["mine"] for row in rows_of("mines") if not row["mine"].startswith("样例")] == []


def test_all_thirteen_counties_have_mines_supervisors_and_task_lists() -> None:
    codes = {row["county_code"] for row in rows_of("counties")}
    county = {row["mine_id"]: row["county_code"] for row in rows_of("mines")}
    assert len(codes) == 13
    assert set(county.values()) == codes
    assert {row["county_code"] for row in rows_of("supervisors")} == codes
    assert {county[row["mine_id"]] for row in rows_of("task_lists") if row["year"] == "2023"} == codes


def test_mines_are_of_all_three_kinds_and_some_have_tailings_attached() -> None:
    assert {row["kind"] for row in rows_of("mines")} == {"地下开采", "露天开采", "独立尾矿库"}
    assert {row["attached_tailings"] for row in rows_of("mines")} == {"是", "否"}


def test_some_mines_stood_still_and_resumed_and_some_still_do() -> None:
    status = rows_of("mine_status")
    last = {row["mine_id"]: row["status"] for row in status}
    suspended = [row for row in status if row["status"] == "停产停建"]
    assert {last[row["mine_id"]] for row in suspended if row["end"]} == {"正常生产建设"}
    assert {last[row["mine_id"]] for row in suspended if not row["end"]} == {"停产停建"}


def test_mines_were_handed_over_from_one_supervisor_to_the_next() -> None:
    ended = [row for row in rows_of("assignments") if "2023-01-01" < row["end"] < "2023-12-31"]
    later = {row["mine_id"] for row in rows_of("assignments") if row["start"] > "2023-01-01" and not row["end"]}
    assert len({row["mine_id"] for row in ended} & later) >= 10


def test_supervisors_hold_one_two_and_three_mines() -> None:
    held = Counter(row["supervisor_id"] for row in rows_of("assignments") if not row["end"])
    assert {1, 2, 3} <= set(held.values())


@pytest.mark.parametrize("fault", ["no_recheck", "inaccurate", "illegible", "unsigned"])
def test_every_ledger_fault_was_found_and_not_found(fault: str) -> None:
    assert {row[fault] for row in rows_of("ledger_reviews")} == {"是", "否"}


def test_some_cells_of_checkins_were_left_empty_and_most_were_not() -> None:
    checkins = rows_of("checkins")
    for column in ("underground", "evidence", "uploaded"):
        empty = sum(row[column] == "" for row in checkins)
        assert 0 < empty < len(checkins) / 10


def test_checkins_fill_the_year_but_hardly_the_spring_festival() -> None:
    by_month = Counter(row["at"][:7] for row in rows_of("checkins"))
    assert all(by_month[f"2023-{month:02}"] >= 10 for month in range(1, 13))
    festival = sum("2023-01-21" <= row["at"][:10] <= "2023-02-03" for row in rows_of("checkins"))
    assert festival < by_month["2023-08"] / 10


def test_supervisors_were_stationed_in_the_key_period_of_the_params() -> None:
    stays = [row for row in rows_of("stationing") if row["key_period"] == "中秋国庆"]
    assert len({row["supervisor_id"] for row in stays}) == 209
    assert len({row["mine_id"] for row in stays}) == 159
    assert {row["app_checkin"] for row in stays} == {"是", "否", ""}


def test_the_sample_has_no_error_and_few_warnings_of_most_kinds(checked: CheckedRecords) -> None:
    counts = Counter(fault.kind for fault in checked.warnings)
    assert set(counts) == {
        "unassigned-event",
        "repeated-event",
        "idle-supervisor",
        "other-county",
        "no-events",
        "early-end",
    }
    assert sum(counts.values()) < 30
    # Seven counties checked nobody in and eight inspected nothing remotely, as the circular says.
    assert counts["no-events"] == 15
    assert {fault.severity for fault in checked.warnings} == {"warning"}


def test_no_name_is_in_the_samples_warnings(checked: CheckedRecords) -> None:
    assert "样例专员" not in str(checked.warnings)
