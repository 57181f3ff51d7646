"""The period's pages in a real browser: what their scripts do, by keyboard; what they look like small and printed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, expect

from bulletin.export.html import facts_page
from bulletin.facts.facts import Facts
from bulletin.notebook.period import PeriodResults, open_period
from tests.build.recorded import record_period
from tests.builders import JIA, SMALL, YI, params_of, results_of
from tests.export.browsing import Scheme, opened, silent_page

YICHENG = "141022"
PAGES = ("index.html", "facts.html", "changes.html")
EVIL = [
    "<img src=x onerror=alert(1)>县",
    "</title></script><script>alert(2)</script>",
    "{{7*7}}县",
    "=cmd|' /C calc'!A0",
]


def publish(results: PeriodResults, folder: Path) -> Path:
    record_period(results, folder)
    return folder


@pytest.fixture(scope="module")
def sample() -> PeriodResults:
    return open_period("2023")


@pytest.fixture(scope="module")
def facts(sample: PeriodResults) -> Facts:
    return sample.facts


@pytest.fixture(scope="module")
def folder(sample: PeriodResults, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample year's pages, after a build of a small period with other figures in the same place."""
    base = tmp_path_factory.mktemp("pages")
    publish(results_of(base / "data"), base / "2023")
    return publish(sample, base / "2023")


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with opened(chromium) as started:
        yield started


def column(page: Page, selector: str, number: int) -> list[str]:
    return [text.strip() for text in page.locator(f"{selector} tbody tr > :nth-child({number})").all_inner_texts()]


def shown(page: Page) -> list[str]:
    return [str(row.get_attribute("id")) for row in page.locator(".facts tbody tr:visible").all()]


def test_the_ranking_sorts_by_keyboard_both_ways_and_says_so(browser: Browser, folder: Path) -> None:
    with silent_page(browser) as page:
        page.goto((folder / "index.html").as_uri())
        assert column(page, ".ranking", 2)[:3] == ["翼城县", "乡宁县", "尧都区"]
        order, name, onsite, remote = (page.locator(".ranking th[data-sort]").nth(n) for n in range(4))
        assert onsite.get_attribute("aria-sort") == "descending"
        order.get_by_role("button").focus()
        page.keyboard.press("Enter")
        assert column(page, ".ranking", 1) == [str(n) for n in range(1, 14)]
        assert (order.get_attribute("aria-sort"), onsite.get_attribute("aria-sort")) == ("ascending", None)
        page.keyboard.press("Space")
        assert column(page, ".ranking", 1) == [str(n) for n in range(13, 0, -1)]
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert name.get_attribute("aria-sort") == "ascending"
        assert column(page, ".ranking", 2)[:4] == ["汾西县", "浮山县", "古县", "洪洞县"]
        remote.get_by_role("button").click()
        assert column(page, ".ranking", 2)[:3] == ["翼城县", "隰县", "襄汾县"]


def test_figures_that_do_not_exist_come_last_either_way(browser: Browser, folder: Path) -> None:
    with silent_page(browser) as page:
        page.goto((folder / "facts.html").as_uri())
        page.get_by_label("查找").fill("onsite_rank")
        value = page.locator(".facts th").nth(2).get_by_role("button")
        for places in (["6", "5", "4", "3", "2", "1"], ["1", "2", "3", "4", "5", "6"]):
            value.click()
            rows = page.locator(".facts tbody tr:visible").all()
            assert [row.locator("td").nth(1).inner_text() for row in rows] == [*places, *["—"] * 7]


def test_search_looks_in_every_column_and_in_the_definitions(browser: Browser, folder: Path, facts: Facts) -> None:
    with silent_page(browser) as page:
        page.goto((folder / "facts.html").as_uri())
        status = page.get_by_role("status")
        assert status.inner_text() == f"共 {len(facts)} 项"
        box = page.get_by_role("searchbox", name="查找")
        for text, only in (
            ("翼城县 现场签到率排名", [f"fact-onsite_rank-{YICHENG}"]),
            ("37.89%", [f"fact-onsite_rate-{YICHENG}"]),
            ("０．３７８９３８４６０１９７", [f"fact-onsite_rate-{YICHENG}"]),
            ("ONSITE_ZERO", ["fact-onsite_zero_counties-city"]),
            ("县区表列出", ["fact-counties-city"]),
            ("没有这样的", []),
        ):
            box.fill(text)
            assert shown(page) == only
            assert status.inner_text() == f"显示 {len(only)} 项，共 {len(facts)} 项"
        box.press("Enter")
        assert page.url.endswith("facts.html")
        page.get_by_role("button", name="清除").focus()
        page.keyboard.press("Enter")
        expect(status).to_have_text(f"共 {len(facts)} 项")
        assert len(shown(page)) == len(facts)


def test_filters_by_scope_and_group_work_together_by_keyboard(browser: Browser, folder: Path, facts: Facts) -> None:
    with silent_page(browser) as page:
        page.goto((folder / "facts.html").as_uri())
        page.get_by_label("范围").focus()
        for _ in range(1 + list(facts.counties).index(YICHENG) + 1):
            page.keyboard.press("ArrowDown")
        assert len(shown(page)) == len(facts.of(YICHENG))
        page.get_by_label("类别").focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        wanted = ("task_lists_required", "task_lists_made", "task_list_rate")
        assert shown(page) == [f"fact-{metric}-{YICHENG}" for metric in wanted]


def test_a_link_to_a_figure_leads_to_its_row_with_its_definition(browser: Browser, folder: Path) -> None:
    with silent_page(browser, 360) as page:
        page.goto((folder / "facts.html").as_uri() + f"#fact-onsite_rate-{YICHENG}")
        row = page.locator(f"#fact-onsite_rate-{YICHENG}")
        page.wait_for_selector(".about")
        box = row.bounding_box()
        assert box is not None
        assert 0 < box["y"] < 900
        assert "口径：每名专员应履职的每一周" in row.inner_text()
        assert "来源：现场签到、监管分工、生产状态、专员名册。" in row.inner_text()
        plain = page.locator(f"#fact-onsite_rank-{YICHENG} td").first.evaluate(
            "cell => getComputedStyle(cell).backgroundColor"
        )
        assert row.locator("td").first.evaluate("cell => getComputedStyle(cell).backgroundColor") != plain
        page.get_by_label("查找").fill("企业")
        page.evaluate("location.hash = '#fact-onsite_rank-141002'")
        page.wait_for_selector("#fact-onsite_rank-141002 .about")
        assert page.locator(".about").count() == 1
        assert page.get_by_label("查找").input_value() == ""


@pytest.mark.parametrize("fragment", ["#", "#%", "#metric-mines", "#fact-nowhere-0", "#a b'\"]"])
def test_any_other_address_is_no_trouble(browser: Browser, folder: Path, fragment: str) -> None:
    with silent_page(browser) as page:
        page.goto((folder / "facts.html").as_uri() + fragment)
        page.wait_for_load_state()
        assert page.locator(".about").count() == 0


def test_without_scripts_everything_is_there_to_read(browser: Browser, folder: Path, facts: Facts) -> None:
    with silent_page(browser, scripts=False) as page:
        page.goto((folder / "facts.html").as_uri() + f"#fact-onsite_rate-{YICHENG}")
        assert page.locator(".facts tbody tr:visible").count() == len(facts)
        assert page.locator("form:visible, button:visible").count() == 0
        page.goto((folder / "index.html").as_uri())
        assert column(page, ".ranking", 2)[:3] == ["翼城县", "乡宁县", "尧都区"]
        assert page.locator("button").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_pages_fit_their_window(browser: Browser, folder: Path, width: int, scheme: Scheme) -> None:
    with silent_page(browser, width, scheme) as page:
        for name in PAGES:
            page.goto((folder / name).as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.goto((folder / "index.html").as_uri())
        inside = "region => region.scrollWidth - region.clientWidth"
        assert page.locator(".scroll").evaluate(inside) == 0


def test_printed_tables_repeat_their_headings_and_no_row_is_cut(browser: Browser, folder: Path, facts: Facts) -> None:
    with silent_page(browser) as page:
        page.goto((folder / "facts.html").as_uri())
        printed = page.pdf(prefer_css_page_size=True)
        page.emulate_media(media="print")
        broken = page.evaluate(
            "[...document.querySelectorAll('tr')].filter(row => getComputedStyle(row).breakInside !== 'avoid').length"
        )
    assert broken == 0
    with pypdfium2.PdfDocument(io.BytesIO(printed)) as pdf:
        texts = []
        for sheet in pdf:
            text = sheet.get_textpage()
            texts.append("".join(text.get_text_range().split()))
            right = sheet.get_width() - 18 / 25.4 * 72
            assert all(text.get_rect(n)[2] <= right + 1 for n in range(text.count_rects()))
    whole = "".join(texts)
    last = next(n for n, text in enumerate(texts) if "口径和来源" in text)
    assert last > 5
    assert all("范围指标数值精确值分子分母" in text for text in texts[:last])
    for fact in facts:
        assert f"{fact.metric.name}{fact.text}" in whole


def test_the_printed_front_page_has_every_report_and_county(browser: Browser, folder: Path, facts: Facts) -> None:
    with silent_page(browser) as page:
        page.goto((folder / "index.html").as_uri())
        printed = page.pdf(prefer_css_page_size=True)
    with pypdfium2.PdfDocument(io.BytesIO(printed)) as pdf:
        assert len(pdf) <= 3
        whole = "".join("".join(sheet.get_textpage().get_text_range().split()) for sheet in pdf)
    for name in facts.counties.values():
        assert whole.count(name) >= 2


def test_names_from_the_records_do_nothing(browser: Browser, tmp_path: Path) -> None:
    quoted = ['"' + name.replace('"', '""') + '"' for name in EVIL]
    counties = [f"{JIA},{quoted[0]}", f"{YI},{quoted[1]}", f"100003,{quoted[2]}", f"10 0&'<b>,{quoted[3]}"]
    events = ["S1,M2,2023-01-05 09:00,是,2,是", "S3,M1,2023-01-05 09:00,是,2,是"]
    params = params_of(notice=EVIL[1], bureau=EVIL[0])
    publish(results_of(tmp_path / "data", counties=SMALL["counties"]), tmp_path / "2023")
    results = results_of(tmp_path / "data", params, counties=counties, checkins=events)
    folder = publish(results, tmp_path / "2023")
    with silent_page(browser) as page:
        for name in PAGES:
            page.goto((folder / name).as_uri())
            text = page.locator("main").inner_text()
            assert all(evil in text for evil in EVIL)
            assert page.locator("img, main script").count() == 0
        code = next(code for code in results.facts.counties if "<b>" in code)
        page.goto(
            (folder / facts_page.fact_href("mines", code, 4, top=False))
            .as_uri()
            .replace("%23", "#")
            .replace("%25", "%")
        )
        page.wait_for_selector(".about")
        page.get_by_label("范围").select_option(code)
        assert len(shown(page)) == len(results.facts.of(code))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(browser: Browser, folder: Path, name: str, scheme: Scheme) -> None:
    # axe's own script is no part of the page: its policy wouldn't let it in, evaluating goes past it.
    with silent_page(browser, 360, scheme) as page:
        page.goto((folder / name).as_uri() + (f"#fact-onsite_rate-{YICHENG}" if name == "facts.html" else ""))
        page.wait_for_load_state()
        found = Axe().run(page)
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found.response["violations"]] == []
