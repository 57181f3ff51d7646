"""How figures changed, in the exact difference, in a cell and in words."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulletin.facts.change import Change, all_scopes, change, differences, renamed
from bulletin.facts.facts import Facts, UnknownMetricError, facts_csv
from bulletin.facts.figures import CITY, WHOLE
from bulletin.facts.file import read_facts
from bulletin.mines.catalogue import METRICS
from bulletin.notebook.period import open_period
from tests.builders import JIA, JIA_XIAN, YI, fact_of, facts_made, facts_of, params_of

BING, DING = "100003", "100004"

Value = int | Fraction | None

shares = st.integers(1, 10**7).flatmap(lambda whole: st.builds(Fraction, st.integers(0, whole), st.just(whole)))


def between(metric: str, old: Value, new: Value) -> Change:
    """A change of a county's figure whose rates carry no parts."""
    before, after = (fact_of(metric, JIA_XIAN, value) for value in (old, new))
    return Change(METRICS[metric], JIA_XIAN, before, after)


def points(text: str) -> Fraction:
    return Fraction(text) / 100


@pytest.mark.parametrize(
    ("metric", "old", "new", "amount", "text", "words"),
    [
        ("mines", 10, 13, 3, "+3", "增加3"),
        ("mines", 13, 10, -3, "-3", "减少3"),
        ("mines", 10, 10, 0, "0", "持平"),
        ("onsite_rank", 5, 3, -2, "升2", "上升2位"),
        ("onsite_rank", 3, 4, 1, "降1", "下降1位"),
        ("onsite_rank", 3, 3, 0, "平", "不变"),
        ("onsite_rank", None, 3, None, "新进", "新进入排名"),
        ("onsite_rank", 3, None, None, "退出", "不再列入排名"),
        ("onsite_rank", None, None, None, "—", "无可比数据"),
        ("stationing_app_used", 0, 1, 1, "否→是", "由否变为是"),
        ("stationing_app_used", 1, 0, -1, "是→否", "由是变为否"),
        ("stationing_app_used", 1, 1, 0, "不变", "不变"),
        ("onsite_rate", None, points("5"), None, "—", "无可比数据"),
        ("onsite_rate", points("5"), None, None, "—", "无可比数据"),
        ("onsite_rate", None, None, None, "—", "无可比数据"),
    ],
)
def test_a_change_is_said_by_its_unit(
    metric: str, old: Value, new: Value, amount: Value, text: str, words: str
) -> None:
    found = between(metric, old, new)
    assert (found.amount, found.text, found.words) == (amount, text, words)


@pytest.mark.parametrize(
    ("old", "new", "text", "words"),
    [
        ("5", "6.23", "+1.23", "上升1.23个百分点"),
        ("6.23", "5", "-1.23", "下降1.23个百分点"),
        ("5", "5", "0.00", "持平"),
        ("0", "100", "+100.00", "上升100.00个百分点"),
        ("100", "0", "-100.00", "下降100.00个百分点"),
        ("5", "5.125", "+0.13", "上升0.13个百分点"),  # to the even digit it would be 0.12
        ("5.125", "5", "-0.13", "下降0.13个百分点"),  # in magnitude: -0.125 up would be -0.12
        ("5", "5.145", "+0.15", "上升0.15个百分点"),  # the float 0.00145 lies below it
        ("5", "6.0049999", "+1.00", "上升1.00个百分点"),
        ("5", "5.005", "+0.01", "上升0.01个百分点"),
        ("5", "5.0049", "+不足0.01", "上升不足0.01个百分点"),
        ("5.0049", "5", "-不足0.01", "下降不足0.01个百分点"),
        ("5.004", "5.006", "+不足0.01", "上升不足0.01个百分点"),  # although 5.00% became 5.01%
        ("5.006", "5.014", "+0.01", "上升0.01个百分点"),  # although both print 5.01%
    ],
)
def test_a_rate_changes_by_percentage_points_rounded_once_from_the_exact_difference(
    old: str, new: str, text: str, words: str
) -> None:
    found = between("onsite_rate", points(old), points(new))
    assert found.amount == points(new) - points(old)
    assert (found.text, found.words) == (text, words)


def test_a_change_knows_its_title_and_unit() -> None:
    found = between("onsite_rate", None, None)
    assert (found.title, found.unit) == ("现场签到率", "rate")


def test_what_only_one_side_states_has_no_amount() -> None:
    only = fact_of("onsite_rank", JIA_XIAN, 1)
    for found in (
        Change(METRICS["onsite_rank"], JIA_XIAN, None, only),
        Change(METRICS["onsite_rank"], JIA_XIAN, only, None),
    ):
        assert (found.amount, found.text, found.words) == (None, "—", "无可比数据")


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(rate=shares)
def test_a_rate_that_was_written_and_read_has_not_changed(
    tmp_path_factory: pytest.TempPathFactory, rate: Fraction
) -> None:
    fresh = facts_made([fact_of("onsite_rate", WHOLE, rate)])
    path = tmp_path_factory.getbasetemp() / "rate.csv"
    path.write_bytes(facts_csv(fresh))
    read = read_facts(path, METRICS)
    assert differences(read, fresh) == differences(fresh, read) == []
    for found in (change(read, fresh, "onsite_rate", CITY), change(fresh, read, "onsite_rate", CITY)):
        assert (found.amount, found.text) == (0, "0.00")


def test_the_sample_year_does_not_differ_from_its_own_file(tmp_path: Path) -> None:
    facts = open_period("2023").facts
    (tmp_path / "facts.csv").write_bytes(facts_csv(facts))
    assert differences(read_facts(tmp_path / "facts.csv", METRICS), facts) == []


def test_a_pooled_rate_is_equal_to_its_twelve_digits_but_not_to_another_pooled_one() -> None:
    pooled = fact_of("onsite_rate", WHOLE, Fraction(1, 3), 1, 3)
    alone = replace(pooled, value=Fraction("0.333333333333"), numerator=None, denominator=None)
    near = replace(pooled, value=Fraction(10**13, 3 * 10**13 + 1), numerator=10**13, denominator=3 * 10**13 + 1)
    assert Change(METRICS["onsite_rate"], WHOLE, alone, pooled).text == "0.00"
    assert Change(METRICS["onsite_rate"], WHOLE, pooled, near).text == "-不足0.01"


def test_rates_of_other_parts_differ_although_they_are_equal() -> None:
    old = fact_of("evidence_rate", WHOLE, Fraction(1, 2), 2, 4)
    new = replace(old, numerator=3, denominator=6)
    (found,) = differences(facts_made([old]), facts_made([new]))
    assert (found.old, found.new, found.text) == (old, new, "0.00")


def test_a_figure_without_value_differs_from_one_that_is_not_stated() -> None:
    nothing = fact_of("onsite_rate", JIA_XIAN, None)
    (found,) = differences(facts_made([]), facts_made([nothing]))
    assert (found.old, found.new, found.text) == (None, nothing, "—")


def test_a_figure_that_neither_states_is_unknown() -> None:
    facts = facts_made([fact_of("mines", WHOLE, 3)])
    for metric, scope in (("mines", JIA), ("supervisors", CITY), ("mine", CITY)):
        with pytest.raises(UnknownMetricError):
            change(facts, facts, metric, scope)


# Old: 甲县 and 丁县 one mine each with check-ins in two weeks, 乙区 without any; no check-in of 丁县's counts
# elsewhere. New: 甲县 is called 甲市, 丁县 is gone, 丙县 is there with a supervisor who fulfilled four weeks.
OLD = {
    "counties": [f"{JIA},甲县", f"{YI},乙区", f"{DING},丁县"],
    "mines": [f"M1,甲一矿,{JIA},地下开采,否", f"M3,乙库,{YI},独立尾矿库,否", f"M4,丁矿,{DING},露天开采,否"],
    "supervisors": [f"S1,赵一,{JIA}", f"S3,孙三,{YI}", f"S4,李四,{DING}"],
    "assignments": ["S1,M1,2022-01-01,", "S3,M3,2022-01-01,", "S4,M4,2022-01-01,"],
    "checkins": [
        *(f"S1,M1,2023-0{month}-05 09:00" for month in (1, 2)),
        *(f"S4,M4,2023-0{month}-05 09:00" for month in (1, 2)),
    ],
}
NEW = {
    "counties": [f"{JIA},甲市", f"{YI},乙区", f"{BING},丙县"],
    "mines": [f"M1,甲一矿,{JIA},地下开采,否", f"M3,乙库,{YI},独立尾矿库,否", f"M5,丙矿,{BING},露天开采,否"],
    "supervisors": [f"S1,赵一,{JIA}", f"S3,孙三,{YI}", f"S5,周五,{BING}"],
    "assignments": ["S1,M1,2022-01-01,", "S3,M3,2022-01-01,2023-06-30", "S5,M5,2022-01-01,"],
    "checkins": [
        *(f"S1,M1,2023-0{month}-05 09:00" for month in (1, 2, 3)),
        *(f"S5,M5,2023-0{month}-05 09:00" for month in (1, 2, 3, 4)),
        "S3,M3,2023-01-05 09:00",
    ],
}


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    return facts_of(tmp_path_factory.mktemp("old"), params_of(), **OLD)


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    return facts_of(tmp_path_factory.mktemp("new"), params_of(), **NEW)


def cells(change: Change) -> tuple[str, str, str]:
    return str(change.old or ""), str(change.new or ""), change.text


@pytest.mark.parametrize(
    ("metric", "scope", "expected"),
    [
        # 2/52 and 3/52 of 甲; 0/52 and then 1/26 of 乙, whose supervisor holds nothing from July on.
        ("onsite_rate", JIA, ("3.85%", "5.77%", "+1.92")),
        ("onsite_rate", YI, ("0.00%", "3.85%", "+3.85")),
        # (2/52 + 0 + 2/52) / 3 = 2.564…%; (3/52 + 1/26 + 4/52) / 3 = 9/156 = 5.769…%: 5/156 = 3.205…
        ("onsite_rate", CITY, ("2.56%", "5.77%", "+3.21")),
        # 甲 and 丁 shared the first rank; then 丙 has 4/52, 甲 3/52, 乙 2/52.
        ("onsite_rank", JIA, ("1", "2", "降1")),
        ("onsite_rank", YI, ("—", "3", "新进")),
        ("onsite_rank", BING, ("", "1", "—")),
        ("onsite_rank", DING, ("1", "", "—")),
        ("onsite_rate_pooled", CITY, ("2.56%", "6.15%", "+3.59")),  # 4/156 and 8/130: 56/1560
        ("supervisors", YI, ("1", "0", "-1")),
        ("staffing_rate", YI, ("100%", "0.00%", "-100.00")),
        ("onsite_zero_counties", CITY, ("1", "0", "-1")),
    ],
)
def test_changes_are_right_by_hand(
    old: Facts, new: Facts, metric: str, scope: str, expected: tuple[str, str, str]
) -> None:
    assert cells(change(old, new, metric, scope)) == expected
    assert change(old, new, metric, scope) in differences(old, new)


def test_differences_go_by_scope_and_then_by_the_catalogue(old: Facts, new: Facts) -> None:
    found = differences(old, new)
    assert list(dict.fromkeys(each.scope.code for each in found)) == [CITY, JIA, YI, BING, DING]
    assert [each.metric.name for each in found if each.scope.code == JIA] == [
        "onsite_rate",
        "onsite_rate_pooled",
        "onsite_rank",
        "underground_rate",  # 0 of 2 and 0 of 3
    ]


def test_a_county_that_is_new_or_gone_comes_with_all_its_figures(old: Facts, new: Facts) -> None:
    found = differences(old, new)
    came, went = ([each for each in found if each.scope.code == scope] for scope in (BING, DING))
    assert [each.new for each in came] == list(new.of(BING).values())
    assert {each.old for each in came} == {None}
    assert {each.scope.name for each in came} == {"丙县"}
    assert [each.old for each in went] == list(old.of(DING).values())
    assert {each.new for each in went} == {None}
    assert {each.scope.name for each in went} == {"丁县"}


def test_a_county_that_is_called_otherwise_is_the_same_county(old: Facts, new: Facts) -> None:
    assert {each.scope.name for each in differences(old, new) if each.scope.code == JIA} == {"甲市"}
    assert change(old, new, "mines", JIA).text == "0"
    assert (renamed(old, new), renamed(new, old), renamed(old, old)) == ({JIA: "甲县"}, {JIA: "甲市"}, {})
    assert [each.scope.name for each in differences(new, old) if each.scope.code == JIA][:1] == ["甲县"]


def test_the_other_way_round_every_amount_has_the_other_sign(old: Facts, new: Facts) -> None:
    there, back = differences(old, new), differences(new, old)
    assert [(each.metric, each.scope.code) for each in there] == [(each.metric, each.scope.code) for each in back]
    for one, other in zip(there, back, strict=True):
        assert (one.amount is None) == (other.amount is None)
        assert (one.amount or 0) == -(other.amount or 0)


def test_another_rule_of_averaging_shows_in_the_rates_alone(old: Facts, tmp_path: Path) -> None:
    pooled = facts_of(tmp_path, params_of(averaging="pooled"), **OLD)
    assert {each.metric.name for each in differences(old, pooled)} == {"onsite_rate", "remote_rate"}


def test_the_scopes_of_either_have_their_present_names_the_topmost_first_and_the_others_by_code(
    old: Facts, new: Facts
) -> None:
    found = all_scopes(old, new)
    assert [(code, scope.name) for code, scope in found.items()] == [
        (CITY, "全市"), (JIA, "甲市"), (YI, "乙区"), (BING, "丙县"), (DING, "丁县"),
    ]  # fmt: skip
    assert list(all_scopes(new, old)) == list(found)
