"""The report that a notebook holds: numbers, labels, counties by name or code."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulletin.facts.figures import CITY, WHOLE
from bulletin.mines.notebook import open_city, open_county
from bulletin.mines.reports import CITY_BULLETIN, COUNTY_REPORT
from bulletin.notebook.report import Report, find_county, open_report
from bulletin.project.errors import BulletinError
from tests.builders import JIA, YI, YI_QU, report_of, report_over, write_tables

PARAMS = """
period: "2023"
bureau: 样例市应急管理局
data: data
document: {addressees: 各县应急管理局, date: 2024-03-05}
"""


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return report_of(tmp_path_factory.mktemp("report"), CITY)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of the small period, and the current folder in it."""
    write_tables(tmp_path / "data")
    (tmp_path / "params").mkdir()
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "params" / "2023.yaml").write_text(PARAMS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_tables_and_figures_are_numbered_each_in_their_own_series_and_keep_their_number(city: Report) -> None:
    report = report_over(city.results)
    asked = [("表", "a"), ("表", "b"), ("图", "a"), ("表", "a"), ("图", "c"), ("表", "c"), ("表", "b")]
    assert [report.number(series, key) for series, key in asked] == [1, 2, 1, 1, 2, 3, 2]


def test_two_reports_number_on_their_own(city: Report) -> None:
    first, second = report_over(city.results), report_over(city.results)
    assert [first.number("表", "a"), first.number("表", "b"), second.number("表", "b")] == [1, 2, 1]


@pytest.mark.parametrize(
    ("attachments", "title", "label"),
    [(["一"], "一", "附件"), (["一", "二"], "一", "附件1"), (["一", "二"], "二", "附件2")],
)
def test_an_attachment_is_numbered_unless_it_is_the_only_one(
    city: Report, attachments: list[str], title: str, label: str
) -> None:
    assert report_over(city.results, CITY, attachments).attachment_label(title) == label


@pytest.mark.parametrize(("attachments", "known"), [(["一", "二"], "一、二"), ([], "无")])
def test_an_unknown_attachment_is_refused_with_those_there_are(
    city: Report, attachments: list[str], known: str
) -> None:
    with pytest.raises(BulletinError) as refused:
        report_over(city.results, CITY, attachments).attachment_label("三")
    assert refused.value.code == "unknown-attachment"
    assert str(refused.value) == f"没有名为“三”的附件。笔记本开头列出的附件有：{known}。"


@pytest.mark.parametrize(("scope", "name"), [(CITY, "全市"), (JIA, "甲县"), (YI, "乙区")])
def test_a_report_is_called_by_its_scope(city: Report, scope: str, name: str) -> None:
    assert report_over(city.results, scope).name == name


@pytest.mark.parametrize("wanted", ["乙区", " 乙区 ", "100002", 100002])
def test_a_county_is_found_by_name_or_code(city: Report, wanted: str | int) -> None:
    assert find_county(city.facts, wanted) == YI_QU


@pytest.mark.parametrize(
    ("wanted", "near"),
    [
        ("乙", "乙区（100002）"),
        ("乙县区", "乙区（100002）"),
        ("甲 县市", "甲县（100001）"),
        ("甲", "甲县（100001）"),
        (100, "甲县（100001） 或 乙区（100002）"),
        ("１００００２", "乙区（100002）"),
    ],
)
def test_a_county_nearly_right_is_asked_after_and_not_taken(city: Report, wanted: str | int, near: str) -> None:
    with pytest.raises(BulletinError) as refused:
        find_county(city.facts, wanted)
    assert (
        str(refused.value) == f"没有县（市、区）“{wanted}”。是否为 {near}？可用的有：甲县（100001）、乙区（100002）。"
    )


@pytest.mark.parametrize("wanted", ["丙县", "", CITY, "100003", "县"])
def test_an_unknown_county_is_refused_with_those_there_are(city: Report, wanted: str) -> None:
    with pytest.raises(BulletinError) as refused:
        find_county(city.facts, wanted)
    assert refused.value.code == "unknown-county"
    assert str(refused.value) == f"没有县（市、区）“{wanted}”。可用的有：甲县（100001）、乙区（100002）。"


def test_a_notebook_opens_the_city_and_a_county_of_the_project_that_it_stands_in(project: Path) -> None:
    city = open_city(2023, ["一"])
    county = open_county("2023", "乙区")
    assert (city.scope, city.attachments, city.period.title) == (WHOLE, ["一"], "2023年度")
    assert (county.scope, county.name, county.attachments) == (YI_QU, "乙区", ())
    assert county.facts("mines", YI).value == 1
    assert (project / "data").is_dir()
    assert (city.kind, county.kind) == (CITY_BULLETIN, COUNTY_REPORT)


def test_a_report_is_opened_of_the_kind_that_its_notebook_makes(project: Path) -> None:
    city = open_report("city_bulletin", "2023", attachments=["一"])
    county = open_report("county_report", 2023, " 100002 ", ["二"])
    assert (city.kind, city.scope, city.attachments) == (CITY_BULLETIN, WHOLE, ["一"])
    assert (county.kind, county.scope, county.attachments) == (COUNTY_REPORT, YI_QU, ["二"])
    with pytest.raises(BulletinError) as refused:
        open_report("county_report", "2023", "丙县")
    assert refused.value.code == "unknown-county"
