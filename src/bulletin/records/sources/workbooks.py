"""Excel workbooks as sheets of text."""

from __future__ import annotations

import datetime as dt
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

from bulletin.records.cells import clean_cell
from bulletin.records.sources import compound, zipped
from bulletin.records.sources.limits import LOCKED, InvalidError, TroubleError

SUFFIXES = (".xlsx", ".xls", ".xlsm")

OTHER_SUFFIXES = (".xlsb", ".ods")
"""Of workbooks that only a spreadsheet program can turn into one of ours."""

_LONGEST_NUMBER = 1e15
"""Excel keeps fifteen digits of a number; what comes after them is lost."""

_LAST_SECOND = dt.datetime.max.replace(microsecond=0)


def sheets_in(content: bytes) -> Iterator[tuple[str, list[list[str]]]]:
    """Each sheet's name and its cells without the blanks round them, a list a row from the first.

    An error stands as Excel shows it (`#REF!`), a formula that was never calculated as `=` and its text.

    Raises:
        TroubleError: where it's no workbook, has a password or is too large.

    """
    errors: list[compound.Errors] = []
    # What the file is, not what it's called: programs save one under the other's name.
    if content.startswith(compound.MAGIC):
        content, errors = compound.safe(content)
    elif content.startswith(zipped.MAGIC):
        content = zipped.safe(content)
    else:
        raise InvalidError
    with _contained():
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        kinds = book.sheets_metadata
    for number, kind in enumerate(kinds):
        cells = _cells(book, kind.name) if kind.typ == SheetTypeEnum.WorkSheet else []  # a chart has no cells
        for (row, column), error in errors[number].items() if number < len(errors) else ():
            cells[row][column] = error
        yield kind.name, cells


@contextmanager
def _contained() -> Iterator[None]:
    """Whatever calamine makes of a broken file, as the trouble that it is."""
    try:
        with _quiet():
            yield
    except PasswordError as error:
        raise TroubleError(LOCKED) from error
    except (CalamineError, ValueError, OverflowError, OSError) as error:
        raise InvalidError from error
    except BaseException as error:
        # A panic in Rust: its class can't be imported, and is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise InvalidError from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Rust writes each panic to the terminal, past Python; the fault that comes of it says all there is to say."""
    try:
        terminal = os.dup(2)
    except OSError:  # there's no terminal
        yield
        return
    try:
        with Path(os.devnull).open("wb") as nothing:
            os.dup2(nothing.fileno(), 2)
        yield
    finally:
        os.dup2(terminal, 2)
        os.close(terminal)


def _cells(book: CalamineWorkbook, name: str) -> list[list[str]]:
    with _contained():
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return [[clean_cell(_shown(cell)) for cell in row] for row in rows]


def _shown(cell: Any) -> str:
    """A workbook's typed cell as text that the parsers of `cells` read."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        whole = cell.is_integer() and abs(cell) < _LONGEST_NUMBER
        return str(int(cell)) if whole else repr(cell) if abs(cell) < _LONGEST_NUMBER else f"{cell:.14E}"
    if isinstance(cell, dt.datetime):
        return _moment(cell)
    if isinstance(cell, dt.timedelta):
        minutes, seconds = divmod(int(cell.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return str(cell)


def _moment(cell: dt.datetime) -> str:
    second = cell.replace(microsecond=0)
    if cell.microsecond >= 500_000 and second < _LAST_SECOND:
        second += dt.timedelta(seconds=1)  # 09:30 as a fraction of a day may lie just below
    return f"{second:%Y-%m-%d %H:%M:%S}"
