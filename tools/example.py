"""A small year, made up through and through, for the guide's pictures and its test: 样例市 with three counties.

2023 is there as CSV files, and 2024 comes as the counties' workbooks on the template, with deliberate faults or without.
"""

from __future__ import annotations

import csv
import datetime as dt
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from bulletin.mines.schema import TABLES

ROOT = Path(__file__).resolve().parents[1]

COUNTIES = {"900001": "甲县", "900002": "乙区", "900003": "丙市"}

_SHARES = {2023: {"900001": 5, "900002": 3, "900003": 0}, 2024: {"900001": 7, "900002": 3, "900003": 1}}
"""In how many weeks of ten a county's supervisors check in, by year."""

_KINDS = ("地下开采", "地下开采", "露天开采", "独立尾矿库")
_ORES = ("铁矿", "铝土矿", "石灰岩矿", "尾矿库")

Row = dict[str, Any]


def write_project(folder: Path) -> Path:
    """A project with 2023 in it: the real notebooks, the sample's params for 样例市, the made-up records."""
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    (folder / "params").mkdir()
    params = (ROOT / "params/2023.yaml").read_text(encoding="utf-8")
    for real, made_up in (("临汾市", "样例市"), ("山西省", "样例省"), ("临应急", "样应急")):
        params = params.replace(real, made_up)
    (folder / "params/2023.yaml").write_text(params, encoding="utf-8", newline="\n")
    (folder / "data/2023").mkdir(parents=True)
    for name, table in TABLES.items():
        with (folder / f"data/2023/{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, [column.name for column in table.columns])
            writer.writeheader()
            for code in COUNTIES:
                writer.writerows(_tables(2023, code).get(name, []))
    return folder


def hand_in(template: Path, folder: Path, *, faulty: bool) -> None:
    """The counties' workbooks of 2024 on the template; 甲县 and 丙市 have faults, or none has."""
    for code, county in COUNTIES.items():
        book = load_workbook(template)
        for name, rows in _tables(2024, code).items():
            sheet: Any = book[TABLES[name].title]
            for number, row in enumerate(rows, start=3):
                for place, column in enumerate(TABLES[name].columns, start=1):
                    cell = sheet.cell(number, place, row.get(column.name))
                    cell.number_format = sheet.cell(2, place).number_format  # as in Excel: the whole column has it
        if faulty and county == "甲县":
            _add_faults(book)
        if faulty and county == "丙市":
            book.remove(book["任务清单"])
        book.save(folder / f"{county}.xlsx")


def _add_faults(book: Any) -> None:
    book["企业名录"]["D4"] = "地下"
    events = book["现场签到"]
    events["A4"], events["C6"], events["D7"] = "S900001-9", "2024年2月30日", "不清楚"
    events["C8"] = dt.datetime(2023, 2, 8, 10)


def _tables(year: int, code: str) -> dict[str, list[Row]]:
    """One county's rows by table, with days as they are in a workbook."""
    county = COUNTIES[code]
    mines = [f"M{code}-{number}" for number in range(1, 5)]
    people = [f"S{code}-{number}" for number in range(1, 6)]
    held = dict(zip(people, [mines[0], mines[0], mines[1], mines[1], mines[2]], strict=True))
    return {
        "counties": [{"county_code": code, "county": county}],
        "mines": [
            {"mine_id": mine, "mine": f"样例{county}{mine[-1]}号{ore}", "county_code": code, "kind": kind}
            for mine, kind, ore in zip(mines, _KINDS, _ORES, strict=True)
        ],
        "supervisors": [
            {"supervisor_id": person, "name": f"样例姓名{person[-1]}", "county_code": code} for person in people
        ],
        "assignments": [
            {"supervisor_id": person, "mine_id": mine, "start": dt.date(2022, 1, 1)}
            for person, mine in [*held.items(), (people[4], mines[3])]
        ],
        "task_lists": [
            {"mine_id": mine, "year": year, "issued_on": dt.date(year, 1, 10)}
            for mine in mines[: 3 + (code == "900001")]
        ],
        "checkins": [
            {**event, "underground": _yes(number % 3), "evidence": 2 * bool(number % 7), "uploaded": _yes(number % 5)}
            for number, event in enumerate(_events(year, code, held, hour=9))
        ],
        "remote_inspections": list(_events(year, code, held, hour=14)),
        "stationing": [
            {
                "key_period": "国庆",
                "supervisor_id": person,
                "mine_id": held[person],
                "start": dt.date(year, 10, 1),
                "app_checkin": "是",
            }
            for person in people[:3]
        ],
        "ledger_reviews": [
            {"mine_id": mine, "reviewed_on": dt.date(year, 11, 5), "no_recheck": _yes(place == 1)}
            for place, mine in enumerate(mines)
        ],
    }


def _events(year: int, code: str, held: Mapping[str, str], hour: int) -> Iterator[Row]:
    first = dt.datetime(year, 1, 4, hour, 30)
    for week in range(51):
        if week % 10 < _SHARES[year][code]:
            for place, (person, mine) in enumerate(held.items()):
                at = first + dt.timedelta(weeks=week, minutes=7 * place)
                yield {"supervisor_id": person, "mine_id": mine, "at": at}


def _yes(number: int) -> str:
    return "是" if number else "否"
