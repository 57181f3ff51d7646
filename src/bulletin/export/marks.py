"""What marks a figure or a label in a Word file: names of bookmarks, by which others find them again."""

from __future__ import annotations

import re
import zlib


def bookmark_name(name: str) -> str:
    """Return the name within what Word allows, with room for a number at its end."""
    return re.sub(r"[^A-Za-z0-9_]", "_", name)[:36]


def figure_name(metric: str, scope: str) -> str:
    """Return the bookmark of a figure in the text; the longest metric with a county's code takes 35 characters."""
    return f"f_{scope}_{metric}"


def target_name(target: str) -> str:
    """Return the bookmark of a caption's or attachment's label, which references point to."""
    return f"r_{zlib.crc32(target.encode('utf-8')):08x}"
