"""How wide a text is where every character has one column or two: in a terminal, in an editor."""

from __future__ import annotations

import unicodedata


def text_width(text: str) -> int:
    """The columns that a text takes: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
