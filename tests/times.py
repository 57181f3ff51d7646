"""How often a test repeats itself: on a user's machine as often as finds what breaks, in CI as often as finds what is rare."""

from __future__ import annotations

import os


def times(in_ci: int, elsewhere: int) -> int:
    """The number of repetitions here."""
    return in_ci if os.environ.get("BULLETIN_CI") else elsewhere
