"""facts.html: a row a figure, a definition a metric."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup

from bulletin.export.html import facts_page
from bulletin.export.html.facts_page import MOST_COUNTIES, fact_href, fact_id, facts_pages
from bulletin.facts.figures import CITY
from bulletin.mines.catalogue import METRICS
from bulletin.notebook.period import PeriodResults
from tests.builders import JIA, SMALL, YI, params_of, results_of

CHECKED_IN = ["S1,M1,2023-01-05 09:00,是,2,是"]


@pytest.fixture
def results(tmp_path: Path) -> PeriodResults:
    return results_of(tmp_path, checkins=CHECKED_IN)


def soup(page: str) -> BeautifulSoup:
    return BeautifulSoup(page, "html.parser")


def test_every_figure_has_a_row_that_a_link_can_name(results: PeriodResults) -> None:
    page = soup(facts_pages(results)["facts.html"])
    rows = [row["id"] for row in page.select(".facts tbody tr")]
    assert rows == [fact_id(fact.metric.name, fact.scope.code) for fact in results.facts]
    assert len(set(rows)) == len(results.facts)
    assert fact_href("onsite_rate", JIA, 2, top=False) == f"facts.html#fact-onsite_rate-{JIA}"


def test_a_row_has_the_scope_the_metric_the_figure_and_its_parts(results: PeriodResults) -> None:
    page = soup(facts_pages(results)["facts.html"])

    def cells(metric: str, scope: str) -> list[str]:
        (row,) = page.select(f'[id="{fact_id(metric, scope)}"]')
        return [cell.get_text() for cell in row.select("td, th")]

    assert cells("onsite_rate_pooled", JIA) == [
        "甲县",
        "现场签到率（合并计算） onsite_rate_pooled",
        "0.96%",
        "0.00961538461538",
        "1",
        "104",
    ]
    assert cells("onsite_rank", YI) == ["乙区", "现场签到率排名 onsite_rank", "—", "", "", ""]
    assert cells("stationing_app_used", YI)[2:4] == ["否", "0"]


def test_each_definition_stands_once_with_its_sources_and_every_row_leads_to_it(results: PeriodResults) -> None:
    page = soup(facts_pages(results)["facts.html"])
    defined = page.select(".definitions tbody tr")
    assert [row["id"] for row in defined] == [f"metric-{metric}" for metric in METRICS]
    links = {str(link["href"]).removeprefix("#") for link in page.select(".facts a")}
    assert links == {row["id"] for row in defined}
    (rate,) = page.select("#metric-task_list_rate td:nth-child(2), #metric-task_list_rate td:nth-child(3)")[:1]
    assert rate.get_text() == "已制定监管任务清单数÷应制定监管任务清单数"
    assert page.select("#metric-task_list_rate td")[-1].get_text() == "任务清单、企业名录、生产状态"


def test_the_filter_offers_the_groups_of_what_is_stated_in_the_catalogues_order(results: PeriodResults) -> None:
    page = soup(facts_pages(results)["facts.html"])
    offered = [option.get_text() for option in page.select("select[name=group] option")]
    assert offered == ["全部", *dict.fromkeys(metric.group for metric in METRICS.values())]
    assert [row["data-group"] for row in page.select(".definitions tbody tr")] == [
        each.group for each in METRICS.values()
    ]


def test_a_city_of_thirteen_counties_is_a_light_page(tmp_path: Path) -> None:
    counties = [f"1410{number},样例很长名字的县{number}" for number in range(20, 33)]
    results = results_of(tmp_path, counties=[*SMALL["counties"][:2], *counties])
    assert len(results.facts.counties) == 15
    assert len(facts_pages(results)["facts.html"].encode()) < 250_000


def test_more_counties_than_a_browser_takes_have_a_page_each(
    results: PeriodResults, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facts_page, "MOST_COUNTIES", 1)
    pages = {name: soup(page) for name, page in facts_pages(results).items()}
    assert list(pages) == ["facts.html", f"facts/{JIA}.html", f"facts/{YI}.html"]
    links = [link["href"] for link in pages["facts.html"].select(".pages a")]
    assert links == [f"facts/{JIA}.html", f"facts/{YI}.html"]
    assert {unquote(str(row["id"])).split("-")[2] for row in pages["facts.html"].select(".facts tbody tr")} == {CITY}
    for fact in results.facts:
        page, _, place = fact_href(fact.metric.name, fact.scope.code, 2, top=fact.scope.parent is None).partition("#")
        assert len(pages[page].select(f'[id="{place}"]')) == 1
        assert len(pages[page].select(f"#metric-{fact.metric.name}")) == 1
    assert [link["href"] for link in pages[f"facts/{JIA}.html"].select(".back a")] == ["../index.html"]


def test_the_number_of_counties_on_one_page_is_inclusive() -> None:
    assert fact_href("mines", JIA, MOST_COUNTIES, top=False).startswith("facts.html#")
    assert fact_href("mines", JIA, MOST_COUNTIES + 1, top=False) == f"facts/{JIA}.html#fact-mines-{JIA}"
    assert fact_href("mines", CITY, MOST_COUNTIES + 1, top=True) == "facts.html#fact-mines-city"


def test_a_code_from_the_records_is_never_a_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    code = "../../a/<i>"
    results = results_of(tmp_path, counties=[*SMALL["counties"], f"{code},丙县"])
    monkeypatch.setattr(facts_page, "MOST_COUNTIES", 1)
    (name,) = set(facts_pages(results)) - {"facts.html", f"facts/{JIA}.html", f"facts/{YI}.html"}
    assert name.removeprefix("facts/") == "______a__i_-61432766.html"
    assert unquote(fact_href("mines", code, 3, top=False).partition("#")[0]) == name


def test_names_are_data(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>\"'"
    counties = [f'{JIA},"{evil.replace(chr(34), chr(34) * 2)}"', SMALL["counties"][1]]
    results = results_of(tmp_path, params_of(notice=evil), counties=counties)
    page = soup(facts_pages(results)["facts.html"])
    assert len(page.select("script")) == 1
    assert page.get_text().count(evil) >= 30
