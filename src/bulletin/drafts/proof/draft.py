"""A draft as the rules read it: paragraphs with their text made even, and the figures bookmarked in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from bulletin.drafts.proof.finding import Place

Kind = Literal["heading", "body", "cell"]

HAN = r"[\u3400-\u9fff\u3007]"

_EVEN = str.maketrans("０１２３４５６７８９％．()", "0123456789%.（）")
_HALF_STOP = re.compile(rf"(?<={HAN})[,;]|[,;](?={HAN})|(?<=[）)%])[,;]")
_SPACE = re.compile(r"[\s\u3000\u200b\ufeff\u00ad]")

_NUMBERING = re.compile(r"(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+[.、．]|（\d+）)")
_OPENING, _CLOSING = "（《“‘〔", "）》”’〕"
_STOPS = "。！？"


@dataclass(frozen=True)
class Mark:
    """A bookmark of ours round a figure: its name, and where it is in the paragraph's `text`."""

    name: str
    start: int
    end: int


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, heading or table cell. `number` counts from 1 in reading order, `raw` is what stands there.

    A row of a table in plain text is one paragraph, of the kind `cell`; its cells share its number.
    """

    number: int
    raw: str
    kind: Kind
    raw_marks: Sequence[Mark] = field(default=(), compare=False)
    shift: int = 0
    """Where it begins in its line's `text`, of a table's cell in plain text: a line there is one paragraph."""

    @cached_property
    def offsets(self) -> list[int]:
        """Where in `raw` each character of `text` stands, and where its end is."""
        kept = [place for place, char in enumerate(self.raw) if not self._is_blank(place, char)]
        return [*kept, kept[-1] + 1 if kept else 0]

    def _is_blank(self, place: int, char: str) -> bool:
        """A blank that no Latin words need."""
        if not _SPACE.match(char):
            return False
        before, after = self.raw[:place].rstrip()[-1:], self.raw[place + 1 :].lstrip()[:1]
        return not (before.isascii() and after.isascii() and before.isalnum() and after.isalnum())

    @cached_property
    def text(self) -> str:
        """The text without blanks between Chinese characters; figures, brackets and commas in one form."""
        even = "".join(self.raw[place] for place in self.offsets[:-1]).translate(_EVEN)
        return _HALF_STOP.sub(lambda match: "，" if match[0] == "," else "；", even)

    @cached_property
    def marks(self) -> list[Mark]:
        """The figures' bookmarks, in places of `text`."""
        found = []
        for mark in self.raw_marks:
            start = sum(place < mark.start for place in self.offsets[:-1])
            end = sum(place < mark.end for place in self.offsets[:-1])
            found.append(Mark(mark.name, start, end))
        return found

    def place(self, start: int = 0, end: int | None = None) -> Place:
        """A stretch of this paragraph."""
        return Place(self.number, self.shift + start, self.shift + (len(self.text) if end is None else end))

    def said(self, start: int, end: int) -> str:
        """What stands in the draft for that stretch of `text`."""
        return self.raw[self.offsets[start] : self.offsets[max(start, end - 1)] + 1] if end > start else ""

    def sentences(self) -> Iterator[tuple[int, int]]:
        """Where the sentences are; a full stop inside brackets or quotes ends none."""
        yield from _split(self.text, _STOPS)

    def segments(self) -> Iterator[tuple[int, int]]:
        """Where the sentences are, parted at semicolons too."""
        yield from _split(self.text, _STOPS + "；")


def _split(text: str, stops: str) -> Iterator[tuple[int, int]]:
    start, depth = 0, 0
    for place, char in enumerate(text):
        depth = max(0, depth + (char in _OPENING) - (char in _CLOSING))
        # An unclosed bracket must not swallow the rest of the paragraph.
        if char in stops and (not depth or (text.find("）", place) < 0 and text.find("”", place) < 0)):
            yield start, place + 1
            start, depth = place + 1, 0
    if start < len(text):
        yield start, len(text)


@dataclass(frozen=True)
class Draft:
    """A draft: its paragraphs in reading order; `tables` have the paragraphs of each cell, row by row."""

    paragraphs: Sequence[Paragraph]
    tables: Sequence[Sequence[Sequence[Paragraph]]] = ()

    def body(self) -> Iterator[Paragraph]:
        """The paragraphs of running text."""
        return (each for each in self.paragraphs if each.kind == "body")


def kind_of(text: str) -> Kind:
    """Whether a line of text is a heading: numbered, and no sentence."""
    bare = "".join(text.split()).translate(_EVEN)
    numbered = _NUMBERING.match(bare)
    return "heading" if numbered and len(bare) <= 40 and not re.search("[。；，：]", bare) else "body"
