"""The panel that says where a figure comes from: wholly on the screen, beside its figure, on any screen at any place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.build.built_year import YICHENG, BuiltYear
from tests.export.browsing import opened

SIZES = [(320, 568), (360, 740), (740, 360), (768, 1024), (1366, 625), (1440, 800), (1920, 1080)]

LEAST = 150
"""Pixels above or below a figure that are room enough not to cover it."""


@pytest.fixture(scope="module")
def pages(year: BuiltYear) -> dict[str, str]:
    return {
        "city": (year.folder / "city/bulletin.html").as_uri(),
        "county": (year.folder / YICHENG / "report.html").as_uri(),
    }


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with opened(chromium) as started:
        yield started


MEASURED = """
([number, place]) => {
  const all = [...document.querySelectorAll("main .fact, main .told")];
  const figure = all.at(number);
  const box = document.getElementById("source");
  figure.scrollIntoView({ block: place, inline: "nearest", behavior: "instant" });
  if (box.hidden) figure.click();
  const [panel, own] = [box, figure].map((each) => each.getBoundingClientRect());
  const { clientWidth: wide, clientHeight: high } = document.documentElement;
  const measured = {
    shown: !box.hidden,
    within: panel.left >= 0 && panel.top >= 0 && panel.right <= wide && panel.bottom <= high,
    apart: panel.bottom <= own.top || panel.top >= own.bottom || panel.left >= own.right || panel.right <= own.left,
    room: Math.max(own.top, high - own.bottom),
    whole: box.scrollHeight <= box.clientHeight || getComputedStyle(box).overflowY === "auto",
    high: panel.height,
    figure: `${number} ${figure.textContent} ${place} ${[own.top, own.bottom, panel.top, panel.bottom].map(Math.round)}`,
  };
  figure.click();
  return measured;
}
"""


def faults(page: Page, numbers: list[int]) -> list[Any]:
    """The figures whose panel leaves the screen or covers them."""
    found = [page.evaluate(MEASURED, [n, place]) for n in numbers for place in ("start", "center", "end", "nearest")]
    assert len(found) == 4 * len(numbers)
    return [
        each
        for each in found
        if not (each["shown"] and each["within"] and each["whole"] and (each["apart"] or each["room"] < LEAST))
        or each["high"] < min(each["room"] - 24, 60)
    ]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("report", ["city", "county"])
def test_the_panel_is_on_the_screen_and_beside_its_figure(
    browser: Browser, pages: dict[str, str], report: str, size: tuple[int, int]
) -> None:
    width, height = size
    page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page.goto(pages[report])
    count = page.locator("main .fact, main .told").count()
    # From the whole page each few, the first ones and the last: those of the last table's rows and of the page's end.
    numbers = sorted({*range(0, count, -(-count // 40)), *range(6), *range(count - 6, count)})
    assert faults(page, numbers) == []
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_figure_of_a_report_has_a_panel_off_the_screen(browser: Browser, pages: dict[str, str], scheme: Any) -> None:
    page = browser.new_page(viewport={"width": 1366, "height": 625}, color_scheme=scheme)
    page.goto(pages["county"])
    count = page.locator("main .fact, main .told").count()
    assert faults(page, list(range(count))) == []
    page.close()


@pytest.mark.parametrize("how", ["hover", "focus", "tap"])
def test_each_way_of_asking_shows_the_whole_panel(browser: Browser, pages: dict[str, str], how: str) -> None:
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, has_touch=how == "tap", reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(pages["city"])
    figure = page.locator("main .fact").last
    figure.evaluate("figure => figure.scrollIntoView({ block: 'end', behavior: 'instant' })")
    if how == "hover":
        figure.hover()
    elif how == "tap":
        figure.tap()
    else:
        page.keyboard.press("Tab")
        figure.focus()
    expect(page.locator("#source")).to_be_visible()
    panel = page.locator("#source").bounding_box()
    assert panel
    assert panel["y"] >= 0
    assert panel["y"] + panel["height"] <= 740
    assert panel["x"] >= 0
    assert panel["x"] + panel["width"] <= 360
    context.close()


def test_the_panel_moves_with_its_figure_and_goes_with_it(browser: Browser, pages: dict[str, str]) -> None:
    page = browser.new_page(viewport={"width": 1366, "height": 625}, reduced_motion="reduce")
    page.goto(pages["city"])
    figure, panel = page.locator(".prose .fact").nth(8), page.locator("#source")
    figure.evaluate("figure => figure.scrollIntoView({ block: 'center', behavior: 'instant' })")
    figure.click()
    before = panel.bounding_box()
    page.mouse.wheel(0, 50)
    page.wait_for_timeout(200)
    after = panel.bounding_box()
    assert before
    assert after
    assert after["y"] == pytest.approx(before["y"] - 50, abs=1)
    page.mouse.wheel(0, 900)
    expect(panel).to_be_hidden()
    page.close()


def test_the_panel_stays_on_a_screen_that_is_made_smaller(browser: Browser, pages: dict[str, str]) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 800}, reduced_motion="reduce")
    page.goto(pages["county"])
    page.locator(".prose .fact").nth(5).click()
    page.set_viewport_size({"width": 700, "height": 420})
    page.wait_for_timeout(200)
    panel = page.locator("#source").bounding_box()
    if panel:  # the figure may have left the screen, and the panel with it
        assert 0 <= panel["x"] <= 700 - panel["width"]
        assert 0 <= panel["y"] <= 420 - panel["height"]
    page.close()
