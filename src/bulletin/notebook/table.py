"""A table of a report, as typed cells: printed by the notebook, written as numbers to tables.xlsx."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from bulletin.facts.change import Change
from bulletin.facts.facts import ABSENT, Fact, format_figure
from bulletin.facts.metric import Unit
from bulletin.notebook.blocks import Align, Column, Source, TableBlock
from bulletin.notebook.previous import Previous


@dataclass(frozen=True)
class Value:
    """A typed cell that isn't a fact of the facts table; `told` says what it was reckoned from."""

    value: int | Fraction | None
    unit: Unit
    told: str = ""

    @property
    def text(self) -> str:
        """The cell as printed."""
        return format_figure(self.value, self.unit)


Cell = str | Fact | Value | Change


@dataclass(frozen=True)
class Table:
    """One table. Columns of text are flush left, numbers flush right, the rest centred."""

    key: str
    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    unit: str | None = None
    total_rows: int = 0
    note: str | None = None
    then: str = ""
    """What the earlier period is called, where the table has changes since then."""

    def block(self, number: int) -> TableBlock:
        """The table as the exporters read it."""
        return TableBlock(
            block="table",
            key=self.key,
            number=number,
            caption=self.caption,
            unit=self.unit,
            columns=[Column(title=title, align=self._align(place)) for place, title in enumerate(self.columns)],
            rows=[[cell_text(cell) for cell in row] for row in self.rows],
            sources=[[self._source(cell) for cell in row] for row in self.rows],
            total_rows=self.total_rows,
            note=self.note,
        )

    def _source(self, cell: Cell) -> Source | None:
        if isinstance(cell, Fact):
            return Source(metric=cell.metric.name, scope=cell.scope.code)
        told = cell.told if isinstance(cell, Value) else cell.told(self.then) if isinstance(cell, Change) else ""
        return Source(told=told) if told else None

    def _align(self, place: int) -> Align:
        cells = [row[place] for row in self.rows]
        if any(isinstance(cell, Fact | Value | Change) and cell.unit in ("count", "rate") for cell in cells):
            return "right"
        if any(isinstance(cell, Fact | Value | Change) for cell in cells):
            return "center"
        return "left"


def then_cell(fact: Fact | None, previous: Previous) -> Cell:
    """Return the earlier period's figure as a cell: it's no fact of this one's."""
    if fact is None:
        return ABSENT
    return Value(
        fact.value, fact.unit, f"{fact.title}（{fact.scope.name}）：{previous.title}的指标，取自{previous.file}"
    )


def cell_text(cell: Cell) -> str:
    """Return a cell as printed."""
    return cell if isinstance(cell, str) else cell.text
