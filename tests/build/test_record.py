"""The period's own files, published over what the last build left: no notebook is run here."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from bulletin.build.period_outputs import PeriodOutputs
from bulletin.export.html import facts_page
from bulletin.export.notebook_words import NOTEBOOKS
from bulletin.facts.figures import WHOLE
from bulletin.project.params import Params
from bulletin.project.paths import Project
from bulletin.records import history as row_list
from bulletin.records.history import ROWS
from tests.build.recorded import record_period
from tests.builders import JIA, ROOT, SMALL, YI, params_of, results_of
from tests.contents import contents

Publish = Callable[..., Path]
CHECKED_IN = ["S1,M1,2023-01-05 09:00,是,2,是"]


@pytest.fixture
def publish(tmp_path: Path) -> Publish:
    """Publish the small period with these tables, as if no report had been asked for; the folder."""
    folder = tmp_path / "outputs/2023"

    def made(params: Params | None = None, **tables: Sequence[str] | None) -> Path:
        shutil.rmtree(tmp_path / "data", ignore_errors=True)
        results = results_of(tmp_path / "data", params, **tables)
        record_period(results, folder)
        return folder

    return made


def page(folder: Path, name: str = "changes.html") -> BeautifulSoup:
    return BeautifulSoup((folder / name).read_text(encoding="utf-8"), "html.parser")


def said(folder: Path) -> str:
    """The sentence that both pages say of what changed, without the time."""
    (whole,) = page(folder).select("strong")
    assert whole.get_text() in page(folder, "index.html").select(".since")[0].get_text()
    return whole.get_text().partition("生成相比，")[2] or whole.get_text()


def lines(folder: Path, selector: str) -> list[list[str]]:
    return [[cell.get_text() for cell in row.select("th, td")] for row in page(folder).select(f"{selector} tbody tr")]


def edit(folder: Path, name: str, change: Callable[[Any], Any]) -> None:
    manifest = json.loads((folder / name).read_text(encoding="utf-8"))
    (folder / name).write_text(json.dumps(change(manifest)), encoding="utf-8")


def test_the_first_build_has_nothing_to_compare_with(publish: Publish) -> None:
    assert said(publish()) == "这是第一次生成，没有可比较的上次结果。"


def test_the_same_inputs_change_nothing_and_only_what_tells_of_the_run_may_differ(publish: Publish) -> None:
    folder = publish()
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    assert said(publish()) == "指标和输入都没有变化。"
    after = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    differing = {name for name in before | after if before.get(name) != after.get(name)}
    assert differing <= {"changes.html", "index.html", "manifest.json"}
    assert page(folder).select("table, .notice") == []


def test_a_corrected_file_is_named_with_its_rows_and_the_figures_that_follow(publish: Publish) -> None:
    publish(checkins=["S3,M3,2023-01-05 09:00,是,2,是"])
    folder = publish(checkins=[*CHECKED_IN, "S3,M3,2023-01-05 09:00,是,0,是"])
    (changed,) = lines(folder, ".inputs")
    assert changed[0] == "数据 现场签到：checkins.csv"
    digest = hashlib.sha256((folder.parents[1] / "data/checkins.csv").read_bytes()).hexdigest()
    assert changed[2] == f"2 行，摘要 {digest[:12]}"
    assert lines(folder, ".rows") == [
        ["现场签到", "checkins.csv", "增加 1 行：第2行"],
        ["现场签到", "checkins.csv", "改动 1 行：第3行"],
    ]
    figures = {row[0]: row[1:] for row in lines(folder, f'[aria-labelledby="scope-{JIA}"]')}
    assert figures["现场签到率"] == ["0.00%", "0.96%", "+0.96"]
    assert figures["现场签到率（合并计算）"] == ["0.00% (0/104)", "0.96% (1/104)", "+0.96"]
    assert "取证率" in {row[0] for row in lines(folder, f'[aria-labelledby="scope-{YI}"]')}


def test_a_file_whose_records_are_the_same_is_said_to_be_so(publish: Publish) -> None:
    publish()
    renamed = [line.replace("赵一", "李四") for line in SMALL["supervisors"]]
    folder = publish(supervisors=renamed)
    assert said(folder) == "1 项输入有变化，指标没有变化。"
    assert lines(folder, ".rows") == []
    assert [note.get_text() for note in page(folder).select(".notice")] == [
        "文件有变、读入的记录没有变：专员名册（格式、顺序、不读入的列、姓名、事由等不逐行比较）。"
    ]


def test_params_that_changed_are_named_with_both_values(publish: Publish) -> None:
    def festival(name: str, start: str, end: str = "2023-10-06") -> dict[str, str]:
        return {"name": name, "start": start, "end": end}

    before = params_of(key_periods=[festival("国庆", "2023-09-29")])
    publish(before, checkins=CHECKED_IN)
    rules = {"onsite_per_week": 2, "posts": {"underground": 3}}
    festivals = [festival("春节", "2023-01-21", "2023-01-27"), festival("国庆", "2023-09-30")]
    document = before.document.model_dump(mode="json") | {"cc": ["甲厅", "乙委"]}
    after = params_of(rules=rules, as_of="2023-06-30", key_periods=festivals, document=document)
    folder = publish(after, checkins=CHECKED_IN)
    assert lines(folder, ".inputs") == [
        ["参数 rules.onsite_per_week（每周现场签到不少于几次）", "1", "2"],
        ["参数 rules.posts.underground（每家企业应配专员岗位数）", "2", "3"],
        ["参数 key_periods.国庆.start（重点时段）", "2023-09-29", "2023-09-30"],
        ["参数 document.cc（抄送机关）", "没有", "甲厅、乙委"],
        ["参数 as_of（名册统计时点）", "没有", "2023-06-30"],
        ["参数 key_periods.春节.name（名称）", "没有", "春节"],
        ["参数 key_periods.春节.start（重点时段）", "没有", "2023-01-21"],
        ["参数 key_periods.春节.end（重点时段）", "没有", "2023-01-27"],
    ]


def test_params_that_only_became_a_list_are_told_by_key(publish: Publish) -> None:
    publish(params_of(rules=[{"onsite_per_week": 1}, {"from": "2023-07-01", "onsite_per_week": 2}]))
    folder = publish(params_of(rules=[{"onsite_per_week": 1}, {"from": "2023-07-01", "onsite_per_week": 3}]))
    assert lines(folder, ".inputs") == [["参数 rules.2.onsite_per_week（每周现场签到不少于几次）", "2", "3"]]


class DescribeNotebooksThatChanged:
    """changes.html over a project of its own, whose county notebook is edited between two builds."""

    @pytest.fixture
    def rebuilt(self, tmp_path: Path) -> Callable[..., BeautifulSoup]:
        """Publish, edit the notebook's JSON and publish again; the page of changes."""
        notebooks, folder = tmp_path / "notebooks/mines", tmp_path / "outputs/2023"
        shutil.copytree(ROOT / "notebooks/mines", notebooks)
        results = results_of(tmp_path / "data")

        def made(change: Callable[[Any], Any], spoil: Callable[[Path], object] = lambda _: None) -> BeautifulSoup:
            record_period(results, folder, Project(tmp_path))
            spoil(folder)
            edit(notebooks, "county_report.ipynb", change)
            record_period(results, folder, Project(tmp_path))
            return page(folder)

        return made

    @staticmethod
    def source(notebook: dict[str, Any], old: str, new: str) -> dict[str, Any]:
        whole = json.dumps(notebook, ensure_ascii=False)
        assert whole.count(old) == 1
        return dict(json.loads(whole.replace(old, new)))

    @staticmethod
    def cells(found: BeautifulSoup) -> list[list[str]]:
        return [[cell.get_text() for cell in row.select("th, td")] for row in found.select(".cells tbody tr")]

    def it_shows_the_words_that_went_and_came_and_in_which_cell(self, rebuilt: Callable[..., BeautifulSoup]) -> None:
        found = rebuilt(lambda notebook: self.source(notebook, "反馈如下", "反馈于下<b>"))
        assert [heading.get_text() for heading in found.select("h2")] == ["输入 1 项", "county_report.ipynb 1 个单元格"]
        ((which, said),) = self.cells(found)
        number = 1 + next(
            place
            for place, cell in enumerate(
                json.loads((ROOT / "notebooks/mines/county_report.ipynb").read_text("utf-8"))["cells"]
            )
            if "反馈如下" in "".join(cell["source"])
        )
        assert which == f"第 {number} 个（文字）"
        assert [(each.name, each.get_text()) for each in found.select(".words > *")] == [
            ("del", "如"),
            ("ins", "于"),
            ("ins", "<b>"),
        ]
        assert "反馈如于下<b>" in said

    def it_tells_cells_that_came_went_moved_or_lost_a_tag(self, rebuilt: Callable[..., BeautifulSoup]) -> None:
        def change(notebook: dict[str, Any]) -> dict[str, Any]:
            first, second, *rest = notebook["cells"]
            first["metadata"] = {}
            new = {"cell_type": "markdown", "id": "new", "metadata": {}, "source": "另记一段"}
            return notebook | {"cells": [first, new, second, rest[1], rest[0], *rest[2:-1]]}

        last = json.loads((ROOT / "notebooks/mines/county_report.ipynb").read_text("utf-8"))["cells"]
        told = self.cells(rebuilt(change))
        assert told[:2] == [["第 1 个（代码）", "标签：parameters → 没有"], ["第 2 个（文字），新增", "另记一段"]]
        assert told[2][1] == "只换了位置"
        assert told[2][0].partition("，")[2] in ("原为第 3 个", "原为第 4 个")
        assert told[3][0] == f"原第 {len(last)} 个（代码），删去"
        assert len(told) == 4

    def it_finds_cells_again_whose_ids_count_them(self, rebuilt: Callable[..., BeautifulSoup]) -> None:
        def change(notebook: dict[str, Any]) -> dict[str, Any]:
            notebook = self.source(notebook, "反馈如下", "反馈于下")
            first, *rest = notebook["cells"]
            cells = [first, first | {"source": "1 + 1", "metadata": {}}, *rest]
            return notebook | {"cells": [each | {"id": f"cell-{n:02}"} for n, each in enumerate(cells, start=1)]}

        told = self.cells(rebuilt(change))
        assert [which.partition("，")[2] for which, _ in told] == ["新增", ""]

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda folder: (folder / NOTEBOOKS).unlink(),
            lambda folder: (folder / NOTEBOOKS).write_bytes(b"broken"),
        ],
    )
    def it_says_where_there_is_nothing_to_compare_with(
        self, rebuilt: Callable[..., BeautifulSoup], spoil: Callable[[Path], object]
    ) -> None:
        found = rebuilt(lambda notebook: self.source(notebook, "反馈如下", "反馈于下"), spoil)
        assert self.cells(found) == []
        assert [note.get_text() for note in found.select(".notice")] == [
            "没有比较笔记本的字句：county_report.ipynb（没有上次的内容，或无法读取）。"
        ]


def test_an_added_and_a_removed_file_are_named(publish: Publish) -> None:
    publish(ledger_reviews=None)
    folder = publish(exemptions=None)
    found = {name: (old.partition("，")[0], new.partition("，")[0]) for name, old, new in lines(folder, ".inputs")}
    assert found == {
        "数据 台账抽查：ledger_reviews.csv": ("没有", "0 行"),
        "数据 豁免情况：exemptions.csv": ("0 行", "没有"),
    }


def test_another_version_of_the_program_and_its_packages_is_named(publish: Publish) -> None:
    folder = publish()
    edit(folder, "manifest.json", lambda old: old | {"bulletin": "0.0.1", "packages": {"pandas": "1"}})
    publish()
    found = {row[0]: row[1] for row in lines(folder, ".inputs")}
    assert found["程序 bulletin"].startswith("0.0.1，摘要 ")
    assert found["程序库 pandas"] == "1"
    assert found["程序库 duckdb"] == "没有"


@pytest.mark.parametrize(
    ("spoil", "note"),
    [
        (lambda folder: (folder / "facts.csv").write_bytes(b"\xff"), "上次的 facts.csv 无法读取，不能比较指标。"),
        (
            lambda folder: (folder / "manifest.json").write_bytes(b"{}"),
            "上次的 manifest.json 出自本软件的其他版本，或已损坏，不能比较输入。",
        ),
        (
            lambda folder: (folder / "facts.csv").write_text(
                (folder / "facts.csv").read_text(encoding="utf-8").replace("mines,city,全市,3,,,count,3,2023\n", ""),
                encoding="utf-8",
            ),
            "facts.csv 与上次的 manifest.json 不一致：上次生成没有完成，或文件被改动过。",
        ),
        (
            lambda folder: (folder / ROWS).write_bytes(b"broken"),
            "没有逐行比较：现场签到（记录在数据库中或过多，或没有上次的记录清单）。",
        ),
    ],
)
def test_what_cannot_be_compared_is_said(publish: Publish, spoil: Callable[[Path], None], note: str) -> None:
    folder = publish()
    spoil(folder)
    publish(checkins=CHECKED_IN)
    assert note in [found.get_text() for found in page(folder).select(".notice")]
    assert "第一次" not in said(folder)


def test_facts_of_a_build_before_there_were_manifests_like_this_are_compared(publish: Publish) -> None:
    folder = publish()
    (folder / "manifest.json").unlink()
    publish(checkins=CHECKED_IN)
    assert "项指标有变化" in said(folder)


def test_the_manifest_has_the_digest_of_every_file_of_the_period(publish: Publish) -> None:
    folder = publish()
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    assert manifest["files"] == {name: files[name] for name in files.keys() - {"manifest.json"}}


def test_names_of_people_are_in_nothing_that_tells_of_the_run(publish: Publish) -> None:
    names = [line.split(",")[1] for line in SMALL["supervisors"]]
    publish()
    folder = publish(supervisors=[line.replace("赵一", "李四") for line in SMALL["supervisors"]])
    assert not any(name.encode() in content for content in contents(folder) for name in [*names, "李四"])


def test_many_counties_have_their_facts_in_a_folder_that_goes_when_they_are_few(
    publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as few:
        few.setattr(facts_page, "MOST_COUNTIES", 1)
        folder = publish()
        assert sorted(path.name for path in (folder / "facts").iterdir()) == [f"{JIA}.html", f"{YI}.html"]
        listed = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
        assert {f"facts/{JIA}.html", f"facts/{YI}.html"} <= {*listed}
        assert publish(checkins=CHECKED_IN) == folder
        assert "0.96%" in (folder / f"facts/{JIA}.html").read_text(encoding="utf-8")
    publish()
    assert not (folder / "facts").exists()
    assert not (folder / ".staging").exists()


def test_reports_lead_to_the_files_that_are_there(publish: Publish) -> None:
    folder = publish()
    for kind in ("html", "docx"):
        PeriodOutputs(folder).publish_file(b"a report", f"counties/{JIA}-甲县/report.{kind}")
    publish()
    cards = {card.strong.get_text(): card for card in page(folder, "index.html").select(".card")}  # type: ignore[union-attr]
    assert [link.get_text() for link in cards["甲县"].select("a")] == ["网页", "Word"]
    assert cards[f"{WHOLE.name}通报"].select("a") == []
    assert [link.get_text() for link in page(folder, "index.html").select(".ranking a")] == ["甲县"]


def test_tables_too_large_to_list_are_said_not_to_be_compared(
    publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_list, "MOST_ROWS", 1)
    publish(checkins=["S3,M3,2023-01-05 09:00,是,2,是"])
    folder = publish(checkins=["S3,M3,2023-01-05 09:00,是,2,是", *CHECKED_IN])
    assert lines(folder, ".rows") == []
    assert [note.get_text() for note in page(folder).select(".notice")] == [
        "没有逐行比较：现场签到（记录在数据库中或过多，或没有上次的记录清单）。"
    ]
