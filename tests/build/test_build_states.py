"""How reports stand after one build after another, over a small period with real notebooks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.build.projects import build, make_project, prepend
from tests.builders import JIA, YI, write_tables

BEFORE = "S1,M1,2023-01-05 09:00,是,2,是"
CORRECTED = "S1,M1,2023-01-12 09:00,是,2,是"


@dataclass(frozen=True)
class Step:
    """What one build left: each report's state, on the front page and in the manifest, and changes.html."""

    states: dict[str, str]
    told: dict[str, str]
    changes: BeautifulSoup

    def lines(self, selector: str) -> list[list[str]]:
        rows = self.changes.select(f"{selector} tbody tr")
        return [[cell.get_text() for cell in row.select("th, td")] for row in rows]

    def notes(self) -> list[str]:
        return [note.get_text() for note in self.changes.select(".notice")]


def left(project: Path) -> Step:
    folder = project / "outputs/2023"
    reports = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["reports"]
    front, changes = (
        BeautifulSoup((folder / name).read_text(encoding="utf-8"), "html.parser")
        for name in ("index.html", "changes.html")
    )
    cards = {card.select("strong")[0].get_text(): card.select(".state")[0].get_text() for card in front.select(".card")}
    return Step({report["name"]: report["state"] for report in reports}, cards, changes)


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Step]:
    """A year's builds one after the other, each over what the one before left."""
    project = make_project(tmp_path_factory.mktemp("project"))
    found: dict[str, Step] = {}

    def run(name: str, *options: str, status: int = 0) -> None:
        done = build(project, *options)
        assert done.returncode == status, done.stderr
        found[name] = left(project)

    write_tables(project / "data", checkins=[BEFORE])
    run("the city alone", "--city-only")
    run("all")
    run("all again", "--force")
    write_tables(project / "data", checkins=[BEFORE, CORRECTED])
    run("one county after a correction", "--county", "甲县")
    prepend(project, "county_report.ipynb", f"assert report.scope.code != '{YI}', '单元格里的错误'")
    run("a county fails", status=1)
    run("the city alone after a failure", "--city-only", "--force")
    return found


def states(step: Step) -> list[str]:
    return [step.states[name] for name in ("全市通报", "甲县", "乙区")]


def test_reports_that_were_never_asked_for_are_missing(steps: dict[str, Step]) -> None:
    assert states(steps["the city alone"]) == ["built", "missing", "missing"]


def test_a_report_is_unchanged_where_its_new_files_are_the_old_ones(steps: dict[str, Step]) -> None:
    assert states(steps["all"]) == ["unchanged", "built", "built"]
    assert states(steps["all again"]) == ["unchanged"] * 3


def test_what_was_not_rebuilt_after_a_correction_is_stale(steps: dict[str, Step]) -> None:
    step = steps["one county after a correction"]
    assert states(step) == ["stale", "built", "stale"]
    assert step.told == {"全市通报": "已过期", "甲县": "已生成", "乙区": "已过期"}


def test_a_failed_report_is_as_old_as_it_was(steps: dict[str, Step]) -> None:
    # Its own page holds the code that failed, so the other county's page changes with the notebook.
    assert states(steps["a county fails"]) == ["built", "built", "kept"]
    assert steps["a county fails"].told["乙区"] == "失败，沿用上次"
    assert states(steps["the city alone after a failure"]) == ["unchanged", "unchanged", "stale"]


def test_changes_are_those_since_the_last_build(steps: dict[str, Step]) -> None:
    summaries = {name: step.changes.select("strong")[0].get_text() for name, step in steps.items()}
    assert summaries["the city alone"] == "这是第一次生成，没有可比较的上次结果。"
    assert summaries["all"].endswith("生成相比，指标和输入都没有变化。")
    assert summaries["all again"].endswith("生成相比，指标和输入都没有变化。")
    assert summaries["a county fails"].endswith("生成相比，1 项输入有变化，指标没有变化。")
    assert [row[0] for row in steps["a county fails"].lines(".inputs")] == ["笔记本 county_report.ipynb"]
    assert summaries["the city alone after a failure"].endswith("指标和输入都没有变化。")


def test_a_correction_is_named_by_file_row_and_figure(steps: dict[str, Step]) -> None:
    step = steps["one county after a correction"]
    assert [row[0] for row in step.lines(".inputs")] == ["数据 现场签到：checkins.csv"]
    assert step.lines(".rows") == [["现场签到", "checkins.csv", "增加 1 行：第3行"]]
    figures = {row[0]: row[1:] for row in step.lines(f'[aria-labelledby="scope-{JIA}"]')}
    assert figures["现场签到率"] == ["0.96%", "1.92%", "+0.96"]
    assert step.notes() == []
