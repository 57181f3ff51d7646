"""The reports' pages in a real browser: code, keyboard, access, paper, and the foot by which paper is traced."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page, expect

from bulletin.export.html import TongbaoExporter
from bulletin.export.notebook import digest
from bulletin.metrics.catalogue import METRICS, describe
from bulletin.origin import last_commit, params_digest
from bulletin.params import load_params
from bulletin.periods import parse_period
from bulletin.project import Project
from bulletin.records.schema import TABLES
from tests.builders import ROOT, csv_rows
from tests.built_year import YICHENG, BuiltYear
from tests.export.browsing import Scheme, opened, silent_page
from tests.export.notebooks import MINES, block, code, html, letterhead, notebook, prose, table

REPORTS = ("city", "county")
EVIL = "<img src=x onerror=alert(1)>.csv"


@pytest.fixture(scope="module")
def pages(year: BuiltYear) -> dict[str, Path]:
    """The pages of the city bulletin and of 翼城县."""
    return {"city": year.folder / "city/bulletin.html", "county": year.folder / YICHENG / "report.html"}


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with opened(chromium) as started:
        yield started


def shown_code(page: Page) -> list[bool]:
    """Whether each cell's code is seen."""
    seen: list[bool] = page.locator(".code").evaluate_all("all => all.map((each) => each.offsetHeight > 0)")
    return seen


def focus(page: Page) -> str:
    """What has the focus: its id, or its class."""
    name: str = page.evaluate("document.activeElement.id || document.activeElement.className")
    return name


@pytest.mark.parametrize("scripts", [True, False])
def test_one_switch_shows_all_code_and_hides_it(browser: Browser, pages: dict[str, Path], scripts: bool) -> None:
    with silent_page(browser, scripts=scripts) as page:
        page.goto(pages["county"].as_uri())
        assert len(shown_code(page)) > 9
        assert not any(shown_code(page))
        page.get_by_label("显示代码").click()
        assert all(shown_code(page))
        expect(page.locator(".cell-label").first).to_be_hidden()
        page.get_by_label("显示代码").click()
        assert not any(shown_code(page))


@pytest.mark.parametrize("scripts", [True, False])
def test_a_cells_switch_shows_its_own_code_alone(browser: Browser, pages: dict[str, Path], scripts: bool) -> None:
    with silent_page(browser, scripts=scripts) as page:
        page.goto(pages["county"].as_uri())
        cell = page.locator(".cell", has_text="配备率").first
        number = page.locator(".cell").evaluate_all("(all, one) => all.indexOf(one)", cell.element_handle())
        switch = page.get_by_label(f"代码（第{number + 1}格）")
        label = cell.locator(".cell-label")
        assert label.evaluate("label => getComputedStyle(label).opacity") == "0"
        cell.hover()
        assert label.evaluate("label => getComputedStyle(label).opacity") == "1"
        switch.click()
        assert [place for place, seen in enumerate(shown_code(page)) if seen] == [number]
        assert cell.locator(".code").inner_text().startswith("%%prose")
        switch.click()
        assert not any(shown_code(page))


def test_the_keyboard_skips_the_contents_and_works_each_switch(browser: Browser, pages: dict[str, Path]) -> None:
    with silent_page(browser) as page:
        page.goto(pages["county"].as_uri())
        page.keyboard.press("Tab")
        assert focus(page) == "skip"
        expect(page.locator(".skip")).to_be_in_viewport()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert focus(page) == "show-code"
        page.keyboard.press("Space")
        assert all(shown_code(page))
        page.keyboard.press("Space")
        for number in (1, 2, 3):
            page.keyboard.press("Tab")
            assert focus(page) == f"code-{number}"
            look = page.locator(":focus + .cell-label").evaluate(
                "label => [getComputedStyle(label).opacity, getComputedStyle(label).outlineStyle]"
            )
            assert look == ["1", "solid"]
            page.keyboard.press("Space")
            assert [place + 1 for place, seen in enumerate(shown_code(page)) if seen] == [number]
            page.keyboard.press("Space")


def test_a_finger_finds_each_cells_switch_large_enough_and_apart(browser: Browser, pages: dict[str, Path]) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(pages["county"].as_uri())
    boxes = page.locator(".cell-label").evaluate_all(
        """all => all.map((label) => {
          const { top, left, width, height } = label.getBoundingClientRect();
          return [top, left, width, height, getComputedStyle(label).opacity];
        })"""
    )
    context.close()
    assert all(opacity == "1" and min(width, height) >= 24 for *_, width, height, opacity in boxes)
    assert all(left + width <= 360 for _, left, width, *_ in boxes)
    tops = [top for top, *_ in boxes]
    assert all(later - earlier >= 24 for earlier, later in itertools.pairwise(tops))


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("report", REPORTS)
def test_a_report_has_no_fault_of_access(
    browser: Browser, pages: dict[str, Path], report: str, scheme: Scheme, width: int
) -> None:
    with silent_page(browser, width, scheme) as page:
        page.goto(pages[report].as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for step in ("", "#show-code", ".notes-switch"):
            if step:
                page.locator(step).click()
            found = Axe().run(page).response["violations"]
            assert [(each["id"], each["nodes"][0]["target"]) for each in found] == [], step


@pytest.mark.parametrize(("width", "is_open"), [(360, False), (768, False), (1366, True)])
def test_the_contents_are_closed_at_first_on_a_small_screen(
    browser: Browser, pages: dict[str, Path], width: int, is_open: bool
) -> None:
    with silent_page(browser, width) as page:
        page.goto(pages["city"].as_uri())
        assert page.locator(".contents a").first.is_visible() == is_open


@pytest.mark.parametrize("report", REPORTS)
def test_a_report_leads_to_what_stands_around_it_where_it_is_published(
    browser: Browser, pages: dict[str, Path], tmp_path: Path, report: str
) -> None:
    path = pages[report]
    with silent_page(browser) as page:
        page.goto(path.as_uri())
        links = page.locator(".around a")
        assert links.all_inner_texts() == ["返回首页", "Word 文件", "全部指标"]
        up = "../" if report == "city" else "../../"
        hrefs = links.evaluate_all("all => all.map((a) => a.getAttribute('href'))")
        assert hrefs == [f"{up}index.html", f"{path.stem}.docx", f"{up}facts.html"]
        assert all((path.parent / href).is_file() for href in hrefs)
        page.emulate_media(media="print")
        expect(links.first).to_be_hidden()
        (tmp_path / path.name).write_bytes(path.read_bytes())
        page.goto((tmp_path / path.name).as_uri())
        expect(links).to_have_count(0)


def test_who_wants_no_motion_is_not_scrolled_smoothly(browser: Browser, pages: dict[str, Path]) -> None:
    for motion, behaviour in (("reduce", "auto"), ("no-preference", "smooth")):
        context = browser.new_context(reduced_motion=motion)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(pages["county"].as_uri())
        assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == behaviour
        context.close()


def test_a_county_page_is_small(pages: dict[str, Path]) -> None:
    assert pages["county"].stat().st_size < 400_000


# Paper.


def printed(page: Page, folder: Path) -> list[str]:
    """The text of each printed page, without blanks."""
    path = folder / "print.pdf"
    page.pdf(path=path, prefer_css_page_size=True)
    with pypdfium2.PdfDocument(path) as pdf:
        sizes = {(round(width), round(height)) for width, height in (sheet.get_size() for sheet in pdf)}
        assert sizes == {(595, 842)}  # A4 in points
        return [re.sub(r"\s", "", sheet.get_textpage().get_text_range()) for sheet in pdf]


def lines(count: int) -> str:
    return "\n\n".join(f"第{number}段。" for number in range(count))


def print_table(page: Page, folder: Path, before: int, rows: int, **changes: Any) -> list[str]:
    """A table below so many paragraphs, printed; of each row the first cell is a line, the last one six."""
    cells = [[f"起{number:03}", "1", "字" * 150 + f"止{number:03}"] for number in range(rows)]
    shown = table(rows=cells, sources=[[None] * 3] * rows, total_rows=0, **changes)
    path = folder / "page.html"
    path.write_text(html(block(letterhead()), prose(lines(before)), block(shown)), "utf-8")
    page.goto(path.as_uri())
    return printed(page, folder)


@pytest.mark.parametrize("before", range(12, 24, 2))
def test_on_paper_no_row_is_cut_and_the_head_of_a_long_table_is_on_each_page(
    browser: Browser, tmp_path: Path, before: int
) -> None:
    with silent_page(browser) as page:
        sheets = print_table(page, tmp_path, before, rows=40)
    starts, ends = ([re.findall(f"{mark}(\\d{{3}})", sheet) for sheet in sheets] for mark in "起止")
    assert starts == ends
    assert list(itertools.chain(*starts)) == [f"{number:03}" for number in range(40)]
    assert sum(bool(rows) for rows in starts) > 2
    head = "县（市、区）企业配备率"
    assert [head in sheet for sheet in sheets] == [bool(rows) for rows in starts]
    (captioned,) = (rows for sheet, rows in zip(sheets, starts, strict=True) if "表1配备情况" in sheet)
    assert len(captioned) >= 2  # neither caption and head alone, nor with a single row
    assert len(starts[-1]) >= 2


def test_on_paper_the_last_row_of_a_table_is_not_alone(browser: Browser, tmp_path: Path) -> None:
    ends = []
    with silent_page(browser) as page:
        for rows in range(26, 40):
            sheets = print_table(page, tmp_path, 0, rows=rows)
            ends.append([count for sheet in sheets if (count := len(re.findall("起", sheet)))][-1])
    assert min(ends) == 2  # one more row than fits takes another with it


@pytest.mark.parametrize("before", range(6, 24, 3))
def test_on_paper_a_short_table_is_whole_with_its_caption_and_note(
    browser: Browser, tmp_path: Path, before: int
) -> None:
    with silent_page(browser) as page:
        sheets = print_table(page, tmp_path, before, rows=6, note="合计不含在建。")
    held = [sheet for sheet in sheets if "起000" in sheet]
    assert len(held) == 1
    assert all(part in held[0] for part in ("表1配备情况", "止005", "注：合计不含在建。"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("report", REPORTS)
def test_a_report_on_paper_is_its_text_alone_black_on_white(
    browser: Browser, pages: dict[str, Path], tmp_path: Path, report: str, scheme: Scheme
) -> None:
    with silent_page(browser, scheme=scheme) as page:
        page.goto(pages[report].as_uri())
        draft = page.locator("main").get_attribute("data-digest")
        sheets = printed(page, tmp_path)
        for number, sheet in enumerate(sheets, start=1):
            assert f"本稿{draft}" in sheet
            assert f"{number}/{len(sheets)}" in sheet
        whole = "".join(sheets)
        assert whole.count("本页的来历") == 1
        assert not any(word in whole for word in ("目录", "显示代码", "跳到正文", "第1格", "%%prose"))
        page.emulate_media(media="print")
        for part in (
            ".contents",
            "#show-code",
            ".switch-label",
            ".cell-switch",
            ".cell-label",
            ".skip",
            ".notes-switch",
        ):
            expect(page.locator(part).first).to_be_hidden()
        colours = page.evaluate(
            "[document.body, document.querySelector('main')].map((each) => getComputedStyle(each)).flatMap((style) => [style.color, style.backgroundColor])"
        )
        assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"] * 2
        links = page.locator("main a").evaluate_all("all => all.map((a) => getComputedStyle(a).textDecorationLine)")
        assert set(links) <= {"none"}


def test_code_that_is_shown_is_printed(browser: Browser, pages: dict[str, Path], tmp_path: Path) -> None:
    with silent_page(browser) as page:
        page.goto(pages["county"].as_uri())
        page.get_by_label("显示代码").click()
        assert "%%prose" in "".join(printed(page, tmp_path))


@pytest.mark.parametrize("report", REPORTS)
def test_no_row_of_a_built_report_is_cut(browser: Browser, pages: dict[str, Path], tmp_path: Path, report: str) -> None:
    soup = BeautifulSoup(pages[report].read_text("utf-8"), "html.parser")
    with silent_page(browser) as page:
        page.goto(pages[report].as_uri())
        sheets = printed(page, tmp_path)
    for each in soup.select("main figure.table table"):
        title = each.select_one("caption")
        first, last = (each.select("tbody tr")[place] for place in (0, -1))
        assert title
        for row in (first, last):
            texts = [re.sub(r"\s", "", cell.get_text()) for cell in row.select("th, td")]
            assert any(all(text in sheet for text in texts) for sheet in sheets), texts
        caption = re.sub(r"\s", "", "".join(title.find_all(string=True, recursive=False)))
        (place,) = (number for number, sheet in enumerate(sheets) if caption in sheet)
        name = re.sub(r"\s", "", first.get_text())[:12]
        assert name in sheets[place], caption


# The foot.


def foot_of(path: Path) -> BeautifulSoup:
    soup = BeautifulSoup(path.read_text("utf-8"), "html.parser")
    (foot,) = soup.select("footer.made")
    return BeautifulSoup(str(foot), "html.parser")


@pytest.mark.parametrize("report", REPORTS)
def test_the_foot_names_what_the_manifest_of_the_build_names(
    year: BuiltYear, pages: dict[str, Path], report: str
) -> None:
    manifest = json.loads(year.text("manifest.json"))
    foot = foot_of(pages[report])
    (made,) = foot.select("h2 + p")
    params = params_digest(load_params(Project(ROOT), parse_period("2023")))
    said = made.get_text()
    assert f"由 bulletin {manifest['bulletin']} 生成。" in said
    assert f"程序摘要 {manifest['program'][:12]}" in said
    assert f"参数摘要 {params[:12]}" in said
    whole_commit = last_commit(ROOT, "2023")
    assert manifest["commit"] == (whole_commit and whole_commit.model_dump())
    own = "city_bulletin.ipynb" if report == "city" else "county_report.ipynb"
    commit = last_commit(ROOT, "2023", f"notebooks/{own}")
    assert (f"提交 {commit.sha[:12]}" in said) if commit else ("提交" not in said)
    assert ("未提交的改动" in said) == bool(commit and commit.changed)
    rows = [[cell.get_text() for cell in row.select("th, td")] for row in foot.select(".inputs tbody tr")]
    assert len(rows) == 10
    used = manifest["inputs"] if report == "city" else manifest["county_inputs"]["141022"]
    whole = [[TABLES[each["table"]].title, each["file"], str(each["rows"]), each["sha256"][:12]] for each in used]
    assert rows == whole
    assert "全文见 manifest.json" in said
    assert not re.search(r"\d{4}-\d\d-\d\d|\d\d:\d\d", foot.get_text())  # no clock


def test_a_countys_foot_counts_its_own_rows_and_says_so(pages: dict[str, Path]) -> None:
    foot = foot_of(pages["county"])
    cells = [[cell.get_text() for cell in row.select("th, td")] for row in foot.select(".inputs tbody tr")]
    rows = {file: count for _, file, count, _ in cells}
    for name in ("mines", "supervisors"):
        own = [row for row in csv_rows(ROOT / "data/2023", name) if row["county_code"] == "141022"]
        assert rows[f"{name}.csv"] == str(len(own))
    assert foot.select("caption")[0].get_text().startswith("所用数据（翼城县的记录")


def test_the_foot_defines_the_metrics_of_the_page_in_the_catalogues_order(pages: dict[str, Path]) -> None:
    params = load_params(Project(ROOT), parse_period("2023"))
    soup = BeautifulSoup(pages["county"].read_text("utf-8"), "html.parser")
    shown = {str(span["data-metric"]) for span in soup.select("span.fact[data-metric]")}
    foot = foot_of(pages["county"])
    said = [(term.get_text(), words.get_text()) for term, words in zip(foot("dt"), foot("dd"), strict=True)]
    expected = [metric for name, metric in METRICS.items() if name in shown]
    assert 20 < len(expected) < len(METRICS)
    assert said == [(metric.title, describe(metric, params)) for metric in expected]


def test_a_page_with_a_table_of_definitions_does_not_say_them_again(pages: dict[str, Path]) -> None:
    soup = BeautifulSoup(pages["city"].read_text("utf-8"), "html.parser")
    shown = {str(span["data-metric"]) for span in soup.select("span.fact[data-metric]")}
    table = {str(row.th and row.th.get_text()) for row in soup.select('[data-key="definitions"] tbody tr')}
    assert {METRICS[name].title for name in shown} <= table
    assert foot_of(pages["city"])("dl") == []


@pytest.mark.parametrize("report", REPORTS)
def test_the_saved_notebook_alone_gives_the_same_page(pages: dict[str, Path], report: str) -> None:
    again, _ = TongbaoExporter().from_filename(str(pages[report].with_suffix(".ipynb")))
    assert again == pages[report].read_text("utf-8")


def test_the_page_is_the_same_whichever_way_the_notebook_ran() -> None:
    own = code(source='period = "2023"', tags=("parameters",))
    injected = code(source='period = "2023"', tags=("injected-parameters",))
    assert html(own, block(letterhead()), prose("正文")) == html(own, injected, block(letterhead()), prose("正文"))


def trace(**changes: Any) -> dict[str, Any]:
    return {
        "block": "trace",
        "version": "1.0",
        "program": "a" * 64,
        "commit": "b" * 40,
        "changed": False,
        "params": "c" * 64,
        "inputs": [["企业名录", "mines.csv", "", 3, "d" * 64]],
        "previous": None,
    } | changes


def traced(tmp_path: Path, **changes: Any) -> BeautifulSoup:
    path = tmp_path / "page.html"
    path.write_text(
        html(block(letterhead()), block(table(sources=[[None, MINES, None]] * 3)), block(trace(**changes))), "utf-8"
    )
    return foot_of(path)


def test_changes_that_arent_committed_are_said_and_no_commit_is_left_out(tmp_path: Path) -> None:
    assert f"提交 {'b' * 12}，" in traced(tmp_path).get_text()
    assert f"提交 {'b' * 12}（代码、笔记本或参数另有未提交的改动）" in traced(tmp_path, changed=True).get_text()
    assert "提交" not in traced(tmp_path, commit=None).get_text()


def test_a_files_name_is_text_in_the_foot_and_its_sheet_stands_beside_it(tmp_path: Path) -> None:
    foot = traced(tmp_path, inputs=[["企业名录", EVIL, "表<b>", 3, "d" * 64]], previous=["previous.csv", "e" * 64])
    assert foot("img") == []
    cells = [[cell.get_text() for cell in row.select("th, td")] for row in foot.select("tbody tr")]
    assert cells == [
        ["企业名录", f"{EVIL}：表<b>", "3", "d" * 12],
        ["上一期指标", "previous.csv", "", "e" * 12],
    ]


def test_the_same_words_from_another_commit_are_the_same_draft() -> None:
    draft = digest(notebook(block(letterhead()), prose("正文"), block(trace())))
    assert digest(notebook(block(letterhead()), prose("正文"), block(trace(commit="9" * 40)))) == draft
    assert digest(notebook(block(letterhead()), prose("别的"), block(trace()))) != draft
