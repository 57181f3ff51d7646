"""What a build was made from, and how its reports stand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bulletin.facts import make_facts
from bulletin.manifest import MANIFEST, Inputs, Manifest, read_manifest, report_entries, take_inputs
from bulletin.metrics import compute
from bulletin.present.report import PeriodResults
from bulletin.records import check_records, read_records
from bulletin.reports import Job, Outcome
from tests.builders import params_of, results_of, write_tables
from tests.records.test_database import _fill_duckdb, as_typed

FOLDER = "counties/100001-甲县"


@pytest.fixture
def job(tmp_path: Path) -> Job:
    notebook = tmp_path / "notebooks/county_report.ipynb"
    notebook.parent.mkdir()
    notebook.write_text("{}", encoding="utf-8")
    return Job("甲县", notebook, {"period": "2023"}, FOLDER, "report", 1, 1)


@pytest.fixture
def inputs(job: Job, tmp_path: Path) -> Inputs:
    return take_inputs(results_of(tmp_path / "data"), [job])


def publish(folder: Path, job: Job) -> None:
    (folder / job.folder).mkdir(parents=True)
    (folder / job.folder / "report.docx").write_bytes(b"a report")


def last(entries: list[Any], inputs: Inputs) -> Manifest:
    told: dict[str, Any] = {"period": "2023", "generated_at": "", "git_commit": None, "python": "", "files": {}}
    return Manifest(**dict(inputs), **told, reports=entries)


def state(folder: Path, job: Job, outcome: Outcome | None, inputs: Inputs, before: Manifest | None = None) -> str:
    (entry,) = report_entries(folder, [job], [outcome] if outcome else [], inputs, before)
    return entry.state


def test_the_digest_tells_any_other_input_and_no_other_notebook(job: Job, inputs: Inputs) -> None:
    whole = inputs.digest(job.notebook)
    others: list[dict[str, Any]] = [
        {"bulletin": "9"},
        {"program": "9"},
        {"commit": {"sha": "9", "changed": False}},
        {"packages": {}},
        {"params": inputs.params | {"averaging": "pooled"}},
        {"inputs": inputs.inputs[1:]},
        {"previous": {"period": "2022", "file": "previous.csv", "sha256": "9"}},
        {"notebooks": {job.notebook.name: "9"}},
    ]
    digests = [Inputs.model_validate(inputs.model_dump() | other).digest(job.notebook) for other in others]
    assert len({whole, *digests}) == 1 + len(others) == 1 + len(Inputs.model_fields)
    more = inputs.model_copy(update={"notebooks": inputs.notebooks | {"city_bulletin.ipynb": "9"}})
    assert more.digest(job.notebook) == whole


def test_inputs_are_the_same_each_time_and_name_every_sheet(job: Job, inputs: Inputs, tmp_path: Path) -> None:
    assert take_inputs(results_of(tmp_path / "data"), [job]) == inputs
    assert {source.file for source in inputs.inputs if source.sha256} == {
        path.name for path in (tmp_path / "data").iterdir()
    }
    other = take_inputs(results_of(tmp_path / "data", params_of(averaging="pooled")), [job])
    assert other.digest(job.notebook) != inputs.digest(job.notebook)


def test_events_that_stay_in_a_database_have_a_digest_of_what_was_counted_there(job: Job, tmp_path: Path) -> None:
    def digests(*checkins: str) -> dict[str, str]:
        tables = as_typed(read_records(write_tables(tmp_path / "data", checkins=checkins)))
        params = params_of()
        records = read_records(_fill_duckdb(tmp_path, tables))
        checked = check_records(records, params.window)
        metrics = compute(checked, params)
        records.close()
        assert set(records.live) == {"checkins", "remote_inspections"}
        facts = make_facts(metrics.figures, metrics.register)
        found = take_inputs(PeriodResults(params, checked, metrics, facts), [job])
        return {source.table: source.sha256 for source in found.inputs}

    before = digests("S1,M1,2023-01-05 09:00,是,2,是")
    assert digests("S1,M1,2023-01-05 09:00,是,2,是") == before
    for other in ("S1,M1,2023-01-12 09:00,是,2,是", "S1,M1,2023-01-05 09:00,是,0,是", "S1,M2,2023-01-05 09:00,是,2,是"):
        after = digests(other)
        assert {table for table in before if after[table] != before[table]} == {"checkins"}


def test_a_notebook_that_isnt_there_is_told_by_its_own_report(job: Job, tmp_path: Path) -> None:
    job.notebook.unlink()
    assert take_inputs(results_of(tmp_path / "data"), [job]).notebooks == {}


def test_a_report_that_was_run_is_built_or_unchanged_or_failed(job: Job, inputs: Inputs, tmp_path: Path) -> None:
    failed = Outcome("甲县", FOLDER, 1.0, "第 3 格出错")
    assert state(tmp_path, job, failed, inputs) == "failed"
    publish(tmp_path, job)
    assert state(tmp_path, job, Outcome("甲县", FOLDER, 1.0), inputs) == "built"
    assert state(tmp_path, job, Outcome("甲县", FOLDER, 1.0, unchanged=True), inputs) == "unchanged"
    assert state(tmp_path, job, failed, inputs) == "kept"


def test_a_report_that_wasnt_run_is_stale_once_its_inputs_are_others(job: Job, inputs: Inputs, tmp_path: Path) -> None:
    assert state(tmp_path, job, None, inputs) == "missing"
    publish(tmp_path, job)
    built = last(report_entries(tmp_path, [job], [Outcome("甲县", FOLDER, 1.0)], inputs, None), inputs)
    assert state(tmp_path, job, None, inputs, built) == "unchanged"
    other = inputs.model_copy(update={"bulletin": "9"})
    assert state(tmp_path, job, None, other, built) == "stale"
    # Still so in the build after that, and after one in which it failed: it's as old as it was.
    for outcome in (None, Outcome("甲县", FOLDER, 1.0, "第 3 格出错")):
        later = last(report_entries(tmp_path, [job], [outcome] if outcome else [], other, built), other)
        assert state(tmp_path, job, None, other, later) == "stale"
    assert state(tmp_path, job, None, inputs, None) == "stale"


def test_reports_of_two_counties_with_one_name_are_told_apart(job: Job, inputs: Inputs, tmp_path: Path) -> None:
    other = Job("甲县", job.notebook, {}, "counties/100002-甲县", "report", 1, 1)
    outcomes = [Outcome("甲县", FOLDER, 1.0), Outcome("甲县", other.folder, 1.0, "第 3 格出错")]
    entries = report_entries(tmp_path, [job, other], outcomes, inputs, None)
    assert [entry.state for entry in entries] == ["built", "failed"]


def test_a_manifest_comes_back_as_it_was_written(inputs: Inputs, tmp_path: Path) -> None:
    manifest = last([], inputs)
    (tmp_path / MANIFEST).write_text(manifest.model_dump_json(), encoding="utf-8")
    assert read_manifest(tmp_path) == manifest


def test_a_manifest_of_another_version_or_none_is_none(inputs: Inputs, tmp_path: Path) -> None:
    assert read_manifest(tmp_path) is None
    content = json.loads(last([], inputs).model_dump_json())
    others = [content | {"inputs": [content["inputs"][0] | {"table": "elsewhere"}]}, {"period": "2023"}, [], "{"]
    for other in others:
        text = other if isinstance(other, str) else json.dumps(other)
        (tmp_path / MANIFEST).write_text(text, encoding="utf-8")
        assert read_manifest(tmp_path) is None
