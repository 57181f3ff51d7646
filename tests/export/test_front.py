"""The period's front page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from markupsafe import Markup

from bulletin.export.html.front import (
    Card,
    FrontPage,
    KeyFigure,
    Quality,
    RankCell,
    Ranking,
    RankRow,
    key_figures,
    quality,
    ranking,
    render_front,
)
from bulletin.mines.checks import check_records
from bulletin.mines.forgotten import EarlierCounties
from bulletin.notebook.previous import Previous
from bulletin.project.periods import parse_period
from bulletin.project.states import STATES, State
from tests.builders import JIA, SMALL, YI, results_of

BARS = Markup("<svg></svg>")


def front(**changes: Any) -> BeautifulSoup:
    """A front page with `changes` in place of its defaults."""
    row = RankRow(1, "翼城县", "counties/141022-翼城县/report.html", [RankCell("37.89%", "0.3789", "第1", BARS)])
    content: dict[str, Any] = {
        "bureau": "样例市应急管理局",
        "title": "非煤矿山安全监管专员履职情况",
        "period_title": "2023年度",
        "notice": None,
        "gaps": [],
        "since": "这是第一次生成，没有可比较的上次结果。",
        "key_figures": [KeyFigure("企业", "278", ""), KeyFigure("现场签到率", "9.62%", "较2022年上升1.23个百分点")],
        "reports": [Card("全市通报", "built", "", [("网页", "city/bulletin.html"), ("Word", "city/bulletin.docx")])],
        "ranking": Ranking(["现场签到率"], ["49.36%"], [row]),
        "quality": Quality([("重复记录", 3)], [("翼城县", 2, 1)], [("甲县.xlsx", "quality/甲县.xlsx")]),
        "files": [("facts.csv", "全部指标")],
        "generated_at": "2024-03-05 09:00",
    }
    return BeautifulSoup(render_front(FrontPage(**(content | changes))), "html.parser")


def texts(page: BeautifulSoup, selector: str) -> list[str]:
    return [found.get_text() for found in page.select(selector)]


def test_the_page_is_chinese_and_asks_nothing_of_the_network() -> None:
    page = front()
    assert page.select("html")[0]["lang"] == "zh-CN"
    assert texts(page, "title") == ["样例市应急管理局2023年度非煤矿山安全监管专员履职情况"]
    assert page.select("script[src], link, img, iframe") == []
    (policy,) = page.select('meta[http-equiv="Content-Security-Policy"]')
    assert str(policy["content"]).startswith("default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src")


def test_key_figures_have_their_change_where_there_is_an_earlier_period() -> None:
    page = front()
    assert texts(page, ".figures li") == ["企业278", "现场签到率9.62%较2022年上升1.23个百分点"]
    assert texts(page, ".figures .change") == ["较2022年上升1.23个百分点"]


@pytest.mark.parametrize(("state", "text"), list(STATES.items()))
def test_a_report_has_its_state_and_error(state: State, text: str) -> None:
    page = front(reports=[Card("翼城县", state, "第 3 个单元格出错", [])])
    assert texts(page, f"li.card.{state} .state") == [text]
    assert texts(page, "li.card strong, li.card p") == ["翼城县", "第 3 个单元格出错"]


def test_a_report_has_what_came_of_its_proof_reading() -> None:
    page = front(reports=[Card("翼城县", "built", "", [], "校核：没有发现问题")])
    assert texts(page, "li.card .proof") == ["校核：没有发现问题"]


def test_a_report_without_error_or_links_has_no_empty_lines() -> None:
    assert texts(front(reports=[Card("翼城县", "missing", "", [])]), "li.card p") == []


def test_reports_are_counted_by_state_and_what_is_amiss_stands_out() -> None:
    good = [Card("甲县", "built", "", []), Card("乙区", "unchanged", "", [])]
    assert texts(front(reports=good), "#reports + .lead") == ["共 2 份：已生成 1 份，未变 1 份。"]
    page = front(reports=[*good, Card("丙县", "stale", "", [])])
    assert texts(page, "#reports + .notice") == [
        "共 3 份：已生成 1 份，未变 1 份，已过期 1 份。"
        "已过期的报告在生成之后，数据、参数、笔记本或程序有改动，请重新生成。"
    ]


def test_links_are_percent_encoded_and_relative() -> None:
    links = [("网页", "counties/141022-翼城县/report.html"), ("表", 'a b#?&".html'), ("坏", "javascript:alert(1)")]
    page = front(reports=[Card("翼城县", "built", "", links)], files=[("数据.csv", "全部")])
    assert [(link.get_text(), link["href"]) for link in page.select("a")] == [
        ("查看变化", "changes.html"),
        ("网页", "counties/141022-%E7%BF%BC%E5%9F%8E%E5%8E%BF/report.html"),
        ("表", "a%20b%23%3F%26%22.html"),
        ("坏", "javascript%3Aalert%281%29"),
        ("翼城县", "counties/141022-%E7%BF%BC%E5%9F%8E%E5%8E%BF/report.html"),
        ("quality.xlsx", "quality.xlsx"),
        ("甲县.xlsx", "quality/%E7%94%B2%E5%8E%BF.xlsx"),
        ("数据.csv", "%E6%95%B0%E6%8D%AE.csv"),
    ]


def test_a_cards_links_are_told_apart_by_their_report() -> None:
    links = front().select(".card a")
    assert [link["aria-label"] for link in links] == ["全市通报：网页", "全市通报：Word"]


def test_the_quality_of_the_data_is_counted_or_said_to_be_sound() -> None:
    page = front()
    assert texts(page, ".tables th[scope=row], .tables td") == ["重复记录", "3", "翼城县", "2", "1"]
    sound = front(quality=Quality([], [], []))
    assert texts(sound, ".tables") == []
    assert "未发现问题。" in sound.get_text()


def test_a_notice_stands_above_everything() -> None:
    assert texts(front(notice="样例数据"), "main > *")[0] == "样例数据"
    assert texts(front(), ".notice") == []


def test_gaps_in_the_draft_are_named_above_the_title() -> None:
    page = front(gaps=["document.date（成文日期），见 params/2024.yaml 第 8 行"])
    assert texts(page, "h1 ~ .notice") == []
    assert texts(page, ".notice li") == ["待填：document.date（成文日期），见 params/2024.yaml 第 8 行"]


def test_every_text_is_data() -> None:
    evil = "<script>alert(1)</script>\"'"
    page = front(
        bureau=evil,
        period_title=evil,
        notice=evil,
        gaps=[evil],
        since=evil,
        key_figures=[KeyFigure(evil, evil, evil)],
        reports=[Card(evil, "failed", evil, [(evil, evil)])],
        ranking=Ranking([evil], [evil], [RankRow(1, evil, evil, [RankCell(evil, evil, evil, BARS)])]),
        quality=Quality([(evil, 1)], [(evil, 1, 1)], [(evil, evil)]),
        files=[(evil, evil)],
        generated_at=evil,
    )
    assert len(page.select("script")) == 1
    assert page.get_text().count(evil) == 25


def test_the_ranking_goes_from_high_to_low_with_those_without_a_rate_last(tmp_path: Path) -> None:
    results = results_of(
        tmp_path,
        counties=["100000,无人县", *SMALL["counties"], "100003,丙县"],
        supervisors=[*SMALL["supervisors"], "S4,李四,100003"],
        mines=[*SMALL["mines"], "M4,丙矿,100003,露天开采,否"],
        assignments=[*SMALL["assignments"], "S4,M4,2022-01-01,"],
        checkins=["S3,M3,2023-01-05 09:00,是,2,是", "S3,M3,2023-02-09 09:00,是,2,是"],
        remote_inspections=["S1,M1,2023-03-06 09:00"],
    )
    found = ranking(results, {YI: "counties/y.html"})
    assert [(row.place, row.name, row.href) for row in found.rows] == [
        (3, "乙区", "counties/y.html"),
        (2, "甲县", ""),
        (4, "丙县", ""),
        (1, "无人县", ""),
    ]
    onsite = [row.rates[0] for row in found.rows]
    assert [(cell.text, cell.value, cell.rank) for cell in onsite] == [
        ("3.85%", "0.0384615384615", "第1"),
        ("0.00%", "0", ""),
        ("0.00%", "0", ""),
        ("—", "", ""),
    ]
    # One of the four weeks of January, as of February, was S3's; S1 did one of the 25 inspections of March, S2 none.
    assert list(found.tops) == ["25.00%", "2.00%"]
    assert "乙区逐月现场签到率：1月25.00%，2月25.00%，3月0.00%" in onsite[0].bars
    assert onsite[-1].bars == ""


def test_faults_and_records_left_out_are_counted_by_county(tmp_path: Path) -> None:
    results = results_of(
        tmp_path,
        checkins=["S1,M2,2023-01-05 09:00,是,2,是", "S1,M2,2023-01-06 09:00,是,2,是"],
        assignments=SMALL["assignments"][:2],
        supervisors=SMALL["supervisors"],
    )
    found = quality(results, [])
    assert found.kinds == [
        ("数据表为空", 3),
        ("记录无对应监管分工", 2),
        ("没有本期记录", 1),
        ("企业无专员", 1),
        ("专员无监管分工", 1),
    ]
    assert found.counties == [("甲县", 2, 2), ("乙区", 3, 0), ("不能归到县（市、区）的", 3, 0)]


def test_a_fault_that_belongs_to_no_county_is_counted_too(tmp_path: Path) -> None:
    results = results_of(tmp_path, task_lists=["M1,2023,"], stationing=["五一,S1,M1,2023-05-01,2023-05-05,是"])
    assert quality(results, []).counties == [("不能归到县（市、区）的", 2, 0)]  # both tables of events are empty


def test_a_county_that_is_gone_is_counted_with_those(tmp_path: Path) -> None:
    results = results_of(tmp_path)
    earlier = EarlierCounties("2022年", {JIA: "甲县", YI: "乙区", "100009": "丙县"})
    checked = check_records(results.computed.records, results.params.window, earlier)
    found = quality(replace(results, computed=replace(results.computed, warnings=checked.warnings)), [])
    assert ("比上期少的县（市、区）", 1) in found.kinds
    assert found.counties == [("不能归到县（市、区）的", 5, 0)]


def test_rows_of_other_periods_are_a_line_and_no_fault(tmp_path: Path) -> None:
    now = quality(results_of(tmp_path / "a", checkins=["S1,M1,2022-06-15 09:00,,,"]), [])
    assert now.apart == "另有 1 条记录属于其他期间（2022年6月），不计入本期，不是问题：现场签到 1 条。"
    assert not [row for row in now.counties if row[2]]
    assert quality(results_of(tmp_path / "b"), []).apart == ""
    assert now.apart in front(quality=now).get_text()
    assert now.apart in front(quality=Quality([], [], [], now.apart)).get_text()


def test_key_figures_are_compared_in_words(tmp_path: Path) -> None:
    earlier = results_of(tmp_path / "then", mines=[f"M1,甲一矿,{JIA},地下开采,否"], assignments=["S1,M1,2022-01-01,"])
    previous = Previous(parse_period("2022"), earlier.facts, tmp_path / "previous.csv", "")
    found = {each.title: (each.text, each.change) for each in key_figures(results_of(tmp_path / "now", None, previous))}
    assert found["非煤矿山企业数"] == ("3", "同比增加2")
    assert found["现场签到率"] == ("0.00%", "与2022年持平")
    assert {each.change for each in key_figures(earlier)} == {""}
