"""The notebooks' words, kept from one build to the next: which of them went and which came, cell by cell."""

from __future__ import annotations

import gzip
import json
import zlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from bulletin.export.word_changes import Piece, word_changes

NOTEBOOKS = ".notebooks.json.gz"
"""The file's name in a period's outputs."""

MAX_UNPACKED = 20_000_000
"""Bytes of the file unpacked: it may come from elsewhere, and a few kilobytes can unpack to more than any memory."""

MOST_CELLS = 40
"""Changed cells of one notebook that are shown; the others are counted."""

_ALIKE = 0.6
"""How much of their characters two cells share that are taken for one that was rewritten."""

How = Literal["added", "removed", "changed"]


class Cell(BaseModel):
    """A cell as its author wrote it: nothing of what it showed."""

    id: str
    kind: str
    tags: list[str]
    source: str

    @property
    def said(self) -> tuple[str, str]:
        """What tells it from another where the ids don't."""
        return self.kind, self.source


Notebooks = dict[str, Annotated[list[Cell], Field(max_length=5000)]]
"""The cells of each notebook, by its file's name."""

_FILE = TypeAdapter(Notebooks)


@dataclass(frozen=True)
class CellChange:
    """How a cell isn't as it was.

    `number` counts the cells of the notebook as it is now, of a cell that's gone those of the earlier one. `was` is
    its earlier number where it stands elsewhere among the others, else 0.
    """

    number: int
    how: How
    cell: Cell
    was: int
    pieces: Sequence[Piece]
    tags: tuple[Sequence[str], Sequence[str]] | None


@dataclass(frozen=True)
class NotebookChange:
    """What changed in one notebook: the first few cells, and how many more there are."""

    name: str
    cells: Sequence[CellChange]
    more: int


def take_notebooks(paths: Iterable[Path]) -> Notebooks:
    """The notebooks' cells as their files have them; a file that's no notebook isn't there."""
    found = Notebooks()
    for path in paths:
        try:
            cells = [_cell(each) for each in json.loads(path.read_bytes())["cells"]]
            _FILE.dump_json({path.name: cells})  # refuses halves of surrogates
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue
        found[path.name] = cells
    return found


def _cell(written: Mapping[str, object]) -> Cell:
    source, metadata = written["source"], written.get("metadata")
    tags = metadata.get("tags", []) if isinstance(metadata, dict) else []
    text = source if isinstance(source, str) else "".join(source)  # type: ignore[arg-type]  # lines, as Jupyter writes
    return Cell(id=written.get("id", ""), kind=written["cell_type"], tags=tags, source=text)


def notebooks_file(notebooks: Notebooks) -> bytes:
    """All of it compressed; the same words give the same bytes."""
    return gzip.compress(_FILE.dump_json(notebooks), mtime=0)


def read_notebooks(path: Path) -> Notebooks | None:
    """What an earlier build left; None where there's nothing that can be read, or more than any of ours."""
    try:
        with gzip.open(path) as file:
            text = file.read(MAX_UNPACKED + 1)
        return None if len(text) > MAX_UNPACKED else _FILE.validate_json(text)
    except (OSError, EOFError, zlib.error, ValidationError):
        return None


def notebook_change(name: str, old: Sequence[Cell], new: Sequence[Cell]) -> NotebookChange:
    """What changed from one notebook to the other; no cells where the words and tags are the same."""
    pairs = _pairs(old, new)
    moved = _moved(pairs)
    then = {now: before for before, now in pairs.items()}
    found = sorted([*_gone(old, pairs), *_present(old, new, then, moved)], key=lambda each: each[0])
    shown = [_change(old, new, before, now, moved) for _, before, now in found[:MOST_CELLS]]
    return NotebookChange(name, shown, max(0, len(found) - MOST_CELLS))


def _gone(old: Sequence[Cell], pairs: Mapping[int, int]) -> Iterator[tuple[float, int | None, int | None]]:
    """The cells that are no more, each in its place: behind the one that stood before it."""
    place = -1.0
    for number in range(len(old)):
        if number in pairs:
            place = pairs[number]
        else:
            yield place + 0.5, number, None


def _present(
    old: Sequence[Cell], new: Sequence[Cell], then: Mapping[int, int], moved: set[int]
) -> Iterator[tuple[float, int | None, int | None]]:
    for number, cell in enumerate(new):
        before = then.get(number)
        if before is None or number in moved or (cell.said, cell.tags) != (old[before].said, old[before].tags):
            yield number, before, number


def _change(
    old: Sequence[Cell], new: Sequence[Cell], before: int | None, now: int | None, moved: set[int]
) -> CellChange:
    if now is None or before is None:
        at, cells, how = (before, old, "removed") if now is None else (now, new, "added")
        assert at is not None  # noqa: S101 (a change is of one side at least)
        pieces = word_changes(*((cells[at].source, "") if how == "removed" else ("", cells[at].source)))
        return CellChange(at + 1, "removed" if now is None else "added", cells[at], 0, pieces, None)
    then, cell = old[before], new[now]
    pieces = word_changes(then.source, cell.source) if then.source != cell.source else []
    tags = (then.tags, cell.tags) if then.tags != cell.tags else None
    return CellChange(now + 1, "changed", cell, before + 1 if now in moved else 0, pieces, tags)


def _id_and_words(cell: Cell) -> object:
    return cell.id, cell.said


def _words(cell: Cell) -> object:
    return cell.said


def _id(cell: Cell) -> object:
    return cell.id and (cell.id, cell.kind)


def _pairs(old: Sequence[Cell], new: Sequence[Cell]) -> dict[int, int]:
    """Which earlier cell is which now: the first that says the same, else that of its id, else one much alike.

    An id alone isn't trusted before the words are: some number their cells by it.
    """
    pairs = dict[int, int]()
    for key in (_id_and_words, _words, _id):
        free: dict[object, list[int]] = {}
        taken = set(pairs.values())
        for number in reversed(range(len(new))):
            if number not in taken and (known := key(new[number])):
                free.setdefault(known, []).append(number)
        for number, each in enumerate(old):
            if number not in pairs and (same := free.get(key(each))):
                pairs[number] = same.pop()
    left = [number for number in range(len(new)) if number not in set(pairs.values())][:MOST_CELLS]
    for number in [number for number in range(len(old)) if number not in pairs][:MOST_CELLS]:
        best, alike = max(((_likeness(old[number], new[one]), -one) for one in left), default=(0.0, 0))
        if best >= _ALIKE:
            pairs[number] = -alike
            left.remove(-alike)
    return pairs


def _likeness(one: Cell, other: Cell) -> float:
    return (
        SequenceMatcher(None, one.source, other.source, autojunk=False).quick_ratio() if one.kind == other.kind else 0
    )


def _moved(pairs: Mapping[int, int]) -> set[int]:
    """The cells of now that stand elsewhere among those that were there: all but a longest row in the old order."""
    ends, places, before = list[int](), list[int](), dict[int, int]()
    for _, now in sorted(pairs.items()):
        at = bisect_left(ends, now)
        ends[at:] = [now, *ends[at + 1 :]]
        places[at:] = [now, *places[at + 1 :]]
        if at:
            before[now] = places[at - 1]
    kept, now_at = set[int](), ends[-1] if ends else None
    while now_at is not None:
        kept.add(now_at)
        now_at = before.get(now_at)
    return set(pairs.values()) - kept
