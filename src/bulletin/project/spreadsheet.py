"""CSV files that are opened in Excel: read there as Chinese, and never run."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

Cell = str | int | Decimal


def spreadsheet_csv(rows: Iterable[Sequence[Cell]]) -> bytes:
    """The rows as CSV, with the BOM by which Excel knows UTF-8; numbers as they are, texts inert."""
    out = io.StringIO()
    # The writer quotes only those line breaks that are its own: with both, none in a value can begin a row.
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([inert(cell) if isinstance(cell, str) else f"{Decimal(cell):f}" for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


_FORMULA = re.compile("'*[=+@\t\r\n＝＋－＠-]")


def inert(text: str) -> str:
    """Text that a spreadsheet shows rather than runs: a leading =, +, -, @ would make it a formula.

    It gets an apostrophe, and so does what would then look as if it had got one: `as_written` takes it off.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def as_written(text: str) -> str:
    """The text of which `inert` made this."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
