"""supervisors.name leaves the machine in no output, log or error (data.md), wherever the name stands in the records."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from openpyxl import Workbook

from bulletin.mines.schema import TABLES
from tests import warm
from tests.builders import ROOT, SAMPLE, csv_rows
from tests.contents import contents
from tests.next_year import Rows

NAMES = ["欧阳建国", "李雷", "阿依古丽·买买提", "Zhang Wei-min", "诸葛　小明", "令狐 冲"]
"""Made up: long and short, with a dot, in Latin letters, with blanks inside."""


def hidden(said: Iterable[bytes]) -> None:
    """None of the names stands in any of these, with its blanks or without them."""
    everything = list(said)
    for name in NAMES:
        for form in {name, "".join(name.split())}:
            found = [
                content[max(0, content.find(form.encode()) - 80) :][:200]
                for content in everything
                if form.encode() in content
            ]
            assert not found, found[0].decode("utf-8", "replace")


def named_sample() -> dict[str, Rows]:
    """The sample year, its supervisors under the names, and each name in a remark too."""
    tables = {name: csv_rows(ROOT / "data/2023", name) for name in SAMPLE}
    for number, row in enumerate(tables["supervisors"]):
        row["name"] = NAMES[number % len(NAMES)]
    for rows in tables.values():
        for number, row in enumerate(rows):
            row["备注"] = f"联系人{NAMES[number % len(NAMES)]}"
    return tables


def write_csv(folder: Path, tables: dict[str, Rows]) -> Path:
    folder.mkdir()
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return folder


def write_workbook(folder: Path, tables: dict[str, Rows]) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = NAMES[0]
    for name, rows in tables.items():
        sheet = book.create_sheet(TABLES[name].title)
        sheet.append(list(rows[0]))
        for row in rows:
            sheet.append(list(row.values()))
    book.save(folder.with_suffix(".xlsx"))
    return folder.with_suffix(".xlsx")


def run(command: str, data: Path, outputs: Path, *more: str) -> tuple[int, list[bytes]]:
    """The exit status, and all that the command left: on the terminal and below `outputs`."""
    done = warm.run(command, "2023", "--data", data, "--outputs", outputs, *more)
    return done.returncode, [done.stdout.encode(), done.stderr.encode(), *contents(outputs)]


def test_a_build_names_nobody(tmp_path: Path) -> None:
    status, said = run("build", write_csv(tmp_path / "data", named_sample()), tmp_path / "out", "--county", "翼城县")
    assert status == 0, said[1].decode()
    assert len(said) > 60
    hidden(said)


def _misplaced(tables: dict[str, Rows]) -> None:
    """Names where numbers should stand: in every column of identifiers, dates and lists."""
    tables["assignments"][0]["supervisor_id"] = NAMES[0]
    tables["assignments"][1]["start"] = NAMES[1]
    tables["checkins"][0]["supervisor_id"] = f"{NAMES[2]}（翼城）"
    tables["checkins"][1]["at"] = f"2023-01-05 {NAMES[3]}"
    tables["mines"][0]["kind"] = NAMES[4]
    tables["mines"][1]["county_code"] = NAMES[5]
    tables["ledger_reviews"][0]["supervisor_id"] = NAMES[1]


def _without_heading(tables: dict[str, Rows]) -> None:
    """The register's column of names is headed otherwise, and its rows are shifted by one."""
    for row in tables["supervisors"]:
        name = row.pop("name")
        row["county_code"], row["备注"] = name, row["county_code"]


def _twice(tables: dict[str, Rows]) -> None:
    """Every supervisor twice."""
    tables["supervisors"] += [dict(row) for row in tables["supervisors"]]


@pytest.mark.parametrize("write", [write_csv, write_workbook])
@pytest.mark.parametrize("spoil", [_misplaced, _without_heading, _twice])
def test_faults_name_nobody(
    tmp_path: Path, spoil: Callable[[dict[str, Rows]], None], write: Callable[[Path, dict[str, Rows]], Path]
) -> None:
    tables = named_sample()
    spoil(tables)
    status, said = run("check", write(tmp_path / "data", tables), tmp_path / "out")
    assert status == 2
    assert "处错误".encode() in said[1]
    assert len(said) > 5
    hidden(said)
