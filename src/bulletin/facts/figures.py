"""What the metric modules produce: exact figures, before any rounding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from bulletin.facts.metric import LEVELS, Level

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Scope:
    """Whom a figure is of: `parent` is the code of the scope that it lies in, None of the topmost.

    Codes: `city` of the whole city; else a division's own.
    """

    code: str
    name: str
    level: Level
    parent: str | None = None

    @property
    def below(self) -> Level:
        """The level right below."""
        return LEVELS[LEVELS.index(self.level) + 1]


CITY = "city"
"""The code of the whole city."""

WHOLE = Scope(CITY, "全市", "city")
"""The whole city; every other scope of a city's figures lies in it."""


@dataclass(frozen=True)
class Figure:
    """One metric in one scope, exact. `value` is None where the figure doesn't exist.

    `numerator` and `denominator` are the integers behind a pooled rate, None elsewhere.
    """

    metric: str
    scope: str
    value: int | Fraction | None
    numerator: int | None = None
    denominator: int | None = None


def ratio(metric: str, scope: str, numerator: int, denominator: int) -> Figure:
    """A pooled rate. Over nothing it doesn't exist, and neither do its parts."""
    if not denominator:
        return Figure(metric, scope, None)
    return Figure(metric, scope, Fraction(numerator, denominator), numerator, denominator)


def each_scope(by_county: pd.Series[int], counties: Sequence[str]) -> dict[str, int]:
    """A count for the city, the sum of its counties, and for each county; 0 where a county isn't listed."""
    each = {code: int(by_county.get(code, 0)) for code in counties}
    return {CITY: sum(each.values())} | each


def counts(metric: str, by_county: pd.Series[int], counties: Sequence[str]) -> list[Figure]:
    """A count for the city and for each county."""
    return [Figure(metric, scope, count) for scope, count in each_scope(by_county, counties).items()]


def ratios(
    metric: str, numerators: pd.Series[int], denominators: pd.Series[int], counties: Sequence[str]
) -> list[Figure]:
    """A pooled rate for the city and for each county, from counts by county."""
    above, below = each_scope(numerators, counties), each_scope(denominators, counties)
    return [ratio(metric, scope, above[scope], below[scope]) for scope in above]
