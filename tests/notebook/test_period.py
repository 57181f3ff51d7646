"""A period's results: what is found when it's asked for, and all of it before a build's processes fork."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import ROOT, results_of


def test_what_is_else_found_when_it_is_asked_for_is_found_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    results = results_of(tmp_path)
    lazy = {"inputs", "inputs_of", "owed", "rows", "means", "exempt", "months"}
    assert not lazy & vars(results.computed).keys()
    results.complete()
    assert lazy <= vars(results.computed).keys()
    assert "commits" in vars(results)
