"""One county's record corrected, in a copy of the sample year's records."""

from __future__ import annotations

import csv
from pathlib import Path

Row = dict[str, str]


def read_rows(path: Path) -> list[Row]:
    """A table's rows, as text by heading."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _write_rows(rows: list[Row], path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def rename_mine(data: Path, county: str) -> None:
    """Correct the name of the county's first mine: no figure moves."""
    rows = read_rows(data / "mines.csv")
    next(row for row in rows if row["county_code"] == county)["mine"] += "（更正）"
    _write_rows(rows, data / "mines.csv")


def drop_checkin(data: Path, county: str) -> None:
    """Take out the county's first check-in: its figures move, and with them the city's."""
    mines = {row["mine_id"] for row in read_rows(data / "mines.csv") if row["county_code"] == county}
    rows = read_rows(data / "checkins.csv")
    rows.remove(next(row for row in rows if row["mine_id"] in mines))
    _write_rows(rows, data / "checkins.csv")
