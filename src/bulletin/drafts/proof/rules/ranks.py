"""The rule on rankings of ours, 甲县（12.00%）、乙县（5.00%）: names, rates and order are the facts', and none is missing.

What a run is of is known by the rates in it that still have their bookmarks.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from bulletin.drafts.proof.draft import Paragraph
from bulletin.drafts.proof.finding import Finding
from bulletin.drafts.proof.reading import Figure, Reading
from bulletin.drafts.proof.rules.vouched import county_names, even
from bulletin.facts.facts import Fact, Facts

_BRACKETS = re.compile("（([^（）]*)）")
_RATE = re.compile(r"\d+(?:\.\d+)?%")
_NAMED = re.compile("(?:、|和|与|及|以及)?([^、，；。：（）]*)$")
_FROM_HIGH = re.compile("由高到低(?:为|依次为)：$")
_STOPS = re.compile("[。；]|$")


@dataclass(frozen=True)
class _Item:
    """A name with its rate in brackets: where it is, and the bookmarked figure."""

    name: str
    start: int
    rate: str
    end: int
    figure: Figure | None


@dataclass(frozen=True)
class _Ranking:
    """A run of items, and what the facts say of each; None of one whose county isn't known."""

    items: Sequence[_Item]
    facts: Sequence[Fact | None]


def ranked(reading: Reading) -> Iterator[Finding]:
    """Counties with a rate each are named and ordered as the facts have it."""
    if not reading.facts:
        return
    names = county_names(reading.facts)
    known: dict[tuple[int, int], Figure] = {
        (each.place.paragraph, each.place.start): each
        for each in reading.figures
        if reading.facts(each.metric, each.scope).unit == "rate" and reading.facts.scopes[each.scope].parent
    }
    for paragraph in reading.draft.body():
        for items in _runs(paragraph, names, known):
            metrics = {each.figure.metric for each in items if each.figure}
            if len(metrics) == 1 and len(items) > 1:
                (metric,) = metrics
                ranking = _Ranking(items, [_fact(reading.facts, metric, each) for each in items])
                yield from _against_facts(reading, paragraph, ranking)
                yield from _missing(reading, reading.facts, paragraph, metric, ranking)


def _runs(
    paragraph: Paragraph, names: Sequence[str], known: Mapping[tuple[int, int], Figure]
) -> Iterator[Sequence[_Item]]:
    run: list[_Item] = []
    for match in _BRACKETS.finditer(paragraph.text):
        figure = known.get((paragraph.number, match.start(1)))
        if not figure and not _RATE.fullmatch(match[1]):
            continue
        before = paragraph.text[run[-1].end if run else 0 : match.start()]
        name = next((each for each in names if before.endswith(each)), "")
        rest = _NAMED.search(before.removesuffix(name))
        if run and rest and (rest.start() > 0 or (name and rest[1])):
            yield run
            run = []
        name = name or (rest[1] if rest else "")
        run.append(_Item(name, match.start() - len(name), match[1], match.end(), figure))
    yield run


def _fact(facts: Facts, metric: str, item: _Item) -> Fact | None:
    if item.figure:
        return facts(metric, item.figure.scope)
    scopes = [code for code, name in facts.counties.items() if even(name) == item.name]
    return facts.get(metric, scopes[0]) if len(scopes) == 1 else None


def _against_facts(reading: Reading, paragraph: Paragraph, ranking: _Ranking) -> Iterator[Finding]:
    right: list[tuple[_Item, Fact]] = []
    for item, fact in zip(ranking.items, ranking.facts, strict=True):
        if fact is None:
            continue
        name = even(fact.scope.name)
        rate = item.end - 1 - len(item.rate)
        if item.name != name:
            told = f"{fact.text}是{name}的{fact.title}。"
            yield reading.finding("county", paragraph, (item.start, rate - 1), name, told)
        elif not item.figure and item.rate != fact.text:
            told = f"{fact.title}（{name}）写的是{item.rate}，指标为{fact.text}。"
            yield reading.finding("drift", paragraph, (rate, item.end - 1), fact.text, told)
        elif any(fact.scope == other.scope for _, other in right):
            yield reading.finding("list-duplicate", paragraph, (item.start, item.end), "", f"{name}重复列出。")
        else:
            right.append((item, fact))
    for (one, first), (two, second) in itertools.pairwise(right):
        if _value(second) > _value(first):
            order = "、".join(even(fact.scope.name) for _, fact in sorted(right, key=lambda each: -_value(each[1])))
            told = f"应由高到低排列，而{even(first.scope.name)}与{even(second.scope.name)}的次序不符。"
            yield reading.finding("ranking", paragraph, (one.start, two.end), order, told)
            return


def _missing(reading: Reading, facts: Facts, paragraph: Paragraph, metric: str, ranking: _Ranking) -> Iterator[Finding]:
    """Those that the whole ranking has and the sentence doesn't."""
    text = paragraph.text
    start, end = ranking.items[0].start, ranking.items[-1].end
    if not _FROM_HIGH.search(text[:start]) or text.startswith("等", end):
        return
    stop = _STOPS.search(text, end)
    rest = text[start : stop.start() if stop else len(text)]
    named = {*re.findall("|".join(map(re.escape, county_names(facts))), rest)}
    scopes = {each.scope for each in ranking.facts if each}
    gone = [each for each in facts.ranking(metric) if each.scope not in scopes and even(each.scope.name) not in named]
    if gone:
        names = "、".join(even(each.scope.name) for each in gone)
        told = f"{gone[0].title}的排名中缺{names}。"
        yield reading.finding("list-count", paragraph, (start, end), names, told)


def _value(fact: Fact) -> Fraction:
    return Fraction(fact.value or 0)
