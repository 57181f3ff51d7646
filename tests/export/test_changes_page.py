"""changes.html: what the page says of what changed."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from bs4 import BeautifulSoup

from bulletin.export.diff import compare
from bulletin.export.html import changes_page
from bulletin.export.html.changes_page import Changes, InputChange, changes_html
from bulletin.facts.facts import Fact, Facts
from bulletin.facts.figures import CITY
from bulletin.mines.schema import SCHEMA
from bulletin.records.history import RowChange
from tests.builders import JIA


def facts(mines: int, name: str = "甲县") -> Facts:
    rate = Fraction(mines, 10)
    return Facts(
        [
            Fact("mines", CITY, "全市", mines, None, None),
            Fact("mines", JIA, name, mines, None, None),
            Fact("staffing_rate", JIA, name, rate, mines, 10),
        ]
    )


def changes(**given: Any) -> Changes:
    content: dict[str, Any] = {
        "last_built": "2024-03-05 09:00",
        "figures": compare(facts(3), "上次生成", facts(4), "本次生成"),
        "inputs": [InputChange("数据", "企业名录：mines.csv", "3 行", "4 行")],
        "rows": [],
        "notes": [],
    }
    return Changes(**(content | given))


def page(**given: Any) -> BeautifulSoup:
    return BeautifulSoup(changes_html(changes(**given), "2023年度", None, "2024-03-06 09:00", SCHEMA), "html.parser")


def lines(found: BeautifulSoup, selector: str) -> list[list[str]]:
    return [[cell.get_text() for cell in row.select("th, td")] for row in found.select(f"{selector} tbody tr")]


SAME = compare(facts(3), "上次生成", facts(3), "本次生成")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "3 项指标有变化，1 项输入有变化"),
        ({"figures": SAME}, "1 项输入有变化，指标没有变化"),
        ({"figures": SAME, "inputs": []}, "指标和输入都没有变化"),
        ({"figures": None}, "1 项输入有变化"),
        ({"figures": None, "inputs": []}, "输入没有变化，指标未能比较"),
    ],
)
def test_one_sentence_says_it_all(given: dict[str, Any], said: str) -> None:
    sentence = f"与上次（2024-03-05 09:00）生成相比，{said}。"
    assert changes(**given).summary == sentence
    assert page(**given).select("strong")[0].get_text() == sentence


def test_the_first_build_has_nothing_to_compare_with() -> None:
    first = page(last_built="", figures=None, inputs=[])
    assert first.select("strong")[0].get_text() == "这是第一次生成，没有可比较的上次结果。"
    assert first.select("table") == []


def test_figures_are_listed_old_and_new_scope_by_scope() -> None:
    found = page()
    assert [heading.get_text() for heading in found.select("h2")] == ["输入 1 项", "全市 1 项", f"甲县（{JIA}） 2 项"]
    assert lines(found, f'[aria-labelledby="scope-{JIA}"]') == [
        ["非煤矿山企业数", "3", "4", "+1"],
        ["专员配备率", "30.00% (3/10)", "40.00% (4/10)", "+10.00"],
    ]


def test_inputs_are_listed_old_and_new() -> None:
    listed = [InputChange("数据", "a.csv", "", "4 行"), InputChange("参数", "as_of", "2023-12-31", "")]
    assert lines(page(inputs=listed), ".inputs") == [
        ["数据 a.csv", "没有", "4 行"],
        ["参数 as_of", "2023-12-31", "没有"],
    ]


def test_rows_are_counted_and_the_first_few_are_named() -> None:
    listed = [
        RowChange("checkins", "checkins.csv", "", "added", 2, [5, 9]),
        RowChange("mines", "甲县.xlsx", "企业名录", "removed", 7, [2, 3, 4, 5, 6]),
        RowChange("mines", "postgresql://server/db", "", "changed", 1, []),
    ]
    assert lines(page(rows=listed), ".rows") == [
        ["现场签到", "checkins.csv", "增加 2 行：第5、9行"],
        ["企业名录", "甲县.xlsx 企业名录", "删除 7 行：原第2、3、4、5、6行等"],
        ["企业名录", "postgresql://server/db", "改动 1 行"],
    ]


def test_more_changes_than_anybody_reads_are_only_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes_page, "MOST_LINES", 2)
    found = page()
    assert [heading.get_text() for heading in found.select("h2")] == ["输入 1 项", "全市 1 项", "其余范围"]
    assert [item.get_text() for item in found.select(".pages li")] == [f"甲县（{JIA}） 2 项"]


def test_every_text_is_data() -> None:
    evil = "<script>alert(1)</script>"
    found = page(
        figures=compare(facts(3, evil), "", facts(4, evil), ""),
        inputs=[InputChange(evil, evil, evil, evil)],
        rows=[RowChange("mines", evil, evil, "added", 1, [2])],
        notes=[evil],
    )
    assert found.select("script") == []
    assert found.get_text().count(evil) == 8
