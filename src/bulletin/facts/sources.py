"""Where a figure comes from: the rows behind it, those left out and why, and what a mean was taken of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

OTHER_PERIODS = "other-periods"
"""Why rows aren't used that are at no fault: that they add up to the file's is what a reader holds against it."""

Parts = list[tuple[str, int, int]]
"""Who, the parts done, the parts owed."""


@dataclass(frozen=True)
class Rows:
    """How many rows of a table one scope's figures use, and how many not, by kind of fault or as OTHER_PERIODS."""

    used: int
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def plain(self) -> list[int | dict[str, int]]:
        """Both as plain data."""
        return [self.used, dict(self.left_out)]
