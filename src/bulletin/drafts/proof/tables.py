"""Tables as grids of cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bulletin.drafts.proof.draft import Draft, Paragraph
from bulletin.drafts.proof.numbers import DIGITS, UNITS, Number, exact

_VALUE = re.compile(rf"({DIGITS})(%|{UNITS})?")
_TOTALS = re.compile("合计|总计|全[市省区县盟州旗](?:合计|总计|平均)?|小计|平均|总体")


def figure_in(cell: Paragraph) -> Number | None:
    """A cell's figure, where it holds nothing else."""
    match = _VALUE.fullmatch(cell.text)
    if not match:
        return None
    value, decimals = exact(match[1])
    return Number(value, match[2] or "", 0, len(cell.text), decimals)


def span_of(cell: Paragraph) -> tuple[int, int]:
    """All that stands in a cell."""
    return 0, len(cell.text)


@dataclass(frozen=True)
class Grid:
    """A table: its head, its rows, and the row of totals if it has one."""

    head: Sequence[Paragraph]
    rows: Sequence[Sequence[Paragraph]]
    total: Sequence[Paragraph] | None

    def columns(self) -> Iterator[tuple[Paragraph, list[Paragraph]]]:
        """Each column behind the first: its head and its cells, totals aside."""
        for column in range(1, len(self.head)):
            yield self.head[column], [row[column] for row in self.rows]


def grids(draft: Draft) -> Iterator[Grid]:
    """The tables of a draft that have a head and at least two rows of the same width."""
    for table in draft.tables:
        yield from _grid(table)


def _grid(lines: Sequence[Sequence[Paragraph]]) -> Iterator[Grid]:
    rows = [row for row in lines if row]
    if len(rows) < 3 or any(len(row) != len(rows[0]) for row in rows):
        return
    body = [row for row in rows[1:] if not _TOTALS.fullmatch(row[0].text)]
    totals = [row for row in rows[1:] if _TOTALS.fullmatch(row[0].text)]
    if len(body) > 1:
        sums = next((row for row in totals if not re.search("平均", row[0].text)), None)
        yield Grid(rows[0], body, sums if len(totals) == 1 else None)
