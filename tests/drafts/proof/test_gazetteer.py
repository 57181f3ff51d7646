"""The country's counties: well-formed names, and whose they are."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest

from bulletin.drafts.proof.gazetteer import counties_at_home, every_county, short_form
from tests.builders import ROOT


def test_each_line_is_a_city_and_its_counties_each_once() -> None:
    lines = files("bulletin.drafts.proof").joinpath("counties.txt").read_text(encoding="utf-8").splitlines()
    cities = [line.partition("：")[0] for line in lines]
    assert len(set(cities)) == len(cities) > 300
    for line in lines:
        names = line.partition("：")[2].split("、")
        assert len(set(names)) == len(names)
        assert [name for name in names if not 2 <= len(name) <= 15 or not name.isalpha() or name.isascii()] == []
    assert sum(line.count("、") + 1 for line in lines) > 2800


def test_the_sample_city_is_known_by_three_of_its_counties() -> None:
    with (ROOT / "data/2023/counties.csv").open(encoding="utf-8", newline="") as file:
        sample = {row["county"] for row in csv.DictReader(file)}
    some = sorted(sample)[:3]
    assert counties_at_home(some) >= sample
    assert counties_at_home(some[:2]) == frozenset()
    assert counties_at_home([*some, "桐城市", "沁源县"]) == frozenset()


@pytest.mark.parametrize(
    ("name", "short"), [("芷江侗族自治县", "芷江县"), ("鄂温克族自治旗", "鄂温克旗"), ("吉县", "吉县")]
)
def test_an_autonomous_county_has_a_short_form(name: str, short: str) -> None:
    assert name in every_county()
    assert short_form(name) == short
