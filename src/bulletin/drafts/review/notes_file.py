"""Review notes read back: the file that a report page saves, written by others and taken for nothing but text."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, ValidationError

from bulletin.project.errors import BulletinError, told
from bulletin.project.params.base import Model, filled, wanted
from bulletin.project.params.faults import fault_lines
from bulletin.project.periods import parse_period

_MOST_BYTES = 10_000_000
_SHOWN = 30
"""How many faults a message lists."""


class _Model(Model):
    """Nothing is guessed: unknown keys and values of another type are faults."""

    model_config = ConfigDict(strict=True)


def _period_name(name: str) -> str:
    try:
        return parse_period(name).name
    except BulletinError:
        raise wanted("应为期间，如 2023、2023Q4 或 2023-06") from None


def _moment(text: str) -> str:
    try:
        return dt.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S").isoformat()
    except ValueError:
        raise wanted("应为时间，写作 2024-03-05T17:30:00") from None


_Name = Annotated[str, Field(min_length=1, max_length=80)]
_Short = Annotated[str, Field(max_length=200)]
_Count = Annotated[int, Field(ge=1, le=100_000)]


class Figure(_Model):
    """A figure of the text; `number` tells apart the same figure's places in one block, from 1."""

    metric: _Name
    scope: _Name
    text: _Short
    number: _Count


class Cell(_Model):
    """A cell of a table's row; columns are numbered from 1."""

    column: _Count
    title: _Short
    text: _Short


class Anchor(_Model):
    """What a note is on: a block by its text, and perhaps a figure or cell in it.

    `quote` is the block's text, a row's cells joined by ｜, a chart's caption; `number` tells apart blocks of the same
    kind and text in reading order, from 1.
    """

    kind: Literal["paragraph", "heading", "row", "chart"]
    quote: Annotated[str, Field(max_length=2000), AfterValidator(filled)]
    number: _Count
    figure: Figure | None
    cell: Cell | None


class Note(_Model):
    """One note. `written` is the reviewer's own time; `digest` the draft that was read."""

    id: Annotated[str, Field(min_length=1, max_length=40)]
    text: Annotated[str, Field(max_length=2000), AfterValidator(filled)]
    reviewer: Annotated[str, Field(max_length=20)]
    written: Annotated[str, AfterValidator(_moment)]
    digest: Annotated[str, Field(max_length=40)]
    anchor: Anchor


class Page(_Model):
    """The report that notes are on; `scope` is `city` or a county's code."""

    bureau: _Short
    period: Annotated[str, AfterValidator(_period_name)]
    scope: _Name
    name: _Short


class NotesFile(_Model):
    """A whole file."""

    kind: Literal["bulletin-notes"]
    version: Literal[1]
    page: Page
    notes: Annotated[list[Note], Field(max_length=500)]


def read_notes(path: Path) -> NotesFile:
    """Read a file of notes.

    Raises:
        BulletinError: `no-notes` where it can't be read, `bad-notes` with all faults at once, each with its place.

    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise BulletinError("bad-notes", f"{path} 超过 10 MB，不会是批注文件，没有读入。")
        content = path.read_bytes()
    except OSError as error:
        raise BulletinError(
            "no-notes", f"无法读取批注文件 {path}（{told(error)[0]}）。请检查文件名，或关闭正在打开它的程序。"
        ) from error
    try:
        return NotesFile.model_validate_json(content.removeprefix(b"\xef\xbb\xbf"))
    except ValidationError as error:
        faults = error.errors()
        if faults[0]["type"] == "json_invalid" or faults[0]["loc"] in (("kind",), ()):
            why = "不是批注文件。请选用报告网页上“保存为文件”存下的文件"
            raise BulletinError("bad-notes", f"{path} {why}。") from None
        lines = [f"  · {line}" for line in fault_lines(error, NotesFile)[:_SHOWN]]
        if len(faults) > _SHOWN:
            lines.append(f"  · 另有 {len(faults) - _SHOWN} 处")
        head = f"批注文件 {path} 有 {len(faults)} 处不符合格式，没有读入。请在网页上重新“保存为文件”："
        raise BulletinError("bad-notes", "\n".join([head, *lines])) from None
