"""The DuckDB that large files are read into, and its limit of memory."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pandas as pd

from bulletin.project.errors import BulletinError
from bulletin.project.paths import MEMORY_VARIABLE
from bulletin.records.cells import clean_cell, parse_column
from bulletin.records.schema import Column, Schema
from bulletin.records.sources.events import TYPES

DEFAULT_MEMORY = "2GB"


def memory_limit() -> str:
    """How much memory DuckDB may take, as its own setting has it.

    Raises:
        BulletinError: `bad-memory`.

    """
    given = os.environ.get(MEMORY_VARIABLE, DEFAULT_MEMORY)
    if not re.fullmatch(r"[1-9][0-9]{0,5}(MB|GB)", given):
        raise BulletinError("bad-memory", f"内存上限 {given} 的写法有误，应为 512MB、2GB 这样的写法。")
    return given


class Store:
    """A DuckDB of our own in memory; what doesn't fit spills into a folder that is gone after `close`."""

    def __init__(self, schema: Schema) -> None:
        limit = memory_limit()
        self._spill = tempfile.TemporaryDirectory(prefix="bulletin-", ignore_cleanup_errors=True)
        self.spill = Path(self._spill.name)
        self._schema = schema
        self._laid: set[str] = set()
        self.connection = duckdb.connect(config={"memory_limit": limit, "temp_directory": self._spill.name})
        # A join with the events on its other side would hold all of them.
        self.connection.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")

    def lay_identifiers(self, frames: Mapping[str, pd.DataFrame]) -> None:
        """Make the identifiers that the registers hold types of their own: numbers to DuckDB, texts to whoever asks."""
        for name, register in self._schema.registers.items():
            if f"{name}s" in self._laid or register not in frames:
                continue
            ids = frames[register][name].dropna().drop_duplicates().sort_values()
            # One that its own parser would change can't be told from others by its text.
            column = self._schema.tables[register].column(name)
            ids = ids[parse_column(ids.map(clean_cell).astype("str"), column) == ids]
            if len(ids):
                self.connection.register("ids", pd.DataFrame({"id": ids.astype("object")}))
                self.connection.execute(f"CREATE TYPE {name}s AS ENUM (SELECT id FROM ids)")  # noqa: S608 (our own names)
                self.connection.unregister("ids")
                self._laid.add(f"{name}s")

    def knows(self, column: Column) -> bool:
        """Whether a register holds the identifiers of a column."""
        return f"{column.name}s" in self._laid

    def type_of(self, column: Column) -> str:
        """Return what a column is here."""
        return f"{column.name}s" if self.knows(column) else TYPES[column.kind]

    def typed(self, column: Column, value: str) -> str:
        """Return a value as its column's type; missing where the registers have no such identifier."""
        return f'TRY_CAST({value} AS {self.type_of(column)}) AS "{column.name}"'

    def lay(self, name: str, frame: pd.DataFrame) -> str:
        """Copy a table of the records here, once, and return what it's called."""
        if name not in self._laid:
            columns = self._schema.tables[name].columns
            texts = frame.astype({column.name: "object" for column in columns if column.kind == "identifier"})
            self.connection.register("read", texts)
            cells = ", ".join(self.typed(column, f'r."{column.name}"') for column in columns)
            self.connection.execute(f"CREATE TABLE {name}_laid AS SELECT {cells} FROM read AS r")  # noqa: S608 (our own names)
            self.connection.unregister("read")
            self._laid.add(name)
        return f"{name}_laid"

    def close(self) -> None:
        """Let go of the events and of all that was spilled."""
        self.connection.close()
        self._spill.cleanup()
