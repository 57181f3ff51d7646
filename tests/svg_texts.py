"""What a chart's SVG says, and where: matplotlib names each text in a comment before its letters' outlines."""

from __future__ import annotations

import html
import re
from typing import NamedTuple

_TEXT = re.compile(
    r'<!-- (.*?) -->\s*<g [^>]*?transform="translate\((\S+) (\S+)\)[^"]*?scale\((\S+) -\S+\)"', re.DOTALL
)


class Text(NamedTuple):
    """A text, where its first letter begins, and its letters' size; all in 1/72 inch."""

    x: float
    y: float
    text: str
    size: float


def texts_of(svg: str) -> list[Text]:
    """Return the texts of the drawing from left to right."""
    found = _TEXT.findall(svg)
    return sorted(Text(float(x), float(y), html.unescape(text), float(scale) * 100) for text, x, y, scale in found)
