"""Programs that some tests need and that a user's machine may lack."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest


def needed(program: str, title: str) -> Path:
    """The program's path; without it the test skips on a user's machine and fails in CI."""
    found = shutil.which(program)
    if found is None:
        reason = f"{title} ({program}) is not installed"
        if os.environ.get("BULLETIN_CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return Path(found)


@pytest.fixture(scope="session")
def soffice() -> Path:
    """LibreOffice."""
    return needed("soffice", "LibreOffice")


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Chromium."""
    return needed("chromium", "Chromium")
