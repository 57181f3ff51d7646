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
from bulletin.facts.facts import facts_csv, make_facts
from bulletin.mines.catalogue import METRICS
from bulletin.mines.computed import compute_period
from bulletin.mines.events import weekly_events
from bulletin.mines.schema import EVENTS, SCHEMA, TABLES
from bulletin.project.params import load_params
from bulletin.project.paths import find_project
from bulletin.project.periods import parse_period
from bulletin.records.read import read_records

PERIOD = parse_period("2023")


def scan(folder: Path, form: str) -> Callable[[], None]:
    """DuckDB reads all columns of both tables of events and counts them.

    COUNT of a column alone is answered from a Parquet file's statistics, in no time; with its hash it has to be read.
    """

    def scanned() -> None:
        with duckdb.connect() as connection:
            for name in EVENTS:
                counts = ", ".join(f'COUNT(NULLIF(hash("{column.name}"), 0))' for column in TABLES[name].columns)
                connection.execute(
                    f"SELECT {counts} FROM read_{form}(?)",  # noqa: S608 (our own names)
                    [str(folder / f"{name}.{form}")],
                ).fetchall()

    return scanned


def weekly(folder: Path, _form: str) -> Callable[[], None]:
    """All records read, each row of events looked at, and the valid events counted by supervisor, mine and week."""
    window = load_params(find_project(), PERIOD).window

    def counted() -> None:
        records = read_records(folder, SCHEMA)
        try:
            for name in EVENTS:
                weekly_events(records, name, window)
        finally:
            records.close()

    return counted


def facts(folder: Path, _form: str) -> Callable[[], None]:
    """All records read and checked, every fault listed, figures of all counties, facts.csv."""
    params = load_params(find_project(), PERIOD)

    def made() -> None:
        records = read_records(folder, SCHEMA)
        try:
            computed = compute_period(records, params, None)
            facts_csv(make_facts(computed.figures, computed.scopes, METRICS, params.period))
        finally:
            records.close()

    return made


STEPS: Mapping[str, Callable[[Path, str], Callable[[], None]]] = {each.__name__: each for each in (scan, weekly, facts)}
"""What each step gets ready, and gives back to be timed."""


def main() -> None:
    """Do one step."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("step", choices=STEPS)
    options.add_argument("folder", type=Path)
    options.add_argument("form", choices=FORMATS)
    given = options.parse_args()
    work = STEPS[given.step](given.folder, given.form)
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    took = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)
    print(json.dumps(took | {"peak": peak}))


if __name__ == "__main__":
    main()
