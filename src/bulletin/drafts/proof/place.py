"""Where a finding stands, in words by which a person finds it on the page."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bulletin.drafts.proof.draft import Draft, Paragraph
from bulletin.drafts.proof.finding import Place

_LABEL = re.compile(r"(?:附?表)\s*\d+")
_NUMBER = re.compile(r"[-+\d.%/—]*")
_BEGINS = 12
"""Characters by which a paragraph is known."""
_NEAR = 2
"""A table's caption is at most so many paragraphs before it: a unit line may come between."""

Table = Sequence[Sequence[Paragraph]]


def place_in_words(draft: Draft, place: Place) -> str:
    """`表1，隰县，现场签到率` of a table's cell, `第3段（“一、总体情况”下，以“截至2023年”开头）` of other text."""
    for number, table in enumerate(draft.tables, start=1):
        for row in table:
            for column, cell in enumerate(row):
                if _holds(cell, place):
                    return _cell(draft, number, row, column)
    return _paragraph(draft, place.paragraph)


def label_of(draft: Draft, table: Table) -> str:
    """`表1` where the table has a caption before it, else nothing."""
    first = next((cell.number for row in table for cell in row if cell.number), 0)
    before = [each.text for each in draft.paragraphs if first - _NEAR <= each.number < first and each.kind != "cell"]
    found = [match[0] for text in reversed(before) if (match := _LABEL.match(text))]
    return found[0] if found else ""


def name_column(row: Sequence[str]) -> int:
    """The column that names a row: the first that isn't a number."""
    return next((n for n, text in enumerate(row) if not _NUMBER.fullmatch(text)), 0)


def _holds(cell: Paragraph, place: Place) -> bool:
    return cell.number == place.paragraph and cell.shift <= place.start <= cell.shift + len(cell.text)


def _cell(draft: Draft, number: int, row: Sequence[Paragraph], column: int) -> str:
    table = draft.tables[number - 1]
    head = table[0]
    naming = name_column([cell.text for cell in row])
    named = row[naming].text
    parts = [label_of(draft, table) or f"第{number}个表格"]
    if row is head:
        parts.append("表头")
    elif named and naming != column:
        parts.append(named)
    if column < len(head) and head[column].text:
        parts.append(head[column].text)
    elif row is not head:
        parts.append(f"第{column + 1}列")
    return "，".join(parts)


def _paragraph(draft: Draft, number: int) -> str:
    shown = [each for each in draft.paragraphs if each.kind != "cell" or not draft.tables]
    at = next((n for n, each in enumerate(shown) if each.number == number), None)
    if at is None:
        return f"第{number}段"
    heading = next((each.text for each in reversed(shown[:at]) if each.kind == "heading"), "")
    if not heading:
        return f"第{at + 1}段"
    text = shown[at].text
    begins = text if len(text) <= _BEGINS else f"{text[:_BEGINS]}……"
    return f"第{at + 1}段（“{heading}”下，“{begins}”）"
