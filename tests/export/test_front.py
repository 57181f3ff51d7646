"""The period's front page."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup

from bulletin.export.html.front import STATES, Card, FrontPage, State, render_front


def front(**changes: Any) -> BeautifulSoup:
    """A front page with `changes` in place of its defaults."""
    content: dict[str, Any] = {
        "bureau": "样例市应急管理局",
        "period_title": "2023年度",
        "notice": None,
        "gaps": [],
        "key_figures": [("企业", "278"), ("现场签到率", "9.62%")],
        "reports": [Card("全市通报", "built", "", [("网页", "city/bulletin.html"), ("Word", "city/bulletin.docx")])],
        "files": [("facts.csv", "facts.csv", "全部指标")],
        "quality": [("重复记录", 3)],
        "generated_at": "2024-03-05 09:00",
    }
    return BeautifulSoup(render_front(FrontPage(**(content | changes))), "html.parser")


def texts(page: BeautifulSoup, selector: str) -> list[str]:
    return [found.get_text() for found in page.select(selector)]


def test_the_page_is_chinese_and_asks_nothing_of_the_network() -> None:
    page = front()
    assert page.select("html")[0]["lang"] == "zh-CN"
    assert texts(page, "title") == ["样例市应急管理局2023年度专员履职情况"]
    assert page.select("script, link, img, iframe") == []
    (policy,) = page.select('meta[http-equiv="Content-Security-Policy"]')
    assert policy["content"] == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def test_key_figures_and_files_are_listed() -> None:
    page = front()
    assert texts(page, ".figures li") == ["企业278", "现场签到率9.62%"]
    assert "facts.csv：全部指标" in texts(page, "li")


@pytest.mark.parametrize(
    ("state", "text"),
    [
        ("built", "已生成"),
        ("failed", "失败"),
        ("kept", "失败，沿用上次"),
        ("earlier", "上次生成"),
        ("missing", "未生成"),
    ],
)
def test_a_report_has_its_state_and_message(state: State, text: str) -> None:
    page = front(reports=[Card("翼城县", state, "第 3 个单元格出错", [])])
    assert texts(page, f"li.card.{state} .state") == [text]
    assert texts(page, "li.card strong, li.card p") == ["翼城县", "第 3 个单元格出错"]
    assert len(STATES) == 5


def test_a_report_without_message_or_links_has_no_empty_lines() -> None:
    assert texts(front(reports=[Card("翼城县", "missing", "", [])]), "li.card p") == []


def test_links_are_percent_encoded_and_relative() -> None:
    links = [("网页", "counties/141022-翼城县/report.html"), ("表", 'a b#?&".html'), ("坏", "javascript:alert(1)")]
    page = front(reports=[Card("翼城县", "built", "", links)], files=[("数据", "数据.csv", "全部")])
    assert [link["href"] for link in page.select("a")] == [
        "counties/141022-%E7%BF%BC%E5%9F%8E%E5%8E%BF/report.html",
        "a%20b%23%3F%26%22.html",
        "javascript%3Aalert%281%29",
        "%E6%95%B0%E6%8D%AE.csv",
    ]
    assert texts(page, "a") == ["网页", "表", "坏", "数据"]


def test_the_quality_of_the_data_is_counted_or_said_to_be_sound() -> None:
    assert texts(front(), "tbody th, tbody td") == ["重复记录", "3"]
    assert texts(front(quality=[]), "table") == []
    assert "未发现问题。" in front(quality=[]).get_text()


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
        key_figures=[(evil, evil)],
        reports=[Card(evil, "failed", evil, [(evil, evil)])],
        files=[(evil, evil, evil)],
        quality=[(evil, 1)],
        generated_at=evil,
    )
    assert page.select("script") == []
    assert page.get_text().count(evil) == 15
