"""What a table of records is: its names and columns in both languages, types, keys, and what a field declares of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

Kind = Literal["identifier", "text", "choice", "date", "time", "flag", "count", "year"]

EXAMPLE = "示例，不读入"
"""Marks the example row of each sheet of the template; a row with such a cell is never data."""

_EXPECTED: Mapping[Kind, str] = {
    "identifier": "应为编号",
    "text": "应为文字",
    "date": "应为日期，如 2023-01-05",
    "time": "应为日期和时间，如 2023-01-05 09:30",
    "flag": "应为是或否",
    "count": "应为不小于0的整数",
    "year": "应为年份，如 2023",
}


@dataclass(frozen=True)
class Column:
    """One column: its two headings, its type, whether each row must fill it.

    What stands in a `personal` column names people, or may; no digest or list tells of it.
    """

    name: str
    heading: str
    kind: Kind
    required: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)  # value in the file -> value in the frame
    personal: bool = False

    @property
    def words(self) -> list[str]:
        """The Chinese words of a closed list; none where any text may stand."""
        return [word for word in self.choices if not word.isascii()]

    @property
    def expected(self) -> str:
        """What a cell of this column may hold, for error messages."""
        if self.kind == "choice":
            return f"应为{'、'.join(self.words)}之一"
        return _EXPECTED[self.kind]


@dataclass(frozen=True)
class Table:
    """One table: its two names, its columns and, for registers, its key.

    Where a row is an event, `event` names the columns in which two rows of one event are alike: identifiers, and the time.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    key: str | None = None
    optional: bool = False
    event: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        """Return the column of that English name."""
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True, eq=False)  # one of a field: it serves as a key
class Schema:
    """The tables of a field by their English names, in their order, and the kinds of fault that the field adds.

    `rows` say what one row of each table is, `examples` have a cell by its column's name, where its type says too little.

    `people` is the register of people: whoever sends a workbook with a sheet of it sends a part of the whole, and its
    personal columns hold their names. `scope` is what messages call the part of the whole that a sender is. `faults` has titles by kind, in the order in which they are listed.
    """

    tables: Mapping[str, Table]
    rows: Mapping[str, str]
    examples: Mapping[str, object]
    people: str
    scope: str
    faults: Mapping[str, str]

    @cached_property
    def events(self) -> tuple[str, ...]:
        """The tables with one row an event."""
        return tuple(name for name, table in self.tables.items() if table.event)

    @cached_property
    def registers(self) -> Mapping[str, str]:
        """Which register holds each identifier."""
        return {table.key: name for name, table in self.tables.items() if table.key}

    @cached_property
    def names(self) -> tuple[Column, ...]:
        """The columns that hold people's names."""
        return tuple(column for column in self.tables[self.people].columns if column.personal)


def choices(**words: str) -> Mapping[str, str]:
    """Return a closed list's words of both languages, mapped to the English one: `choices(open="营业", shut="停业")`."""
    return {english: english for english in words} | {chinese: english for english, chinese in words.items()}
