"""Word files as pages: laid out by LibreOffice, measured from the PDF's own coordinates, in millimetres."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

FONTS = Path(__file__).with_name("fonts.conf")
"""Maps the five fonts that a bulletin names to fonts that Debian has."""

_MM = 25.4 / 72


@dataclass(frozen=True)
class Ink:
    """A glyph or a rule where its ink stands, from the page's upper left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Page:
    """One page: its size, its glyphs in reading order, its rules."""

    width: float
    height: float
    glyphs: list[Ink]
    rules: list[Ink]

    @property
    def text(self) -> str:
        return "".join(glyph.text for glyph in self.glyphs)

    def find(self, text: str) -> list[Ink]:
        """The glyphs of the first occurrence of `text` (without blanks)."""
        start = self.text.index(text)
        return self.glyphs[start : start + len(text)]

    def lines(self) -> list[list[Ink]]:
        """The glyphs of the text's area line by line, punctuation with the line whose feet it shares."""
        lines: list[list[Ink]] = []
        for glyph in self.glyphs:
            middle = (glyph.top + glyph.bottom) / 2
            if lines and abs(middle - (lines[-1][0].top + lines[-1][0].bottom) / 2) < 4:
                lines[-1].append(glyph)
            else:
                lines.append([glyph])
        return lines


def pages_of(words: Mapping[str, bytes], folder: Path, soffice: Path) -> dict[str, list[Page]]:
    """Lay Word files out and read their pages, by the same names: LibreOffice's start takes longer than its work."""
    for name, word in words.items():
        (folder / f"{name}.docx").write_bytes(word)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    sources = [str(folder / f"{name}.docx") for name in words]
    command = [str(soffice), profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *sources]
    fonts = {"FONTCONFIG_FILE": str(FONTS)}
    subprocess.run(command, check=True, capture_output=True, env=os.environ | fonts)
    return {name: _pages(folder / f"{name}.pdf") for name in words}


def _pages(path: Path) -> list[Page]:
    with pypdfium2.PdfDocument(path) as pdf:
        return [_page(page) for page in pdf]


def _page(page: Any) -> Page:
    width, height = page.get_size()
    text = page.get_textpage()

    def ink(what: str, box: tuple[float, float, float, float]) -> Ink:
        left, bottom, right, top = box
        return Ink(what, left * _MM, (height - top) * _MM, right * _MM, (height - bottom) * _MM)

    def glyphs() -> Iterator[Ink]:
        for number in range(text.count_chars()):
            char = text.get_text_range(number, 1)
            if char.strip():
                yield ink(char, text.get_charbox(number))

    paths = [each for each in page.get_objects() if each.type == pdfium.FPDF_PAGEOBJ_PATH]
    return Page(width * _MM, height * _MM, list(glyphs()), [ink("", path.get_bounds()) for path in paths])
