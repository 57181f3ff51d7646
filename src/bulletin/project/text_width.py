"""How wide a text is where every character has one column or two: in a terminal, in an editor, in a Chinese font."""

from __future__ import annotations

import unicodedata


def text_width(text: str, *, printed: bool = False) -> int:
    """Return the columns that a text takes: Chinese characters take two.

    What is of either width (— “ ” ℃) takes one on a screen and two as `printed`, in a Chinese font.
    """
    wide = "WFA" if printed else "WF"
    return sum(2 if unicodedata.east_asian_width(char) in wide else 1 for char in text)
