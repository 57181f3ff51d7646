"""Which words of a text went and which came, as a reader sees it: character by character in Chinese."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import chain
from typing import Literal, NamedTuple

_WORD = re.compile(r"[A-Za-z_]+|\d+(?:\.\d+)?|.", re.DOTALL)
"""What changes as a whole: a name of Latin letters, a number, any other single character."""

_AROUND = 24
"""Characters of what stayed that are shown beside a change."""

_MOST_SHOWN = 600
"""Characters of one change, and _MOST_PIECES of a text, beyond which nobody reads on."""

_MOST_PIECES = 60

_MOST_EQUAL = 200_000
"""Pairs of equal parts up to which two texts are compared: the time grows with them. Beyond, all of it changed."""

Kept = Literal["same", "gone", "come"]


class Piece(NamedTuple):
    """A stretch of the text: it stayed, went or came."""

    how: Kept
    text: str


Run = tuple[str, str]
"""What stood there and what stands there, equal where nothing changed."""


def word_changes(old: str, new: str) -> list[Piece]:
    """The change from one text to another in reading order; what stayed is shown only beside what changed."""
    runs = chain.from_iterable(_within(*run) for run in _runs(old.splitlines(True), new.splitlines(True)))
    return _shortened(list(_pieces(_joined(runs))))


def _within(old: str, new: str) -> Iterable[Run]:
    if old == new or not old or not new:
        return [(old, new)]
    words = _WORD.findall(old), _WORD.findall(new)
    lines = old.splitlines(keepends=True), new.splitlines(keepends=True)
    if _costly(*words) and len(lines[0]) == len(lines[1]) > 1:
        return chain.from_iterable(_within(*pair) for pair in zip(*lines, strict=True))
    return _runs(*words)


def _costly(one: Sequence[str], other: Sequence[str]) -> bool:
    counts = Counter(other)
    return sum(counts[part] for part in one) > _MOST_EQUAL


def _runs(old: Sequence[str], new: Sequence[str]) -> Iterator[Run]:
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    yield "".join(old[:start]), "".join(new[:start])
    one, other = old[start : len(old) - end], new[start : len(new) - end]
    if _costly(one, other):
        yield "".join(one), "".join(other)
    else:
        for _, i1, i2, j1, j2 in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
            yield "".join(one[i1:i2]), "".join(other[j1:j2])
    yield "".join(old[len(old) - end :]), "".join(new[len(new) - end :])


def _joined(runs: Iterable[Run]) -> list[Run]:
    """Neighbours of one kind are one; a single character that stayed between two replaced ones is read with them."""
    found = list[Run]()
    for old, new in runs:
        if not old and not new:
            continue
        changed = old != new
        if old and new and changed and len(found) > 1 and _single(found[-1]) and all(found[-2]):
            lone = found.pop()
            found[-1] = (found[-1][0] + lone[0], found[-1][1] + lone[1])
        if found and (found[-1][0] != found[-1][1]) == changed:
            found[-1] = (found[-1][0] + old, found[-1][1] + new)
        else:
            found.append((old, new))
    return found


def _single(run: Run) -> bool:
    return run[0] == run[1] and len(run[0]) == 1 and run[0] != "\n"


def _pieces(runs: Iterable[Run]) -> Iterator[Piece]:
    for old, new in runs:
        if old == new:
            yield Piece("same", old)
            continue
        if old:
            yield Piece("gone", old)
        if new:
            yield Piece("come", new)


def _shortened(pieces: Sequence[Piece]) -> list[Piece]:
    shown = list[Piece]()
    for number, (how, text) in enumerate(pieces[:_MOST_PIECES]):
        if how != "same":
            shown.append(
                Piece(how, text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}……（共 {len(text)} 字）")
            )
            continue
        before, after = (_AROUND if number else 0), (_AROUND if number < len(pieces) - 1 else 0)
        if len(text) > before + after + 2:
            shown.append(Piece(how, f"{text[:before]}……{text[len(text) - after :]}"))
        else:
            shown.append(Piece(how, text))
    return [*shown, Piece("same", "……（改动较多，以下从略）")] if len(pieces) > _MOST_PIECES else shown
