"""Write a whole set of made-up records of any size, the same for the same sizes.

python -m benchmarks.large.generate FOLDER --events 20000000 --format parquet

A supervisor holds one mine, one in ten a second one. Of a thousand events two are outside the period, two have no
assignment and one occurs twice.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb

from bulletin.mines.schema import TABLES

Format = Literal["csv", "parquet"]
FORMATS: tuple[Format, ...] = ("csv", "parquet")


@dataclass(frozen=True)
class Size:
    """How many there are of each; a fifth of the events are check-ins."""

    events: int = 20_000_000
    supervisors: int = 40_000
    counties: int = 2844


_REGISTERS = {
    "counties": "SELECT {county} AS county_code, '县' || (i + 1) AS county FROM range({counties}) AS r(i)",
    "mines": """SELECT {mine} AS mine_id, '矿' || i AS mine, {county} AS county_code,
        ['地下开采', '露天开采', '独立尾矿库'][i % 3 + 1] AS kind, CASE WHEN i % 7 = 0 THEN '是' ELSE '否' END AS attached_tailings
        FROM range({supervisors}) AS r(i)""",
    "mine_status": """SELECT {mine} AS mine_id, '停产停建' AS status, '2023-03-01' AS start, '2023-05-31' AS "end"
        FROM range(0, {supervisors}, 50) AS r(i)""",
    "supervisors": "SELECT {supervisor} AS supervisor_id, '' AS name, {county} AS county_code FROM range({supervisors}) AS r(i)",
    "assignments": """SELECT {supervisor} AS supervisor_id, 'M' || lpad(CAST(m AS VARCHAR), 6, '0') AS mine_id,
        '2022-01-01' AS start, '' AS "end" FROM (
            SELECT i, i AS m FROM range({supervisors}) AS r(i)
            UNION ALL SELECT i, i + {counties} FROM range(0, {supervisors} - {counties}, 10) AS r(i)) ORDER BY 1, 2""",
    "task_lists": "SELECT {mine} AS mine_id, '2023' AS year, '2023-01-10' AS issued_on FROM range(0, {supervisors}, 2) AS r(i)",
    "stationing": """SELECT '中秋国庆' AS key_period, {supervisor} AS supervisor_id, {mine} AS mine_id, '2023-09-29' AS start,
        '2023-10-06' AS "end", '是' AS app_checkin FROM range(0, {supervisors}, 5) AS r(i)""",
    "ledger_reviews": """SELECT {mine} AS mine_id, '2023-06-01' AS reviewed_on, {supervisor} AS supervisor_id, '是' AS no_recheck,
        '否' AS inaccurate, '否' AS illegible, '否' AS unsigned FROM range(0, {supervisors}, 4) AS r(i)""",
}

# hash() of DuckDB is the same for the same number: rows depend on nothing but their place. One in a thousand repeats
# the row before it.
_EVENTS = """
SELECT 'S' || lpad(CAST(s AS VARCHAR), 6, '0') AS supervisor_id,
       'M' || lpad(CAST((CASE WHEN h % 1000 IN (3, 4) THEN s + 1 ELSE s END) % {supervisors} AS VARCHAR), 6, '0') AS mine_id,
       TIMESTAMP '2023-01-01' + to_seconds(CAST(CASE WHEN h % 1000 IN (5, 6) THEN 31536000 ELSE 0 END
           + (h // 1000) % 31536000 AS BIGINT)) AS "at"{details}
FROM (SELECT n, h, CAST((h // 64) % {supervisors} AS BIGINT) AS s
      FROM (SELECT n, hash(CASE WHEN n % 1000 = 999 THEN n - 1 ELSE n END + {seed}) AS h FROM range({rows}) AS r(n)))
"""
_DETAILS = """, h % 3 = 0 AS underground, CAST(h % 5 AS INTEGER) AS evidence, h % 11 <> 0 AS uploaded"""


def generate(folder: Path, size: Size, form: Format) -> None:
    """Write the records; the registers are CSV in both forms."""
    folder.mkdir(parents=True, exist_ok=True)
    names = {
        "county": "CAST(100000 + i % {counties} AS VARCHAR)",
        "mine": "'M' || lpad(CAST(i AS VARCHAR), 6, '0')",
        "supervisor": "'S' || lpad(CAST(i AS VARCHAR), 6, '0')",
    }
    sizes = {"counties": size.counties, "supervisors": size.supervisors}
    words = {name: text.format(**sizes) for name, text in names.items()} | sizes
    checkins = size.events // 5
    queries = {name: query.format(**words) for name, query in _REGISTERS.items()}
    with duckdb.connect() as connection:
        for name, query in queries.items():
            _write(connection, query, folder / f"{name}.csv", "csv")
        for name, rows, details, seed in (
            ("checkins", checkins, _DETAILS, 0),
            ("remote_inspections", size.events - checkins, "", 2**40),
        ):
            query = _EVENTS.format(rows=rows, details=details, seed=seed, supervisors=size.supervisors)
            if form == "csv":
                query = _as_text(query, name)
            _write(connection, query, folder / f"{name}.{form}", form)


def _as_text(query: str, table: str) -> str:
    """The events as the app's CSV has them: 是 and 否."""
    cells = [
        f"CASE WHEN {column.name} THEN '是' ELSE '否' END AS {column.name}"
        if column.kind == "flag"
        else f'"{column.name}"'
        for column in TABLES[table].columns
    ]
    return f"SELECT {', '.join(cells)} FROM ({query})"  # noqa: S608 (of our own names)


def _write(connection: duckdb.DuckDBPyConnection, query: str, path: Path, form: Format) -> None:
    relation = connection.sql(query)
    if form == "csv":
        relation.write_csv(str(path))
    else:
        relation.write_parquet(str(path))


def main() -> None:
    """Write the records that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--events", type=int, default=Size.events)
    parser.add_argument("--supervisors", type=int, default=Size.supervisors)
    parser.add_argument("--counties", type=int, default=Size.counties)
    parser.add_argument("--format", choices=FORMATS, default="parquet")
    given = parser.parse_args()
    generate(given.folder, Size(given.events, given.supervisors, given.counties), given.format)


if __name__ == "__main__":
    main()
