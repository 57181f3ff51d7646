"""What facts of large records cost against DuckDB's bare scan and count of the same columns, as a Markdown table.

python -m benchmarks.large [--events 1000000 5000000 20000000] > table.md
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import pandas as pd

from benchmarks.large.generate import FORMATS, Size, generate
from bulletin.records.large import memory_limit
from bulletin.records.schema import EVENTS, TABLES


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


# Each in a process of its own, which says its wall seconds and its peak memory in MB (Linux counts it in KB).
_TIMED = """
import resource, sys, time
from pathlib import Path
folder = Path(sys.argv[1])
{imports}
start = time.perf_counter()
{work}
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""

_FACTS = (
    """
from bulletin.facts import facts_csv, make_facts
from bulletin.metrics import compute
from bulletin.params import load_params
from bulletin.periods import parse_period
from bulletin.project import find_project
from bulletin.records import check_records, read_records
params = load_params(find_project(), parse_period("2023"))
""",
    """
records = read_records(folder)
metrics = compute(check_records(records, params.window), params)
facts_csv(make_facts(metrics.figures, metrics.register))
records.close()
""",
)


def _timed(folder: Path, imports: str, work: str) -> tuple[float, float]:
    program = _TIMED.format(imports=imports, work=work)
    ran = subprocess.run([sys.executable, "-c", program, str(folder)], check=True, capture_output=True, text=True)
    seconds, memory = ran.stdout.split()[-2:]
    return float(seconds), float(memory)


def _scan(form: str) -> str:
    """The bare scan and count of all columns of both tables of events.

    COUNT of a column alone is answered from a Parquet file's statistics, in no time; with its hash it has to be read.
    """
    lines = ["connection = duckdb.connect()"]
    for name in EVENTS:
        counts = ", ".join(f'COUNT(NULLIF(hash("{column.name}"), 0))' for column in TABLES[name].columns)
        query = f"SELECT {counts} FROM read_{form}(?)"  # noqa: S608 (our own names)
        lines.append(f"connection.execute({query!r}, [str(folder / '{name}.{form}')]).fetchall()")
    return "\n".join(lines)


def main() -> None:
    """Measure each size in both forms and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, nargs="+", default=[1_000_000, 5_000_000, 20_000_000])
    parser.add_argument("--format", choices=FORMATS, nargs="+", default=FORMATS)
    given = parser.parse_args()
    sys.stdout.write(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}, ")
    _say(f"DuckDB {duckdb.__version__}, pandas {pd.__version__}, memory limit {memory_limit()}\n")
    _say("| events | form | scan and count s | facts s | ratio | peak MB |\n| --- | --- | --- | --- | --- | --- |")
    for events in given.events:
        for form in given.format:
            with tempfile.TemporaryDirectory() as name:
                generate(Path(name), Size(events), form)
                scan, _ = _timed(Path(name), "import duckdb", _scan(form))
                facts, peak = _timed(Path(name), *_FACTS)
            _say(f"| {events:,} | {form} | {scan:.2f} | {facts:.2f} | {facts / scan:.1f} | {peak:.0f} |")


if __name__ == "__main__":
    main()
