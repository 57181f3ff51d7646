"""Charts in a real browser: in place with any font, in the dark, on paper, whatever the counties are called."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from bulletin.facts.figures import CITY
from bulletin.mines.charts import activity_chart, holdings_chart, monthly_chart, rate_chart
from bulletin.notebook.report import Report
from tests.builders import JIA, YI, report_of
from tests.export.notebooks import block, html, letterhead

EVIL = ("<script>document.title='run'</script>", "$x$&amp;<b>", "甲😀县")

pytestmark = pytest.mark.filterwarnings("ignore:Glyph")


def written(folder: Path, *names: str) -> Path:
    """A page with every chart that a report may have, over counties of these names."""
    counties = [f"{code},{name}" for code, name in zip((JIA, YI, "100003"), names, strict=True)]
    days = [f"S1,M1,2023-{month:02}-{day:02} 09:00,是,2,是" for month in range(1, 13) for day in (4, 11, 18, 25)]
    report = report_of(folder, CITY, counties=counties, checkins=days)
    charts = [rate_chart(report, "onsite"), rate_chart(report, "remote"), activity_chart(report)]
    charts += [holdings_chart(report), monthly_chart(Report(report.results, JIA))]
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


def test_the_browser_reads_each_svg_whole(page: Page) -> None:
    assert page.locator("figure.chart > .scroll > svg").count() == 5
    boxes = page.eval_on_selector_all(
        "figure.chart > .scroll > svg", "all => all.map(svg => svg.viewBox.baseVal.width)"
    )
    assert {round(width, 1) for width in boxes} == {442.2}
    assert page.evaluate("document.title") == "样例市应急管理局关于2023年度履职情况的通报"


def test_hostile_names_are_shown_and_run_nothing(page: Page) -> None:
    told = page.eval_on_selector_all("figure.chart > .scroll > svg text", "all => all.map(text => text.textContent)")
    assert set(EVIL) <= set(told)
    assert page.locator("main script, main b").count() == 0
    assert EVIL[0] in page.locator("details.data").nth(2).text_content()  # type: ignore[operator]


INSIDE = """
(family) => {
  const beyond = [];
  for (const svg of document.querySelectorAll("figure.chart > .scroll > svg")) {
    if (family) svg.setAttribute("font-family", family);
    const frame = svg.getBoundingClientRect();
    for (const text of svg.querySelectorAll("text")) {
      const box = text.getBoundingClientRect();
      const out = [frame.left - box.left, box.right - frame.right, frame.top - box.top, box.bottom - frame.bottom];
      if (Math.max(...out) > 1) beyond.push([text.textContent, ...out.map(Math.round)]);
    }
  }
  return beyond;
}
"""


def test_text_stays_in_the_picture_with_another_font(page: Page, tmp_path: Path) -> None:
    page.goto(written(tmp_path, "经济技术开发区", "乙区", "婺源县").as_uri())
    for family in ("", "DejaVu Sans", "Noto Serif CJK SC", "monospace"):
        assert page.evaluate(INSIDE, family) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_a_chart_is_as_wide_as_there_is_room_on_a_white_ground(page: Page, width: int, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    around = page.locator("figure.chart > .scroll").first.bounding_box()
    frame = page.locator("figure.chart > .scroll > svg").first.bounding_box()
    assert around
    assert frame
    assert 0 <= around["x"] <= width - around["width"]
    assert around["width"] > 0.85 * min(width, 860)
    assert frame["x"] >= around["x"]
    assert frame["width"] == pytest.approx(max(504, min(around["width"], 736)), abs=1)
    ground = page.eval_on_selector("figure.chart > .scroll > svg path", "path => getComputedStyle(path).fill")
    assert ground == "rgb(255, 255, 255)"


@pytest.mark.parametrize("width", [320, 360, 768])
def test_no_letter_of_a_chart_is_smaller_than_nine_pixels(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    sizes = page.eval_on_selector_all(
        "figure.chart > .scroll > svg text",
        """all => all.map((text) => {
          const svg = text.ownerSVGElement;
          const scale = svg.clientWidth / svg.viewBox.baseVal.width;
          const { width, height } = text.getBoundingClientRect();
          return [parseFloat(getComputedStyle(text).fontSize) * scale, text.textContent ? Math.max(width, height) : 99];
        })""",
    )
    assert len(sizes) > 100
    assert min(size for size, _ in sizes) >= 9
    assert min(extent for _, extent in sizes) >= 9
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
    assert "专员监管企业家数分布" in closed
    assert "数据" not in closed
    page.locator("details.data summary").nth(3).click()
    opened = printed(page)
    assert opened.count("图4的数据：") == 1
    assert "图3的数据" not in opened
    assert "数据表" not in opened
