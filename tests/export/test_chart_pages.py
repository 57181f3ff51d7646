"""Charts in a real browser: in place, in the dark, on paper, whatever the counties are called."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from bulletin.facts.figures import CITY
from bulletin.mines.charts import activity_chart, holdings_chart, monthly_chart, rate_chart
from tests.builders import JIA, YI, report_of, report_over
from tests.export.notebooks import block, html, letterhead
from tests.svg_texts import texts_of

EVIL = ("<script>document.title='run'</script>", "$x$&amp;<b>", "甲😀县")

pytestmark = pytest.mark.filterwarnings("ignore:Glyph")


def written(folder: Path, *names: str) -> Path:
    """A page with every chart that a report may have, over counties of these names."""
    counties = [f"{code},{name}" for code, name in zip((JIA, YI, "100003"), names, strict=True)]
    days = [f"S1,M1,2023-{month:02}-{day:02} 09:00,是,2,是" for month in range(1, 13) for day in (4, 11, 18, 25)]
    report = report_of(folder, CITY, counties=counties, checkins=days)
    charts = [rate_chart(report, "onsite"), rate_chart(report, "remote"), activity_chart(report)]
    charts += [holdings_chart(report), monthly_chart(report_over(report.results, JIA))]
    shown = [block(dict(each.block(n)), each.png, each.svg) for n, each in enumerate(charts, start=1) if each]
    assert len(shown) == 5
    path = folder / "page.html"
    path.write_text(html(block(letterhead()), *shown), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def charts_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The charts over counties of hostile names."""
    return written(tmp_path_factory.mktemp("hostile"), *EVIL)


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, charts_page: Path) -> Iterator[Page]:
    """The page, opened from the disk; it fails where the page says or asks anything."""
    opened = browser.new_page(viewport={"width": 1440, "height": 900})
    said: list[Any] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(error.message))
    opened.on("request", lambda request: said.append(request.url) if request.url.startswith("http") else None)
    opened.goto(charts_page.as_uri())
    yield opened
    opened.close()
    assert said == []


CHARTS = "figure.chart > .scroll > img"


def svgs(page: Page) -> list[str]:
    """The charts of the page, each as the SVG that its address holds."""
    addresses = page.eval_on_selector_all(CHARTS, "all => all.map(img => img.src)")
    return [
        base64.b64decode(each.removeprefix("data:image/svg+xml;base64,"), validate=True).decode() for each in addresses
    ]


def test_the_browser_reads_each_picture_whole(page: Page) -> None:
    sizes = page.eval_on_selector_all(CHARTS, "all => all.map(img => [img.complete, img.naturalWidth, !!img.alt])")
    assert sizes == [[True, 590, True]] * 5  # 156 mm
    assert page.evaluate("document.title") == "样例市应急管理局关于2023年度履职情况的通报"


def test_hostile_names_are_shown_and_run_nothing(page: Page) -> None:
    assert set(EVIL) <= {each.text for svg in svgs(page) for each in texts_of(svg)}
    assert page.locator("main script, main b, main svg").count() == 0
    assert EVIL[0] in page.locator("details.data").nth(2).text_content()  # type: ignore[operator]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_a_chart_is_as_wide_as_there_is_room_on_a_white_ground(page: Page, width: int, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    around = page.locator("figure.chart > .scroll").first.bounding_box()
    frame = page.locator(CHARTS).first.bounding_box()
    assert around
    assert frame
    assert 0 <= around["x"] <= width - around["width"]
    assert around["width"] > 0.85 * min(width, 860)
    assert frame["x"] >= around["x"]
    assert frame["width"] == pytest.approx(max(504, min(around["width"], 736)), abs=1)
    assert page.eval_on_selector(CHARTS, "img => getComputedStyle(img).backgroundColor") == "rgb(255, 255, 255)"


@pytest.mark.parametrize("width", [320, 360, 768])
def test_no_letter_of_a_chart_is_smaller_than_nine_pixels(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    scales = page.eval_on_selector_all(CHARTS, "all => all.map(img => img.clientWidth / (img.naturalWidth * 0.75))")
    sizes = [each.size * scale for svg, scale in zip(svgs(page), scales, strict=True) for each in texts_of(svg)]
    assert len(sizes) > 100
    assert min(sizes) >= 9
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_chart_that_is_wider_than_the_screen_scrolls_by_keyboard(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    around = page.get_by_role("region", name="图1 ")
    around.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("box => box.scrollLeft > 0", arg=around.element_handle())


def test_the_data_open_by_keyboard(page: Page) -> None:
    data = page.locator("details.data").first
    assert not data.locator("table").is_visible()
    data.locator("summary").focus()
    page.keyboard.press("Enter")
    assert data.locator("table").is_visible()
    assert data.locator("tbody th[scope=row]").all_text_contents()[-1] == "全市"


def test_the_data_open_without_any_script(browser: Browser, charts_page: Path) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(charts_page.as_uri())
    page.locator("details.data summary").first.click()
    assert page.locator("details.data table").first.is_visible()
    page.close()


def printed(page: Page) -> str:
    with pypdfium2.PdfDocument(page.pdf(format="A4")) as pdf:
        return "".join(each.get_textpage().get_text_range() for each in pdf)


def test_print_shows_the_chart_and_only_those_data_that_are_open(page: Page) -> None:
    closed = printed(page)
    assert "图4 2023年度专员监管企业家数分布" in closed
    assert "数据" not in closed
    page.locator("details.data summary").nth(3).click()
    opened = printed(page)
    assert opened.count("图4的数据：") == 1
    assert "图3的数据" not in opened
    assert "数据表" not in opened
