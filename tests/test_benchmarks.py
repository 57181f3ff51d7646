"""`python -m benchmarks` is the one command for all comparisons; each is a command of its own too."""

from __future__ import annotations

import argparse
import sys
from typing import Any

import pytest

from benchmarks import __main__ as everything
from benchmarks import full_build
from benchmarks.large import __main__ as large

Asked = list[tuple[str, argparse.Namespace]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Which comparisons were run, with what."""
    noted: Asked = []
    for name, module in (("full_build", full_build), ("large", large)):
        monkeypatch.setattr(module, "compare", lambda given, name=name: noted.append((name, given)))
    return noted


def run(module: Any, monkeypatch: pytest.MonkeyPatch, *options: str) -> None:
    monkeypatch.setattr(sys, "argv", ["benchmarks", *options])
    module.main()


def test_one_command_runs_every_comparison_with_the_options_of_each(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(
        everything,
        monkeypatch,
        "--county",
        "翼城县",
        "--rounds",
        "3",
        "--events",
        "1000000",
        "2000000",
        "--form",
        "csv",
    )
    assert [name for name, _ in asked] == ["full_build", "large"]
    for _, given in asked:
        assert (given.county, given.rounds, given.events, given.form) == (["翼城县"], 3, [1000000, 2000000], ["csv"])


@pytest.mark.parametrize(("module", "name"), [(full_build, "full_build"), (large, "large")])
def test_each_comparison_runs_by_itself(asked: Asked, monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> None:
    run(module, monkeypatch)
    assert [ran for ran, _ in asked] == [name]


def test_too_few_events_for_a_large_file_are_refused(
    asked: Asked, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run(large, monkeypatch, "--events", "750004")
    assert "begins at 750005" in capsys.readouterr().err
    run(large, monkeypatch, "--events", "750005")
    assert len(asked) == 1
