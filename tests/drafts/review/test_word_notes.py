"""Notes become comments at the place that their reviewer meant, or on the title where that place is gone."""

from __future__ import annotations

import copy
import io
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pypdfium2
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from bulletin.drafts.review.notes import annotate, is_untouched
from bulletin.drafts.review.notes_file import Anchor, Cell, Figure, Note
from tests.drafts.review.notes import comments
from tests.export.reports import BODY, draft

DIGEST = "0123456789abcdef"
TITLE = "样例市应急管理局关于2023年度履职情况的通报"


def note(quote: str, kind: str = "paragraph", number: int = 1, on: Figure | Cell | None = None, **changes: Any) -> Note:
    figure, cell = (on if isinstance(on, each) else None for each in (Figure, Cell))
    anchor = Anchor.model_validate({"kind": kind, "quote": quote, "number": number, "figure": figure, "cell": cell})
    own = {"id": "a", "text": "请核对。", "reviewer": "李审", "written": "2024-03-05T17:30:00", "digest": DIGEST}
    return Note.model_validate(own | {"anchor": anchor} | changes)


def figure(metric: str, text: str, scope: str = "city", number: int = 1) -> Figure:
    return Figure(metric=metric, scope=scope, text=text, number=number)


def cell(column: int, title: str, text: str) -> Cell:
    return Cell(column=column, title=title, text=text)


def placed(one: Note, word: bytes | None = None) -> tuple[str, str]:
    """What the note stands on, and what its comment says."""
    made = annotate(word or draft(), [one], DIGEST)
    (found,) = comments(made.content)
    assert (made.placed, len(made.lost)) == ((0, 1) if "没有找到" in found[1] else (1, 0))
    return found


def edited(change: Callable[[Any], None]) -> bytes:
    """The draft after somebody has worked in it."""
    document = docx.Document(io.BytesIO(draft()))
    change(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def paragraph(document: Any, text: str) -> Any:
    return next(each for each in document.paragraphs if each.text == text)


@pytest.mark.parametrize(
    ("one", "on"),
    [
        (note("全市有企业278家，专员95名。"), "全市有企业278家，专员95名。"),
        (note("未签到的有乙区。"), "• 未签到的有乙区。"),
        (note("一、总体情况", "heading"), "一、总体情况"),
        (note(TITLE, "heading"), TITLE),
        (note("一览表", "heading"), "一览表"),
        (note("一览表"), "附件：1. 一览表"),
        (note("说明"), "\u3000\u3000\u30002. 说明"),
        (note("样例数据"), "样例数据"),
        (note("样应急发〔2024〕1号"), "样应急发〔2024〕1号"),
        (note("2024年3月5日"), "2024年3月5日"),
        (note("（此件公开发布）"), "（此件公开发布）"),
        (note("样例市应急管理局办公室2024年3月6日印发"), "样例市应急管理局办公室2024年3月6日印发"),
        (note("表1 配备情况"), "表1\u3000配备情况"),
        (note("注：合计不含在建。"), "注：合计不含在建。"),
        (note("图1 签到率", "chart"), "〔图〕"),
        (note("最高为甲县", "chart"), "〔图〕"),
        (note("乙区｜1｜100%", "row"), "乙区"),
        (note("乙区｜1｜100%", "row", on=cell(3, "配备率", "100%")), "100%"),
        (note("全市｜3｜75.00%", "row", on=cell(2, "企业", "3")), "3"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_note_stands_on_the_block_or_cell_that_it_is_on(one: Note, on: str) -> None:
    assert placed(one) == (on, "请核对。")


@pytest.mark.parametrize(
    ("on", "text"),
    [
        (figure("mines", "278"), "278"),
        (figure("supervisors", "95"), "95"),
        (figure("staffing_rate", "66.67%"), "66.67%"),
        (figure("staffing_rate", "50.00%", "100001"), "50.00%"),
    ],
)
def test_a_note_on_a_figure_stands_on_the_figure_alone(on: Figure, text: str) -> None:
    quote = "全市有企业278家，专员95名。" if "%" not in text else "专员配备率66.67%，其中甲县50.00%。"
    assert placed(note(quote, on=on)) == (text, "请核对。")


def test_of_equal_paragraphs_and_equal_figures_the_number_tells() -> None:
    word = annotate(draft(), [note("同样的一句话。", number=2)], DIGEST).content
    texts = [each.text for each in docx.Document(io.BytesIO(word)).paragraphs]
    first = texts.index("同样的一句话。")
    assert texts[first + 1] == "同样的一句话。"
    marked = [bool(each._p.xpath("w:commentRangeStart")) for each in docx.Document(io.BytesIO(word)).paragraphs]
    assert marked[first : first + 2] == [False, True]


def test_a_figure_that_stands_twice_in_its_paragraph_is_told_by_its_number() -> None:
    twice = BODY.replace("专员<", "其中<", 1)
    repeated = twice.replace("名。", f"名，即{BODY[BODY.index('<span') : BODY.index('家，')]}家。")
    one = note("全市有企业278家，其中95名，即278家。", on=figure("mines", "278", number=2))
    word = annotate(draft(repeated), [one], DIGEST).content
    document = docx.Document(io.BytesIO(word))
    (start,) = [
        each
        for comment in document.comments
        if comment.author == "李审"
        for each in document.element.xpath(f"//w:commentRangeStart[@w:id='{comment.comment_id}']")
    ]
    runs = list(start.itersiblings(qn("w:r"), preceding=True))
    before = "".join(text.text for run in reversed(runs) for text in run.iter(qn("w:t")))
    assert before == "全市有企业278家，其中95名，即"


def test_a_new_value_of_the_same_figure_keeps_the_note_and_says_both() -> None:
    now = draft(BODY.replace(">278<", ">281<"))
    old = "全市有企业278家，专员95名。"
    assert placed(note(old, on=figure("mines", "278")), now) == ("281", "（写意见时为 278，现为 281。）\n请核对。")
    told = f"（原文已改动，写意见时为：{old}。）\n请核对。"
    assert placed(note(old), now) == ("全市有企业281家，专员95名。", told)
    assert placed(note(old, digest="ffff"), now)[1].startswith("（这条意见针对另一稿。原文已改动")


def test_a_figure_whose_paragraph_was_written_anew_is_found_where_it_stands_once() -> None:
    now = draft(BODY.replace("全市有企业", "截至年底，全市登记在册、正常生产建设的非煤矿山企业共有"))
    assert placed(note("全市有企业278家，专员95名。", on=figure("mines", "278")), now)[0] == "278"


def test_a_row_with_new_figures_is_known_by_its_first_cell() -> None:
    old = "乙区｜2｜90.00%"
    assert placed(note(old, "row")) == ("乙区", "（原文已改动，写意见时为：乙区｜2｜90.00%。）\n请核对。")
    assert placed(note(old, "row", on=cell(3, "配备率", "90.00%"))) == (
        "100%",
        "（写意见时为 90.00%，现为 100%。）\n请核对。",
    )


def test_a_changed_row_whose_first_cell_stands_twice_is_not_guessed() -> None:
    def double(document: Any) -> None:
        row = document.tables[0].rows[2]._tr
        row.addnext(copy.deepcopy(row))

    assert placed(note("乙区｜2｜90.00%", "row"), edited(double))[0] == TITLE


@pytest.mark.parametrize(
    "one",
    [
        note("这一段已经删去，别处也没有相近的话。"),
        note("丙县｜1｜100%", "row"),
        note("乙区｜1", "row"),
        note("乙区｜1｜100%", "row", on=cell(9, "第九列", "1")),
        note("图9 没有的图", "chart"),
        note("这一段已经删去，别处也没有相近的话。", on=figure("onsite_rate", "1%")),
        note("这一段已经删去，别处也没有相近的话。", on=figure("../../etc", "*", ".*")),
    ],
)
def test_a_note_without_a_place_stands_on_the_title_with_its_quote(one: Note) -> None:
    on, text = placed(one)
    assert on == TITLE
    assert text.startswith("（没有找到所指之处（原文已改动）：")
    assert f"“{one.anchor.quote}”）\n请核对。" in text


def test_an_edited_draft_keeps_its_edits_and_still_takes_notes() -> None:
    def work(document: Any) -> None:
        long = paragraph(document, "全市有企业278家，专员95名。")
        long.runs[1].text = "全市共有企业"  # as the drafter would have it
        tracked = OxmlElement("w:ins")
        moved = paragraph(document, "一、总体情况").runs[0]._r
        moved.addprevious(tracked)
        tracked.append(moved)
        document.add_paragraph("另加一段。")

    word = edited(work)
    quote = "全市有企业278家，专员95名。"
    assert placed(note(quote, on=figure("mines", "278")), word) == ("278", "请核对。")
    assert placed(note(quote), word)[0] == "全市共有企业278家，专员95名。"
    assert placed(note("一、总体情况", "heading"), word) == ("一、总体情况", "请核对。")
    assert placed(note("另加一段。"), word) == ("另加一段。", "请核对。")


def test_any_other_word_file_takes_notes_on_its_first_words() -> None:
    document = docx.Document()
    document.add_paragraph("")
    document.add_paragraph("只有这句。")
    out = io.BytesIO()
    document.save(out)
    assert placed(note("没有的话，与它毫不相干。"), out.getvalue())[0] == "只有这句。"
    blank = io.BytesIO()
    docx.Document().save(blank)
    assert placed(note("没有的话。"), blank.getvalue())[0] == ""


def test_an_empty_cell_takes_a_note() -> None:
    word = edited(lambda document: document.tables[0].cell(2, 1).paragraphs[0].clear())
    one = note("乙区｜｜100%", "row", on=cell(2, "企业", ""))
    assert placed(one, word) == ("", "请核对。")


def test_the_author_is_the_reviewer_and_the_time_their_own() -> None:
    notes = [note("未签到的有甲县。"), note("未签到的有乙区。", reviewer="", written="2024-03-06T08:00:00")]
    document = docx.Document(io.BytesIO(annotate(draft(), notes, DIGEST).content))
    own = [each for each in document.comments if each.author != "数据来源"]
    told = [(each.author, each.initials, each._comment_elm.get(qn("w:date"))) for each in own]
    assert told == [("李审", "李", "2024-03-05T17:30:00Z"), ("审核人", "审", "2024-03-06T08:00:00Z")]


def test_the_sources_comments_stay_and_ids_are_unique() -> None:
    before = docx.Document(io.BytesIO(draft()))
    notes = [note("全市有企业278家，专员95名。", on=figure("mines", "278"), id=str(n)) for n in range(3)]
    after = docx.Document(io.BytesIO(annotate(draft(), notes, DIGEST).content))
    ids = [each.comment_id for each in after.comments]
    assert len(ids) == len(set(ids)) == len(list(before.comments)) + 3
    assert [each.text for each in before.paragraphs] == [each.text for each in after.paragraphs]


EVIL = "<script>alert(1)</script>\n=cmd|' /C calc'!A0\n{{7*7}} ]]> &amp; \x07\x1b[31m\ud7ff"


def test_hostile_text_is_shown_as_text() -> None:
    one = note("未签到的有甲县。", text=EVIL, reviewer="<b>\x08=1+1")
    word = annotate(draft(), [one], DIGEST).content
    (comment,) = [each for each in docx.Document(io.BytesIO(word)).comments if each.author != "数据来源"]
    assert comment.text == EVIL.replace("\x07", "[U+0007]").replace("\x1b", "[U+001B]")
    assert comment.author == "<b>[U+0008]=1+1"
    with zipfile.ZipFile(io.BytesIO(word)) as archive:
        assert b"<script" not in archive.read("word/comments.xml")


def test_the_same_draft_and_notes_give_the_same_bytes() -> None:
    notes = [note("未签到的有甲县。"), note("不见了的一段话，别处也没有。")]
    made = annotate(draft(), notes, DIGEST)
    assert made == annotate(draft(), notes, DIGEST)
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}  # no clock


def test_a_copy_in_which_somebody_has_worked_is_known() -> None:
    word = annotate(draft(), [note("未签到的有甲县。")], DIGEST).content
    assert is_untouched(word)
    document = docx.Document(io.BytesIO(word))
    document.comments.add_comment("已改。", author="起草人")
    out = io.BytesIO()
    document.save(out)
    assert not is_untouched(out.getvalue())
    assert not is_untouched(draft())
    assert not is_untouched(b"no Word file")


def test_libreoffice_opens_the_copy_with_its_comments(soffice: Path, tmp_path: Path) -> None:
    notes = [
        note("全市有企业278家，专员95名。", on=figure("mines", "278"), text="意见甲"),
        note("图1 签到率", "chart", text="意见乙"),
        note("乙区｜1｜100%", "row", on=cell(3, "配备率", "100%"), text="意见丙"),
        note("2024年3月5日", text="意见丁"),
        note("样例市应急管理局办公室2024年3月6日印发", text="意见戊"),
        note("不见了的一段话，别处也没有。", text="意见己"),
    ]
    source = tmp_path / "file.docx"
    source.write_bytes(annotate(draft(), notes, DIGEST).content)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    kind = 'pdf:writer_pdf_Export:{"ExportNotes":{"type":"boolean","value":"true"}}'
    command: list[str | Path] = [soffice, profile, "--headless", "--convert-to", kind, "--outdir", tmp_path, source]
    subprocess.run(command, check=True, capture_output=True)
    raw = (tmp_path / "file.pdf").read_bytes()
    with pypdfium2.PdfDocument(raw) as pdf:
        contents = "".join(comments_in(pdf))
    assert [each for each in ("意见甲", "意见乙", "意见丙", "意见丁", "意见戊", "意见己") if each not in contents] == []


def comments_in(pdf: Any) -> list[str]:
    """The texts of a PDF's comments."""
    import ctypes

    import pypdfium2.raw as pdfium

    texts = []
    for page in pdf:
        for number in range(pdfium.FPDFPage_GetAnnotCount(page)):
            annotation = pdfium.FPDFPage_GetAnnot(page, number)
            length = pdfium.FPDFAnnot_GetStringValue(annotation, b"Contents", None, 0)
            buffer = ctypes.create_string_buffer(length)
            pdfium.FPDFAnnot_GetStringValue(
                annotation, b"Contents", ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), length
            )
            texts.append(buffer.raw.decode("utf-16-le").rstrip("\0"))
            pdfium.FPDFPage_CloseAnnot(annotation)
    return texts
