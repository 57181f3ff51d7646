"""Where a figure comes from, on the built pages in a real browser: by mouse, keyboard and finger, and true to the records."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Locator, Page, expect

from bulletin.export.html.sources import own_sources
from bulletin.facts.figures import CITY
from tests.build import built_year
from tests.build.built_year import BuiltYear
from tests.builders import JIA, ROOT, YI, csv_rows
from tests.export.browsing import opened, silent_page
from tests.export.notebooks import block, html, letterhead, prose

YICHENG = "141022"
DATA = ROOT / "data" / "2023"
EVIL = "</script><img src=x onerror=alert(1)>县"


@pytest.fixture(scope="module")
def folder(year: BuiltYear) -> Path:
    """The sample year as it's built."""
    return year.folder


@pytest.fixture(scope="module")
def county(folder: Path) -> str:
    return (folder / built_year.YICHENG / "report.html").as_uri()


@pytest.fixture(scope="module")
def city(folder: Path) -> str:
    return (folder / "city" / "bulletin.html").as_uri()


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with opened(chromium) as started:
        yield started


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with silent_page(browser) as page:
        yield page


def figure(page: Page, metric: str, scope: str = YICHENG, within: str = ".prose") -> Locator:
    return page.locator(f'{within} .fact[data-metric="{metric}"][data-scope="{scope}"]').first


def box(page: Page) -> Locator:
    return page.locator("#source")


def told(page: Page) -> dict[str, str]:
    """What the open box says, by its terms."""
    terms, words = (box(page).locator(tag).all_inner_texts() for tag in ("dt", "dd"))
    return dict(zip(terms, words, strict=True))


def focused(page: Page) -> str:
    text: str = page.evaluate("document.activeElement.textContent")
    return text


def test_the_pointer_shows_a_figures_source_which_stays_under_it_and_goes_with_it(page: Page, county: str) -> None:
    page.goto(county)
    rate = figure(page, "onsite_rate")
    rate.hover()
    expect(box(page)).to_be_visible()
    expect(rate).to_have_attribute("aria-expanded", "true")
    assert box(page).locator(".source-title").inner_text().split() == ["现场签到率（翼城县）", rate.inner_text()]
    assert list(told(page)) == ["口径", "算法", "未取整的值", "来源"]
    box(page).get_by_role("link").hover()
    page.wait_for_timeout(500)
    expect(box(page)).to_be_visible()
    page.mouse.move(5, 5)
    expect(box(page)).to_be_hidden()
    expect(rate).to_have_attribute("aria-expanded", "false")


def test_escape_hides_the_source_and_a_click_elsewhere_does(page: Page, county: str) -> None:
    page.goto(county)
    figure(page, "mines").click()
    page.mouse.move(5, 5)
    page.wait_for_timeout(500)
    expect(box(page)).to_be_visible()  # a click pins it
    page.keyboard.press("Escape")
    expect(box(page)).to_be_hidden()
    figure(page, "mines").click()
    figure(page, "mines").click()
    expect(box(page)).to_be_hidden()
    figure(page, "mines").click()
    page.locator("h1").click()
    expect(box(page)).to_be_hidden()


def test_the_keyboard_reaches_the_source_its_link_and_the_way_back(page: Page, county: str) -> None:
    page.goto(county)
    first = page.locator("main .prose .fact").first
    page.locator("main").focus()
    for _ in range(12):  # past the switches of the code
        if first.evaluate("figure => figure !== document.activeElement"):
            page.keyboard.press("Tab")
    expect(first).to_be_focused()
    expect(box(page)).to_be_visible()
    page.keyboard.press("Enter")
    assert focused(page) == "在全部指标中查看"
    page.keyboard.press("Escape")
    expect(box(page)).to_be_hidden()
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("main .prose .fact").nth(1)).to_be_focused()
    expect(box(page)).to_be_visible()


def test_a_table_is_one_stop_and_the_arrows_go_from_figure_to_figure(page: Page, city: str) -> None:
    page.goto(city)
    table = page.locator("table", has=page.locator('.fact[data-metric="staffing_rate"]')).first
    assert table.locator('.fact[tabindex="0"]').count() == 1
    start = table.locator(f'.fact[data-metric="onsite_rate"][data-scope="{YICHENG}"]')
    start.focus()
    page.keyboard.press("ArrowRight")
    expect(table.locator(f'.fact[data-metric="onsite_rank"][data-scope="{YICHENG}"]')).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    expect(start).to_be_focused()
    expect(box(page)).to_be_visible()
    assert table.locator('.fact[tabindex="0"]').count() == 1
    for _ in range(40):
        page.keyboard.press("ArrowUp")
    first_row = table.locator('tbody tr:first-child .fact[data-metric="onsite_rate"]')
    expect(first_row).to_be_focused()


def test_a_finger_shows_and_hides_it(browser: Browser, county: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(county)
    figure(page, "onsite_rate").tap()
    expect(box(page)).to_be_visible()
    page.wait_for_timeout(500)
    place = box(page).bounding_box()
    assert place
    assert place["x"] >= 0
    assert place["x"] + place["width"] <= 360
    figure(page, "onsite_rate").tap()
    expect(box(page)).to_be_hidden()
    context.close()


@pytest.mark.parametrize("report", ["city", "county"])
def test_every_figure_answers_and_links_to_its_row(
    page: Page, folder: Path, request: pytest.FixtureRequest, report: str
) -> None:
    page.goto(request.getfixturevalue(report))
    rows = BeautifulSoup((folder / "facts.html").read_text("utf-8"), "html.parser")
    ids = {row["id"] for row in rows.select(".facts tbody tr")}
    figures = page.locator("main .fact, main .told")
    count = figures.count()
    assert count > 50
    answers = figures.evaluate_all(
        """figures => figures.map((figure) => {
          figure.click();
          const said = document.getElementById("source");
          const answer = [figure.textContent, figure.title, said.hidden, said.querySelector("strong").textContent, said.querySelector("a")?.href ?? ""];
          figure.click();
          return answer;
        })"""
    )
    assert len(answers) == count
    for text, title, hidden, shown, link in answers:
        assert (title, hidden, shown) == ("", False, text)
        assert not link or (link.startswith(f"{(folder / 'facts.html').as_uri()}#") and link.partition("#")[2] in ids)
    assert sum(bool(link) for *_, link in answers) == page.locator("main .fact").count()


def test_the_link_leads_to_the_figures_row(page: Page, county: str) -> None:
    page.goto(county)
    figure(page, "staffing_rate").click()
    box(page).get_by_role("link").click()
    row = page.locator("tr:target")
    expect(row).to_be_in_viewport()
    assert row.get_attribute("id") == f"fact-staffing_rate-{YICHENG}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_open_source_has_no_fault_of_access(browser: Browser, county: str, scheme: str) -> None:
    with silent_page(browser, scheme="dark" if scheme == "dark" else "light") as page:
        page.goto(county)
        figure(page, "onsite_rate").click()
        expect(box(page)).to_be_visible()
        found = Axe().run(page, context="#source").response["violations"]
        assert [each["id"] for each in found] == []
        found = Axe().run(page, context="main .prose").response["violations"]
        assert [each["id"] for each in found] == []


def test_without_scripts_the_text_keeps_its_own_words_and_print_shows_no_box(browser: Browser, county: str) -> None:
    with silent_page(browser, scripts=False) as page:
        page.goto(county)
        assert "口径：" in (figure(page, "onsite_rate").get_attribute("title") or "")
    with silent_page(browser) as page:
        page.goto(county)
        figure(page, "onsite_rate").click()
        page.emulate_media(media="print")
        expect(box(page)).to_be_hidden()


# What the box says, reckoned by hand from the sample year's CSV: nothing of ours but the files.


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text[:10])


def _own_mines() -> dict[str, Mapping[str, str]]:
    """翼城县's mines that work on the last day of the year, by number."""
    stopped = {
        row["mine_id"]
        for row in csv_rows(DATA, "mine_status")
        if row["status"] in ("停产停建", "suspended") and row["start"] <= "2023-12-31" <= (row["end"] or "9999")
    }
    mines = csv_rows(DATA, "mines")
    return {row["mine_id"]: row for row in mines if row["county_code"] == YICHENG and row["mine_id"] not in stopped}


def _valid_checkins() -> list[dict[str, str]]:
    """翼城县's supervisors' check-ins of the weeks of the year at mines of their own, each once: 1 January 2023 is a Sunday."""
    own = {row["supervisor_id"] for row in csv_rows(DATA, "supervisors") if row["county_code"] == YICHENG}
    held = [
        (row["supervisor_id"], row["mine_id"], row["start"], row["end"] or "9999-12-31")
        for row in csv_rows(DATA, "assignments")
    ]
    found: dict[tuple[str, str, str], dict[str, str]] = {}
    for row in csv_rows(DATA, "checkins"):
        day = row["at"][:10]
        who = (row["supervisor_id"], row["mine_id"])
        in_charge = any((s, m) == who and start <= day <= end for s, m, start, end in held)
        if row["supervisor_id"] in own and in_charge and "2023-01-02" <= day <= "2023-12-31":
            found.setdefault((*who, row["at"]), row)
    return list(found.values())


def test_the_parts_of_a_task_list_rate_are_those_of_the_files(page: Page, county: str) -> None:
    mines = _own_mines()
    listed = {row["mine_id"] for row in csv_rows(DATA, "task_lists") if row["year"] == "2023"} & mines.keys()
    page.goto(county)
    figure(page, "task_list_rate").click()
    assert told(page)["分子÷分母"] == f"{len(listed)} ÷ {len(mines)}"


def test_the_parts_of_a_staffing_rate_are_those_of_the_files(page: Page, county: str) -> None:
    mines = _own_mines()
    held: dict[str, set[str]] = {}
    for row in csv_rows(DATA, "assignments"):
        if row["mine_id"] in mines and row["start"] <= "2023-12-31" <= (row["end"] or "9999"):
            held.setdefault(row["mine_id"], set()).add(row["supervisor_id"])
    posts = {number: 2 if row["kind"] in ("地下开采", "underground") else 1 for number, row in mines.items()}
    filled = sum(min(posts[number], len(held.get(number, ()))) for number in mines)
    page.goto(county)
    figure(page, "staffing_rate").click()
    assert told(page)["分子÷分母"] == f"{filled} ÷ {sum(posts.values())}"


def test_the_parts_of_an_evidence_rate_and_its_rows_are_those_of_the_files(page: Page, county: str) -> None:
    valid = _valid_checkins()
    filled = [row for row in valid if row["evidence"].strip()]
    given = [row for row in filled if int(row["evidence"]) > 0]
    own = {row["supervisor_id"] for row in csv_rows(DATA, "supervisors") if row["county_code"] == YICHENG}
    every = sum(row["supervisor_id"] in own for row in csv_rows(DATA, "checkins"))
    page.goto(county)
    figure(page, "evidence_rate", within="table").click()
    assert told(page)["分子÷分母"] == f"{len(given)} ÷ {len(filled)}"
    line = told(page)["来源"].splitlines()[0]
    assert line.startswith(f"现场签到 {len(valid)} 行；未计入：")
    assert sum(map(int, re.findall(r" (\d+) 行", line.partition("；")[2]))) == every - len(valid)


def test_the_parts_of_an_underground_rate_are_those_of_the_files(page: Page, county: str) -> None:
    mines = {row["mine_id"]: row for row in csv_rows(DATA, "mines")}
    weeks: dict[tuple[str, tuple[int, int]], bool] = {}
    for row in _valid_checkins():
        mine = mines[row["mine_id"]]
        year, week, _ = _day(row["at"]).isocalendar()
        if mine["kind"] in ("地下开采", "underground") and mine["county_code"] == YICHENG and year == 2023:
            key = (row["mine_id"], (year, week))
            weeks[key] = weeks.get(key, False) or row["underground"] in ("是", "1", "true", "TRUE")
    page.goto(county)
    figure(page, "underground_rate", within="table").click()
    assert told(page)["分子÷分母"] == f"{sum(weeks.values())} ÷ {len(weeks)}"


def test_the_mean_is_that_of_the_listed_parts_and_a_part_is_that_of_the_files(page: Page, county: str) -> None:
    page.goto(county)
    figure(page, "onsite_rate").click()
    parts: list[list[str]] = [line.split() for line in box(page).locator(".source-means li").all_inner_texts()]
    assert told(page)["算法"] == f"下列 {len(parts)} 项的平均数"
    mean = sum((Fraction(part) for _, part in parts), Fraction(0)) / len(parts)
    assert abs(Fraction(told(page)["未取整的值"]) - mean) < Fraction(1, 10**12)
    who, part = parts[0]
    done = {_day(row["at"]).isocalendar()[:2] for row in _valid_checkins() if row["supervisor_id"] == who}
    assert part.partition("/")[0] == str(len([week for week in done if week[0] == 2023]))


def test_the_citys_mean_lists_every_county(page: Page, city: str) -> None:
    page.goto(city)
    figure(page, "onsite_rate", "city").click()
    names = [line.split()[0] for line in box(page).locator(".source-means li").all_inner_texts()]
    assert names == [row["county"] for row in sorted(csv_rows(DATA, "counties"), key=lambda row: row["county_code"])]


# What the page carries.


def sources(**changes: Any) -> dict[str, Any]:
    facts = {scope: {"mines": ["2", None, None, None], "supervisors": ["3", None, None, None]} for scope in (JIA, YI)}
    return {
        "block": "sources",
        "base": "../",
        "place": "city/bulletin",
        "counties": 2,
        "metrics": [["supervisors", "专员数", "名", ["supervisors"]], ["mines", "企业数", "家", ["mines"]]],
        "tables": {"mines": "企业名录"},
        "reasons": {},
        "scopes": {JIA: EVIL, YI: "乙区"},
        "facts": facts,
        "rows": {JIA: {"mines": [2, {}]}, YI: {"mines": [1, {}]}},
        "means": {JIA: {}, YI: {}},
        "exempt": {YI: 3},
    } | changes


def spans(*figures: tuple[str, str]) -> BeautifulSoup:
    shown = "".join(
        f'<span class="fact" data-metric="{metric}" data-scope="{scope}">1</span>' for metric, scope in figures
    )
    return BeautifulSoup(shown, "html.parser")


def test_a_page_carries_what_its_own_figures_need_and_no_markup() -> None:
    text = own_sources(spans(("mines", JIA), ("unheard", JIA), ("mines", "gone")), sources(), CITY)
    assert "<" not in text
    own = json.loads(text)
    assert own["scopes"] == {JIA: EVIL}
    assert own["facts"] == {JIA: {"mines": ["2", None, None, None]}}
    assert list(own["metrics"]) == ["mines"]
    assert own["exempt"] == {}
    assert own["links"] == {JIA: {"mines": f"../facts.html#fact-mines-{JIA}"}}


def test_a_countys_name_is_text_in_the_box_too(page: Page, tmp_path: Path) -> None:
    text = f'有企业<span class="fact" data-metric="mines" data-scope="{JIA}">2</span>家。'
    path = tmp_path / "page.html"
    path.write_text(
        html(block(letterhead()), prose(text), block(sources(means={JIA: {"mines": [[EVIL, "1/2"]]}}))), "utf-8"
    )
    page.goto(path.as_uri())
    figure(page, "mines", JIA).click()
    assert box(page).locator(".source-title").inner_text().split("\n")[0] == f"企业数（{EVIL}）"
    assert box(page).locator(".source-means li").inner_text() == f"{EVIL} 1/2"


def test_with_very_many_counties_the_link_leads_to_the_countys_own_page() -> None:
    own = json.loads(own_sources(spans(("mines", JIA)), sources(counties=200, base="../../"), CITY))
    assert own["links"] == {JIA: {"mines": f"../../facts/{JIA}.html#fact-mines-{JIA}"}}


def test_the_topmost_scopes_figures_are_on_the_first_page_whatever_it_is() -> None:
    own = json.loads(own_sources(spans(("mines", JIA)), sources(counties=200, base="../"), JIA))
    assert own["links"] == {JIA: {"mines": f"../facts.html#fact-mines-{JIA}"}}
