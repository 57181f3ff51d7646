"""What somebody may have meant who wrote what there isn't: a county, a command, a key."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

_MOST = 3
"""Names that are asked after at most: of more, none is near."""


def nearest(wanted: str, known: Iterable[str]) -> list[str]:
    """Find what is near: the names that begin so, those that hold it, else those that differ by a letter or two.

    A number is near only those that begin with it: any other is as like as the next.
    """
    from difflib import SequenceMatcher  # noqa: PLC0415 (of use only where something is wrong)

    plain, names = _plain(wanted), {name: _plain(name) for name in known}
    if not plain:
        return []
    begun = [name for name, each in names.items() if each.startswith(plain)]
    if begun or plain.isdecimal() or len(plain) == 1:
        return begun if len(begun) <= _MOST else []
    holding = [name for name, each in names.items() if plain in each]
    if holding:
        return holding if len(holding) <= _MOST else []
    alike = {name: SequenceMatcher(None, plain, each).ratio() for name, each in names.items()}
    best = max([*alike.values(), 0.6])
    found = [name for name, each in alike.items() if each == best]
    return found if len(found) <= _MOST else []


def asked(names: Sequence[str]) -> str:
    """The names as a question, as 是否为 翼城县？; nothing where there are none."""
    if not names:
        return ""
    *others, last = names
    return f"是否为 {'、'.join(others)} 或 {last}？" if others else f"是否为 {last}？"


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
