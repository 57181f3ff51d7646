"""What a build does when something is wrong: one report's failure harms nothing else."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import nbformat
import papermill
import pytest

from bulletin.build.run import Job, _cell_message
from bulletin.facts.figures import WHOLE
from tests import warm
from tests.build.projects import (
    CITY,
    JIA_XIAN,
    PARAMS,
    YI_QU,
    build,
    build_period,
    make_project,
    make_real_project,
    outputs,
    prepend,
)
from tests.builders import JIA, ROOT, SMALL, YI, write_tables
from tests.records.sheets import small_sheets, write_workbook


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("BulletinError", "不认识的名称", "出错：不认识的名称"),
        ("KeyError", "'x'", "出错：取用的项不存在：请检查方括号中的名称。"),
    ],
)
def test_an_error_of_ours_is_told_without_the_name_of_its_class(name: str, value: str, told: str) -> None:
    notebook = ROOT / "notebooks/mines/city_bulletin.ipynb"
    source = nbformat.read(notebook, as_version=4).cells[3].source
    failure = papermill.PapermillExecutionError(3, 1, source, name, value, [])
    message = _cell_message(Job("全市通报", notebook, {}, WHOLE, "city", "bulletin", 60), failure)
    assert message.endswith(told)
    assert message.startswith("city_bulletin.ipynb 第 4 个单元格（为全面掌握")


def test_one_county_failing_stops_neither_the_others_nor_harms_what_was_there(built_project: Path) -> None:
    before = outputs(built_project)
    prepend(built_project, "county_report.ipynb", f"assert report.scope.code != '{YI}', '单元格里的错误'")
    write_tables(built_project / "data", checkins=["S1,M1,2023-01-05 09:00,是,2,是"])
    done = build(built_project)
    after = outputs(built_project)
    assert done.returncode == 1
    failure = next(line for line in done.stderr.splitlines() if line.startswith("失败：乙区"))
    assert "county_report.ipynb 第 3 个单元格" in failure
    assert "第 1 行出现错误：单元格里的错误" in failure
    for kind in ("docx", "html", "ipynb"):
        assert after[f"{YI_QU}.{kind}"] == before[f"{YI_QU}.{kind}"]
        assert after[f"{JIA_XIAN}.{kind}"] != before[f"{JIA_XIAN}.{kind}"]
        assert after[f"{CITY}.{kind}"] != before[f"{CITY}.{kind}"]
    states = {report["name"]: report["state"] for report in json.loads(after["manifest.json"])["reports"]}
    assert states == {"全市通报": "built", "甲县": "built", "乙区": "kept"}
    assert "失败，沿用上次" in after["index.html"].decode("utf-8")


def test_a_cell_that_swallowed_its_error_publishes_nothing(tmp_path: Path) -> None:
    project = make_real_project(tmp_path)
    prepend(project, "county_report.ipynb", "from bulletin.notebook import document; show_chart = lambda *_: None")
    done = build(project, "--county", "甲县")
    assert done.returncode == 1
    assert "中图表应有 1 个，实有 0 个" in done.stderr
    assert not (project / "outputs/2023" / JIA_XIAN).with_suffix(".docx").exists()


def edit(project: Path, notebook: str, cell: int, old: str, new: str) -> None:
    """Change the source of a notebook's cell, counted from 1."""
    path = project / "notebooks/mines" / notebook
    content = nbformat.read(path, as_version=4)
    assert old in content.cells[cell - 1].source
    content.cells[cell - 1].source = content.cells[cell - 1].source.replace(old, new)
    nbformat.write(content, path)


def test_what_an_official_edited_is_kept_beside_the_new_one_and_named_everywhere(built_project: Path) -> None:
    folder = built_project / "outputs/2023"
    before = outputs(built_project)
    edited = {f"{JIA_XIAN}.docx": b"edited in Word", f"{CITY}.ipynb": b"run again", "tables.xlsx": b"sorted in Excel"}
    for name, content in edited.items():
        (folder / name).write_bytes(content)
    done = build(built_project, "--county", "乙区", "--force")  # the edited reports aren't built now
    assert done.returncode == 0, done.stderr
    assert outputs(built_project)[f"{JIA_XIAN}.docx"] == b"edited in Word"
    done = build(built_project)
    assert done.returncode == 0, done.stderr
    after = outputs(built_project)
    aside = {name: f"{name.rpartition('.')[0]}.改动.{name.rpartition('.')[2]}" for name in edited}
    for name, content in edited.items():
        assert after[aside[name]] == content
    assert after[f"{JIA_XIAN}.docx"] == before[f"{JIA_XIAN}.docx"]
    assert "有 2 个文件在生成之后被人改过，没有覆盖，已另存在新文件旁边：" in done.stdout
    facts = folder / "facts.csv"
    assert (
        f"{aside[f'{JIA_XIAN}.docx']}；校核：bulletin proof {folder / aside[f'{JIA_XIAN}.docx']} --facts {facts}"
        in done.stdout
    )
    front = after["index.html"].decode("utf-8")
    assert all(f'href="{quote(name)}"' in front for name in aside.values())
    assert build(built_project).stdout.startswith("数据、参数、笔记本和程序都没有变化，不必重新生成。")


def test_a_notebook_that_lost_its_tag_publishes_nothing(built_project: Path) -> None:
    before = outputs(built_project)
    path = built_project / "notebooks/mines/county_report.ipynb"
    content = nbformat.read(path, as_version=4)
    content.cells[0].metadata = {}
    content.cells[0].source = 'period = "2023"\ncounty = "甲县"'
    nbformat.write(content, path)
    done = build(built_project, "--county", "乙区")
    assert done.returncode == 1
    assert (
        "失败：乙区：county_report.ipynb：没有标记为 parameters 的单元格，给定的参数（period、county）不会起作用。"
        in done.stderr
    )
    assert outputs(built_project)[f"{YI_QU}.docx"] == before[f"{YI_QU}.docx"]


@pytest.mark.parametrize(
    ("notebook", "cell", "old", "new", "told"),
    [
        (
            "county_report.ipynb",
            2,
            "open_county(period, county)",
            'open_county(period, county and "甲县")',
            "参数 county 给定的是 100002，打开的却是 甲县。",
        ),
        (
            "county_report.ipynb",
            3,
            "show_letterhead(",
            f"report.scope = report.results.facts.scopes['{JIA}']\nshow_letterhead(",
            "范围应为 100002，实为 100001",
        ),
        ("county_report.ipynb", 3, "{report.period.title}", "2022年度", "标题中的期间应为 2023年度，实为 2022年度"),
        ("county_report.ipynb", 3, "{report.name}", "甲县", "写的是甲县，这是乙区的报告，没有发布。"),
    ],
)
def test_a_report_of_another_than_its_folder_says_is_not_published(
    built_project: Path, notebook: str, cell: int, old: str, new: str, told: str
) -> None:
    before = outputs(built_project)
    edit(built_project, notebook, cell, old, new)
    done = build(built_project, "--county", "乙区")
    assert done.returncode == 1, done.stdout
    assert told in done.stderr
    assert outputs(built_project)[f"{YI_QU}.docx"] == before[f"{YI_QU}.docx"]


def test_plain_papermill_stops_at_a_parameter_that_the_notebook_does_not_know(built_project: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "papermill",
        "notebooks/mines/county_report.ipynb",
        "o.ipynb",
        "-p",
        "perid",
        "2024",
    ]
    done = subprocess.run(command, cwd=built_project, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode != 0
    assert "笔记本没有参数 perid，是否为 period。" in done.stderr


def test_a_kernel_that_dies_is_a_failed_report_with_a_message(project: Path) -> None:
    prepend(project, "city_bulletin.ipynb", "import os; os._exit(3)")
    done = build(project, "--city-only")
    assert done.returncode == 1
    assert "city_bulletin.ipynb：内核意外中止" in done.stderr
    assert "Traceback" not in done.stderr


def test_records_with_errors_build_nothing_and_leave_their_list(built_project: Path) -> None:
    before = outputs(built_project)
    write_tables(
        built_project / "data",
        mines=[*SMALL["mines"], f"M4,甲四矿,{JIA},煤矿,否"],
        assignments=[*SMALL["assignments"], "S9,M1,2023-02-01,2023-01-01"],
    )
    done = build(built_project)
    after = outputs(built_project)
    assert done.returncode == 2
    assert "mines.csv 第5行 “类型”列：现为“煤矿”" in done.stderr
    assert "assignments.csv 第5行 “专员编号”列：现为“S9”" in done.stderr
    assert "不能早于开始日期 2023-02-01" in done.stderr
    assert {name for name in after if after[name] != before[name]} == {"quality.csv", "quality.xlsx"}
    listed = after["quality.csv"].decode("utf-8-sig")
    assert listed.count("\n提示,数据表为空,") == 4
    assert listed.count("\n") == 1 + 4 + 4


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--county", "丙县"], "没有县（市、区）“丙县”。可用的有：甲县（100001）、乙区（100002）"),
        (["--data", "nowhere"], "找不到数据 "),
    ],
)
def test_what_cannot_be_built_is_said_and_nothing_is_written(project: Path, options: list[str], message: str) -> None:
    done = build(project, *options)
    assert done.returncode == 2
    assert message in done.stderr
    assert not (project / "outputs").exists()


def test_records_from_another_folder_and_results_to_another_folder(project: Path) -> None:
    other = write_tables(project / "other", checkins=["S1,M1,2023-01-05 09:00,是,2,是"])
    done = build(project, "--data", str(other), "--outputs", str(project / "elsewhere"), "--city-only", "--jobs", "1")
    assert done.returncode == 0, done.stderr
    facts = (project / "elsewhere/2023/facts.csv").read_text(encoding="utf-8")
    assert f"onsite_rate,{JIA},甲县,0.00961538461538,,,rate,0.96%" in facts
    assert "0.96%" in (project / "elsewhere/2023/city/bulletin.html").read_text(encoding="utf-8")
    assert not (project / "outputs").exists()


@pytest.mark.parametrize(("period", "title"), [("2023Q4", "2023年第四季度"), ("2023-06", "2023年6月")])
def test_a_quarter_and_a_month_are_built_like_a_year(project: Path, period: str, title: str) -> None:
    (project / f"params/{period}.yaml").write_text(PARAMS.replace('"2023"', f'"{period}"'), encoding="utf-8")
    done = build_period(project, period)
    assert done.returncode == 0, done.stderr
    page = (project / "outputs" / period / "city/bulletin.html").read_text(encoding="utf-8")
    assert f"关于{title}全市非煤矿山安全监管专员履职情况的通报" in page


def test_a_county_without_mines_or_supervisors_gets_a_sensible_report(tmp_path: Path) -> None:
    project = make_real_project(tmp_path)
    write_tables(project / "data", counties=[*SMALL["counties"], "100003,丙县"])
    done = build(project, "--county", "100003")
    assert done.returncode == 0, done.stderr
    page = (project / "outputs/2023/counties/100003-丙县/report.html").read_text(encoding="utf-8")
    assert "丙县没有正常生产建设的非煤矿山企业" in page
    assert "nan" not in page
    assert "None" not in page


def test_check_reads_the_records_alone_and_lists_what_is_wrong(project: Path) -> None:
    write_tables(project / "data", checkins=["S1,M2,2023-01-05 09:00,是,2,是"])
    done = warm.run("check", "2023", cwd=project)
    assert done.returncode == 0, done.stderr
    assert "记录无对应监管分工（1 处）" in done.stdout
    assert "没有错误，可以生成报告" in done.stdout
    assert set(outputs(project)) == {"quality.csv", "quality.xlsx"}
    write_tables(project / "data", checkins=["S9,M2,2023-01-05 09:00,是,2,是"])
    done = warm.run("check", "2023", cwd=project)
    assert done.returncode == 2
    assert "checkins.csv 第2行 “专员编号”列：现为“S9”" in done.stderr
    assert "S9" in outputs(project)["quality.csv"].decode("utf-8-sig")


def test_a_build_with_warnings_leads_to_the_marked_copies(project: Path) -> None:
    data = project / "workbooks"
    write_workbook(data / "甲县 (1).xlsx", small_sheets(checkins=["S1,M2,2023-01-05 09:00,是,2,是"]))
    done = build(project, "--city-only", "--data", str(data))
    assert done.returncode == 0, done.stderr
    assert "quality.xlsx，带标记的原表在 " in done.stdout
    after = outputs(project)
    copy = "quality/甲县 (1).xlsx"
    assert json.loads(after["manifest.json"])["files"][copy] == hashlib.sha256(after[copy]).hexdigest()
    assert f'href="{quote(copy)}"' in after["index.html"].decode("utf-8")
    assert build(project, "--city-only", "--data", str(data)).returncode == 0
    assert outputs(project)[copy] == after[copy]


def test_faults_are_told_even_where_their_list_cant_be_written(project: Path) -> None:
    write_tables(project / "data", checkins=["S9,M2,2023-01-05 09:00,是,2,是"])
    (project / "outputs").write_bytes(b"a file where the folder should be")
    done = build(project)
    assert done.returncode == 2
    assert "现为“S9”" in done.stderr
