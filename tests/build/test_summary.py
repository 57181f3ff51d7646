"""What a build says stays readable: a city's reports are named one by one, a country's are counted."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

import bulletin.build.jobs
from bulletin.build.jobs import _outcomes
from bulletin.build.request import PeriodBuild
from bulletin.build.run import Job, Outcome
from bulletin.build.summary import due_lines, edited_lines, failure_lines, file_lines, proof_line, proof_lines
from bulletin.facts.figures import WHOLE
from bulletin.notebook.report import find_county
from bulletin.project.errors import BulletinError
from bulletin.project.listing import MOST_LISTED
from bulletin.project.paths import Project
from tests.builders import facts_made

COUNTRY = 2844
MANY = MOST_LISTED + 1
KINDS = ("html", "docx", "review.docx", "ipynb")


def written(folder: Path, counties: int) -> Path:
    """A period's folder with the files of so many counties."""
    reports = ["city/bulletin", *(f"counties/{100000 + n}-县{n}/report" for n in range(counties))]
    for name in [*(f"{report}.{kind}" for report in reports for kind in KINDS), "facts.csv", "index.html", ".log"]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def test_each_file_of_an_ordinary_city_is_named(tmp_path: Path) -> None:
    lines = file_lines(written(tmp_path, MOST_LISTED))
    assert len(lines) == 3 * (1 + MOST_LISTED) + 2
    assert f"  {Path('counties/100039-县39/report.review.docx')}" in lines


def test_the_files_of_a_country_are_counted_by_kind_beside_those_of_the_period(tmp_path: Path) -> None:
    (written(tmp_path, MANY) / "quality").mkdir()
    for n in range(MANY):
        (tmp_path / f"quality/县{n}.review.xlsx").touch()
    counties, *rest = (line.strip().replace("\\", "/") for line in file_lines(tmp_path) if "city" not in line)
    assert counties == "counties/：网页 41 个、Word 41 个、审核稿 41 个"
    assert rest == ["facts.csv", "index.html", "quality/：Excel 41 个"]
    assert sum("city" in line for line in file_lines(tmp_path)) == 3


def test_reports_that_are_due_are_named_with_their_reason_or_counted_by_it() -> None:
    few = [("全市通报", "数据有变"), ("甲县", "指标有变")]
    assert due_lines(few) == ["需生成：全市通报（数据有变）", "需生成：甲县（指标有变）"]
    assert len(due_lines([(f"县{n}", "指标有变") for n in range(MOST_LISTED)])) == MOST_LISTED
    assert due_lines([*few, *((f"县{n}", "指标有变") for n in range(COUNTRY - 1))]) == [
        "需生成：全市通报，共 1 份（数据有变）",
        "需生成：甲县、县0、县1等 2844 份（指标有变）",
    ]
    three = [(f"县{n}", "数据有变") for n in range(3)]
    assert due_lines([*three, *((f"县{n}", "指标有变") for n in range(3, COUNTRY))])[0] == (
        "需生成：县0、县1、县2，共 3 份（数据有变）"
    )


def test_of_very_many_failures_the_first_are_told_and_where_the_others_are() -> None:
    outcomes = [Outcome("好", "good", 1.0), *(Outcome(f"县{n}", f"{n}", 1.0, "磁盘已满") for n in range(COUNTRY))]
    assert failure_lines(outcomes[:2], Path("index.html")) == ["失败：县0：磁盘已满"]
    told = failure_lines(outcomes, Path("index.html"))
    assert told[MOST_LISTED - 1 :] == ["失败：县39：磁盘已满", "失败：另有 2804 份，原因见 index.html。"]


def test_of_very_many_drafts_with_findings_the_first_are_named() -> None:
    folder = Path("/outputs/2023")
    told = proof_lines(folder, [(f"县{n}", f"{n}/report.docx", 1) for n in range(MANY + 1)])
    assert told[0] == "校核：42 份文稿中 42 份有问题："
    assert told[MOST_LISTED:] == [
        f"  县39：1 处，用 bulletin proof {folder / '39/report.docx'} --facts {folder / 'facts.csv'} 查看",
        f"  ……另有 2 份，见 {folder / 'index.html'}",
    ]


def test_a_draft_that_cant_be_read_is_named_and_one_without_findings_isnt() -> None:
    folder = Path("/outputs/2023")
    assert proof_lines(folder, []) == []
    assert proof_lines(folder, [("甲县", "1/report.docx", 0)]) == ["校核：1 份文稿没有发现问题。"]
    assert proof_lines(folder, [("甲县", "1/report.docx", 0), ("乙区", "2/report.docx", None)]) == [
        "校核：2 份文稿中 1 份有问题：",
        f"  乙区：无法读取 {folder / '2/report.docx'}",
    ]


def test_a_drafts_proof_reading_is_told_in_a_line() -> None:
    assert proof_line(Path("x"), "city/bulletin.docx", None) == "校核：未进行"
    assert proof_line(Path("x"), "city/bulletin.docx", 0) == "校核：没有发现问题"
    found = proof_line(Path("x"), "city/bulletin.docx", 2)
    command = f"bulletin proof {Path('x/city/bulletin.docx')} --facts {Path('x/facts.csv')}"
    assert found == f"校核：2 处，用 {command} 查看"


def test_of_very_many_counties_an_unknown_ones_message_names_the_first() -> None:
    def told(counties: int) -> str:
        facts = SimpleNamespace(counties={str(100000 + n): f"县{n}" for n in range(counties)})
        with pytest.raises(BulletinError) as caught:
            find_county(cast(Any, facts), "丙县")
        return str(caught.value)

    assert told(MOST_LISTED).endswith("、县39（100039）。")
    assert told(COUNTRY).endswith("、县39（100039）、以及另外 2804 个，见数据中的“县区”表。")


class Ended(Executor):
    """Jobs that have ended as soon as they're handed in."""

    def __init__(self, error: str) -> None:
        self.error = error

    def submit(self, _run_job: Any, job: Job, *_: Any) -> Future[Any]:  # type: ignore[override]
        future: Future[Any] = Future()
        future.set_result(Outcome(job.name, job.folder, 1.0, self.error))
        return future


@pytest.mark.parametrize(
    ("reports", "error", "lines"),
    [(100, "", 100), (101, "", 51), (COUNTRY + 1, "", 99), (COUNTRY + 1, "磁盘已满", MOST_LISTED + 98)],
)
def test_progress_is_a_hundred_lines_at_most_and_the_first_failures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reports: int, error: str, lines: int
) -> None:
    monkeypatch.setattr(bulletin.build.jobs, "_open_workers", lambda *_: nullcontext(Ended(error)))
    monkeypatch.setattr(bulletin.build.jobs, "_published", lambda outcome, *_: outcome)
    jobs = [Job(f"县{n}", Path("x.ipynb"), {}, WHOLE, f"{n}", "report", 1) for n in range(reports)]
    results = SimpleNamespace(params=SimpleNamespace(report_timeout=1), facts=facts_made([]))
    said: list[str] = []
    made = SimpleNamespace(results=results, folder=tmp_path, project=Project(tmp_path), say=said.append)
    outcomes = list(_outcomes(jobs, cast(PeriodBuild, made), tmp_path))
    assert len(outcomes) == reports
    assert len(said) == lines
    assert said[-1].startswith(f"[{reports}/{reports}] ")


def test_where_nothing_vouches_for_what_builds_left_it_isnt_said_that_files_were_edited() -> None:
    assert edited_lines(Path("x"), ["tables.改动.xlsx"], vouched=False) == [
        "有 1 个文件与这次生成的不同，没有清单可查是否被人改过，没有覆盖，已另存在新文件旁边：",
        "  tables.改动.xlsx",
    ]


@pytest.mark.parametrize("mark", " &|<>()^;'{}$#")
def test_a_path_that_a_prompt_would_read_otherwise_is_quoted(mark: str) -> None:
    (_, line) = edited_lines(Path(f"a{mark}b"), ["b.改动.docx"])
    assert line.count('"') == 4


def test_a_path_with_blanks_is_quoted_in_a_command() -> None:
    folder = Path("通报 {2024}")
    assert edited_lines(folder, []) == []
    assert edited_lines(folder, ["city/bulletin.改动.docx", "tables.改动.xlsx"]) == [
        "有 2 个文件在生成之后被人改过，没有覆盖，已另存在新文件旁边：",
        f'  city/bulletin.改动.docx；校核：bulletin proof "{folder / "city/bulletin.改动.docx"}" --facts "{folder / "facts.csv"}"',
        "  tables.改动.xlsx",
    ]
