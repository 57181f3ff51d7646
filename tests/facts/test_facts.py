"""How figures are printed, rounded once, and written to facts.csv."""

from __future__ import annotations

import csv
import io
from fractions import Fraction
from pathlib import Path

import pytest

from bulletin.facts.facts import Facts, decimal_value, facts_csv, format_figure, format_rate
from bulletin.facts.figures import CITY, Scope
from bulletin.facts.metric import Unit
from bulletin.mines.catalogue import METRICS
from tests.builders import JIA, YI, fact_of, facts_made, facts_of, params_of

HEADER = "metric,scope,scope_name,value,numerator,denominator,unit,text,period"
BING = "100003"


def percent(text: str) -> Fraction:
    return Fraction(text) / 100


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (Fraction(0), "0.00%"),
        (Fraction(1, 10**9), "不足0.01%"),
        (percent("0.004"), "不足0.01%"),
        (percent("0.00499999"), "不足0.01%"),
        (percent("0.005"), "0.01%"),
        (percent("0.0149"), "0.01%"),
        (percent("0.015"), "0.02%"),
        (percent("0.125"), "0.13%"),  # to the even digit it would be 0.12
        (percent("12.345"), "12.35%"),
        (percent("12.34499999"), "12.34%"),
        (percent("1.005"), "1.01%"),  # the float 1.005 lies below it
        (percent("10"), "10.00%"),
        (Fraction(1, 3), "33.33%"),
        (Fraction(2, 3), "66.67%"),
        (Fraction(159, 183), "86.89%"),
        (percent("99.99"), "99.99%"),
        (percent("99.994"), "99.99%"),
        (percent("99.995"), "99.99%"),
        (percent("99.996"), "99.99%"),
        (1 - Fraction(1, 10**12), "99.99%"),
        (Fraction(1), "100%"),
    ],
)
def test_a_rate_is_rounded_half_up_but_never_to_nothing_and_never_to_all(rate: Fraction, text: str) -> None:
    assert format_rate(rate) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (278, "count", "278"),
        (0, "count", "0"),
        (1234, "count", "1234"),
        (3, "rank", "3"),
        (None, "rank", "—"),
        (None, "rate", "—"),
        (Fraction(1, 4), "rate", "25.00%"),
        (1, "rate", "100%"),
        (0, "rate", "0.00%"),
        (1, "flag", "是"),
        (0, "flag", "否"),
    ],
)
def test_a_figure_is_printed_by_its_unit(value: int | Fraction | None, unit: Unit, text: str) -> None:
    assert format_figure(value, unit) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(0), "0"),
        (Fraction(1), "1"),
        (Fraction(1, 8), "0.125"),
        (Fraction(1, 3), "0.333333333333"),
        (Fraction(2, 3), "0.666666666667"),
        (Fraction(1, 104), "0.00961538461538"),  # zeros before the first digit aren't significant
        (Fraction(1, 3_000_000), "0.000000333333333333"),  # and no exponent
        (Fraction(1234567890125, 10**13), "0.123456789013"),  # to the even digit it would end in 12
        (Fraction(12345678901249, 10**14), "0.123456789012"),
    ],
)
def test_a_value_is_a_plain_decimal_of_twelve_significant_digits(value: Fraction, text: str) -> None:
    assert decimal_value(value) == text


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """The small year with a third county that has nothing, its counties written in another order."""
    return facts_of(
        tmp_path_factory.mktemp("facts"),
        counties=[f"{YI},乙区", f"{BING},丙县", f"{JIA},甲县"],
        checkins=["S1,M1,2023-01-05 09:00,是,2,是", "S1,M2,2023-01-06 09:00"],
        stationing=["国庆,S3,M3,2023-10-01,2023-10-06,是"],
    )


def lines(facts: Facts) -> list[str]:
    return facts_csv(facts).decode("utf-8").splitlines()


@pytest.mark.parametrize(
    "line",
    [
        "counties,city,全市,3,,,count,3",
        "mines,100001,甲县,2,,,count,2",
        "staffing_rate,city,全市,0.75,3,4,rate,75.00%",
        "staffing_rate,100002,乙区,1,1,1,rate,100%",
        "staffing_rate,100003,丙县,,,,rate,—",
        "task_list_rate,city,全市,0,0,3,rate,0.00%",
        "onsite_rate,city,全市,0.00480769230769,,,rate,0.48%",  # (1/104 + 0) / 2
        "onsite_rate,100001,甲县,0.00961538461538,,,rate,0.96%",  # (1/52 + 0) / 2
        "onsite_rate,100003,丙县,,,,rate,—",
        "onsite_rate_pooled,city,全市,0.00641025641026,1,156,rate,0.64%",
        "onsite_rate_pooled,100001,甲县,0.00961538461538,1,104,rate,0.96%",
        "onsite_rate_pooled,100003,丙县,,,,rate,—",
        "onsite_rank,100001,甲县,1,,,rank,1",
        "onsite_rank,100002,乙区,,,,rank,—",
        "stationing_app_used,100001,甲县,0,,,flag,否",
        "stationing_app_used,100002,乙区,1,,,flag,是",
        "evidence_rate,city,全市,1,1,1,rate,100%",
        "evidence_rate,100002,乙区,,,,rate,—",
        "events_left_out,100001,甲县,1,,,count,1",
    ],
)
def test_facts_csv_states_each_figure_in_the_form_of_the_specification(facts: Facts, line: str) -> None:
    assert lines(facts).count(f"{line},2023") == 1


def test_facts_csv_is_utf8_without_a_mark_and_its_first_line_is_the_header(facts: Facts) -> None:
    content = facts_csv(facts)
    assert content.startswith(HEADER.encode("utf-8") + b"\n")
    assert content.endswith(b"\n")
    assert b"\r" not in content


def test_facts_csv_goes_by_scope_the_city_first_and_then_by_the_catalogue(facts: Facts) -> None:
    rows = list(csv.DictReader(io.StringIO("\n".join(lines(facts)))))
    keys = [(row["scope"], row["metric"]) for row in rows]
    assert list(dict.fromkeys(scope for scope, _ in keys)) == ["city", JIA, YI, BING]
    for scope, level in (("city", "city"), (JIA, "county"), (BING, "county")):
        expected = [metric.name for metric in METRICS.values() if level in metric.levels]
        assert [metric for where, metric in keys if where == scope] == expected


def test_no_cell_is_ever_a_float_that_is_no_number(facts: Facts) -> None:
    cells = {cell for row in csv.reader(lines(facts)) for cell in row}
    assert not {"nan", "NaN", "inf", "-inf", "None", "<NA>", "True", "False"} & cells


def test_only_a_pooled_rate_carries_its_parts(facts: Facts) -> None:
    carrying = {fact.metric.name for fact in facts if fact.numerator is not None or fact.denominator is not None}
    assert carrying == {
        "staffing_rate",
        "task_list_rate",
        "onsite_rate_pooled",
        "remote_rate_pooled",
        "underground_rate",
        "stationing_rate",
        "evidence_rate",
        "uploaded_rate",
    }


def test_the_official_rate_carries_its_parts_where_it_is_the_pooled_one(tmp_path: Path) -> None:
    pooled = facts_of(tmp_path, params_of(averaging="pooled"), checkins=["S1,M1,2023-01-05"])
    assert "onsite_rate,city,全市,0.00641025641026,1,156,rate,0.64%,2023" in lines(pooled)
    assert "remote_rate,100002,乙区,0,0,260,rate,0.00%,2023" in lines(pooled)


def test_a_fact_knows_its_title_and_prints_as_its_text(facts: Facts) -> None:
    fact = facts("onsite_rate", JIA)
    assert (fact.title, fact.unit, fact.text, str(fact)) == ("现场签到率", "rate", "0.96%", "0.96%")
    assert facts("mines").scope.name == "全市"


def test_facts_are_found_by_scope_and_by_county(facts: Facts) -> None:
    assert [fact.scope.code for fact in facts.by_county("mines")] == [JIA, YI, BING]
    assert list(facts.counties.items()) == [(JIA, "甲县"), (YI, "乙区"), (BING, "丙县")]
    assert facts.of(YI)["mines"].value == 1
    assert "onsite_zero_counties" not in facts.of(YI)
    assert len(facts) == len(lines(facts)) - 1


def test_a_ranking_goes_down_from_the_highest_and_leaves_out_zero_and_none() -> None:
    rates = {"1": Fraction(1, 5), "2": None, "3": Fraction(2, 5), "4": Fraction(0), "5": Fraction(1, 5)}
    facts = facts_made(
        [fact_of("onsite_rate", Scope(code, f"县{code}", "county", CITY), rate) for code, rate in rates.items()]
    )
    assert [fact.scope.code for fact in facts.ranking("onsite_rate")] == ["3", "1", "5"]
