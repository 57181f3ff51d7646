"""The dictionary of Chinese words: what is one, and where they part."""

from __future__ import annotations

from functools import cache
from types import ModuleType


@cache
def _jieba() -> ModuleType:
    import rjieba  # noqa: PLC0415 (it reads its dictionary as it's imported: a fifth of a second, and not every text asks)

    return rjieba


def has_word(text: str) -> bool:
    """Return whether that is a word."""
    return bool(_jieba().has_word(text))


def cut(text: str) -> list[str]:
    """Return the words of a text, in order."""
    return list(_jieba().cut(text))
