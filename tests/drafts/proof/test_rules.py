"""What single rules do at their edges; the corpus holds what they find and pass over in whole texts."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulletin.drafts.proof.draft import Draft, Mark, Paragraph
from bulletin.drafts.proof.foreign import find
from bulletin.drafts.proof.numbers import rounded, shown, whole
from bulletin.drafts.proof.reading import Reading
from tests.builders import JIA, YI, facts_of
from tests.drafts.proof.corpus import proofread


def found(text: str) -> list[tuple[str, str]]:
    return [(each.rule, each.expected) for each in proofread(text)]


@pytest.mark.parametrize(
    ("value", "decimals", "text"), [("0.125", 2, "0.13"), ("2.5", 0, "3"), ("-0.005", 2, "-0.01"), ("7", 2, "7.00")]
)
def test_numbers_are_rounded_half_up(value: str, decimals: int, text: str) -> None:
    assert shown(Fraction(value), decimals) == text
    assert rounded(Fraction(value), decimals) == Fraction(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [("两", 2), ("十", 10), ("十二", 12), ("二十", 20), ("三十三", 33), ("一百零五", 105), ("1,200", 1200)],
)
def test_whole_numbers_are_read_in_digits_and_in_chinese(text: str, number: int) -> None:
    assert whole(text) == number


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲县、乙县等3个县未整改。", []),
        ("甲县、乙县、丙县等2个县未整改。", [("list-count", "3")]),
        ("甲县、乙县3家企业未整改。", []),
        ("排名前2位的为：甲县（9%）、乙县（8%）、丙县（8%）。", []),
        ("排名前2位的为：甲县（9%）、乙县（8%）、丙县（7%）。", [("list-count", "3")]),
        ("全市13个县（市、区）中，未整改的为甲县、乙县。", []),
        ("有三个县未整改，分别是甲县、乙县。", [("list-count", "2")]),
    ],
)
def test_a_list_has_as_many_names_as_are_said(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        ("33.33%", []),
        ("33.3%", []),
        ("33%", []),
        ("33.34%", [("ratio", "33.33%")]),
        ("34%", [("ratio", "33%")]),
        ("近34%", []),
    ],
)
def test_a_ratio_is_checked_to_the_decimals_it_shows(rate: str, expected: list[tuple[str, str]]) -> None:
    assert found(f"应制定清单3份，实际制定1份，制定率{rate}。") == expected


def test_short_of_all_the_ratio_may_stand_below_100() -> None:
    assert found("应制定清单100000份，实际制定99999份，制定率99.99%。") == []
    assert found("应制定清单100000份，实际制定99999份，制定率100.00%。") == []


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("制定率80.00%，同比上升3.00个百分点（去年同期为77.00%）。", ""),
        ("制定率80.00%，同比上升3.01个百分点（去年同期为77.00%）。", ""),
        ("制定率80.00%，同比上升3.02个百分点（去年同期为77.00%）。", "上升3.00个百分点"),
        ("制定率80.00%，同比下降3.00个百分点（去年同期为77.00%）。", "上升3.00个百分点"),
        ("制定率80%，同比上升4个百分点（去年同期为77%）。", "上升3个百分点"),
        ("制定率80.0%，环比上升3.0个百分点（去年同期为77.0%）。", "同比"),
        ("制定率80.0%，同比上升3.0个百分点（去年同期为77.0%），环比上升1.0个百分点（上月为79.0%）。", ""),
        ("制定率80.0%，同比上升3.0个百分点（去年同期为77.0%），环比上升2.0个百分点（上月为79.0%）。", "上升1.0个百分点"),
    ],
)  # fmt: skip
def test_a_change_agrees_with_both_figures_but_for_a_last_decimal(text: str, right: str) -> None:
    assert found(text) == ([("change", right)] if right else [])


def test_a_mean_that_leaves_out_the_zeros_is_told_so() -> None:
    text = "全市4个县（市、区）签到率由高到低为：甲县（30%）、乙县（20%）、丙县（10%）。全市平均签到率为{}%。"
    assert found(text.format(15)) == []
    (finding,) = proofread(text.format(20))
    assert finding.message == "4个县（市、区）的平均（其中1个按0计），所写的只平均了列出的3个应为15%。"


def test_a_mean_that_is_not_called_one_is_told_once() -> None:
    text = "全市3个县（市、区）签到率由高到低为：甲县（30%）、乙县（20%）、丙县（10%）。全市签到率为20%{}。"
    assert found(text.format("（各县的算术平均）")) == []
    assert found(text.format("")) == [("mean", "平均")]
    assert found(text.format("").replace("20%。", "27%。")) == []


def test_a_change_is_held_against_the_earlier_facts(tmp_path: Path) -> None:
    earlier = facts_of(tmp_path / "a", mines=[f"M1,甲一矿,{JIA},地下开采,否"], assignments=["S1,M1,2022-01-01,"])
    now = facts_of(tmp_path / "b")

    def findings(text: str) -> list[tuple[str, str]]:
        paragraph = Paragraph(1, text, "body", [Mark("f_city_mines", 2, 3)])
        return [(each.rule, each.expected) for each in find(Reading(Draft([paragraph]), now, earlier))]

    assert findings("企业3家，较上年增加2家，情况较好。") == []
    assert findings("企业3家，较上年增加1家，情况较好。") == [("change", "增加2家")]
    assert findings("企业3家，较上年减少2家，情况较好。") == [("change", "增加2家")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("全市3个县（市、区）中，甲县、乙县2个县开展了检查，丙县1个县未开展检查。", []),
        ("全市4个县（市、区）中，甲县、乙县2个县开展了检查，丙县1个县未开展检查。", [("complement", "4")]),
        ("全市3个县（市、区）中，甲县、乙县2个县开展了检查，乙县、丙县2个县未开展检查。", [("complement", "")]),
        ("全市4个县（市、区）中，甲县、乙县2个县开展了检查，丙县1个县未全面开展检查。", []),
        (
            "全市4个县（市、区）中，甲县、乙县2个县进行了签到，签到率由高到低，排名如下：甲县（9%）、乙县（8%）。丙县1个县未进行签到。",
            [("complement", "4")],
        ),
        ("全市4个县（市、区）储备率由高到低为：甲县（95%）、乙县（88%）。乙县、丙县2个县未完成储备任务。", []),
    ],
)
def test_those_that_did_and_those_that_did_not_make_all(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_a_name_in_running_text_is_held_against_the_register(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, counties=[f"{JIA},翼城县", f"{YI},乙区"])
    for text, wrong in (
        ("翼诚县的做法值得推广。", ["翼诚县"]),
        ("翼城县、襄垣县的做法值得推广。", ["襄垣县"]),
        ("外县的做法，各县要学。", []),
    ):
        reading = Reading(Draft([Paragraph(1, text, "body")]), facts)
        assert [each.found for each in find(reading)] == wrong


WORDS = st.sampled_from(
    [
        "甲县",
        "乙区",
        "丙市",
        "、",
        "，",
        "。",
        "；",
        "：",
        "（",
        "）",
        "和",
        "等",
        "共",
        "3个县",
        "12家",
        "其中",
        "占",
        "50%",
        "5.5%",
        "由高到低",
        "排名",
        "前三位",
        "为",
        "未",
        "签到",
        "率",
        "同比",
        "上升",
        "2个百分点",
        "去年同期",
        "合计",
        "平均",
        "全市13个县（市、区）",
        "分别",
        "(",
        ",",
        "01月",
        "《",
        "》",
        "“",
        "”",
        "除",
        "外",
        "其余2个县",
        "《办法》",
        "以下简称",
        "第1位",
        "由",
        "至",
        "增加5起",
    ]
)


@settings(max_examples=300, derandomize=True, deadline=None, database=None)
@given(st.lists(WORDS, max_size=40))
def test_no_text_is_too_odd_to_be_read(words: list[str]) -> None:
    text = "".join(words)
    for finding in proofread(text):
        assert finding.found or finding.rule == "drift"
        assert finding.message
