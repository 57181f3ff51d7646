"""Text from records and params is text in every output: no path, markup, formula, template or code."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import subprocess
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import docx
import pytest
from bs4 import BeautifulSoup
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Browser

from bulletin.facts.file import read_facts
from bulletin.mines import FIELD
from bulletin.mines.schema import TABLES
from bulletin.project.unseen import UNSEEN as UNSEEN_CHARACTERS
from bulletin.records.cells import fold
from tests import warm
from tests.build import hostile
from tests.build.hostile import COUNTIES, MINE_NAMES, MINES, SUPERVISORS, UNSEEN
from tests.build.projects import build, make_project
from tests.export.browsing import opened, silent_page

NAMES = [name for _, name in COUNTIES]
FORMULA = re.compile("[=+@\t\r\n＝＋－＠-]")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of such texts, built whole."""
    made = hostile.make_hostile(tmp_path_factory.mktemp("hostile"))
    done = build(made)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "生成 11 份，失败 0 份" in done.stdout
    (made / "said.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def folder(project: Path) -> Path:
    return project / "outputs/2023"


def files(folder: Path, *suffixes: str) -> list[Path]:
    found = [path for path in folder.rglob("*") if path.name.endswith(suffixes)]
    assert found
    return found


def pages(folder: Path) -> Iterator[tuple[Path, BeautifulSoup]]:
    for path in files(folder, ".html"):
        yield path, parsed(path)


@cache
def parsed(path: Path) -> BeautifulSoup:
    """A page, which tests only look at."""
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


def texts_of_word(path: Path) -> str:
    """All that stands in a document: cells too, paragraph by paragraph."""
    with zipfile.ZipFile(path) as archive:
        parts = [archive.read(name) for name in archive.namelist() if name.endswith(".xml")]
    return "\n".join("".join(ET.fromstring(part).itertext()) for part in parts)  # noqa: S314 (ours)


def cells(path: Path) -> list[object]:
    """Every cell's value; none is a formula."""
    found = [cell for sheet in load_workbook(path).worksheets for row in sheet.iter_rows() for cell in row]
    assert [cell.value for cell in found if cell.data_type == "f"] == [], path
    with zipfile.ZipFile(path) as archive:
        assert [name for name in archive.namelist() if b"<f>" in archive.read(name)] == [], path
    return [cell.value for cell in found]


# Paths and code


def test_nothing_stands_outside_the_periods_folder_and_nothing_ran(project: Path) -> None:
    assert sorted(path.name for path in project.iterdir()) == ["data", "notebooks", "outputs", "params", "said.txt"]
    assert [path.name for path in (project / "outputs").iterdir()] == ["2023"]
    assert not [path for path in project.rglob("*") if path.name == "pwned"]


def test_each_county_has_a_folder_of_its_own_on_windows_too(folder: Path) -> None:
    names = [path.name for path in (folder / "counties").iterdir()]
    assert len({name.casefold() for name in names}) == len(names) == len(COUNTIES)
    for name in names:
        assert re.fullmatch(r"[\w-]+", name)
        assert len(name) <= 90
        assert not re.match(r"(CON|NUL|-)(\.|$)", name)


def test_a_county_is_found_by_its_name_whatever_it_is(project: Path) -> None:
    """Papermill writes the code into a cell of the notebook: a text there and no code."""
    done = build(project, f"--county={NAMES[1]}", "--force")
    assert done.returncode == 0, done.stderr[-2000:]
    assert "生成 1 份，失败 0 份" in done.stdout
    assert not [path for path in project.rglob("*") if path.name == "pwned"]


# Markup


def test_the_names_stand_as_text_on_every_page_and_nothing_runs(folder: Path, chromium: Path) -> None:
    with opened(chromium) as browser:
        for path in (folder / "index.html", folder / "facts.html", folder / "city/bulletin.html", report(folder, 0)):
            _shows_the_names_and_is_quiet(browser, path)


def report(folder: Path, number: int) -> Path:
    """The page of a county."""
    code, _ = COUNTIES[number]
    (found,) = (path for path, page in pages(folder) if page.select(f"main[data-scope={json.dumps(code)}]"))
    return found


def _shows_the_names_and_is_quiet(browser: Browser, path: Path) -> None:
    with silent_page(browser) as page:
        page.goto(path.as_uri())
        assert "".join(NAMES[0].split()) in "".join(page.locator("body").inner_text().split())
        figure = page.locator(f"main .fact[data-scope={json.dumps(COUNTIES[0][0])}]")
        if figure.count():
            figure.first.click()
            assert page.locator("#source .source-title").inner_text().partition("（")[2].startswith(NAMES[0][:20])


def test_no_page_holds_an_element_that_is_not_its_own(folder: Path) -> None:
    for path, page in pages(folder):
        assert (
            page.select("[onerror], main script, iframe, object, a[href^='javascript'], base, meta[http-equiv=refresh]")
            == []
        )
        assert [image for image in page.select("img") if not str(image["src"]).startswith("data:image/")] == []
        assert len(page.select("script:not([type])")) <= 1, path
        for link in page.select("a[href]"):
            href = str(link["href"])
            assert not re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", href), href
            target = (path.parent / href.partition("#")[0]).resolve()
            assert target == path.parent or target.is_relative_to(folder.resolve()), href


def test_pages_show_every_name_whole(folder: Path) -> None:
    shown = {path.relative_to(folder).parts[0]: page.get_text() for path, page in pages(folder)}
    for name in NAMES:
        assert name in shown["index.html"]
        assert name in shown["facts.html"]
    own = BeautifulSoup(report(folder, 1).read_text("utf-8"), "html.parser").get_text()
    assert MINE_NAMES[1] in own
    assert SUPERVISORS[1] in own


def test_word_files_hold_the_names_as_text_and_lead_nowhere(folder: Path) -> None:
    for path in files(folder, ".docx"):
        with zipfile.ZipFile(path) as archive:
            related = [archive.read(name) for name in archive.namelist() if name.endswith(".rels")]
        assert [part for part in related if b'TargetMode="External"' in part] == []
        document = docx.Document(str(path))
        fields = re.findall(r"<w:instrText[^>]*>([^<]*)<", document.element.xml)
        assert [
            field
            for field in fields
            if not re.fullmatch(r"\s*(PAGE|SEQ [图表] \\\* ARABIC|REF r_[0-9a-f]{8} \\h)\s*", field)
        ] == []
    city = texts_of_word(folder / "city/bulletin.docx")
    assert [name[:40] for name in NAMES if name not in city] == []
    own = texts_of_word(report(folder, 1).with_suffix(".docx"))
    assert MINE_NAMES[1] in own


# Formulas


def test_spreadsheets_hold_text_and_no_formula(folder: Path) -> None:
    seen = [value for path in files(folder, ".xlsx") for value in cells(path)]
    assert [name[:40] for name in NAMES if name not in seen] == []
    assert [mine for mine in MINES if fold(mine) not in seen] == []


def test_csv_files_have_no_cell_that_a_spreadsheet_would_run(folder: Path) -> None:
    for path in files(folder, ".csv"):
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
        assert [cell[:40] for row in rows for cell in row if FORMULA.match(cell)] == [], path
    facts = read_facts(folder / "facts.csv", FIELD.catalogue)
    assert list(facts.counties.items()) == sorted(COUNTIES)


# Templates, JSON, notebooks


def test_no_text_was_rendered_as_a_template(folder: Path) -> None:
    """49 is what {{ 7*7 }} gives."""
    for path, page in pages(folder):
        text = page.get_text()
        assert text.count("{{ 7*7 }}{{ config }}{% raw %}") == text.count("{{ config }}"), path
    for path in files(folder, ".docx"):
        text = texts_of_word(path)
        assert text.count("{{ 7*7 }}{{ config }}{% raw %}") == text.count("{{ config }}") > 0, path


def test_the_other_files_are_whole_and_hold_the_names(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert {each["name"] for each in manifest["reports"]} == {*NAMES, "全市通报"}
    for path in files(folder, ".ipynb"):
        assert json.loads(path.read_text("utf-8"))["nbformat"] == 4
    assert gzip.decompress((folder / ".rows.csv.gz").read_bytes()).startswith(b"table,")


def test_nothing_that_a_terminal_obeys_is_said(project: Path) -> None:
    said = (project / "said.txt").read_text("utf-8")
    assert UNSEEN_CHARACTERS.search(said) is None


# What can't be seen, and texts where something else should stand


def check(project: Path) -> subprocess.CompletedProcess[str]:
    return warm.run("check", "2023", cwd=project)


def _spoilt(texts: list[str], *, named: bool) -> dict[str, list[list[str]]]:
    """In every column of every table, a row for each of the texts; what is somebody's name too is shown nowhere."""
    rows = {}
    for name, table in TABLES.items():
        good = ["1" for _ in table.columns]
        if name == "supervisors" and not named:
            rows[name] = [[text, "", text] for text in texts]
            continue
        rows[name] = [
            [*good[:place], text, *good[place + 1 :]] for text in texts for place, _ in enumerate(table.columns)
        ]
    return rows


def test_what_cant_be_seen_is_named_with_its_cell_and_shown_nowhere(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    hostile.write_csv(project / "data", _spoilt([f"甲{each}县" for each in UNSEEN.values()], named=True))
    done = check(project)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert UNSEEN_CHARACTERS.search(done.stdout + done.stderr) is None
    folder = project / "outputs/2023"
    listed = list(csv.DictReader(io.StringIO((folder / "quality.csv").read_text("utf-8-sig"), newline="")))
    assert [row for row in listed if UNSEEN_CHARACTERS.search("".join(row.values()))] == []
    for name, table in TABLES.items():
        for place, column in enumerate(table.columns):
            for number, character in enumerate(UNSEEN.values()):
                row = str(2 + number * len(table.columns) + place)
                found = [
                    each
                    for each in listed
                    if each["文件"] == f"{name}.csv" and each["行"] == row and each["列"] == column.heading
                ]
                assert found, (name, row, column.name)
                if column.kind in ("identifier", "text"):
                    told = f"含有看不见的字符 [U+{ord(character[0]):04X}]"
                    assert [each for each in found if told in each["要求"]], (name, row, column.name)
                if column.name == "name":
                    assert {each["现有内容"] for each in found} == {"（姓名，不显示）"}
    assert all(UNSEEN_CHARACTERS.search(str(value)) is None for value in cells(folder / "quality.xlsx"))


def test_in_every_cell_of_a_workbook_such_text_is_listed_and_marked_as_text(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    (project / "data").rename(project / "small")
    texts = [*hostile.STARTS, *hostile.ANYWHERE, "=1+1", "甲\u202e县", "甲\u200b县"]
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in _spoilt(texts, named=False).items():
        sheet = book.create_sheet(TABLES[name].title)
        for row in [[column.heading for column in TABLES[name].columns], *rows]:
            sheet.append(row)
            for cell in sheet[sheet.max_row]:
                cell.data_type = "s"
    (project / "data").mkdir()
    book.save(project / "data" / "甲县.xlsx")
    done = check(project)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert UNSEEN_CHARACTERS.search(done.stdout + done.stderr) is None
    folder = project / "outputs/2023"
    listed = cells(folder / "quality.xlsx")
    assert [text for text in (*hostile.STARTS, *hostile.ANYWHERE, "=1+1") if text not in listed] == []
    assert {"甲[U+202E]县", "甲[U+200B]县"} <= {*listed}
    marked = cells(folder / "quality/甲县.xlsx")
    assert [text for text in texts if text not in marked] == []
    assert {"甲[U+202E]县", "甲[U+200B]县"} <= {*marked}
    rows = list(csv.reader(io.StringIO((folder / "quality.csv").read_text("utf-8-sig"), newline="")))
    assert [cell for row in rows for cell in row if FORMULA.match(cell)] == []


def test_escaped_controls_and_hidden_names_of_sheets_and_files_are_told(tmp_path: Path) -> None:
    """Excel writes ESC as _x001B_; a sheet's and a file's name are the sender's too."""
    project = make_project(tmp_path)
    book = Workbook()
    book.worksheets[0].title = "企业\u202e名录"
    book.save(project / "data" / "乙.xlsx")
    book = Workbook()
    book.worksheets[0].title = "豁免情况"
    book.worksheets[0].append([column.heading for column in TABLES["exemptions"].columns])
    book.worksheets[0].append(["_x001B_[2J", "", "", "2023-01-01", "2023-01-01", ""])
    book.save(project / "data" / "丁.xlsx")
    (project / "data" / "exemptions.csv").unlink()
    (project / "data" / "mines.csv").rename(project / "data" / "mines\u200b.csv")
    try:
        (project / "data" / "丙\x1b[2J.xlsx").write_bytes(b"x")
    except OSError:  # Windows allows no such name
        (project / "data" / "丙\u202e.xlsx").write_bytes(b"x")
    done = check(project)
    assert done.returncode == 2
    assert "乙.xlsx：有一张工作表的名称含有看不见的字符（企业[U+202E]名录），请改名" in done.stderr
    assert "丙[U+" in done.stderr
    assert "丁.xlsx 豁免情况 第2行 “行政区划代码”列：现为“[U+001B][2J”，含有看不见的字符" in done.stderr
    assert "文件名含有看不见的字符，请改名" in done.stderr
    assert UNSEEN_CHARACTERS.search(done.stdout + done.stderr) is None


def test_names_of_people_are_hidden_however_they_are_broken_up(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    path = project / "data/assignments.csv"
    path.write_text(path.read_text("utf-8") + "S1,M1,赵\u200b一,\nS1,M1,说明赵\u202e一,\n", encoding="utf-8")
    done = check(project)
    assert done.returncode == 2
    listed = (project / "outputs/2023/quality.csv").read_text("utf-8-sig")
    assert listed.count("（姓名，不显示）") == 2
    assert "赵" not in listed + done.stderr
