"""Events are asked in SQL where they live: what counts among them is the field's to say, not the source's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import duckdb
import pandas as pd

from bulletin.records.schema import Kind, Table

KNOWN_YEARS = (1900, 2200)
"""From the first and before the second year a source tells times itself; what says another goes through the parsers."""

TYPES: Mapping[Kind, str] = {
    "identifier": "VARCHAR",
    "text": "VARCHAR",
    "choice": "VARCHAR",
    "date": "DATE",
    "time": "TIMESTAMP",
    "flag": "BOOLEAN",
    "count": "BIGINT",
    "year": "BIGINT",
}
"""What a column of a kind is to SQL."""


@dataclass(frozen=True)
class Query:
    """A question to one table's events, in SQL that DuckDB and PostgreSQL both run.

    It may name `events`, with the table's columns and the row's `place`, the `tables` with those of their columns that
    are named, and `views`, each of which may name those before it.
    """

    sql: str
    columns: tuple[str, ...]
    views: Mapping[str, str]
    tables: Mapping[str, tuple[str, ...]]


class Events(Protocol):
    """One table's events where they live."""

    def ask(self, query: Query, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        """Return what a query gives, its `columns` in order; `frames` are all of the records' tables.

        Raises:
            BulletinError: `bad-database` where a database refuses it.

        """

    def where(self, places: pd.Series[int]) -> pd.DataFrame:
        """Return where the rows of these places stand: row, file, sheet."""


@dataclass(frozen=True)
class FrameEvents:
    """The events of a frame: a row's place is its place there."""

    table: Table
    frame: pd.DataFrame

    def ask(self, query: Query, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        """Ask DuckDB, which reads the frames as they are."""
        names = [column.name for column in self.table.columns]
        with duckdb.connect() as connection:
            connection.register("events", self.frame[names].assign(place=range(len(self.frame))))
            for name, columns in query.tables.items():
                connection.register(name, frames[name][list(columns)])
            return connection.execute(with_views(query.views, query.sql)).df()[list(query.columns)]

    def where(self, places: pd.Series[int]) -> pd.DataFrame:
        """Return where the rows stand by the frame's own columns."""
        return self.frame.iloc[places][["row", "file", "sheet"]].reset_index(drop=True)


def with_views(views: Mapping[str, str], sql: str) -> str:
    """Return SQL that may name these views."""
    return f"WITH {', '.join(f'{name} AS ({each})' for name, each in views.items())} {sql}" if views else sql
