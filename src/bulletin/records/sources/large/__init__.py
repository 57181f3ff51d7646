"""Files of millions of events: DuckDB reads them once into columns of its own, within a limit of memory.

What it can't take exactly as the parsers of cells would goes through those, row by row: the figures and the faults are
the same whichever way a file is read. A file that isn't plain as a whole isn't read this way at all.
"""

from bulletin.records.sources.large.events import LargeEvents
from bulletin.records.sources.large.plain import NotPlainError, large_sheet
from bulletin.records.sources.large.staging import stage
from bulletin.records.sources.large.store import Store, memory_limit

__all__ = ["LargeEvents", "NotPlainError", "Store", "large_sheet", "memory_limit", "stage"]
