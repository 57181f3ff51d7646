"""Programs that some tests need and that a user's machine may lack."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def soffice() -> Path:
    """LibreOffice; without it a test skips on a user's machine and fails in CI."""
    found = shutil.which("soffice")
    if found is None:
        reason = "LibreOffice (soffice) is not installed"
        if os.environ.get("BULLETIN_CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return Path(found)
