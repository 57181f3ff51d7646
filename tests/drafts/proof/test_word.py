"""Word drafts: as edited in Word, saved by other programs, held against the facts, and commented on."""

from __future__ import annotations

import re
import subprocess
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from bulletin.drafts.proof.finding import Place
from bulletin.drafts.proof.place import place_in_words
from bulletin.drafts.proof.proofread import proofread, write_annotated
from bulletin.project.errors import BulletinError
from tests.builders import facts_of
from tests.drafts.proof.drafts import W, city_draft, edited, figure_pattern, word_file

WRONG = "甲县、乙县、丙县、丁县共5个县已完成整改。"
RIGHT = "甲县、乙县、丙县、丁县共4个县已完成整改。"


def rules(path: Path, facts: Path | None = None) -> list[str]:
    return [finding.rule for finding in proofread(path, facts).findings]


def with_runs(folder: Path, *runs: str) -> Path:
    """A Word file with one paragraph of this XML."""
    path = word_file(folder / "plain.docx", "@@")
    xml = "".join(runs)
    return edited(path, folder / "runs.docx", lambda body: re.sub(r"<w:r>(?:(?!</w:r>).)*@@</w:t></w:r>", xml, body))


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


@pytest.fixture
def published(tmp_path: Path) -> tuple[Path, Path]:
    """A city bulletin and its facts.csv."""
    return city_draft(tmp_path / "2023", facts_of(tmp_path / "records", task_lists=["M1,2023"]))


def test_a_sentence_that_word_split_into_runs_is_read_as_one(tmp_path: Path) -> None:
    path = with_runs(tmp_path, *(run(char) for char in WRONG))
    assert rules(path) == ["list-count"]


def test_tracked_changes_are_read_as_accepted(tmp_path: Path) -> None:
    mark = f'w:id="1" w:author="李" {W}'
    changed = f"<w:del {mark}><w:r><w:delText>5</w:delText></w:r></w:del><w:ins {mark}>{run('4')}</w:ins>"
    moved = f"<w:moveFrom {mark}>{run('、戊县、己县')}</w:moveFrom>"
    before, _, after = WRONG.partition("5")
    assert rules(with_runs(tmp_path, run(before), changed, run(after))) == []
    assert rules(with_runs(tmp_path, run("甲县"), moved, run(RIGHT[2:]))) == []


def test_text_boxes_are_no_running_text(tmp_path: Path) -> None:
    box = f"<w:r><w:pict><w:txbxContent><w:p>{run(WRONG)}</w:p></w:txbxContent></w:pict></w:r>"
    assert rules(with_runs(tmp_path, run("正文。"), box)) == []


def test_a_tables_total_that_is_not_the_sum_is_found(tmp_path: Path) -> None:
    document = docx.Document()
    rows = [["县（市、区）", "企业", "率"], ["甲县", "12", "5%"], ["乙区", "30", "6%"], ["合计", "43", "7%"]]
    table = document.add_table(len(rows), 3)
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.save(str(tmp_path / "t.docx"))
    (finding,) = proofread(tmp_path / "t.docx").findings
    assert (finding.rule, finding.found, finding.expected) == ("parts", "43", "42")
    table.rows[3].cells[1].text = "42"
    document.save(str(tmp_path / "t.docx"))
    assert rules(tmp_path / "t.docx") == []


def test_a_draft_as_published_has_no_findings(published: tuple[Path, Path]) -> None:
    assert rules(*published) == []


@pytest.mark.parametrize("name", ["mines", "mines_open_pit", "task_list_rate", "onsite_rate"])
def test_an_edited_figure_is_one_finding_although_its_sum_is_wrong_too(
    published: tuple[Path, Path], tmp_path: Path, name: str
) -> None:
    draft, facts = published
    path = edited(draft, tmp_path / "e.docx", lambda body: figure_pattern(f"f_city_{name}").sub(r"\g<1>77\g<3>", body))
    (finding,) = proofread(path, facts).findings
    assert (finding.rule, finding.found) == ("drift", "77")


def test_a_figure_typed_in_full_width_digits_or_split_over_runs_is_the_same(
    published: tuple[Path, Path], tmp_path: Path
) -> None:
    draft, facts = published
    halves = r"\g<1>３３</w:t></w:r><w:r><w:t>.33％\g<3>"
    path = edited(draft, tmp_path / "e.docx", lambda body: figure_pattern("f_city_task_list_rate").sub(halves, body))
    assert rules(path, facts) == []


def test_a_figure_that_was_deleted_is_found(published: tuple[Path, Path], tmp_path: Path) -> None:
    draft, facts = published
    path = edited(
        draft, tmp_path / "e.docx", lambda body: figure_pattern("f_city_onsite_rate").sub(r"\g<1>\g<3>", body)
    )
    assert [finding.message for finding in proofread(path, facts).findings if finding.rule == "drift"] == [
        "现场签到率（全市）数字已删去，指标为0.00%。"
    ]


def test_a_figure_whose_bookmark_is_gone_is_vouched_for_by_its_words(
    published: tuple[Path, Path], tmp_path: Path
) -> None:
    draft, facts = published
    gone = re.compile(r'<w:bookmarkStart [^>]*w:name="f_city_mines_tailings"/>')
    path = edited(draft, tmp_path / "e.docx", lambda body: gone.sub("", body))
    assert rules(path, facts) == []
    changed = figure_pattern("f_city_mines_tailings").sub(r"\g<1>7\g<3>", draft_xml(draft))
    path = edited(draft, tmp_path / "e.docx", lambda _: gone.sub("", changed))
    (finding,) = proofread(path, facts).findings
    assert (finding.rule, finding.found, finding.expected) == ("drift", "7", "1")


def draft_xml(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read("word/document.xml").decode("utf-8")


def test_names_are_held_against_the_register(published: tuple[Path, Path], tmp_path: Path) -> None:
    _, facts = published
    path = word_file(tmp_path / "n.docx", "甲县、乙区、丙县3个县（区）已整改。")
    assert rules(path) == []
    (finding,) = proofread(path, facts).findings
    assert (finding.rule, finding.found) == ("county", "丙县")


def test_after_saving_in_libreoffice_nothing_is_found_but_what_was_edited(
    published: tuple[Path, Path], tmp_path: Path, soffice: Path
) -> None:
    draft, facts = published
    changed = figure_pattern("f_city_mines_open_pit").sub
    slip = edited(draft, tmp_path / "slip.docx", lambda body: changed(r"\g<1>9\g<3>", body))
    home = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command: list[str | Path] = [soffice, home, "--headless", "--convert-to", "docx", "--outdir", tmp_path / "lo"]
    subprocess.run([*command, draft, slip], check=True, capture_output=True)
    assert rules(tmp_path / "lo/bulletin.docx", facts) == []
    assert rules(tmp_path / "lo/slip.docx", facts) == ["drift"]


def test_comments_stand_on_the_words_in_a_copy(tmp_path: Path) -> None:
    path = word_file(tmp_path / "a.docx", "首段。", f"据统计，{WRONG}各县（市、区）要举一反三，，抓好整改。")
    before = path.read_bytes()
    proof = proofread(path)
    write_annotated(proof, tmp_path / "b.docx")
    document = docx.Document(str(tmp_path / "b.docx"))
    assert [comment.text.split("：")[0] for comment in document.comments] == ["名单与个数不符", "格式有误"]
    assert [comment.author for comment in document.comments] == ["校核", "校核"]
    body = document.element.body
    marked = {}
    for start in body.iter(qn("w:commentRangeStart")):
        number, words = start.get(qn("w:id")), ""
        for element in start.itersiblings():
            if element.tag == qn("w:commentRangeEnd") and element.get(qn("w:id")) == number:
                break
            words += "".join(text.text for text in element.iter(qn("w:t")))
        marked[number] = words
    assert list(marked.values()) == [finding.found for finding in proof.findings]
    assert [each.text for each in document.paragraphs] == [each.text for each in docx.Document(str(path)).paragraphs]
    assert path.read_bytes() == before


def test_the_annotated_copy_has_the_same_bytes_each_time(tmp_path: Path) -> None:
    path = word_file(tmp_path / "a.docx", WRONG)
    for name in ("b.docx", "c.docx"):
        write_annotated(proofread(path), tmp_path / name)
    assert (tmp_path / "b.docx").read_bytes() == (tmp_path / "c.docx").read_bytes()
    (comment,) = docx.Document(str(tmp_path / "b.docx")).comments
    assert comment.timestamp is None  # it would be the clock's


def test_a_comment_does_not_begin_inside_a_field(tmp_path: Path) -> None:
    field = "".join(f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate"))
    path = with_runs(
        tmp_path,
        run("如下，"),
        field,
        run("甲县、乙县"),
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
        run("共3个县。"),
    )
    write_annotated(proofread(path), tmp_path / "b.docx")
    (start,) = docx.Document(str(tmp_path / "b.docx")).element.body.iter(qn("w:commentRangeStart"))
    assert [text.text for text in start.getnext().iter(qn("w:t"))] == ["如下，"]


def test_a_tables_cell_is_named_by_table_row_and_column(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("一、总体情况")
    document.add_paragraph("全市有企业43家。各县情况见附表。另有说明")
    document.add_paragraph("表1　各县（市、区）履职情况一览表")
    rows = [["县（市、区）", "企业", "率"], ["甲县", "12", "5%"], ["乙区", "30", "6%"], ["合计", "43", "7%"]]
    table = document.add_table(len(rows), 3)
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.save(str(tmp_path / "t.docx"))
    proof = proofread(tmp_path / "t.docx")
    in_text, in_table = (proof.place(each) for each in proof.findings if each.rule == "parts")
    assert in_table == "表1，合计，企业"
    assert in_text == "第2段（“一、总体情况”下，“全市有企业43家。各县情……”）"
    assert place_in_words(proof.draft, Place(2, 0, 4)).startswith("第2段（“一、总体情况”下，“全市有企业43家。")
    write_annotated(proof, tmp_path / "b.docx")
    comments = [comment.text for comment in docx.Document(str(tmp_path / "b.docx")).comments]
    assert any(text.endswith("\n位置：表1，合计，企业") for text in comments)


@pytest.mark.parametrize(("name", "code"), [("a.docx", "same-file"), ("t.txt", "not-word")])
def test_a_copy_never_replaces_the_draft_and_text_has_no_comments(tmp_path: Path, name: str, code: str) -> None:
    word_file(tmp_path / "a.docx", WRONG)
    (tmp_path / "t.txt").write_text(WRONG, encoding="utf-8")
    with pytest.raises(BulletinError) as caught:
        write_annotated(proofread(tmp_path / name), tmp_path / name)
    assert caught.value.code == code
