"""What another program refuses for a moment only: antivirus, an indexer or WPS looks at each new file and lets it go again."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, sleep
from typing import ParamSpec, TypeVar

from bulletin.project.errors import is_refused

P = ParamSpec("P")
T = TypeVar("T")

_PATIENCE = 2.0
"""Seconds after which a refusal counts."""

_FIRST_PAUSE = 0.05
"""Seconds before the second try; each later pause is twice as long."""


def patiently(move: Callable[P, T], *given: P.args, **options: P.kwargs) -> T:
    """Move, replace or remove something, again and again while it's refused, for at most two seconds.

    Raises:
        OSError: the last refusal; at once whatever no waiting mends, as a full disk.

    """
    end, pause = monotonic() + _PATIENCE, _FIRST_PAUSE
    while True:
        try:
            return move(*given, **options)
        except OSError as error:
            left = end - monotonic()
            if left <= 0 or not is_refused(error):
                raise
        sleep(min(pause, left))
        pause *= 2
