"""The DuckDB that large files are read into, and its limit of memory."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

import duckdb

from bulletin.project.errors import BulletinError
from bulletin.project.paths import MEMORY_VARIABLE

DEFAULT_MEMORY = "2GB"

PAIR = ("supervisor_id", "mine_id")
"""What an event is of."""


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

    def __init__(self) -> None:
        limit = memory_limit()
        self._spill = tempfile.TemporaryDirectory(prefix="bulletin-", ignore_cleanup_errors=True)
        self.spill = Path(self._spill.name)
        self.connection = duckdb.connect(config={"memory_limit": limit, "temp_directory": self._spill.name})
        # A join with the events on its other side would hold all of them.
        self.connection.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")

    def close(self) -> None:
        """Let go of the events and of all that was spilled."""
        self.connection.close()
        self._spill.cleanup()
