"""A new year as an analyst starts it: `bulletin new`, records, `bulletin build`; its changes reckoned anew for three counties."""

from __future__ import annotations

import datetime as dt
import shutil
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import docx
import pytest
from bs4 import BeautifulSoup, Tag

from tests import warm
from tests.builders import ROOT, csv_rows
from tests.next_year import XI, YICHENG, thursdays, write_next_year

YAODU = "141002"


def run(project: Path, *arguments: str) -> str:
    """The command's output; it must succeed."""
    done = warm.run(*arguments, cwd=project)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the sample year, and 2024 begun from it, filled in and built."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("params", "notebooks", "data"):
        shutil.copytree(ROOT / name, folder / name)
    run(folder, "new", "2024", "--from", "2023")
    write_next_year(folder / "data/2024")
    (folder / "printed").write_text(run(folder, "build", "2024", "--city-only"), encoding="utf-8")
    return folder


def onsite_rate(folder: Path, year: int, county: str) -> Fraction:
    """The county's on-site rate from the CSV files alone, by the words of metrics.md.

    A week is owed where an assignment covers its Thursday and the mine isn't suspended then.
    """
    people = {row["supervisor_id"] for row in csv_rows(folder, "supervisors") if row["county_code"] == county}
    held = defaultdict(list)
    for row in csv_rows(folder, "assignments"):
        if row["supervisor_id"] in people:
            held[row["supervisor_id"]].append((row["mine_id"], row["start"], row["end"] or "9999-12-31"))
    idle = defaultdict(list)
    for row in csv_rows(folder, "mine_status"):
        if row["status"] == "停产停建":
            idle[row["mine_id"]].append((row["start"], row["end"] or "9999-12-31"))
    owed: dict[str, set[int]] = defaultdict(set)
    done: dict[str, set[int]] = defaultdict(set)
    for thursday in thursdays(year):
        for person, spans in held.items():
            mines = [mine for mine, start, end in spans if start <= str(thursday) <= end]
            if any(not any(start <= str(thursday) <= end for start, end in idle[mine]) for mine in mines):
                owed[person].add((thursday.toordinal() - 1) // 7)
    for row in csv_rows(folder, "checkins"):
        day = row["at"][:10]
        for mine, start, end in held.get(row["supervisor_id"], []):
            if mine == row["mine_id"] and start <= day <= end and day[:4] == str(year):
                # Day 1 was a Monday, so that weeks of ordinals, one day back, run from Monday to Sunday.
                done[row["supervisor_id"]].add((dt.date.fromisoformat(day).toordinal() - 1) // 7)
    shares = [Fraction(len(weeks & done[person]), len(weeks)) for person, weeks in owed.items()]
    return sum(shares, Fraction(0)) / len(shares)


def points(amount: Fraction) -> str:
    """A difference in percentage points, rounded half up."""
    hundredths = int(abs(amount) * 10_000 + Fraction(1, 2))
    return f"{'-' if amount < 0 else '+' if amount else ''}{hundredths // 100}.{hundredths % 100:02d}"


def line_of(table: Tag, name: str) -> list[str]:
    """The texts of the row of one county."""
    lines = [[cell.get_text(strip=True) for cell in row(["th", "td"])] for row in table("tr")]
    return next(line for line in lines if name in line[:2])


@pytest.mark.parametrize(("county", "name"), [(YICHENG, "翼城县"), (XI, "隰县"), (YAODU, "尧都区")])
def test_the_change_columns_are_those_reckoned_from_the_records(project: Path, county: str, name: str) -> None:
    now, then = (onsite_rate(project / f"data/{year}", year, county) for year in (2024, 2023))
    page = BeautifulSoup((project / "outputs/2024/city/bulletin.html").read_text(encoding="utf-8"), "html.parser")
    tables = {str(table.caption.get_text()).split("　")[-1].strip(): table for table in page("table") if table.caption}
    changes = next(table for caption, table in tables.items() if "主要指标较2023年的变化" in caption)
    assert line_of(changes, name)[5] == points(now - then)
    ranking = next(table for caption, table in tables.items() if "现场签到率排名" in caption)
    cells = line_of(ranking, name)
    assert cells[4] == points(now - then)
    assert [cell.removesuffix("%") for cell in cells[2:4]] == [points(rate).lstrip("+") for rate in (now, then)]


def test_the_county_that_is_new_and_the_one_that_is_gone_are_told_everywhere(project: Path) -> None:
    document = docx.Document(str(project / "outputs/2024/city/bulletin.docx"))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "与2023年相比，新增样例新区，不再列入霍州市。" in text
    cells = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    assert any(row[0] == "样例新区" and row[-1] == "新增" for row in cells)
    assert any(row[0] == "霍州市" and row[-1] == "不再列入" for row in cells)
    assert any("霍州市（不再列入）" in row for row in cells)


def test_the_draft_marks_what_isnt_filled_in_and_the_summary_names_it(project: Path) -> None:
    printed = (project / "printed").read_text(encoding="utf-8")
    for key, title in (("document.number", "发文字号"), ("document.date", "成文日期")):
        assert any(
            key in line and title in line and "params/2024.yaml" in line.replace("\\", "/")
            for line in printed.splitlines()
        )
    page = (project / "outputs/2024/city/bulletin.html").read_text(encoding="utf-8")
    assert "〔待填：发文字号〕" in page
    assert "〔待填：成文日期〕" in page


def test_the_two_periods_can_be_compared(project: Path) -> None:
    said = run(project, "diff", "data/2024/previous.csv", "2024")
    assert "霍州市" in said
    assert "样例新区" in said
