"""A build makes what has changed, and leaves what a build of everything would have made."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from bulletin.project.file_names import is_set_aside
from tests.build.projects import build, make_project
from tests.builders import JIA, SMALL, write_tables

CHECKIN = "S1,M1,2023-01-05 09:00,是,2,是"
RENAMED = [SMALL["mines"][0].replace("甲一矿", "甲甲矿"), *SMALL["mines"][1:]]
JIA_FOLDER = f"counties/{JIA}-甲县"
NOTHING = "不必重新生成。结果在"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose year is built, as it's put back for each test in the same place: records are known by their path."""
    folder = tmp_path_factory.mktemp("incremental")
    made = make_project(folder / "project")
    write_tables(made / "data", checkins=[CHECKIN])
    assert said(made) == ["全市通报", "甲县", "乙区"]
    shutil.copytree(made, folder / "built")
    return made


@pytest.fixture
def project(built: Path) -> Path:
    """The built project, with nothing of an earlier test."""
    shutil.rmtree(built)
    shutil.copytree(built.with_name("built"), built)
    return built


def done(project: Path, *options: str) -> subprocess.CompletedProcess[str]:
    run = build(project, *options)
    assert run.returncode == 0, run.stderr
    return run


def said(project: Path, *options: str) -> list[str]:
    """The reports that a build made."""
    lines = [line.split("] ")[1] for line in done(project, *options).stdout.splitlines() if "] " in line]
    return sorted((line.split()[0] for line in lines), key=["全市通报", "甲县", "乙区"].index)


def contents(folder: Path, *, all_files: bool = False) -> dict[str, bytes]:
    """The files that are a function of the inputs, or all."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not is_set_aside(path.name)
        and (
            all_files or (path.name not in ("index.html", "changes.html", "manifest.json") and path.suffix != ".ipynb")
        )
    }


def outputs(project: Path) -> Path:
    return project / "outputs/2023"


_ANEW: dict[str, dict[str, bytes]] = {}
"""What a build of everything leaves, by all that it's made of: more tests than one end with the same inputs."""


def is_as_built_anew(project: Path) -> None:
    inputs = {name: contents(project / name, all_files=True) for name in ("data", "notebooks", "params")}
    if repr(inputs) not in _ANEW:
        done(project, "--outputs", "anew")
        _ANEW[repr(inputs)] = contents(project / "anew/2023")
    assert contents(outputs(project)) == _ANEW[repr(inputs)]


def test_a_build_without_a_change_touches_nothing(project: Path) -> None:
    before = contents(outputs(project), all_files=True)
    for options in ([], ["--county", "甲县"], ["--county", JIA], ["--city-only"], ["--dry-run"]):
        assert NOTHING in done(project, *options).stdout
    assert contents(outputs(project), all_files=True) == before
    assert said(project, "--force") == ["全市通报", "甲县", "乙区"]


def test_a_countys_correction_builds_the_county_and_the_city(project: Path) -> None:
    write_tables(project / "data", checkins=[CHECKIN], mines=RENAMED)
    dry = done(project, "--dry-run").stdout
    assert "需生成：全市通报（数据有变）\n需生成：甲县（数据有变）\n1 份没有变化" in dry
    assert said(project) == ["全市通报", "甲县"]
    assert NOTHING in done(project).stdout
    is_as_built_anew(project)


def test_a_correction_that_moves_the_citys_figures_builds_every_page_that_shows_them(project: Path) -> None:
    write_tables(project / "data", checkins=[CHECKIN, CHECKIN.replace("01-05", "01-12")])
    assert "需生成：乙区（指标有变）" in done(project, "--dry-run").stdout
    assert said(project) == ["全市通报", "甲县", "乙区"]
    is_as_built_anew(project)


def test_a_dry_run_writes_nothing(project: Path) -> None:
    write_tables(project / "data", checkins=[CHECKIN], mines=RENAMED)
    before = contents(outputs(project), all_files=True)
    done(project, "--dry-run")
    assert contents(outputs(project), all_files=True) == before


def test_what_was_lost_or_edited_is_built_again(project: Path) -> None:
    (outputs(project) / JIA_FOLDER / "report.docx").unlink()
    assert "需生成：甲县（文件缺失或被改动）" in done(project, "--dry-run").stdout
    assert said(project) == ["甲县"]
    with (outputs(project) / "city/bulletin.html").open("a", encoding="utf-8") as page:
        page.write("<!-- -->")
    assert said(project) == ["全市通报"]
    assert (outputs(project) / "city/bulletin.改动.html").read_text("utf-8").endswith("<!-- -->")
    (outputs(project) / "facts.csv").unlink()
    assert said(project) == []
    is_as_built_anew(project)


def test_another_notebook_or_params_are_the_reports_that_use_them(project: Path) -> None:
    notebook = project / "notebooks/mines/county_report.ipynb"
    notebook.write_text(notebook.read_text("utf-8").replace("反馈如下", "反馈于下"), encoding="utf-8")
    assert said(project) == ["甲县", "乙区"]
    params = project / "params/2023.yaml"
    params.write_text(params.read_text("utf-8") + "averaging: pooled\n", encoding="utf-8")
    assert "（参数、指标有变）" in done(project, "--dry-run").stdout
    assert said(project) == ["全市通报", "甲县", "乙区"]
    is_as_built_anew(project)


def test_a_build_that_ended_before_its_manifest_leaves_no_mark(project: Path) -> None:
    before = (outputs(project) / "manifest.json").read_bytes()
    write_tables(project / "data", checkins=[CHECKIN], mines=RENAMED)
    assert said(project) == ["全市通报", "甲县"]
    (outputs(project) / "manifest.json").write_bytes(before)  # as if it had been killed just before
    write_tables(project / "data", checkins=[CHECKIN])
    assert said(project) == ["全市通报", "甲县"]
    is_as_built_anew(project)


def test_a_report_that_failed_is_tried_again(project: Path) -> None:
    notebook = project / "notebooks/mines/county_report.ipynb"
    sound = notebook.read_text("utf-8")
    notebook.write_text(sound.replace("report = open_county(period, county)", "1 / 0"), encoding="utf-8")
    assert build(project).returncode == 1
    assert build(project).returncode == 1
    notebook.write_text(sound, encoding="utf-8")
    assert NOTHING not in done(project).stdout
    is_as_built_anew(project)


def test_an_unknown_county_is_an_error_though_nothing_changed(project: Path) -> None:
    run = build(project, "--county", "丙县")
    assert run.returncode == 2
    assert "没有县（市、区）“丙县”" in run.stderr
