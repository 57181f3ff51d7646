"""Ledger reviews and their faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulletin.facts.facts import Facts
from bulletin.facts.figures import CITY
from tests.builders import JIA, YI, facts_of, params_of

LEDGERS = (
    "ledgers_reviewed",
    "ledgers_faulty",
    "ledger_no_recheck",
    "ledger_inaccurate",
    "ledger_illegible",
    "ledger_unsigned",
)


def ledgers(facts: Facts, scope: str) -> list[object]:
    return [facts(metric, scope).value for metric in LEDGERS]


def test_reviews_and_each_fault_are_counted_by_the_county_of_the_mine(tmp_path: Path) -> None:
    facts = facts_of(
        tmp_path,
        ledger_reviews=[
            "M1,2023-03-01,S1,是,是,否,否",
            "M1,2023-04-01,S3,否,否,否,否",  # S3 is of another county; the mine decides
            "M2,2023-04-01,,是,,,",
            "M2,2023-04-01,S2,,,,",
            "M3,2023-05-01,S3,否,否,是,是",
        ],
    )
    assert ledgers(facts, JIA) == [4, 2, 2, 1, 0, 0]
    assert ledgers(facts, YI) == [1, 1, 0, 0, 1, 1]
    assert ledgers(facts, CITY) == [5, 3, 2, 1, 1, 1]


@pytest.mark.parametrize(
    ("fault", "marks"),
    [
        ("ledger_no_recheck", "是,,,"),
        ("ledger_inaccurate", ",是,,"),
        ("ledger_illegible", ",,是,"),
        ("ledger_unsigned", ",,,是"),
    ],
)
def test_one_fault_makes_a_ledger_faulty(tmp_path: Path, fault: str, marks: str) -> None:
    facts = facts_of(tmp_path, ledger_reviews=[f"M3,2023-03-01,S3,{marks}"])
    assert ledgers(facts, YI) == [1, 1, *(int(metric == fault) for metric in LEDGERS[2:])]


def test_only_reviews_in_the_period_count(tmp_path: Path) -> None:
    days = ("2022-12-31", "2023-01-01", "2023-12-31", "2024-01-01")
    facts = facts_of(tmp_path, ledger_reviews=[f"M1,{day},S1,是,是,是,是" for day in days])
    assert ledgers(facts, CITY) == ledgers(facts, JIA) == [2] * 6


def test_reviews_before_the_regime_took_effect_do_not_count(tmp_path: Path) -> None:
    reviews = ["M1,2023-03-31,S1,是,,,", "M1,2023-04-01,S1,,,,"]
    facts = facts_of(tmp_path, params_of(effective_from="2023-04-01"), ledger_reviews=reviews)
    assert ledgers(facts, JIA) == [1, 0, 0, 0, 0, 0]


def test_where_no_table_is_handed_in_no_ledger_was_reviewed(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, ledger_reviews=None)
    assert ledgers(facts, CITY) == ledgers(facts, YI) == [0] * 6
    assert facts("ledgers_reviewed").text == "0"
