"""The facts table: every figure as other programs and the bulletin read it, rounded once, exactly."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from bulletin.facts.figures import Figure, Scope
from bulletin.facts.metric import Catalogue, Metric, Unit
from bulletin.project.spreadsheet import inert

ABSENT = "—"
"""What stands for a figure that doesn't exist."""

_TWELVE_DIGITS = Context(prec=12, rounding=ROUND_HALF_UP)
"""Decimal division rounds once, from the exact quotient."""

COLUMNS = ("metric", "scope", "scope_name", "value", "numerator", "denominator", "unit", "text", "period")
"""The columns of facts.csv."""


@dataclass(frozen=True)
class Fact:
    """One row of facts.csv. `value` is exact; `text` is the figure as the bulletin prints it."""

    metric: Metric
    scope: Scope
    value: int | Fraction | None
    numerator: int | None = None
    denominator: int | None = None

    @property
    def title(self) -> str:
        """The metric's name in Chinese."""
        return self.metric.title

    @property
    def unit(self) -> Unit:
        """The metric's unit."""
        return self.metric.unit

    @property
    def text(self) -> str:
        """The figure as printed."""
        return format_figure(self.value, self.unit)

    def __str__(self) -> str:
        return self.text


def format_figure(value: int | Fraction | None, unit: Unit) -> str:
    """A figure as the bulletin prints it: `12.34%`, `56`, `是`; `—` where it doesn't exist."""
    if value is None:
        return ABSENT
    if unit == "rate":
        return format_rate(Fraction(value))
    if unit == "flag":
        return "是" if value else "否"
    return str(value)


def format_rate(rate: Fraction) -> str:
    """A rate in per cent with two decimals, rounded half up from the exact fraction.

    Only a rate of exactly 1 prints 100%, and a rate above 0 never prints 0.00%.
    """
    if rate == 1:
        return "100%"
    hundredths = (20000 * rate.numerator + rate.denominator) // (2 * rate.denominator)  # rate × 10⁴, half up
    if rate > 0 and hundredths == 0:
        return "不足0.01%"
    hundredths = min(hundredths, 9999)
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


def decimal_value(value: Fraction) -> str:
    """An exact fraction as a plain decimal: all its digits, or 12 significant ones rounded half up."""
    return format(_TWELVE_DIGITS.divide(Decimal(value.numerator), Decimal(value.denominator)), "f")


class UnknownMetricError(LookupError):
    """A name that no metric of that scope has."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Facts:
    """All facts of one period: by metric and scope, and in the order of facts.csv.

    `catalogue` has all metrics of their field, stated here or not. `period` is the period's name; None where a file of
    facts doesn't say.
    """

    def __init__(self, facts: Sequence[Fact], catalogue: Catalogue, period: str | None = None) -> None:
        self.catalogue, self.period = catalogue, period
        self._facts = {(fact.metric.name, fact.scope.code): fact for fact in facts}
        self._by_scope: dict[str, dict[str, Fact]] = {}
        for fact in facts:
            self._by_scope.setdefault(fact.scope.code, {})[fact.metric.name] = fact
        self.scopes = {fact.scope.code: fact.scope for fact in facts}
        """The scopes by code: the topmost, then those in it in administrative order."""

    @property
    def top(self) -> Scope:
        """The scope that all others lie in."""
        return next(scope for scope in self.scopes.values() if scope.parent is None)

    @property
    def counties(self) -> dict[str, str]:
        """Each county's name by its code, in administrative order."""
        return {code: scope.name for code, scope in self.scopes.items() if scope.level == "county"}

    def __iter__(self) -> Iterator[Fact]:
        return iter(self._facts.values())

    def __len__(self) -> int:
        return len(self._facts)

    def __call__(self, metric: str, scope: str | None = None) -> Fact:
        """Return the fact of that metric and scope, the topmost by default.

        Raises:
            UnknownMetricError: where no metric of that name is stated for that scope.

        """
        try:
            return self._facts[metric, self.top.code if scope is None else scope]
        except KeyError:
            raise UnknownMetricError(metric) from None

    def get(self, metric: str, scope: str) -> Fact | None:
        """The fact of that metric and scope, None where none is stated."""
        return self._facts.get((metric, scope))

    def of(self, scope: str) -> Mapping[str, Fact]:
        """One scope's facts by metric."""
        return self._by_scope.get(scope, {})

    def by_county(self, metric: str) -> list[Fact]:
        """The metric's county facts in administrative order."""
        return [self(metric, code) for code in self.counties]

    def ranking(self, metric: str) -> list[Fact]:
        """The county facts above zero from high to low; equals in administrative order."""
        done = [fact for fact in self.by_county(metric) if fact.value]
        return sorted(done, key=lambda fact: -Fraction(fact.value or 0))


def make_facts(figures: Sequence[Figure], scopes: Sequence[Scope], catalogue: Catalogue, period: str) -> Facts:
    """Put a period's figures in the order of facts.csv: scopes as given, the topmost first; metrics as catalogued."""
    known = {(figure.metric, figure.scope): figure for figure in figures}
    facts = []
    for scope in scopes:
        for metric in catalogue.values():
            if scope.level in metric.levels:
                figure = known[metric.name, scope.code]
                facts.append(Fact(metric, scope, figure.value, figure.numerator, figure.denominator))
    return Facts(facts, catalogue, period)


def facts_csv(facts: Facts) -> bytes:
    """facts.csv: UTF-8, in the form that metrics.md gives; a name that a spreadsheet would run is made inert."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for fact in facts:
        writer.writerow(
            [
                fact.metric.name,
                inert(fact.scope.code),
                inert(fact.scope.name),
                _value_cell(fact.value, fact.metric),
                *("" if part is None else part for part in (fact.numerator, fact.denominator)),
                fact.unit,
                fact.text,
                facts.period or "",
            ]
        )
    return out.getvalue().encode("utf-8")


def _value_cell(value: int | Fraction | None, metric: Metric) -> str:
    if value is None:
        return ""
    return decimal_value(Fraction(value)) if metric.unit == "rate" else str(value)
