"""A full build of the sample year against the plain tools, the bare work, and builds after little or no change.

    python -m benchmarks.full_build                   # everything: some minutes
    python -m benchmarks.full_build --county 翼城县    # of one county's report alone; may be repeated
    python -m benchmarks.full_build --without-tools   # the build against the bare work alone

The ways take turns, round by round, and each way's middle round counts. Times are only told as ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.corrections import drop_checkin, read_rows, rename_mine
from benchmarks.measure import ROOT, Command, Took, machine, run, run_each, table, write, written

PERIOD = "2023"
SAMPLE = ROOT / "data" / PERIOD
_PYTHON = (sys.executable, "-m")
_TOOLS = "papermill, nbconvert --to tongbao and nbconvert --to gongwen"


def plain_tools(counties: list[str], folder: Path) -> list[list[Command]]:
    """What a user would type for these counties (none: the city), a row a report."""
    rows: list[list[Command]] = []
    for county in counties:
        notebook = ROOT / "notebooks/mines" / ("county_report.ipynb" if county else "city_bulletin.ipynb")
        executed = folder / f"{county or 'city'}.ipynb"
        parameters = ["-p", "period", PERIOD, *(["-p", "county", county] if county else [])]
        rows.append(
            [
                [*_PYTHON, "papermill", notebook, executed, *parameters],
                [*_PYTHON, "nbconvert", "--to", "tongbao", executed],
                [*_PYTHON, "nbconvert", "--to", "gongwen", executed],
            ]
        )
    return rows


def bare_work(built: Path, told: Path) -> Took:
    """The CPU time of the work alone on the notebooks of a build, if all cores shared it."""
    run([*_PYTHON, "benchmarks.bare_work", PERIOD, built, told])
    cpu = sum(json.loads(told.read_text("utf-8")).values())
    return Took(cpu / (os.cpu_count() or 1), cpu)


def rebuilds(build: Command, data: Path, county: str) -> dict[str, Took]:
    """The same build again: without a change, and after each of two corrections in one county."""
    took = {"the same again, nothing changed": run(build)}
    for title, correct in (
        ("one county's record corrected that moves no figure", rename_mine),
        ("one county's record corrected that moves figures", drop_checkin),
    ):
        correct(data, county)
        due = written([*build, "--dry-run"]).count("需生成")
        took[f"{title}: {due} report(s) made again"] = run(build)
    return took


def one_round(chosen: list[str], *, tools: bool) -> tuple[dict[str, Took], dict[str, float]]:
    """Each way once, by its name, and the parts of the bare work."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = folder / "data"
        shutil.copytree(SAMPLE, data)
        every = counties_of(data)
        counties = chosen or ["", *every]
        took: dict[str, Took] = {}
        if tools:
            for title, at_a_time in (
                (f"{_TOOLS}, one report after another", 1),
                ("the same, two reports at a time", 2),
            ):
                (folder / str(at_a_time)).mkdir()
                took[title] = run_each(plain_tools(counties, folder / str(at_a_time)), at_a_time)
        options = [option for county in chosen for option in ("--county", county)]
        where: Command = ["--data", data, "--outputs", folder / "built"]
        build: Command = [*_PYTHON, "bulletin", "build", PERIOD, *where, *options]
        took["bulletin build"] = run(build)
        told = folder / "floor.json"
        took["the floor: the bare work in a warm process, shared by all cores"] = bare_work(folder / "built", told)
        corrected = next((code for code, county in every.items() if {code, county} & set(chosen)), next(iter(every)))
        took |= rebuilds(build, data, corrected)
        return took, json.loads(told.read_text("utf-8"))


def counties_of(data: Path) -> dict[str, str]:
    """The counties' names by code."""
    return {row["county_code"]: row["county"] for row in read_rows(data / "counties.csv")}


def add_options(options: argparse.ArgumentParser) -> None:
    """What can be asked of it."""
    options.add_argument("--county", action="append", default=[], help="only this county's report; may be repeated")
    options.add_argument("--without-tools", action="store_true", help="leave out papermill and nbconvert")
    options.add_argument("--rounds", type=int, default=1, help="how often each way of a full build is run")


def compare(chosen: argparse.Namespace) -> None:
    """Run the rounds and write the table."""
    rounds = [one_round(chosen.county, tools=not chosen.without_tools) for _ in range(chosen.rounds)]
    ways = list(rounds[0][0])
    took = {
        way: Took(
            statistics.median(each[way].wall for each, _ in rounds),
            statistics.median(each[way].cpu for each, _ in rounds),
            max(each[way].peak for each, _ in rounds),
        )
        for way in ways
    }
    build = took["bulletin build"]
    rows = [
        [
            way,
            f"{each.wall / build.wall:.2f}",
            f"{each.cpu / build.cpu:.2f}",
            f"{each.peak:.0f} MB" if each.peak else "",
        ]
        for way, each in took.items()
    ]
    parts = rounds[0][1]
    text = [
        "# A full build\n",
        f"{machine()}\n",
        f"{len(chosen.county) or 1 + len(counties_of(SAMPLE))} reports of the sample year; the middle of {chosen.rounds} round(s). The build is 1.\n",
        table(["way", "wall", "CPU", "largest process"], rows),
        "Where the bare work goes:\n",
        table(["part", "share"], [[part, f"{cpu / sum(parts.values()):.0%}"] for part, cpu in parts.items()]),
    ]
    write("full_build", "\n".join(text))


def main() -> None:
    """Run it by itself."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add_options(options)
    compare(options.parse_args())


if __name__ == "__main__":
    main()
