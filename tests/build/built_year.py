"""What the command leaves, for all tests that look at it or work on from there: built once, whatever process needs it first."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bulletin.build.lock import alone
from tests.build.projects import build, make_project
from tests.builders import ROOT

YICHENG = "counties/141022-翼城县"


@dataclass(frozen=True)
class BuiltYear:
    """The sample year as one full build left it, and what the command printed. Nobody changes it."""

    folder: Path
    printed: str

    def text(self, name: str) -> str:
        """The text of a file."""
        return (self.folder / name).read_text(encoding="utf-8")


def run(*command: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a module by its name, with its arguments."""
    return subprocess.run(
        [sys.executable, "-m", *map(str, command)],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def build_year(folder: Path) -> BuiltYear:
    """Build the sample year below a folder, or take what is there."""
    printed = _built(folder, lambda: run("bulletin", "build", "2023", "--outputs", folder / "outputs"))
    return BuiltYear(folder / "outputs/2023", printed)


def build_small(folder: Path) -> Path:
    """Build a project of the small period below a folder, or take what is there. Nobody changes it, tests take copies."""
    project = folder / "project"
    _built(folder, lambda: build(make_project(project)))
    return project


def _built(folder: Path, command: Callable[[], subprocess.CompletedProcess[str]]) -> str:
    """What the build printed, made now unless another process of these tests has; one that is at it is waited for."""
    printed = folder / "printed"
    with alone(folder, lambda _: None):
        if not printed.exists():
            done = command()
            assert done.returncode == 0, done.stdout + done.stderr
            printed.write_text(done.stdout, encoding="utf-8")
    return printed.read_text(encoding="utf-8")
