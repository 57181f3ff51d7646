"""Records of 2024 made from the sample year: `python -m tests.next_year FOLDER` writes them.

Every day moves by 52 weeks, so that weekdays stay. 霍州市 is gone; 样例新区 is new, with one mine and two supervisors, one
of whom checks in every week. 翼城县 lost every third check-in; in 隰县 one supervisor checks in
every other week besides.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
import sys
from pathlib import Path

from tests.builders import ROOT, SAMPLE, csv_rows

GONE, NEW, YICHENG, XI = "141082", "141099", "141022", "141031"

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_YEAR = dt.timedelta(weeks=52)

Rows = list[dict[str, str]]


def thursdays(year: int) -> list[dt.date]:
    """The Thursdays of a year, one a week in the period."""
    days = (dt.date(year, 1, 1) + dt.timedelta(days=n) for n in range(366))
    return [day for day in days if day.weekday() == 3 and day.year == year]


def write_next_year(folder: Path) -> None:
    """Write the year's tables as CSV into `folder`."""
    tables = {name: _moved(csv_rows(ROOT / "data/2023", name)) for name in SAMPLE}
    gone = {
        row[key]
        for key, name in (("mine_id", "mines"), ("supervisor_id", "supervisors"))
        for row in tables[name]
        if row["county_code"] == GONE
    }
    for name, rows in tables.items():
        ids = ("county_code", "mine_id", "supervisor_id")
        tables[name] = [
            row for row in rows if row.get("county_code") != GONE and not {row.get(key) for key in ids} & gone
        ]
    _add_new_county(tables)
    yicheng = [row for row in tables["checkins"] if row["supervisor_id"].startswith(f"S{YICHENG[2:]}")]
    lost = {id(row) for row in yicheng[::3]}
    tables["checkins"] = [row for row in tables["checkins"] if id(row) not in lost]
    first = next(row for row in tables["assignments"] if row["supervisor_id"].startswith(f"S{XI[2:]}"))
    _check_in(tables, first["supervisor_id"], first["mine_id"], thursdays(2024)[::2])
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), restval="")
            writer.writeheader()
            writer.writerows(rows)


def _moved(rows: Rows) -> Rows:
    def later(found: re.Match[str]) -> str:
        return str(dt.date.fromisoformat(found[0]) + _YEAR)

    return [
        {key: str(int(cell) + 1) if key == "year" else _DAY.sub(later, cell) for key, cell in row.items()}
        for row in rows
    ]


def _add_new_county(tables: dict[str, Rows]) -> None:
    tables["counties"].append({"county_code": NEW, "county": "样例新区"})
    tables["mines"].append(
        {"mine_id": "M9", "mine": "样例新矿", "county_code": NEW, "kind": "地下开采", "attached_tailings": "否"}
    )
    for number in ("S9-1", "S9-2"):
        tables["supervisors"].append({"supervisor_id": number, "name": "样例专员九", "county_code": NEW})
        tables["assignments"].append({"supervisor_id": number, "mine_id": "M9", "start": "2024-01-01", "end": ""})
    _check_in(tables, "S9-1", "M9", thursdays(2024))


def _check_in(tables: dict[str, Rows], supervisor: str, mine: str, days: list[dt.date]) -> None:
    details = {"underground": "否", "evidence": "1", "uploaded": "是"}
    tables["checkins"] += [
        {"supervisor_id": supervisor, "mine_id": mine, "at": f"{day} 10:00", **details} for day in days
    ]


if __name__ == "__main__":
    write_next_year(Path(sys.argv[1]))
