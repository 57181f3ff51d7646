"""The period's front page: every report with its state and links, the figures, the ranking, the records' quality."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from markupsafe import Markup

from bulletin.export.html.bars import month_bars
from bulletin.export.html.page import render_page
from bulletin.facts.facts import Fact, decimal_value, format_rate
from bulletin.facts.metric import ABOUT_RECORDS, ranked
from bulletin.notebook.period import PeriodResults
from bulletin.project.states import STATES, State
from bulletin.records.faults import counts_by_kind, fault_titles

_STALE = "已过期的报告在生成之后，数据、参数、笔记本或程序有改动，请重新生成。"

Link = tuple[str, str]
"""A label, and a path relative to the page."""


@dataclass(frozen=True)
class Card:
    """One report on the front page: what came of its proof-reading, its files that people edited and a build set aside."""

    name: str
    state: State
    error: str
    links: Sequence[Link]
    proof: str = ""
    edited: Sequence[Link] = ()


@dataclass(frozen=True)
class KeyFigure:
    """One of the topmost scope's figures, and in words how it changed since the earlier period, if there is one."""

    title: str
    text: str
    change: str


@dataclass(frozen=True)
class RankCell:
    """A county's rate: its text, its value for sorting, its place, its months."""

    text: str
    value: str
    rank: str
    bars: Markup


@dataclass(frozen=True)
class RankRow:
    """A county in the ranking: its place in administrative order, its report's page if it's there, its rates."""

    place: int
    name: str
    href: str
    rates: Sequence[RankCell]


@dataclass(frozen=True)
class Ranking:
    """The counties by on-site rate; `tops` say for each rate how much a whole bar is."""

    titles: Sequence[str]
    tops: Sequence[str]
    rows: Sequence[RankRow]


@dataclass(frozen=True)
class Quality:
    """What is wrong in the records: faults by kind, faults and records left out by county, the marked copies.

    `apart` says what they hold of other periods, which is nothing wrong.
    """

    kinds: Sequence[tuple[str, int]]
    counties: Sequence[tuple[str, int, int]]
    copies: Sequence[Link]
    apart: str = ""


@dataclass(frozen=True)
class FrontPage:
    """All that the front page says. `since` says what changed since the last build.

    `edited` are the period's own files, reports aside, that people edited and a build set aside.
    """

    bureau: str
    title: str
    period_title: str
    notice: str | None
    gaps: Sequence[str]
    since: str
    key_figures: Sequence[KeyFigure]
    reports: Sequence[Card]
    ranking: Ranking
    quality: Quality
    files: Sequence[tuple[str, str]]
    generated_at: str
    edited: Sequence[Link] = ()

    @property
    def states(self) -> str:
        """How many reports there are of each state, and what to do where some are stale."""
        counts = Counter(card.state for card in self.reports)
        told = "，".join(f"{title} {counts[state]} 份" for state, title in STATES.items() if counts[state])
        return f"共 {len(self.reports)} 份：{told}。{_STALE if counts['stale'] else ''}"

    @property
    def whole(self) -> bool:
        """Whether every report is there as it should be."""
        return all(card.state in ("built", "unchanged") for card in self.reports)


def render_front(front: FrontPage) -> str:
    """The page as HTML, self-contained."""
    return render_page("front.html.j2", scripts=("sort",), front=front, states=STATES)


def key_figures(results: PeriodResults) -> list[KeyFigure]:
    """Return the figures of the topmost scope that the page begins with: the headlines."""
    facts, previous = results.facts, results.previous
    figures = []
    for fact in facts.of(facts.top.code).values():
        if not fact.metric.headline:
            continue
        told = ""
        if previous:
            change = previous.change(facts, fact.metric.name, fact.scope.code)
            told = (
                f"{previous.since(results.params.window.period)}{change.words}"
                if change.amount
                else f"与{previous.title}持平"
            )
            if change.amount is None:
                told = f"{previous.title}{change.words}"
        figures.append(KeyFigure(fact.title, fact.text, told))
    return figures


def ranking(results: PeriodResults, hrefs: Mapping[str, str]) -> Ranking:
    """Return the scopes by the first rate that has ranks, those without a rate last; `hrefs` lead to reports, by code."""
    facts, monthly = results.facts, results.computed.months
    window = results.params.window
    months = range(window.first.month, window.last.month + 1)
    ranks = ranked(facts.catalogue)
    tops = {
        rate: max((share for rates in monthly[rate].values() for share in rates.values()), default=Fraction(0))
        for rate in ranks
    }
    places = {code: place for place, code in enumerate(facts.counties, start=1)}
    official = {fact.scope.code: fact.value for fact in facts.by_county(next(iter(ranks)))}
    rows = []
    for code in sorted(places, key=lambda code: (official[code] is None, -Fraction(official[code] or 0))):
        name, cells = facts.counties[code], []
        for rate, rank in ranks.items():
            fact, placed, own = facts(rate, code), facts(rank.name, code), monthly[rate].get(code)
            bars = month_bars(f"{name}逐月{fact.title}", own, months, tops[rate]) if own else Markup("")
            cells.append(RankCell(fact.text, sort_value(fact), "" if placed.value is None else f"第{placed}", bars))
        rows.append(RankRow(places[code], name, hrefs.get(code, ""), cells))
    titles = [facts.catalogue[rate].title for rate in ranks]
    return Ranking(titles, [format_rate(tops[rate]) for rate in ranks], rows)


def sort_value(fact: Fact) -> str:
    """A figure as a number for sorting; nothing where it doesn't exist."""
    return "" if fact.value is None else decimal_value(Fraction(fact.value))


def quality(results: PeriodResults, copies: Sequence[Link]) -> Quality:
    """What is wrong in the records; a county without anything to say of it isn't listed."""
    warnings, facts = results.computed.warnings, results.facts
    about = [metric.name for metric in facts.catalogue.values() if metric.group == ABOUT_RECORDS]
    # A fault knows its county by name alone: of two counties with one name, both are meant.
    faults = Counter(fault.scope for fault in warnings)
    counties = [
        (name, faults[name], sum(int(facts(metric, code).value or 0) for metric in about))
        for code, name in facts.counties.items()
    ]
    known = set(facts.counties.values())  # a county that is gone isn't among them
    counties.append(("不能归到县（市、区）的", sum(n for name, n in faults.items() if name not in known), 0))
    schema = results.computed.records.schema
    titles = fault_titles(schema)
    kinds = [(titles[kind], count) for kind, count in counts_by_kind(warnings, schema)]
    return Quality(kinds, [row for row in counties if any(row[1:])], copies, results.computed.apart)
