"""Rows of a table beside those it was made with: which became which, and which were taken out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bulletin.drafts.proof.draft import Paragraph
from bulletin.drafts.proof.finding import Finding
from bulletin.drafts.proof.place import Table, label_of, name_column
from bulletin.drafts.proof.reading import Reading

Rows = Sequence[Sequence[str]]

_ALIKE = 0.5
"""The part of a row's cells that are the same where only its name was changed."""


@dataclass(frozen=True)
class PairedRows:
    """The rows of which one became the other, the columns likewise, and the rows that are gone, all by place."""

    rows: Sequence[tuple[int, int]]
    columns: Sequence[tuple[int, int]]
    gone: Sequence[int]


def paired(old: Rows, new: Rows) -> PairedRows:
    """Pair two tables, each with its head first. Columns that were taken out or put in are in no pair."""
    columns = _columns(old[0], new[0]) if old and new else []
    then = [tuple(row[one] if one < len(row) else "" for one, _ in columns) for row in old]
    now = [tuple(row[two] if two < len(row) else "" for _, two in columns) for row in new]
    pairs = {0: 0} if columns else {}
    _pair_the_same(pairs, then, now)
    _pair_the_same(pairs, [name_of(row) for row in then], [name_of(row) for row in now])
    scored = sorted(
        (-alike, n, m)
        for n, one in enumerate(then)
        for m, two in enumerate(now)
        if n not in pairs and m not in pairs.values() and (alike := _alike(one, two)) >= _ALIKE
    )
    for _, n, m in scored:
        if n not in pairs and m not in pairs.values():
            pairs[n] = m
    return PairedRows(sorted(pairs.items()), columns, [n for n in range(len(old)) if n not in pairs])


def name_of(row: Sequence[str]) -> str:
    """What a row is known by."""
    return row[name_column(row)] if row else ""


def taken_out(reading: Reading, table: Table, label: str, old: Rows, pairs: PairedRows) -> Iterator[Finding]:
    """Say which rows a table has no more, where the row before them stands."""
    places = dict(pairs.rows)
    for n in pairs.gone if pairs.rows else ():
        before = max(places[one] for one in places if one < n)
        shown = next((cell for cell in table[before] if cell.number), None)
        if shown:
            named = name_of(old[n]) or f"第{n + 1}行"
            told = f"{label}中少了“{named}”一行。"
            yield reading.finding("list-count", shown, (0, len(shown.text)), named, told)


def labelled_tables(reading: Reading) -> dict[str, Table]:
    """The draft's tables that have a caption, by 表N."""
    return {label: table for table in reading.draft.tables if (label := label_of(reading.draft, table))}


def shown_in(cell: Paragraph, row: Sequence[Paragraph]) -> Paragraph | None:
    """Where what is said of a cell can stand: in its row's first cell with text, where it has none itself."""
    return cell if cell.number else next((each for each in row if each.number), None)


def _columns(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    if len(old) == len(new):
        return [(n, n) for n in range(len(old))]
    return [(n, new.index(head)) for n, head in enumerate(old) if old.count(head) == new.count(head) == 1]


def _pair_the_same(pairs: dict[int, int], old: Sequence[object], new: Sequence[object]) -> None:
    """Pair in order what is the same and in no pair yet."""
    left = [m for m in range(len(new)) if m not in pairs.values()]
    for n, one in enumerate(old):
        found = next((m for m in left if new[m] == one), None) if n not in pairs else None
        if found is not None:
            pairs[n] = found
            left.remove(found)


def _alike(old: Sequence[str], new: Sequence[str]) -> float:
    return sum(one == two for one, two in zip(old, new, strict=True)) / len(old) if old else 0.0
