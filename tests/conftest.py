"""Programs that some tests need and that a user's machine may lack."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest


def needed(program: str, title: str) -> Path:
    """The program's path; without it the test skips on a user's machine and fails in CI."""
    found = shutil.which(program)
    if found is None:
        missing(f"{title} ({program})")
    return Path(found)


def missing(title: str) -> NoReturn:
    """Skip the test on a user's machine, and fail it in CI."""
    reason = f"{title} is not installed"
    if os.environ.get("BULLETIN_CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def soffice() -> Path:
    """LibreOffice."""
    return needed("soffice", "LibreOffice")


@pytest.fixture
def calc(soffice: Path, tmp_path: Path) -> Callable[[Path, str], Path]:
    """LibreOffice's spreadsheets: what it makes of a file in another format. Some machines have only its Writer."""

    def convert(source: Path, kind: str) -> Path:
        folder = tmp_path / f"to-{kind}"
        home = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        command: list[str | Path] = [soffice, home, "--headless", "--convert-to", kind, "--outdir", folder, source]
        subprocess.run(command, check=True, capture_output=True)
        made = folder / f"{source.stem}.{kind}"
        if not made.is_file():
            missing("LibreOffice Calc")
        return made

    return convert


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Chromium."""
    return needed("chromium", "Chromium")
