"""The catalogue holds every metric of the specification and says what each means."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bulletin.facts.figures import CITY
from bulletin.facts.metric import ranked
from bulletin.mines.catalogue import METRICS, describe
from bulletin.mines.schema import TABLES
from tests.builders import JIA, facts_of, params_of

ALL, ABOVE, COUNTY = ("province", "city", "county"), ("province", "city"), ("county",)

# The table of figures in the specification: name, levels and unit, by hand.
SPECIFIED = {
    "counties": (ABOVE, "count"),
    "mines": (ALL, "count"),
    "mines_underground": (ALL, "count"),
    "mines_open_pit": (ALL, "count"),
    "mines_tailings": (ALL, "count"),
    "supervisors": (ALL, "count"),
    "required_posts": (ALL, "count"),
    "filled_posts": (ALL, "count"),
    "staffing_rate": (ALL, "rate"),
    "task_lists_required": (ALL, "count"),
    "task_lists_made": (ALL, "count"),
    "task_list_rate": (ALL, "rate"),
    "onsite_rate": (ALL, "rate"),
    "onsite_rate_pooled": (ALL, "rate"),
    "onsite_rank": (COUNTY, "rank"),
    "onsite_zero_counties": (ABOVE, "count"),
    "remote_rate": (ALL, "rate"),
    "remote_rate_pooled": (ALL, "rate"),
    "remote_rank": (COUNTY, "rank"),
    "remote_zero_counties": (ABOVE, "count"),
    "underground_rate": (ALL, "rate"),
    "stationed_supervisors": (ALL, "count"),
    "stationed_mines": (ALL, "count"),
    "stationing_rate": (ALL, "rate"),
    "stationing_app_used": (COUNTY, "flag"),
    "supervisors_holding_2": (ALL, "count"),
    "supervisors_holding_3": (ALL, "count"),
    "supervisors_holding_4_plus": (ALL, "count"),
    "ledgers_reviewed": (ALL, "count"),
    "ledgers_faulty": (ALL, "count"),
    "ledger_no_recheck": (ALL, "count"),
    "ledger_inaccurate": (ALL, "count"),
    "ledger_illegible": (ALL, "count"),
    "ledger_unsigned": (ALL, "count"),
    "evidence_rate": (ALL, "rate"),
    "uploaded_rate": (ALL, "rate"),
    "events_left_out": (ALL, "count"),
}

HEADLINES = ["mines", "supervisors", "staffing_rate", "task_list_rate", "onsite_rate", "remote_rate"]


def described(metric: str, **changes: Any) -> str:
    return describe(METRICS[metric], params_of(**changes))


def test_the_catalogue_holds_the_metrics_of_the_specification_and_no_other() -> None:
    assert {name: (metric.levels, metric.unit) for name, metric in METRICS.items()} == SPECIFIED


@pytest.mark.parametrize(
    ("name", "city", "county"),
    [("mines", True, True), ("counties", True, False), ("onsite_rank", False, True)],
)
def test_a_metric_exists_in_the_scopes_it_is_stated_for(tmp_path: Path, name: str, city: bool, county: bool) -> None:
    facts = facts_of(tmp_path)
    assert (name in facts.of(CITY), name in facts.of(JIA)) == (city, county)


def test_a_rank_is_of_its_rate() -> None:
    assert {rate: metric.name for rate, metric in ranked(METRICS).items()} == {
        "onsite_rate": "onsite_rank",
        "remote_rate": "remote_rank",
    }
    assert [name for name, metric in METRICS.items() if metric.unit == "rank"] == ["onsite_rank", "remote_rank"]


def test_the_headlines_and_what_is_for_reviewers_are_those_of_the_specification() -> None:
    assert [name for name, metric in METRICS.items() if metric.headline] == HEADLINES
    assert [name for name, metric in METRICS.items() if metric.for_reviewers] == [
        "onsite_rate_pooled",
        "remote_rate_pooled",
    ]


def test_every_metric_has_a_title_of_its_own_and_known_sources() -> None:
    assert len({metric.title for metric in METRICS.values()}) == len(SPECIFIED)
    for metric in METRICS.values():
        assert metric.sources
        assert set(metric.sources) <= set(TABLES)


@pytest.mark.parametrize("averaging", ["county_mean", "pooled"])
@pytest.mark.parametrize("duty_unit", ["supervisor", "assignment"])
@pytest.mark.parametrize("name", list(SPECIFIED))
def test_every_definition_is_whole_under_every_rule(name: str, duty_unit: str, averaging: str) -> None:
    text = described(name, duty_unit=duty_unit, averaging=averaging)
    assert text
    assert not set("{}") & set(text)


def test_definitions_state_the_numbers_of_the_params() -> None:
    rules = {"onsite_per_week": 21, "remote_per_week": 22, "posts": {"underground": 23, "open_pit": 24, "tailings": 25}}
    assert "不少于21次" in described("onsite_rate", rules=rules)
    assert "÷22计，最多计22次" in described("remote_rate", rules=rules)
    assert "×22）" in described("remote_rate_pooled", rules=rules)
    posts = described("required_posts", rules=rules)
    assert "地下开采每家23个，露天开采每家24个，独立尾矿库每家25个" in posts


def test_definitions_state_the_day_from_which_the_rules_changed() -> None:
    rules = [{"remote_per_week": 5}, {"from": "2023-07-01", "remote_per_week": 3}, {"from": "2023-10-01", "posts": {}}]
    assert "÷该周应有次数计，最多计满，每周应有5次（2023年7月1日起3次），" in described("remote_rate", rules=rules)
    assert described("remote_rate_pooled", rules=rules).startswith("各周远程监管的完成比例之和÷全部应履职周数")
    assert "不少于1次即为完成" in described("onsite_rate", rules=rules)


def test_definitions_state_the_unit_and_the_averaging_of_the_params() -> None:
    assert described("onsite_rate").startswith("每名专员应履职的每一周")
    assert "所属专员完成比例的平均数" in described("onsite_rate")
    assert described("remote_rate", duty_unit="assignment").startswith("每名专员对其监管的每家企业应履职")
    assert "所属专员和企业完成比例的平均数" in described("remote_rate", duty_unit="assignment")
    pooled = described("onsite_rate", averaging="pooled")
    assert pooled.endswith("县（市、区）和全市的率都是全部完成数÷全部应完成数")
