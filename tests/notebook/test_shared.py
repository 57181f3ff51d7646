"""A build's results are shared with the notebooks that its own process and forks run, and with nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulletin.mines.notebook import open_city, open_county
from bulletin.notebook.period import is_shared, open_period, share_period
from bulletin.project.paths import DATA_VARIABLE
from tests.build.projects import PARAMS, make_project
from tests.builders import JIA, write_tables


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(make_project(tmp_path))
    return tmp_path


def test_a_shared_period_is_not_read_again(project: Path) -> None:
    results = open_period("2023")
    with share_period("2023", results):
        assert is_shared()
        assert open_period(2023) is results
        assert open_city("2023").results is open_county("2023", JIA).results is results
    assert not is_shared()
    assert open_period("2023") is not results


def test_another_period_and_other_records_are_read(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "params/2023Q1.yaml").write_text(PARAMS.replace('"2023"', '"2023Q1"'), encoding="utf-8")
    other = write_tables(project / "other", checkins=["S1,M1,2023-01-05 09:00,是,2,是"])
    results = open_period("2023")
    with share_period("2023", results):
        assert open_period("2023Q1").params.period == "2023Q1"
        monkeypatch.setenv(DATA_VARIABLE, str(other))
        assert open_period("2023").facts("onsite_rate", JIA).value
    assert not results.facts("onsite_rate", JIA).value
