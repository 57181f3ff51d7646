"""Reading drafts from Word, and writing findings into a copy as comments."""

from __future__ import annotations

import copy
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import docx
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run

from bulletin.drafts.proof.draft import Draft, Kind, Mark, Paragraph, kind_of
from bulletin.drafts.proof.finding import Finding
from bulletin.drafts.proof.place import place_in_words
from bulletin.export.office import clean, saved
from bulletin.project.errors import BulletinError

AUTHOR = "校核"
"""Whose comments they are."""

_MAX_UNPACKED = 256 * 2**20
"""Bytes of a file once unpacked: no draft comes near."""

_STRUCK_OUT = {qn("w:del"), qn("w:moveFrom"), qn("w:txbxContent"), qn("w:rPr"), qn("w:pPr")} | {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
}
"""What isn't running text: changes that were struck out, text boxes and what older programs show for them."""

_AS_TEXT = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}


@dataclass(frozen=True)
class _Piece:
    """A stretch of a paragraph's text: the element it stands in, and its run."""

    text: str
    element: Any
    run: Any


def open_word(content: bytes, name: str) -> Any:
    """The document.

    Raises:
        BulletinError: `bad-draft`, where it's no Word file that can be read.

    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(info.file_size for info in archive.infolist()) > _MAX_UNPACKED:
                raise BulletinError("bad-draft", f"{name} 解压后过大，无法读取。")
        return docx.Document(io.BytesIO(content))
    except (KeyError, ValueError, SyntaxError, AttributeError, zipfile.BadZipFile, NotImplementedError) as error:
        raise BulletinError(
            "bad-draft",
            f"{name} 不是完好的 Word 文件，或有打开密码。请在 Word 或 WPS 中打开，取消密码，另存为“Word 文档（.docx）”后重试。",
        ) from error


def read_word(document: Any) -> Draft:
    """A draft from a Word document, tracked changes taken as accepted."""
    read: dict[Any, Paragraph] = {}
    for number, element in enumerate(_paragraphs(document), start=1):
        raw, marks = _text_and_marks(element)
        read[element] = Paragraph(number, raw, _kind(element, raw, document), marks)
    tables = [
        [
            [next((read[p] for p in cell.iter(qn("w:p")) if p in read and read[p].text), Paragraph(0, "", "cell"))
             for cell in row.iterchildren(qn("w:tc"))]
            for row in table.iterchildren(qn("w:tr"))
        ]
        for table in document.element.body.iter(qn("w:tbl"))
    ]  # fmt: skip
    return Draft(list(read.values()), tables)


def _paragraphs(document: Any) -> Iterator[Any]:
    """The paragraphs with text, in reading order."""
    for element in document.element.body.iter(qn("w:p")):
        if not any(each.tag in _STRUCK_OUT for each in element.iterancestors()) and any(
            piece.text.strip() for piece in _pieces(element)
        ):
            yield element


def _kind(element: Any, raw: str, document: Any) -> Kind:
    if next(element.iterancestors(qn("w:tc")), None) is not None:
        return "cell"
    style = WordParagraph(element, document).style
    name = str(style.name) if style is not None else ""
    return "heading" if name.startswith(("Heading", "Title", "标题")) else kind_of(raw)


def _walk(element: Any) -> Iterator[Any]:
    """What's inside an element in reading order, without what was struck out."""
    for child in element.iterchildren():
        if child.tag not in _STRUCK_OUT:
            yield child
            yield from _walk(child)


def _pieces(paragraph: Any) -> Iterator[_Piece]:
    for element in _walk(paragraph):
        text = (element.text or "") if element.tag == qn("w:t") else _AS_TEXT.get(element.tag, "")
        run = element.getparent()
        if text and run.tag == qn("w:r"):
            yield _Piece(text, element, run)


def _text_and_marks(paragraph: Any) -> tuple[str, list[Mark]]:
    raw = ""
    open_marks: dict[str, tuple[str, int]] = {}
    marks = []
    for element in _walk(paragraph):
        if element.tag == qn("w:bookmarkStart"):
            open_marks[str(element.get(qn("w:id")))] = (str(element.get(qn("w:name"))), len(raw))
        elif element.tag == qn("w:bookmarkEnd") and (begun := open_marks.pop(str(element.get(qn("w:id"))), None)):
            marks.append(Mark(begun[0], begun[1], len(raw)))
        elif element.getparent().tag == qn("w:r"):
            raw += (element.text or "") if element.tag == qn("w:t") else _AS_TEXT.get(element.tag, "")
    return raw, marks


def annotated(document: Any, draft: Draft, findings: Sequence[Finding]) -> bytes:
    """The document with a comment on each finding, the same bytes for the same findings."""
    elements = dict(enumerate(_paragraphs(document), start=1))
    paragraphs = {each.number: each for each in draft.paragraphs}
    for finding in findings:
        place = finding.place
        paragraph, element = paragraphs[place.paragraph], elements[place.paragraph]
        start, end = paragraph.offsets[place.start], paragraph.offsets[max(place.start, place.end - 1)] + 1
        runs = [Run(run, document) for run in _cut_out(element, start, end)]
        advice = f"\n应为：{finding.expected}" if finding.expected else ""
        where = f"\n位置：{place_in_words(draft, place)}" if paragraph.kind == "cell" else ""
        text = clean(f"{finding.title}：{finding.message}{advice}{where}")
        comment = document.add_comment(runs, text, author=AUTHOR, initials=AUTHOR[:1])
        del comment._comment_elm.attrib[qn("w:date")]  # the clock has no place in it
    return saved(document)


def _cut_out(paragraph: Any, start: int, end: int) -> list[Any]:
    """The runs of that stretch of a paragraph's text, cut so that they hold nothing else."""
    if _in_field(paragraph, start, end):  # a comment may not begin or end inside one
        return [run for run in paragraph.iter(qn("w:r")) if run.getparent().tag not in _STRUCK_OUT]
    for place in (start, end):
        _cut(paragraph, place)
    runs: list[Any] = []
    at = 0
    for piece in _pieces(paragraph):
        if at < end and at + len(piece.text) > start and piece.run not in runs:
            runs.append(piece.run)
        at += len(piece.text)
    return runs


def _in_field(paragraph: Any, start: int, end: int) -> bool:
    depth = at = 0
    for element in _walk(paragraph):
        if element.tag == qn("w:fldChar"):
            depth += {"begin": 1, "end": -1}.get(str(element.get(qn("w:fldCharType"))), 0)
        elif element.getparent().tag == qn("w:r"):
            size = len((element.text or "") if element.tag == qn("w:t") else _AS_TEXT.get(element.tag, ""))
            if depth and at < end and at + size > start:
                return True
            at += size
    return False


def _cut(paragraph: Any, place: int) -> None:
    """Part the run that reaches across that place of the text."""
    at = 0
    for piece in _pieces(paragraph):
        within = place - at
        at += len(piece.text)
        if not 0 <= within < len(piece.text):
            continue
        rest = [*piece.element.itersiblings()]
        first = all(each.tag == qn("w:rPr") for each in piece.element.itersiblings(preceding=True))
        if within == 0 and first:
            return
        second = copy.deepcopy(piece.run)
        for child in list(second):
            if child.tag != qn("w:rPr"):
                second.remove(child)
        if within:
            tail = copy.deepcopy(piece.element)
            piece.element.text, tail.text = piece.text[:within], piece.text[within:]
            for each in (piece.element, tail):
                each.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            second.append(tail)
        else:
            second.append(piece.element)
        for child in rest:
            second.append(child)
        piece.run.addnext(second)
        return
