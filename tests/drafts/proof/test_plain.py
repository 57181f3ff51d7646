"""Drafts as text and Markdown: what is one paragraph, and which files can't be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulletin.drafts.proof.markdown import read_markdown
from bulletin.drafts.proof.plain import read_text
from bulletin.drafts.proof.proofread import proofread
from bulletin.project.errors import BulletinError

SENTENCE = "甲县、乙县、丙县共4个县已完成整改。"


def test_a_sentence_that_a_page_broke_is_one_paragraph() -> None:
    text = "一、总体情况\n\n全市共检查企业，按要求整改，成效明\n\n显。\n\n（一）检查\n下一段，也\n完整。"
    assert [each.raw for each in read_text(text).paragraphs] == [
        "一、总体情况",
        "全市共检查企业，按要求整改，成效明显。",
        "（一）检查",
        "下一段，也完整。",
    ]


def test_titles_addressees_and_dates_are_paragraphs_of_their_own() -> None:
    lines = [
        "某市应急管理局文件",
        "某市关于检查情况的通报",
        "各县（市、区）应急管理局：",
        "现通报如下：",
        "某市应急管理局",
        "2024年3月5日",
    ]
    assert [each.raw for each in read_text("\n".join(lines)).paragraphs] == lines


def test_markdown_is_read_for_its_words() -> None:
    text = (
        "# 通报\n\n**甲县**、<b>[乙县](https://example.org/x)</b>共\n2个县。\n\n| 县 | 数 |\n|---|---|\n| 甲县 | 1 |\n"
    )
    draft = read_markdown(text)
    assert [(each.text, each.kind) for each in draft.paragraphs] == [
        ("通报", "heading"),
        ("甲县、乙县共2个县。", "body"),
        ("县", "cell"),
        ("数", "cell"),
        ("甲县", "cell"),
        ("1", "cell"),
    ]
    assert [[cell.text for cell in row] for row in draft.tables[0]] == [["县", "数"], ["甲县", "1"]]


def test_a_table_in_plain_text_has_a_paragraph_a_row_and_its_cells_know_where_they_stand() -> None:
    draft = read_text("情况如下，\n| 县 | 数 (次) |\n|---|---:|\n| 甲 县 | 1 |\n|  | 2 |\n表后，\n续写。")
    assert [(each.text, each.kind) for each in draft.paragraphs] == [
        ("情况如下，", "body"),
        ("|县|数（次）|", "cell"),
        ("|---|---:|", "cell"),
        ("|甲县|1|", "cell"),
        ("||2|", "cell"),
        ("表后，续写。", "body"),
    ]
    (table,) = draft.tables
    assert [[cell.text for cell in row] for row in table] == [["县", "数（次）"], ["甲县", "1"], ["", "2"]]
    for row in table:
        for cell in row:
            place = cell.place()
            assert draft.paragraphs[place.paragraph - 1].text[place.start : place.end] == cell.text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_in_any_encoding_of_a_chinese_pc_is_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(SENTENCE, encoding=encoding)
    assert [finding.rule for finding in proofread(path).findings] == ["list-count"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.pdf", b"x", "不是 .docx、.md 或 .txt 文件"),
        ("a.doc", b"x", "另存为“Word 文档（.docx）”"),
        ("a.txt", b"\0\0\0", "不是文本文件"),
        ("a.txt", None, "无法读取"),
        ("a.docx", b"PK\x05\x06" + bytes(18), "不是完好的 Word 文件"),
        ("a.docx", b"\xd0\xcf\x11\xe0", "或有打开密码"),
    ],
)
def test_a_file_that_cant_be_read_says_what_to_do(
    tmp_path: Path, name: str, content: bytes | None, message: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(BulletinError, match=message) as caught:
        proofread(tmp_path / name)
    assert caught.value.code == "bad-draft"


def test_a_blank_line_behind_a_whole_figure_ends_a_paragraph() -> None:
    text = "整改率甲县为95%，乙县为98.7%\n\n各县要抓紧。\n\n全市共检查企业，隐患12处\n，已整改。"
    assert [each.raw for each in read_text(text).paragraphs] == [
        "整改率甲县为95%，乙县为98.7%",
        "各县要抓紧。",
        "全市共检查企业，隐患12处，已整改。",
    ]
