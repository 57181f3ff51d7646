"""One step of the work on large records in a process of its own: what it took goes to the output as JSON.

Needs a POSIX system, which tells a process its largest memory.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb

from benchmarks.large.generate import FORMATS
from bulletin.facts import facts_csv, make_facts
from bulletin.metrics import compute
from bulletin.metrics.weekly import weekly_query
from bulletin.params import load_params
from bulletin.periods import parse_period
from bulletin.project import find_project
from bulletin.records import check_records, read_records
from bulletin.records.large import memory_limit
from bulletin.records.schema import EVENTS, TABLES
from bulletin.records.valid import valid_events

PERIOD = parse_period("2023")


def scan(folder: Path, form: str) -> None:
    """DuckDB reads all columns of both tables of events and counts them.

    COUNT of a column alone is answered from a Parquet file's statistics, in no time; with its hash it has to be read.
    """
    with duckdb.connect() as connection:
        for name in EVENTS:
            counts = ", ".join(f'COUNT(NULLIF(hash("{column.name}"), 0))' for column in TABLES[name].columns)
            connection.execute(
                f"SELECT {counts} FROM read_{form}(?)",  # noqa: S608 (our own names)
                [str(folder / f"{name}.{form}")],
            ).fetchall()


def aggregate(folder: Path, form: str) -> None:
    """The weekly aggregate's own SQL straight over the files: nothing checked, no cell but the plainest read."""
    window = load_params(find_project(), PERIOD).window
    with duckdb.connect(config={"memory_limit": memory_limit(), "temp_directory": str(folder / "spill")}) as connection:
        connection.execute(
            "CREATE VIEW assignments AS SELECT supervisor_id, mine_id, start AS first_day, "  # noqa: S608 (our own folder)
            f"DATE '9999-12-31' AS last_day FROM read_csv('{folder}/assignments.csv')"
        )
        for name in EVENTS:
            flags = ", ".join(
                f"{_yes(each.name)} AS {each.name}" for each in TABLES[name].columns if each.kind == "flag"
            )
            columns = f"* REPLACE ({flags})" if flags else "*"
            source = f"read_{form}('{folder}/{name}.{form}')"
            connection.execute(f"CREATE OR REPLACE VIEW events AS SELECT {columns} FROM {source}")  # noqa: S608
            connection.execute(f"WITH valid AS ({valid_events(name, window)}) {weekly_query(name)}").df()


def _yes(flag: str) -> str:
    return f"CAST({flag} AS VARCHAR) IN ('是', 'true')"


def facts(folder: Path, form: str) -> None:
    """Records read and checked, figures of all counties, facts.csv."""
    params = load_params(find_project(), PERIOD)
    records = read_records(folder)
    try:
        metrics = compute(check_records(records, params.window), params)
        facts_csv(make_facts(metrics.figures, metrics.register))
    finally:
        records.close()


STEPS: Mapping[str, Callable[[Path, str], None]] = {each.__name__: each for each in (scan, aggregate, facts)}


def main() -> None:
    """Do one step."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("step", choices=STEPS)
    options.add_argument("folder", type=Path)
    options.add_argument("form", choices=FORMATS)
    given = options.parse_args()
    wall, cpu = time.perf_counter(), time.process_time()
    STEPS[given.step](given.folder, given.form)
    took = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)
    print(json.dumps(took | {"peak": peak}))


if __name__ == "__main__":
    main()
