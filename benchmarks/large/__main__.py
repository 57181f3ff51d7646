"""What the figures of records as large as the country cost against DuckDB's bare scan and count of the same columns.

    python -m benchmarks.large                       # 1, 5 and 20 million events as Parquet and as CSV: minutes
    python -m benchmarks.large --events 1000000 --form csv

Each step runs in a process of its own; times are only told as ratios.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.large.generate import FORMATS, Format, Size, generate
from benchmarks.large.steps import STEPS
from benchmarks.measure import machine, table, write
from bulletin.records.sources.large import memory_limit
from bulletin.records.sources.limits import MOST_ROWS


@dataclass(frozen=True)
class Step:
    """Wall and CPU seconds of a step, and its process's largest memory in MB."""

    wall: float
    cpu: float
    peak: float


def one_set(size: Size, form: Format) -> dict[str, Step]:
    """Each step on records of that size."""
    with tempfile.TemporaryDirectory() as name:
        generate(Path(name), size, form)
        return {step: _run(step, name, form) for step in STEPS}


def _run(step: str, folder: str, form: Format) -> Step:
    command = [sys.executable, "-m", "benchmarks.large.steps", step, folder, form]
    return Step(**json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


def add_options(options: argparse.ArgumentParser) -> None:
    """What can be asked of it."""
    options.add_argument("--events", type=_size, nargs="+", default=[1_000_000, 5_000_000, 20_000_000], help="sizes")
    options.add_argument("--form", choices=FORMATS, nargs="+", default=FORMATS, help="what the records are")


def _size(text: str) -> int:
    """A number of events of which the fifth that are check-ins is a large file."""
    if int(text) // 5 <= MOST_ROWS:
        raise argparse.ArgumentTypeError(f"{text} are too few: a large file begins at {(MOST_ROWS + 1) * 5}")
    return int(text)


def compare(given: argparse.Namespace) -> None:
    """Measure each size in the forms that were asked for and write the table."""
    took = {(form, events): one_set(Size(events), form) for form in given.form for events in given.events}
    cells: list[Callable[[Step, Step, Step], str]] = [
        lambda step, scan, _: f"{step.wall / scan.wall:.1f}",
        lambda step, scan, _: f"{step.cpu / scan.cpu:.1f}",
        lambda step, _, smallest: f"{step.wall / smallest.wall:.1f}",
        lambda step, *_: f"{step.peak:.0f} MB",
    ]
    rows = [
        [
            form,
            f"{events / 1e6:g}",
            step,
            *(cell(each, steps["scan"], took[form, given.events[0]][step]) for cell in cells),
        ]
        for (form, events), steps in took.items()
        for step, each in steps.items()
    ]
    heads = ["form", "million events", "step", "wall, scan = 1", "CPU, scan = 1", "wall, first size = 1", "memory"]
    text = [
        "# Records as large as the country\n",
        f"{machine()} Memory limit of DuckDB {memory_limit()}.\n",
        f"{Size.supervisors} supervisors, {Size.counties} counties.\n",
        *(f"- {name}: {(step.__doc__ or '').splitlines()[0]}" for name, step in STEPS.items()),
        "",
        table(heads, rows),
    ]
    write("large", "\n".join(text))


def main() -> None:
    """Run it by itself."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add_options(options)
    compare(options.parse_args())


if __name__ == "__main__":
    main()
