"""Stationing at mines in key periods."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from bulletin.facts.facts import Facts
from bulletin.facts.figures import CITY
from tests.builders import JIA, SMALL, YI, facts_of, params_of

BING = "100003"


def values(facts: Facts, metric: str) -> list[int | Fraction | None]:
    return [facts(metric, scope).value for scope in (CITY, JIA, YI)]


def test_supervisors_and_mines_are_counted_once_however_often_they_are_stationed(tmp_path: Path) -> None:
    facts = facts_of(
        tmp_path,
        stationing=[
            "春节,S1,M1,2023-01-20,2023-01-27,否",
            "国庆,S1,M1,2023-10-01,2023-10-06,否",
            "国庆,S2,M1,2023-10-01,2023-10-06,否",
            "国庆,S3,M3,2023-10-01,2023-10-06,否",
        ],
    )
    assert values(facts, "stationed_supervisors") == [3, 2, 1]
    assert values(facts, "stationed_mines") == [2, 1, 1]
    assert values(facts, "stationing_rate") == [Fraction(2, 3), Fraction(1, 2), 1]
    rate = facts("stationing_rate", JIA)
    assert (rate.numerator, rate.denominator) == (1, 2)


@pytest.mark.parametrize(
    ("span", "overlaps"),
    [
        ("2022-12-01,2022-12-31", 0),
        ("2022-12-01,2023-01-01", 1),
        ("2023-12-31,2024-01-05", 1),
        ("2024-01-01,2024-01-05", 0),
        ("2022-12-01,", 1),  # still there
    ],
)
def test_a_stay_counts_where_it_overlaps_the_period(tmp_path: Path, span: str, overlaps: int) -> None:
    facts = facts_of(tmp_path, stationing=[f"元旦,S1,M1,{span},是"])
    assert values(facts, "stationed_supervisors") == [overlaps, overlaps, 0]
    assert values(facts, "stationed_mines") == [overlaps, overlaps, 0]
    assert values(facts, "stationing_rate") == [Fraction(overlaps, 3), Fraction(overlaps, 2), 0]
    assert facts("stationing_app_used", JIA).value == overlaps


def test_a_stay_that_ended_before_the_regime_took_effect_does_not_count(tmp_path: Path) -> None:
    stays = ["一,S1,M1,2023-03-01,2023-03-31,否", "二,S2,M2,2023-03-01,2023-04-01,否"]
    facts = facts_of(tmp_path, params_of(effective_from="2023-04-01"), stationing=stays)
    assert values(facts, "stationed_mines") == [1, 1, 0]


def test_the_rate_counts_only_mines_active_on_the_as_of_day(tmp_path: Path) -> None:
    stays = [f"国庆,S1,{mine},2023-10-01,2023-10-06,否" for mine in ("M1", "M2")]
    facts = facts_of(tmp_path, mine_status=["M1,停产停建,2023-12-31,"], stationing=stays)
    assert values(facts, "stationed_mines") == [2, 2, 0]
    assert values(facts, "stationing_rate") == [Fraction(1, 2), 1, 0]  # M2 of M2 and M3


def test_the_app_is_used_by_the_county_where_the_mine_is(tmp_path: Path) -> None:
    stays = [
        "国庆,S3,M1,2023-10-01,2023-10-06,否",
        "国庆,S3,M1,2023-10-02,2023-10-06,是",  # S3 is of 乙区, M1 in 甲县
        "国庆,S3,M3,2023-10-01,2023-10-06,",
    ]
    facts = facts_of(tmp_path, stationing=stays)
    assert [facts("stationing_app_used", code).value for code in (JIA, YI)] == [1, 0]
    assert [facts("stationing_app_used", code).text for code in (JIA, YI)] == ["是", "否"]
    assert values(facts, "stationed_supervisors") == [1, 0, 1]
    assert values(facts, "stationed_mines") == [2, 1, 1]


def test_a_county_with_no_mines_and_no_stays_has_no_rate_and_no_app(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, counties=[*SMALL["counties"], f"{BING},丙县"])
    assert facts("stationing_rate", BING).text == "—"
    assert facts("stationing_app_used", BING).text == "否"
    assert facts("stationed_mines", BING).text == "0"
