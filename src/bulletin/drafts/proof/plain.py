"""Reading drafts of plain text."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from bulletin.drafts.proof.draft import HAN, Draft, Paragraph, kind_of
from bulletin.drafts.proof.numbers import UNITS

_ENDED = re.compile(r"[。！？：；!?:;…][”’）)》]*$")
_TITLE = re.compile(r"(?:通报|通知|反馈|报告|意见|办法|方案|公告|通告|函|文件|号|日|局|委员会|办公室|政府|印发)$")
_OPENS = re.compile(
    r"(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)]|\d+[.．、]|附件|附：|抄送|表\d|图\d|[*#•·-]\s)"
    rf"|各{HAN}{{0,4}}[（(]?[县市区]{HAN}*?[^。]{{0,30}}：\s*$|20\d\d年\d+月\d+日\s*$"
)
_SENTENCE = re.compile("[，。；]")
_FIGURE = re.compile(rf"\d(?:%|{UNITS})$")
_ROW = re.compile(r"\|.*\|")
_RULE = re.compile(r"\|[\s:|-]+\|")


def read_text(text: str) -> Draft:
    """A draft from a text file: a line is a paragraph, unless it was broken off in the middle of a sentence.

    A blank line behind a whole figure ends a paragraph too, for pages are broken inside words. Lines between | are a table.
    """
    lines: list[str] = []
    apart = False
    for line in (each.strip() for each in text.splitlines()):
        if not line:
            apart = True
            continue
        is_over = apart and lines and _FIGURE.search(lines[-1]) and re.match(HAN, line)
        apart = False
        if lines and not is_over and _runs_on(lines[-1]) and not _OPENS.match(line) and not _ROW.fullmatch(line):
            lines[-1] += line
        else:
            lines.append(line)
    paragraphs = [
        Paragraph(number, line, "cell" if _ROW.fullmatch(line) else kind_of(line))
        for number, line in enumerate(lines, start=1)
    ]
    return Draft(paragraphs, list(_tables(paragraphs)))


def _tables(paragraphs: Sequence[Paragraph]) -> Iterator[list[list[Paragraph]]]:
    """The tables that rows in a sequence make; the line under a head holds no cells."""
    for is_table, rows in itertools.groupby(paragraphs, lambda each: each.kind == "cell"):
        if is_table:
            yield [list(_cells(row)) for row in rows if not _RULE.fullmatch(row.raw)]


def _cells(row: Paragraph) -> Iterator[Paragraph]:
    shift = 1
    for raw in row.raw[1:-1].split("|"):
        cell = Paragraph(row.number, raw.strip(), "cell", shift=shift)
        yield cell
        shift += len(cell.text) + 1


def _runs_on(line: str) -> bool:
    """Whether the sentence goes on in the next line: a scanned page or a narrow window broke it."""
    if _ENDED.search(line) or _ROW.fullmatch(line) or kind_of(line) == "heading":
        return False
    return bool(_SENTENCE.search(line)) and not _TITLE.search(line)
