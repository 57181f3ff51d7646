"""A chart of a report: the drawing, and what it says in words."""

from __future__ import annotations

from dataclasses import dataclass

from bulletin.notebook.blocks import ChartBlock, ChartData
from bulletin.notebook.theme import WIDTH_MM


@dataclass(frozen=True)
class Chart:
    """A drawn chart, once for print (`png`) and once for pages (`svg`).

    `alt` says its finding to those who can't see it, `data` all its figures.
    """

    key: str
    caption: str
    alt: str
    png: bytes
    svg: str
    data: ChartData

    def block(self, number: int) -> ChartBlock:
        """The chart as the exporters read it."""
        return ChartBlock(
            block="chart",
            key=self.key,
            number=number,
            caption=self.caption,
            alt=self.alt,
            width_mm=WIDTH_MM,
            data=self.data,
        )
