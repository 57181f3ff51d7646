"""Names of files and folders made of text from records: never a path, on Windows too, and never one for two texts."""

from __future__ import annotations

import re

from bulletin.project.digests import digest_of

_PLAIN = re.compile(r"[0-9A-Z][0-9A-Z-]{0,39}")
_RESERVED = re.compile(r"(?:CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])")
"""What Windows takes for a device, whatever stands behind the dot."""

_EDITED = re.compile(r"\.改动(?:[2-9]|[1-9]\d+)?(?=\.[^.]+$|$)")
"""In the name of a file that was set aside."""

_LONGEST = 40
"""Characters of a part of a name. A path on Windows has 260, and the project's own folder comes first."""


def scope_folder(code: str, name: str) -> str:
    """Return the folder of a scope's report: its code and, for the reader, its name, which has no hyphen here."""
    return f"{code_name(code)}-{_safe(name)}"


def code_name(code: str) -> str:
    """A code as a name, or as the first part of one: the code itself where it's plain.

    Any other gets a digest, by which it's another's name on no system: Windows knows no case.
    """
    if _PLAIN.fullmatch(code) and not _RESERVED.fullmatch(code):
        return code
    return f"{_safe(code)}-{digest_of(code.encode('utf-8'))[:8]}"


def _safe(text: str) -> str:
    """Letters, digits and _ of any script."""
    return re.sub(r"\W", "_", text)[:_LONGEST]


def is_set_aside(name: str) -> bool:
    """Return whether a file has the name of one that was edited and set aside."""
    return bool(_EDITED.search(name))
