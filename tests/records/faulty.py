"""The sample year as a workbook with twenty-seven faults of eleven kinds, and where each of them stands.

    python -m tests.records.faulty OUT.xlsx

The sample year itself has warnings of its own; they stay as they are.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import NamedTuple

from openpyxl import Workbook

from bulletin.mines.schema import SCHEMA, TABLES
from bulletin.records.faults import fault_titles
from tests.builders import ROOT, SAMPLE, csv_rows


class Seed(NamedTuple):
    """A fault that was put in: its kind and cell; the row is the one that Excel shows."""

    kind: str
    sheet: str
    row: int | None
    column: str
    value: str


class FaultySample:
    """The sample year's tables, to put faults in one by one; `seeds` are those that are in."""

    def __init__(self) -> None:
        self.tables = {name: csv_rows(ROOT / "data/2023", name) for name in SAMPLE}
        self.seeds: list[Seed] = []

    def _seed(self, kind: str, table: str, number: int, column: str, value: str) -> None:
        heading = TABLES[table].column(column).heading
        self.seeds.append(Seed(kind, TABLES[table].title, number + 2, heading, value))

    def change(self, kind: str, table: str, number: int, column: str, value: str) -> None:
        """Put another value in a cell of the row of that number, from 0."""
        self.tables[table][number][column] = value
        self._seed(kind, table, number, column, value)

    def append(self, kind: str, table: str, column: str, cells: dict[str, str]) -> None:
        """Add a row whose fault is in `column`."""
        self.tables[table].append(dict(cells))
        self._seed(kind, table, len(self.tables[table]) - 1, column, cells[column])

    def workbook(self) -> bytes:
        """The workbook, with a sheet a table; a value that begins with # is the error that it says."""
        book = Workbook()
        book.remove(book.worksheets[0])
        for name, table in SAMPLE.items():
            sheet = book.create_sheet(table.title)
            sheet.append([column.heading for column in table.columns])
            for number, row in enumerate(self.tables[name], start=2):
                for place, column in enumerate(table.columns, start=1):
                    cell = sheet.cell(number, place, row.get(column.name) or None)
                    if isinstance(cell.value, str):
                        cell.data_type = {"#": "e", "=": "f"}.get(cell.value[0], "s")
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()


def faulty_sample() -> FaultySample:
    """The sample year with all of the faults."""
    sample = FaultySample()
    _seed_cells(sample)
    _seed_registers(sample)
    _seed_events(sample)
    return sample


def _seed_cells(sample: FaultySample) -> None:
    for table, number, column in (
        ("mines", 40, "mine"),
        ("checkins", 300, "at"),
        ("stationing", 30, "key_period"),
    ):
        sample.change("empty", table, number, column, "")
    for table, number, column, value in (
        ("mines", 60, "attached_tailings", "也许"),
        ("task_lists", 50, "issued_on", "#REF!"),
        ("task_lists", 60, "year", "二〇二三"),
        ("checkins", 310, "underground", "是?"),
        ("checkins", 320, "evidence", "2.5"),
        ("checkins", 330, "evidence", "-1"),
        ("checkins", 340, "at", "2023-13-45 10:00"),
        ("checkins", 350, "uploaded", '=IF(1,"是","否")'),
        ("remote_inspections", 400, "at", "2023-03-05 25:00"),
        ("ledger_reviews", 20, "reviewed_on", "2023-02-30"),
    ):
        sample.change("bad-value", table, number, column, value)


def _seed_registers(sample: FaultySample) -> None:
    mines, supervisors, assignments = (sample.tables[name] for name in ("mines", "supervisors", "assignments"))
    sample.append("duplicate-key", "counties", "county_code", sample.tables["counties"][3])
    sample.append("duplicate-key", "mines", "mine_id", mines[10])
    sample.append("duplicate-key", "supervisors", "supervisor_id", supervisors[10])
    sample.append("unknown-id", "task_lists", "mine_id", {"mine_id": "M9999-999", "year": "2023"})
    person, mine = supervisors[20], mines[20]["mine_id"]
    unknown = {"supervisor_id": "S9999-999", "mine_id": mine, "start": "2023-05-01"}
    sample.append("unknown-id", "assignments", "supervisor_id", unknown)
    county = {"county_code": person["county_code"]}
    new_mine = {"mine_id": "M9999-001", "mine": "样例新矿", "kind": "露天开采"} | county
    sample.append("unsupervised-mine", "mines", "mine_id", new_mine)
    sample.append("idle-supervisor", "supervisors", "supervisor_id", {"supervisor_id": "S9999-001"} | county)
    sample.append("overlap", "assignments", "start", assignments[100] | {"start": "2023-06-01"})
    far = next(each["mine_id"] for each in mines if each["county_code"] != person["county_code"])
    spell = {"supervisor_id": person["supervisor_id"], "start": "2023-05-01", "end": "2023-05-02"}
    sample.append("other-county", "assignments", "mine_id", spell | {"mine_id": far})
    backwards = {"mine_id": mine, "status": "停产停建", "start": "2023-05-02", "end": "2023-05-01"}
    sample.append("end-before-start", "mine_status", "end", backwards)
    stay = sample.tables["stationing"][40]
    sample.change("end-before-start", "stationing", 40, "end", f"{stay['start'][:8]}01")


def _seed_events(sample: FaultySample) -> None:
    held = sample.tables["assignments"][100]
    pair = {"supervisor_id": held["supervisor_id"], "mine_id": held["mine_id"]}
    theirs = {
        each["mine_id"] for each in sample.tables["assignments"] if each["supervisor_id"] == pair["supervisor_id"]
    }
    other = next(each["mine_id"] for each in sample.tables["mines"] if each["mine_id"] not in theirs)
    apart = pair | {"mine_id": other, "at": "2023-08-08 08:08"}
    for table in ("checkins", "remote_inspections"):
        sample.append("unassigned-event", table, "mine_id", apart)
    sample.append("repeated-event", "checkins", "at", sample.tables["checkins"][200])


if __name__ == "__main__":
    made = faulty_sample()
    Path(sys.argv[1]).write_bytes(made.workbook())
    for seed in made.seeds:
        print(f"{fault_titles(SCHEMA)[seed.kind]}\t{seed.sheet}\t第{seed.row}行\t{seed.column}\t{seed.value}")  # noqa: T201
