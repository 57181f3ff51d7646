"""What each report is made from, and how it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bulletin.manifest import ReportEntry
from bulletin.origin import Commit, Origin, take_origin
from bulletin.params import Params
from bulletin.period_outputs import PeriodOutputs
from bulletin.project import Project
from bulletin.report_inputs import reasons, report_entries, report_parts, take_inputs
from bulletin.reports import Job, Outcome
from tests.builders import JIA, ROOT, SMALL, YI, params_of, results_of

FOLDER = f"counties/{JIA}-甲县"
CITY_JOB = Job("全市通报", ROOT / "notebooks/city_bulletin.ipynb", {"period": "2023"}, "city", "bulletin", 1, 1, 60)
JIA_JOB = Job(
    "甲县", ROOT / "notebooks/county_report.ipynb", {"period": "2023", "county": JIA}, FOLDER, "report", 1, 1, 60
)
YI_JOB = Job("乙区", JIA_JOB.notebook, {"period": "2023", "county": YI}, f"counties/{YI}-乙区", "report", 1, 1, 60)
JOBS = [CITY_JOB, JIA_JOB, YI_JOB]
BEFORE = {"checkins": ["S1,M1,2023-01-05 09:00,是,2,是", "S1,M1,2022-01-05 09:00,是,2,是"], "task_lists": ["M1,2023,"]}


@pytest.fixture(scope="module")
def origin() -> Origin:
    return take_origin(Project(ROOT), params_of())


def parts(
    folder: Path, origin: Origin, params: Params | None = None, tables: dict[str, list[str]] | None = None
) -> dict[str, dict[str, str]]:
    return report_parts(results_of(folder, params, **(BEFORE | (tables or {}))), origin, JOBS)


def changed(
    tmp_path: Path, origin: Origin, tables: dict[str, list[str]], params: Params | None = None
) -> dict[str, set[str]]:
    """Which parts of each report another set of records changes."""
    before, after = parts(tmp_path / "a", origin, params), parts(tmp_path / "b", origin, params, tables)
    return {
        job.name: {part for part, digest in before[job.folder].items() if after[job.folder][part] != digest}
        for job in JOBS
    }


def test_equal_records_give_equal_parts_wherever_they_stand(tmp_path: Path, origin: Origin) -> None:
    assert changed(tmp_path, origin, {}) == {"全市通报": set(), "甲县": set(), "乙区": set()}
    turned = {name: list(reversed(rows)) for name, rows in SMALL.items()}
    only_files = {"全市通报": {"rows"}, "甲县": set(), "乙区": set()}
    assert changed(tmp_path, origin, turned | BEFORE) == only_files


@pytest.mark.parametrize(
    "tables",
    [
        {"mines": [SMALL["mines"][0].replace("甲一矿", "甲甲矿"), *SMALL["mines"][1:]]},
        {"task_lists": ["M1,2023,", "M1,2022,"]},
        {"assignments": ["S1,M1,2021-01-01,", *SMALL["assignments"][1:]]},
        {"mine_status": ["M1,停产停建,2020-01-01,2020-06-01"]},
    ],
)
def test_a_correction_that_moves_no_figure_is_the_countys_own_and_the_citys(
    tmp_path: Path, origin: Origin, tables: dict[str, list[str]]
) -> None:
    found = changed(tmp_path, origin, tables)
    assert {name for name, moved in found.items() if "rows" in moved} == {"全市通报", "甲县"}
    # A table with one row more is told at the city's figures, which every page shows.
    assert found["乙区"] <= {"figures"}
    assert ("figures" in found["乙区"]) == any(
        len(rows) != len({**SMALL, **BEFORE}[name]) for name, rows in tables.items()
    )


@pytest.mark.parametrize(
    "tables",
    [
        {"checkins": [*BEFORE["checkins"], "S1,M1,2023-01-12 09:00,是,2,是"]},
        {"remote_inspections": ["S1,M1,2023-01-05 09:00"]},
        {"mine_status": ["M1,停产停建,2022-06-01,"]},
        {"checkins": BEFORE["checkins"][:1]},
        {"exemptions": [",S1,,2023-01-01,2023-01-31,病假"]},
        {"stationing": ["国庆,S1,M1,2022-09-29,2022-10-06,是"]},
    ],
)
def test_a_correction_that_moves_a_figure_is_every_reports(
    tmp_path: Path, origin: Origin, tables: dict[str, list[str]]
) -> None:
    found = changed(tmp_path, origin, tables)
    assert all("figures" in moved for moved in found.values())
    assert "rows" in found["甲县"]
    assert "rows" not in found["乙区"]


def test_a_supervisor_at_another_countys_mine_is_both_counties(tmp_path: Path, origin: Origin) -> None:
    shared: dict[str, list[str]] = {"assignments": [*SMALL["assignments"], "S1,M3,2022-01-01,"]}
    params = params_of(duty_unit="assignment")
    before = parts(tmp_path / "a", origin, params, shared)
    for n, tables in enumerate(
        (
            {"checkins": [*BEFORE["checkins"], "S1,M3,2023-01-12 09:00,是,2,是"]},
            {"mine_status": ["M3,停产停建,2023-06-01,2023-07-01"]},
        )
    ):
        after = parts(tmp_path / f"b{n}", origin, params, shared | tables)
        assert all(after[job.folder]["rows"] != before[job.folder]["rows"] for job in JOBS)


def test_a_name_counts_only_where_it_is_printed(tmp_path: Path, origin: Origin) -> None:
    renamed = {"supervisors": [f"S1,周八,{JIA}", *SMALL["supervisors"][1:]]}
    assert changed(tmp_path / "hidden", origin, renamed)["甲县"] == set()
    named = changed(tmp_path / "named", origin, renamed, params_of(publish_names=True))
    assert (named["甲县"], named["乙区"]) == ({"rows"}, set())


def test_what_all_reports_share_is_told_apart(tmp_path: Path, origin: Origin) -> None:
    results = results_of(tmp_path, **BEFORE)
    before = report_parts(results, origin, JOBS)[JIA_JOB.folder]
    others: dict[str, dict[str, Any]] = {
        "program": {"program": "9"},
        "environment": {"environment": "9"},
        "params": {"params": "9"},
        "previous": {"previous": "9"},
        "notebook": {"notebooks": origin.notebooks | {JIA_JOB.notebook.name: "9"}},
    }
    for part, other in others.items():
        after = report_parts(results, origin.model_copy(update=other), JOBS)[JIA_JOB.folder]
        assert {name for name in before if after[name] != before[name]} == {part}
    city = report_parts(results, origin.model_copy(update=others["notebook"]), JOBS)["city"]
    assert city == report_parts(results, origin, JOBS)["city"]


def test_the_commit_that_pages_name_is_a_part_of_its_own(tmp_path: Path, origin: Origin) -> None:
    results = results_of(tmp_path, **BEFORE)
    before = report_parts(results, origin, JOBS)
    results.__dict__["commits"] = results.commits | {JIA_JOB.notebook.name: Commit(sha="9", changed=False)}
    after = report_parts(results, origin, JOBS)
    assert after["city"] == before["city"]
    assert {name for name, each in after[FOLDER].items() if before[FOLDER][name] != each} == {"commit"}


def test_inputs_name_every_sheet(tmp_path: Path, origin: Origin) -> None:
    inputs = take_inputs(results_of(tmp_path), origin)
    assert {source.file for source in inputs.inputs if source.sha256} == {path.name for path in tmp_path.iterdir()}


# How a report stands.

ALIKE = dict.fromkeys(("program", "environment", "params", "notebook", "previous", "figures", "rows", "commit"), "1")
PARTS = {FOLDER: ALIKE}
OTHER = {FOLDER: ALIKE | {"rows": "2"}}


def publish(folder: Path, text: bytes = b"a report") -> None:
    PeriodOutputs(folder).publish_file(text, f"{FOLDER}/report.docx")


def edit(folder: Path, text: bytes = b"edited") -> None:
    (folder / FOLDER / "report.docx").write_bytes(text)


def entry(folder: Path, outcome: Outcome | None, parts: Any, last: ReportEntry | None = None) -> ReportEntry:
    before = [last] if last else []
    (found,) = report_entries(PeriodOutputs(folder), [JIA_JOB], [outcome] if outcome else [], parts, before)
    return found


WHOLE, FAILED = Outcome("甲县", FOLDER, 1.0), Outcome("甲县", FOLDER, 1.0, "第 3 格出错")


def test_a_report_that_was_run_is_built_or_unchanged_or_failed(tmp_path: Path) -> None:
    assert entry(tmp_path, FAILED, PARTS).state == "failed"
    publish(tmp_path)
    assert entry(tmp_path, WHOLE, PARTS).state == "built"
    assert entry(tmp_path, Outcome("甲县", FOLDER, 1.0, unchanged=True), PARTS).state == "unchanged"
    assert entry(tmp_path, FAILED, PARTS).state == "kept"


def test_a_report_that_wasnt_run_is_stale_once_its_inputs_are_others(tmp_path: Path) -> None:
    assert entry(tmp_path, None, PARTS).state == "missing"
    publish(tmp_path)
    built = entry(tmp_path, WHOLE, PARTS)
    assert entry(tmp_path, None, PARTS, built).state == "unchanged"
    assert entry(tmp_path, None, OTHER, built).state == "stale"
    # Still so in the build after that, and after one in which it failed: it's as old as it was.
    for outcome in (None, FAILED):
        assert entry(tmp_path, None, OTHER, entry(tmp_path, outcome, OTHER, built)).state == "stale"
    assert entry(tmp_path, None, PARTS, None).state == "stale"


def test_what_came_of_proof_reading_is_kept_until_the_report_is_run_again(tmp_path: Path) -> None:
    publish(tmp_path)
    built = entry(tmp_path, Outcome("甲县", FOLDER, 1.0, findings=2), PARTS)
    assert built.findings == 2
    assert entry(tmp_path, None, OTHER, built).findings == 2
    assert entry(tmp_path, FAILED, PARTS, built).findings == 2
    assert entry(tmp_path, Outcome("甲县", FOLDER, 1.0, findings=0), PARTS, built).findings == 0
    publish(tmp_path, b"edited")
    assert entry(tmp_path, None, PARTS, built).findings is None


def test_files_of_a_build_that_never_got_to_its_manifest_are_nobodys(tmp_path: Path) -> None:
    publish(tmp_path)
    built = entry(tmp_path, WHOLE, PARTS)
    publish(tmp_path, b"another")
    found = entry(tmp_path, None, PARTS, built)
    assert (found.state, found.inputs) == ("stale", {})
    assert reasons(found, tmp_path, PARTS[FOLDER]) == "还没有生成"


def test_an_edited_file_keeps_the_digest_of_what_was_built_and_is_none_of_the_reports(tmp_path: Path) -> None:
    publish(tmp_path)
    built = entry(tmp_path, WHOLE, PARTS)
    (tmp_path / FOLDER / "report.改动.docx").write_bytes(b"an earlier edit")
    edit(tmp_path)
    found = entry(tmp_path, None, PARTS, built)
    assert (found.state, found.files, found.inputs) == ("stale", built.files, built.inputs)
    assert reasons(found, tmp_path, PARTS[FOLDER]) == "文件缺失或被改动"


def test_the_reasons_for_building_a_report(tmp_path: Path) -> None:
    assert reasons(None, tmp_path, PARTS[FOLDER]) == "还没有生成"
    publish(tmp_path)
    built = entry(tmp_path, WHOLE, PARTS)
    assert reasons(built, tmp_path, PARTS[FOLDER]) == ""
    assert reasons(built, tmp_path, OTHER[FOLDER]) == "数据有变"
    assert reasons(built, tmp_path, ALIKE | {"rows": "2", "figures": "2"}) == "指标、数据有变"
    assert reasons(built, tmp_path, ALIKE | {"commit": "2"}) == "报告末尾的提交号有变"
    assert reasons(built, tmp_path, ALIKE | {"notebook": "2", "commit": "2"}) == "笔记本有变"
    edit(tmp_path)
    assert reasons(built, tmp_path, PARTS[FOLDER]) == "文件缺失或被改动"


def test_reports_of_two_counties_with_one_name_are_told_apart(tmp_path: Path) -> None:
    other = Job("甲县", JIA_JOB.notebook, {}, "counties/100002-甲县", "report", 1, 1, 60)
    outcomes = [WHOLE, Outcome("甲县", other.folder, 1.0, "第 3 格出错")]
    parts = {job.folder: {"rows": "1"} for job in (JIA_JOB, other)}
    entries = report_entries(PeriodOutputs(tmp_path), [JIA_JOB, other], outcomes, parts, [])
    assert [each.state for each in entries] == ["built", "failed"]
