"""Text from records is text in every output: no markup, no template, no formula, no path."""

from __future__ import annotations

import csv
from pathlib import Path

import docx
import pytest
from bs4 import BeautifulSoup
from openpyxl import load_workbook
from playwright.sync_api import Browser

from tests.builders import JIA, YI, write_tables
from tests.export.browsing import opened, silent_page
from tests.test_build_failures import build, make_project

COUNTY = "<img src=x onerror=alert(1)>=1+1县"
MINES = ("<script>alert(2)</script>矿", "{{ 7*7 }}{% raw %}矿", "=cmd|' /C calc'!A0")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The outputs of a year whose names are such."""
    project = make_project(tmp_path_factory.mktemp("hostile"))
    mines = [
        (f"M{n}", MINES[n - 1], JIA, kind, "否") for n, kind in enumerate(("地下开采", "露天开采", "独立尾矿库"), 1)
    ]
    write_tables(project / "data", checkins=["S1,M1,2023-01-05 09:00,是,2,是", "S1,M1,2022-01-05 09:00,是,2,是"])
    counties = [(JIA, COUNTY), (YI, "../../etc")]
    for table, lines in (("mines", mines), ("counties", counties)):
        path = project / "data" / f"{table}.csv"
        header = path.read_text("utf-8").splitlines()[0].split(",")
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *lines])
    done = build(project)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (project / "outputs").iterdir()) == ["2023"]
    return project / "outputs/2023"


def report(folder: Path, kind: str) -> Path:
    (found,) = folder.glob(f"counties/{JIA}-*/report.{kind}")
    return found


def test_the_names_stand_as_text_on_every_page_and_nothing_runs(folder: Path, chromium: Path) -> None:
    with opened(chromium) as browser:
        _every_page_is_quiet(browser, folder)


def _every_page_is_quiet(browser: Browser, folder: Path) -> None:
    pages = {
        report(folder, "html"): (COUNTY, *MINES),
        folder / "city/bulletin.html": (COUNTY,),
        folder / "index.html": (COUNTY,),
        folder / "facts.html": (COUNTY,),
    }
    for path, names in pages.items():
        with silent_page(browser) as page:
            page.goto(path.as_uri())
            shown = page.locator("main").inner_text()
            assert [name for name in names if name not in shown] == []
            assert page.locator("main script, main img[src='x']").count() == 0
            figure = page.locator(f'.fact[data-scope="{JIA}"]')
            if figure.count():
                figure.first.click()
                assert page.locator("#source .source-title").inner_text().partition("（")[2].startswith(COUNTY)


def test_no_page_holds_a_script_that_is_not_its_own(folder: Path) -> None:
    for path in folder.rglob("*.html"):
        soup = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        assert soup.select("main script, [onerror]") == [], path


def test_the_names_stand_as_text_in_word(folder: Path) -> None:
    document = docx.Document(str(report(folder, "docx")))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert [name for name in MINES if name not in cells] == []
    assert COUNTY in "".join(paragraph.text for paragraph in document.paragraphs)


def test_the_names_stand_as_text_in_spreadsheets(folder: Path) -> None:
    formulas, seen = [], set[object]()
    for name in ("tables.xlsx", "quality.xlsx"):
        for sheet in load_workbook(folder / name).worksheets:
            cells = [cell for row in sheet.iter_rows() for cell in row]
            formulas += [cell for cell in cells if cell.data_type == "f"]
            seen |= {cell.value for cell in cells}
    assert formulas == []
    assert COUNTY in seen


def test_a_countys_name_is_no_path(folder: Path) -> None:
    names = sorted(path.name for path in (folder / "counties").iterdir())
    assert [name.partition("-")[0] for name in names] == [JIA, YI]
    assert all("/" not in name and ".." not in name for name in names)
