"""docs/security.md: the tests and modules that it names are there, and each row names a test."""

from __future__ import annotations

import re

import pytest

from tests.builders import ROOT

TEXT = (ROOT / "docs/security.md").read_text(encoding="utf-8")
ROWS = [line for line in TEXT.splitlines() if line.startswith("| ")][2:]


def test_every_row_names_its_tests() -> None:
    assert len(ROWS) > 15
    assert [row for row in ROWS if not re.search(r"tests/[\w/]+\.py", row)] == []


@pytest.mark.parametrize("path", sorted(set(re.findall(r"tests/[\w/]+\.py", TEXT))))
def test_every_test_that_is_named_is_there(path: str) -> None:
    assert re.search(r"def (?:test|it)_", (ROOT / path).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`((?:\w+/)*\w+\.py)`", TEXT))))
def test_every_module_that_is_named_is_there(name: str) -> None:
    assert list((ROOT / "src/bulletin").rglob(name))
