"""Characters that show nothing and still do something: a terminal, a reader's eye or XML obeys them.

Controls (escape sequences, NUL), marks that turn the direction of writing, separators of lines, characters without
width, halves of surrogates. Joiners stay: emoji are made with them.
"""

from __future__ import annotations

import re

# Two of the joiners' neighbours, U+200C and U+200D, are let through; tab and line breaks are blanks, not hidden.
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
"""What no name, word or number holds on purpose."""


def visible(text: str) -> str:
    """The text with [U+202E] in the place of each such character."""
    return UNSEEN.sub(lambda found: marked(found[0]), text)


def marked(character: str) -> str:
    """What stands for a character that can't be seen: [U+202E]."""
    return f"[U+{ord(character):04X}]"


def one_line(text: str, most: int | None = None) -> str:
    """Somebody else's text on one line, all of it visible, cut to so many characters of its own."""
    line = " ".join(text.split())
    return visible(line if most is None or len(line) <= most else f"{line[:most]}……")
