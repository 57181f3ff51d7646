"""Small charts for tables: a bar a month as inline SVG, its figures as the text that stands for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from markupsafe import Markup

from bulletin.facts.facts import ABSENT, format_rate

_STEP, _BAR, _HEIGHT = 7, 5, 18
_LEAST = 0.8
"""Height of a bar of zero: what was owed and not done is seen too."""


def month_bars(title: str, rates: Mapping[int, Fraction], months: Sequence[int], top: Fraction) -> Markup:
    """A bar for each of `months`, as high as its share of `top`; a month without a rate has none."""
    path = "".join(
        f"M{place * _STEP} {_HEIGHT}v-{_bar(rates[month], top):g}h{_BAR}V{_HEIGHT}z"
        for place, month in enumerate(months)
        if month in rates
    )
    said = "，".join(f"{month}月{format_rate(rates[month]) if month in rates else ABSENT}" for month in months)
    width = len(months) * _STEP
    return Markup(
        '<svg class="bars" role="img" viewBox="0 0 {0} {1}" width="{0}" height="{1}"><title>{2}：{3}</title>'
        '<path d="{4}"/></svg>'
    ).format(width, _HEIGHT, title, said, path)


def _bar(rate: Fraction, top: Fraction) -> float:
    return max(round(float(rate / top) * _HEIGHT, 1), _LEAST) if rate else _LEAST
