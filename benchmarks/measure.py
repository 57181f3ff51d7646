"""What the benchmarks share: programs with what they took, the machine, and tables of ratios.

Needs a POSIX system: `os.wait4` tells what one program and all that it started took.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"
"""Tables as they were last written; not in git."""

_PACKAGES = ("bulletin", "pandas", "duckdb", "matplotlib", "papermill", "nbconvert", "ipykernel", "python-docx")

Command = Sequence[str | Path]


@dataclass(frozen=True)
class Took:
    """What work took: wall and CPU seconds, and the memory of its largest process in MB."""

    wall: float
    cpu: float
    peak: float = 0.0


def run(command: Command, cwd: Path = ROOT) -> Took:
    """Run a program to its end.

    Raises:
        RuntimeError: with what it wrote, where it failed.

    """
    with tempfile.TemporaryFile() as written:
        started = time.monotonic()
        program = subprocess.Popen([*map(str, command)], cwd=cwd, stdout=written, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(program.pid, 0)
        wall = time.monotonic() - started
        program.returncode = os.waitstatus_to_exitcode(status)
        if program.returncode:
            written.seek(0)
            raise RuntimeError(f"{command} ended with {program.returncode}:\n{written.read().decode()}")
    return Took(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / (1024 if sys.platform == "linux" else 1024**2))


def written(command: Command, cwd: Path = ROOT) -> str:
    """What a program writes."""
    return subprocess.run([*map(str, command)], cwd=cwd, check=True, capture_output=True, encoding="utf-8").stdout


def run_each(rows: Sequence[Sequence[Command]], at_a_time: int) -> Took:
    """Run rows of programs, each row one after another, so many rows at a time."""

    def run_row(row: Sequence[Command]) -> list[Took]:
        return [run(command) for command in row]

    started = time.monotonic()
    with ThreadPoolExecutor(at_a_time) as pool:
        took = [each for row in pool.map(run_row, rows) for each in row]
    wall = time.monotonic() - started
    return Took(wall, sum(each.cpu for each in took), max(each.peak for each in took))


def machine() -> str:
    """The machine and the versions, as one paragraph."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in _PACKAGES)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = f"{os.cpu_count()} cores, {memory:.0f} GB"
    return f"{platform.system()} {platform.machine()}, {cores}, Python {platform.python_version()}, {versions}."


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def write(name: str, text: str) -> None:
    """Print a result and keep it."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.md").write_text(text, encoding="utf-8")
    print(text)
