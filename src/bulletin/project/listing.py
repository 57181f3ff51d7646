"""Lists on the screen: a city's counties are named one by one, a country's are counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

MOST_LISTED = 40
"""Lines of one kind that a command shows: the country has 2,844 counties."""


def shortened(lines: Sequence[str], rest: Callable[[int], str]) -> list[str]:
    """The lines; of very many the first, and what `rest` says of how many more there are."""
    more = len(lines) - MOST_LISTED
    return [*lines[:MOST_LISTED], rest(more)] if more > 0 else list(lines)
