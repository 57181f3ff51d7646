"""The main job, on the sample year: the command as a user types it, and what it leaves in outputs/."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import subprocess
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import docx
import nbformat
import openpyxl
import pypdfium2
import pytest
from bs4 import BeautifulSoup
from docx.oxml.ns import qn
from nbclient import NotebookClient

from bulletin.drafts.proof.proofread import proofread
from bulletin.export.html.exporter import TongbaoExporter
from bulletin.export.notebook_words import NOTEBOOKS
from bulletin.export.word.exporter import GongwenExporter
from bulletin.project.file_names import is_set_aside
from bulletin.records.history import ROWS
from tests.build.built_year import YICHENG, BuiltYear, run
from tests.builders import ROOT
from tests.contents import contents
from tests.drafts.proof.drafts import edited, figure_pattern

NOTICE = "样例数据：记录均为虚构"


def document_text(path: Path) -> str:
    document = docx.Document(str(path))
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def convert(soffice: Path, kind: str, folder: Path, *sources: Path) -> None:
    """What LibreOffice makes of files, beside its own profile in `folder`."""
    home = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command: list[str | Path] = [soffice, home, "--headless", "--convert-to", kind, "--outdir", folder, *sources]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture(scope="module")
def saved(year: BuiltYear, soffice: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The city bulletin and 翼城县's report as an official saves them in LibreOffice."""
    folder = tmp_path_factory.mktemp("saved")
    convert(soffice, "docx", folder, year.folder / "city/bulletin.docx", year.folder / YICHENG / "report.docx")
    return folder


def bookmark_names(document: Any) -> list[str]:
    return [start.get(qn("w:name")) for start in document.element.body.iter(qn("w:bookmarkStart"))]


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_every_report_of_the_year_is_there_in_every_form(year: BuiltYear) -> None:
    counties = [line.split(",") for line in (ROOT / "data/2023/counties.csv").read_text("utf-8-sig").split()[1:]]
    folders = {"city/bulletin"} | {f"counties/{code}-{name}/report" for code, name, _ in counties}
    wanted = {f"{folder}.{kind}" for folder in folders for kind in ("ipynb", "html", "docx", "review.docx")}
    period = {"facts.csv", "tables.xlsx", "quality.csv", "quality.xlsx", "index.html", "manifest.json"}
    period |= {"facts.html", "changes.html", ROWS, NOTEBOOKS}
    found = {path.relative_to(year.folder).as_posix() for path in year.folder.rglob("*") if path.is_file()}
    assert len(folders) == 14
    assert found == wanted | period


def test_the_command_tells_progress_and_where_each_file_is(year: BuiltYear) -> None:
    assert re.findall(r"\[ ?(\d+)/14\]", year.printed) == [str(n) for n in range(1, 15)]
    assert "生成 14 份，失败 0 份" in year.printed
    for path in year.folder.rglob("*.docx"):
        assert str(path.relative_to(year.folder)) in year.printed


def test_all_published_figures_stand_in_facts_csv(year: BuiltYear) -> None:
    facts = {(row["metric"], row["scope"]): row for row in csv.DictReader(io.StringIO(year.text("facts.csv")))}
    published = list(csv.DictReader(io.StringIO((ROOT / "tests/backtests/facts-2023.csv").read_text("utf-8"))))
    stated = {"yes": True, "no": False}
    wrong = []
    for row in published:
        fact = facts[row["metric"].removeprefix("has_"), row["scope"]]
        if row["published"] in stated:
            if (int(fact["value"]) > 0) is not stated[row["published"]]:
                wrong.append(row)
        elif fact["text"] != row["published"]:
            wrong.append(row)
    assert len(published) == 80
    assert wrong == []


def test_word_and_html_say_the_same_words(year: BuiltYear) -> None:
    page = BeautifulSoup(year.text("city/bulletin.html"), "html.parser")
    on_the_page = [squeezed(p.get_text()) for p in page.select("section.prose p, section.prose h2, section.prose h3")]
    in_word = {squeezed(p.text) for p in docx.Document(str(year.folder / "city/bulletin.docx")).paragraphs}
    assert len(on_the_page) > 40
    assert [text for text in on_the_page if text not in in_word] == []


def test_the_city_bulletin_has_its_sections_tables_charts_and_attachments(year: BuiltYear) -> None:
    document = docx.Document(str(year.folder / "city/bulletin.docx"))
    text = document_text(year.folder / "city/bulletin.docx")
    for heading in ("一、总体情况", "二、履职情况", "三、存在的突出问题", "四、有关工作要求", "附件5"):
        assert heading in text
    assert "翼城县（37.89%）、乡宁县（9.62%）、尧都区（6.43%）、隰县（4.29%）、曲沃县（1.43%）、襄汾县（0.40%）" in text
    assert len(document.tables) == 5
    assert len(document.inline_shapes) == 4
    assert [len(table.rows) for table in document.tables][:4] == [15, 15, 15, 15]


def test_a_page_is_small_with_its_charts(year: BuiltYear) -> None:
    sizes = {path.parent.name: path.stat().st_size for path in year.folder.rglob("*/*.html")}
    assert len(sizes) == 14
    assert {name: size for name, size in sizes.items() if size > 560_000} == {}


def test_the_charts_of_the_page_have_their_data_and_nothing_is_named_twice(year: BuiltYear) -> None:
    page = BeautifulSoup(year.text("city/bulletin.html"), "html.parser")
    pictures = page.select('figure.chart > .scroll > img[src^="data:image/svg+xml;base64,"]')
    assert [bool(picture["alt"]) for picture in pictures] == [True] * 4
    assert len(page.select("figure.chart + details.data table")) == 4
    ids = [str(found["id"]) for found in page.find_all(id=True)]
    assert sorted(set(ids)) == sorted(ids)
    assert page.select("main style, main svg [id], main svg [style]") == []


def test_the_review_draft_has_a_comment_on_each_figure_and_the_released_one_none(year: BuiltYear) -> None:
    released = docx.Document(str(year.folder / "city/bulletin.docx"))
    draft = docx.Document(str(year.folder / "city/bulletin.review.docx"))
    assert [paragraph.text for paragraph in draft.paragraphs] == [paragraph.text for paragraph in released.paragraphs]
    figures = [name for name in bookmark_names(draft) if name.startswith("f_")]
    assert figures == [name for name in bookmark_names(released) if name.startswith("f_")]
    assert list(released.comments) == []
    assert len(list(draft.comments)) == len(figures) >= 40
    rate = next(comment.text for comment in draft.comments if comment.text.startswith("监管任务清单制定率（全市）"))
    assert rate.splitlines() == [
        "监管任务清单制定率（全市）：86.89%",
        "口径：已制定监管任务清单数÷应制定监管任务清单数",
        "分子÷分母：159÷183",
        "来源：任务清单、企业名录、生产状态",
    ]


def test_the_county_report_sets_its_figures_beside_the_citys(year: BuiltYear) -> None:
    page = BeautifulSoup(year.text(f"{YICHENG}/report.html"), "html.parser")
    rows = {row.th.get_text(): [cell.get_text() for cell in row("td")] for row in page.select("#table-1 tbody tr")}  # type: ignore[union-attr]
    assert rows["现场签到率"] == ["37.89%", "4.62%", "1"]
    assert rows["安全监管专员数"] == ["42", "278", ""]
    assert len(page.select("#table-2 tbody tr")) == 23
    assert [bool(chart["alt"]) for chart in page.select("img")] == [True]
    assert page.select('figure.chart > .scroll > img[src^="data:image/svg+xml;base64,"]') == page.select("img")


def test_whoever_opens_the_sample_sees_that_it_is_made_up(year: BuiltYear) -> None:
    for page in ("index.html", "facts.html", "changes.html", "city/bulletin.html", f"{YICHENG}/report.html"):
        assert NOTICE in year.text(page)
    for word in ("city/bulletin.docx", f"{YICHENG}/report.docx"):
        document = docx.Document(str(year.folder / word))
        assert NOTICE in document.paragraphs[0].text
        assert NOTICE in document.sections[0].header.paragraphs[0].text
    book = openpyxl.load_workbook(year.folder / "tables.xlsx")
    assert any(NOTICE in str(cell) for row in book["说明"].values for cell in row)


def test_names_of_people_are_in_no_output(year: BuiltYear) -> None:
    supervisors = (ROOT / "data/2023/supervisors.csv").read_text("utf-8-sig").splitlines()[1:]
    names = {line.split(",")[1] for line in supervisors}
    stems = {re.sub(r"[\d-]", "", name) for name in names}
    assert stems == {"样例专员"}
    seen = [year.printed.encode(), *contents(year.folder)]
    assert len(seen) > 14 * 40
    assert not any("样例专员".encode() in content for content in seen)


def test_the_front_page_leads_to_every_file(year: BuiltYear) -> None:
    links = {unquote(str(a["href"])) for a in BeautifulSoup(year.text("index.html"), "html.parser")("a")}
    files = {path.relative_to(year.folder).as_posix() for path in year.folder.rglob("*") if path.is_file()}
    assert links == files - {"index.html", ROWS, NOTEBOOKS}


def test_the_manifest_records_inputs_versions_and_digests(year: BuiltYear) -> None:
    manifest = json.loads(year.text("manifest.json"))
    inputs = {entry["file"]: entry for entry in manifest["inputs"]}
    assert len(inputs) == 10
    for name, entry in inputs.items():
        assert entry["sha256"] == hashlib.sha256((ROOT / "data/2023" / name).read_bytes()).hexdigest()
    assert inputs["mines.csv"]["rows"] == 192
    assert manifest["files"]["facts.csv"] == hashlib.sha256((year.folder / "facts.csv").read_bytes()).hexdigest()
    assert manifest["params"]["averaging"] == "county_mean"
    assert {report["state"] for report in manifest["reports"]} == {"built"}
    git = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert manifest["git_commit"] == (git.stdout.strip() or None)


def test_tables_xlsx_holds_numbers_as_numbers(year: BuiltYear) -> None:
    book = openpyxl.load_workbook(year.folder / "tables.xlsx")
    overview = {row[0]: row for row in book["各县（市、区）履职情况一览表"].values}
    heads = overview["县（市、区）"]
    yicheng = dict(zip(heads, overview["翼城县"], strict=True))
    assert yicheng["企业（家）"] == 23
    assert yicheng["现场签到率"] == pytest.approx(0.3789, abs=5e-5)
    assert len(book.sheetnames) == 6


def test_the_same_inputs_give_the_same_bytes_whatever_was_there_before(year: BuiltYear, tmp_path: Path) -> None:
    (tmp_path / "2023" / YICHENG).mkdir(parents=True)
    (tmp_path / "2023" / YICHENG / "report.docx").write_bytes(b"an earlier report")
    (tmp_path / "2023" / "facts.csv").write_bytes(b"an earlier table")
    done = run("bulletin", "build", "2023", "--outputs", tmp_path, "--county", "翼城县", "--county", "141002")
    assert done.returncode == 0, done.stderr
    again = [path for path in (tmp_path / "2023").rglob("*") if path.suffix in {".docx", ".html", ".csv", ".xlsx"}]
    kept = {path.name: path.read_bytes() for path in again if is_set_aside(path.name)}  # nobody knows whose they were
    assert kept == {"report.改动.docx": b"an earlier report", "facts.改动.csv": b"an earlier table"}
    again = [path for path in again if path.name not in ("index.html", "changes.html", *kept)]
    assert sorted(path.name for path in again) == sorted(
        ["report.docx", "report.review.docx", "report.html"] * 2
        + ["facts.csv", "facts.html", "quality.csv", "quality.xlsx", "tables.xlsx"]
    )
    for path in again:
        first = year.folder / path.relative_to(tmp_path / "2023")
        assert path.read_bytes() == first.read_bytes(), path.name


def test_papermill_and_nbconvert_alone_give_the_same_files(year: BuiltYear, tmp_path: Path) -> None:
    executed = tmp_path / "o.ipynb"
    notebook = ROOT / "notebooks/mines/county_report.ipynb"
    made = run("papermill", notebook, executed, "-p", "period", "2023", "-p", "county", "翼城县", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    for exporter, kind in (("gongwen", "docx"), ("tongbao", "html")):
        done = run("nbconvert", "--to", exporter, executed, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert (tmp_path / f"o.{kind}").read_bytes() == (year.folder / YICHENG / f"report.{kind}").read_bytes()


def test_a_notebook_run_from_the_top_in_its_own_folder_gives_the_same_files(year: BuiltYear) -> None:
    # JupyterLab starts a kernel in the notebook's folder and runs the cells as they stand.
    notebook = nbformat.read(ROOT / "notebooks/mines/city_bulletin.ipynb", as_version=4)
    NotebookClient(notebook, resources={"metadata": {"path": str(ROOT / "notebooks/mines")}}).execute()
    word, _ = GongwenExporter().from_notebook_node(notebook)
    page, _ = TongbaoExporter().from_notebook_node(notebook)
    assert word == (year.folder / "city/bulletin.docx").read_bytes()
    assert page == year.text("city/bulletin.html")


def test_libreoffice_opens_the_bulletin_as_a4_pages_in_chinese(year: BuiltYear, soffice: Path, tmp_path: Path) -> None:
    convert(soffice, "pdf", tmp_path, year.folder / "city/bulletin.docx")
    with pypdfium2.PdfDocument(tmp_path / "bulletin.pdf") as pdf:
        sides = {tuple(sorted(round(side / 72 * 25.4) for side in page.get_size())) for page in pdf}
        text = squeezed("".join(page.get_textpage().get_text_range() for page in pdf))
    assert sides == {(210, 297)}
    for stated in ("关于2023年度全市", "翼城县（37.89%）", "制定率86.89%", "附件5", "抄送：山西省应急管理厅"):
        assert stated in text
    assert "\ufffd" not in text


def test_no_draft_has_anything_to_mend_and_the_summary_says_so(year: BuiltYear) -> None:
    assert "校核：14 份文稿没有发现问题。" in year.printed
    for path in year.folder.rglob("*.docx"):
        for facts in (None, year.folder / "facts.csv"):
            assert proofread(path, facts).findings == [], path


def test_after_saving_in_libreoffice_there_is_still_nothing_to_mend(year: BuiltYear, saved: Path) -> None:
    for name in ("bulletin.docx", "report.docx"):
        assert proofread(saved / name, year.folder / "facts.csv").findings == []


def _with_another_digit(figure: re.Match[str]) -> str:
    return figure[1] + re.sub("[0-9]", lambda digit: "7" if digit[0] != "7" else "4", figure[2], count=1) + figure[3]


def test_each_figure_edited_in_word_is_found_and_nothing_else(year: BuiltYear, tmp_path: Path) -> None:
    source = year.folder / "city/bulletin.docx"
    names = [name for name in bookmark_names(docx.Document(str(source))) if name.startswith("f_")]
    assert len(names) > 30
    for name in names:
        other = figure_pattern(name)
        path = edited(source, tmp_path / "edited.docx", partial(other.sub, _with_another_digit))
        found = [(each.rule, each.found) for each in proofread(path, year.folder / "facts.csv").findings]
        assert [rule for rule, _ in found] == ["drift"], (name, found)


def test_figures_keep_their_bookmarks_when_an_official_saves_in_libreoffice(year: BuiltYear, saved: Path) -> None:
    def figures(document: Any) -> dict[str, str]:
        starts = [each for each in document.element.body.iter(qn("w:bookmarkStart")) if "f_" in each.get(qn("w:name"))]
        return {start.get(qn("w:name")): start.getnext().xpath("string(.)") for start in starts}

    before = figures(docx.Document(str(year.folder / "city/bulletin.docx")))
    after = figures(docx.Document(str(saved / "bulletin.docx")))
    assert before["f_141022_onsite_rate"] == "37.89%"
    assert {name: text.strip() for name, text in after.items()} == before
