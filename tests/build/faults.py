"""What the tests of a machine's faults share: a build to harm, what it leaves behind, and the table of what was survived."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from bulletin.export.notebook_words import NOTEBOOKS
from bulletin.records.history import ROWS
from tests import warm
from tests.build.projects import make_project, outputs
from tests.builders import write_tables

_MARK = "BULLETIN_TRIAL"
FIRST, SECOND = "S1,M1,2023-01-05 09:00,是,2,是", "S3,M3,2023-01-12 09:00,是,2,是"
"""Records whose change touches every report."""

RUN_MAIN = "\nimport sys\nfrom bulletin.cli.main import main\nraise SystemExit(main(sys.argv[1:]))"


@dataclass
class Trial:
    """A project with a place of its own for all that programs leave outside it, its processes known by a mark or where they are."""

    project: Path
    home: Path
    mark: str = field(default_factory=lambda: uuid4().hex)

    @property
    def period(self) -> Path:
        """The folder of the period's outputs."""
        return self.project / "outputs/2023"

    @property
    def environment(self) -> dict[str, str]:
        """Of every process of this trial."""
        places = {"HOME": str(self.home), "TMPDIR": str(self.home / "tmp")}
        return os.environ | places | {_MARK: self.mark, "PYTHONIOENCODING": "utf-8"}

    def start(self, *options: str, before: str = "") -> subprocess.Popen[str]:
        """The real command, in a process group of its own; or with code that is run before."""
        program = ["-c", before + RUN_MAIN] if before else ["-m", "bulletin"]
        return subprocess.Popen(
            [sys.executable, *program, *(options or ("build", "2023"))],
            cwd=self.project,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )

    def run(self, *options: str, before: str = "") -> subprocess.CompletedProcess[str]:
        """The command to its end, in a fork of what has all loaded."""
        own = options or ("build", "2023")
        return warm.run(*own, cwd=self.project, before=before, environment=self.environment, seconds=120)

    def run_anew(self, *options: str, before: str) -> subprocess.CompletedProcess[str]:
        """The real command to its end, where the code run before has to come before what is loaded, too."""
        with self.start(*options, before=before) as process:
            late = threading.Timer(120, process.kill)
            late.start()
            out, err = process.communicate()
            late.cancel()
        return subprocess.CompletedProcess(options, process.returncode, out, err)

    def processes(self) -> list[int]:
        """All that run, whoever their parent is by now."""
        return [int(folder.name) for folder in Path("/proc").glob("[0-9]*") if self._is_ours(folder)]

    def _is_ours(self, folder: Path) -> bool:
        try:
            if f"{_MARK}={self.mark}".encode() in (folder / "environ").read_bytes():
                return True
            return (
                (folder / "cwd").readlink().is_relative_to(self.project)
            )  # a fork shows the environment of its parent
        except OSError:  # it has just ended
            return False

    def all_end(self, seconds: float = 3.0) -> bool:
        """Whether no process is left after so many seconds."""
        end = time.monotonic() + seconds
        while self.processes():
            if time.monotonic() > end:
                return False
            time.sleep(0.02)
        return True

    def strays(self) -> list[str]:
        """What shouldn't be there when nothing runs: hidden in the outputs, or anywhere outside."""
        hidden = [path for path in self.project.rglob(".*") if path.name not in (ROWS, NOTEBOOKS)]
        return sorted(str(path) for path in [*hidden, *(self.home / "tmp").iterdir(), *_kernels(self.home)])

    def records(self, *checkins: str) -> None:
        """Put other check-ins into the records."""
        write_tables(self.project / "data", checkins=checkins)

    def left(self) -> dict[str, bytes]:
        """The outputs by their names, without what's hidden."""
        return {name: content for name, content in outputs(self.project).items() if not _is_hidden(name)}


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") for part in Path(name).parts)


def _kernels(home: Path) -> Iterator[Path]:
    return home.rglob("kernel-*.json")


@dataclass(frozen=True)
class Built:
    """A project over the small period that was built with the first records, and what builds of each records leave."""

    trial: Trial
    finished: Mapping[str, Mapping[str, bytes]]
    seconds: float

    def again(self, folder: Path, records: str = FIRST) -> Trial:
        """A copy of it to harm, in a folder that has nothing else, with these records to be built next."""
        shutil.copytree(self.trial.home.parent, folder, dirs_exist_ok=True)
        trial = Trial(folder / "project", folder / "home")
        trial.records(records)
        return trial


def build_both(folder: Path, make: Callable[[Path], Path] = make_project) -> Built:
    """Build a project with the second and then with the first records."""
    folder.joinpath("home/tmp").mkdir(parents=True)
    trial = Trial(make(folder / "project"), folder / "home")
    finished, seconds = {}, 0.0
    for records in (SECOND, FIRST):
        trial.records(records)
        started = time.monotonic()
        done = trial.run()
        seconds = time.monotonic() - started
        assert done.returncode == 0, done.stderr
        assert trial.strays() == []
        finished[records] = trial.left()
    return Built(trial, finished, seconds)


def units(files: Mapping[str, bytes]) -> dict[str, dict[str, bytes]]:
    """The files by what is published as one: a report's folder, or a file by itself."""
    found: dict[str, dict[str, bytes]] = {}
    for name, content in files.items():
        found.setdefault(str(Path(name).parent) if "/" in name else name, {})[name] = content
    return found


def without_run(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files that are a function of the inputs alone."""
    tells = ("index.html", "changes.html", "manifest.json")
    return {name: content for name, content in files.items() if name not in tells and not name.endswith(".ipynb")}


Note = Callable[[str, int, int, str], None]
"""Notes a line of the fault table: the fault, how often it was tried, how often survived, and what the user was told."""


def message(done: subprocess.CompletedProcess[str], trial: Trial) -> str:
    """The first thing it said was wrong, for the table."""
    line = next(line for line in done.stderr.splitlines() if line.startswith(("错误：", "失败：")))
    return line.replace(str(trial.project), "…")


def table(lines: Iterable[tuple[str, int, int, str]]) -> str:
    """The fault table, as docs/faults.md has it."""
    rows = [f"| {fault} | {tries} | {whole} | {told} |" for fault, tries, whole, told in sorted(lines)]
    return "\n".join(["| fault | tries | survived | message |", "| --- | --- | --- | --- |", *rows])
