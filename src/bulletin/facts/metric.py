"""A metric: what a figure is of, whatever the field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Unit = Literal["count", "rate", "rank", "flag"]

Level = Literal["province", "city", "county"]
"""The levels of government that figures are stated for, from the top down."""

LEVELS: tuple[Level, ...] = ("province", "city", "county")
ABOVE, COUNTY = LEVELS[:-1], LEVELS[-1:]
"""The levels that have others below them, and the one that hasn't."""

ABOUT_RECORDS = "未计入的记录"
"""The group of metrics that tell of the records rather than of what they are about."""


@dataclass(frozen=True)
class Metric:
    """One metric: where it is stated, what it means, what it's made from.

    `levels` are those that it's stated for. `definition` is a template that its field fills in. `sources` are tables.
    `group` is what it's about, as pages filter and sort by it; a headline is among the first figures that a page shows.
    A figure that only reviewers look at stands in no table of a report. `ranks` names the rate that a rank is of, `counted`
    has the characters that a count is counted with, 家 and 座 say; the first is that of most use.
    """

    name: str
    title: str
    unit: Unit
    levels: tuple[Level, ...]
    definition: str
    sources: tuple[str, ...]
    group: str
    headline: bool = False
    for_reviewers: bool = False
    ranks: str = ""
    counted: str = ""


Catalogue = Mapping[str, Metric]
"""A field's metrics by name, in the order of facts.csv."""


def ranked(catalogue: Catalogue) -> dict[str, Metric]:
    """Return the ranks by the name of the rate that each is of, in the catalogue's order."""
    return {metric.ranks: metric for metric in catalogue.values() if metric.ranks}
