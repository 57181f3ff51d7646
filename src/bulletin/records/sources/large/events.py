"""The events of one large file, in a store: the rows as they stand, and those that the parsers of cells had to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from bulletin.records.schema import Table
from bulletin.records.sources.events import Query, with_views
from bulletin.records.sources.files import Sheet
from bulletin.records.sources.large.store import Store


@dataclass
class LargeEvents:
    """The events of one large file in a store; a row's place is its number in the file.

    `odd` are the lines that only the parsers of cells can read, as a sheet that has their numbers; `plain` counts the
    others. Once the odd ones are read, `add` puts them with those.
    """

    table: Table
    store: Store
    odd: Sheet
    plain: int
    _views: dict[tuple[str, ...], str] = field(default_factory=dict)

    def add(self, frame: pd.DataFrame) -> None:
        """Put the odd rows, as they were read, with the others; one whose time can't be told is no event."""
        rows = frame[frame[self._time].notna()]
        if rows.empty:
            return
        cells = ", ".join(self.store.typed(column, f'e."{column.name}"') for column in self.table.columns)
        self.store.connection.register("odd_rows", rows)
        self.store.connection.execute(
            f'INSERT INTO {staged_name(self.table)} SELECT e."row", {cells} FROM odd_rows AS e'  # noqa: S608
        )
        self.store.connection.unregister("odd_rows")

    @property
    def _time(self) -> str:
        return next(column.name for column in self.table.columns if column.kind == "time")

    def ask(self, query: Query, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        """Ask the store. Each view is laid out once: several questions are asked of the same."""
        known = {"events": f"FROM {staged_name(self.table)}"}
        for name, columns in query.tables.items():
            named = ", ".join(f'"{each}"' for each in columns)
            known[name] = f"SELECT {named} FROM {self.store.lay(name, frames[name])}"  # noqa: S608 (our own names)
        for name, sql in query.views.items():
            key = (name, *known.values(), sql)
            if key not in self._views:
                self._views[key] = f"{self.table.name}_view_{len(self._views)}"
                self.store.connection.execute(f"CREATE TABLE {self._views[key]} AS {with_views(known, sql)}")
            known[name] = f"FROM {self._views[key]}"
        return self.store.connection.execute(with_views(known, query.sql)).df()[list(query.columns)]

    def where(self, places: pd.Series[int]) -> pd.DataFrame:
        """Return where the rows stand in the file."""
        return pd.DataFrame({"row": places.to_numpy(), "file": self.odd.file, "sheet": ""})


def staged_name(table: Table) -> str:
    """Return the name of the store's table of a large file's rows."""
    return f"{table.name}_staged"
