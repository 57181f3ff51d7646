"""Which table a sheet is, and which of its lines is the header: by their names in English or Chinese."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bulletin.records.cells import heading
from bulletin.records.schema import Schema, Table
from bulletin.records.sources.files import Sheet

HEADER_SEARCH = 20
"""A title and remarks may stand above the header; further down than this it isn't looked for."""

_NEARNESS = 0.5
"""How like a name another must be to be taken for a slip of it: of four characters two are the same, in order."""


def table_named(name: str, schema: Schema) -> Table | None:
    """Return the table of that name, in English or Chinese; None where it's something else's."""
    return _tables_by_heading(schema).get(heading(name))


@lru_cache(maxsize=4)
def _tables_by_heading(schema: Schema) -> Mapping[str, Table]:
    return {heading(name): table for table in schema.tables.values() for name in (table.name, table.title)}


def table_of(sheet: Sheet, schema: Schema) -> Table | None:
    """Return the table that a sheet is named after, or the file of which it's the only one; None where it's something else."""
    return table_named(sheet.name, schema) or (table_named(Path(sheet.file).stem, schema) if sheet.only else None)


def is_of_names(cell: str, schema: Schema) -> bool:
    """Say whether a heading is one of people's names, whatever the table."""
    return "姓名" in (text := heading(cell)) or text in {column.name for column in schema.names}


@dataclass(frozen=True)
class Header:
    """A sheet's header: its row as a spreadsheet numbers it, and the English name of each column.

    The name is empty where a column is none of the table's; one that occurs twice is named twice.
    """

    row: int
    names: list[str]


def find_header(table: Table, cells: Sequence[Sequence[str]]) -> Header | None:
    """The line near the top that names the most of the table's columns; None where no line names any."""
    known = {heading(name): column.name for column in table.columns for name in (column.name, column.heading)}
    found = [[known.get(heading(cell), "") for cell in line] for line in cells[:HEADER_SEARCH]]
    matches = [len(set(line) - {""}) for line in found]
    if not matches or max(matches) == 0:
        return None
    top = matches.index(max(matches))
    return Header(top + 1, found[top])


def near(names: Iterable[str], found: Iterable[str]) -> str:
    """What stands there under nearly one of `names`, as the end of a sentence; nothing where there's no such thing."""
    by_heading = {heading(text): text for text in found if text}
    close = [each for name in names for each in difflib.get_close_matches(heading(name), by_heading, 1, _NEARNESS)]
    return f"；现有相近的“{by_heading[close[0]]}”，如果就是它，请改名" if close else ""
