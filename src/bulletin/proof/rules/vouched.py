"""Rules on drafts of ours: lists, rankings and tables hold what the facts and the notebook say."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from bulletin.export.office import clean
from bulletin.facts import Fact, Facts
from bulletin.metrics.catalogue import METRICS
from bulletin.metrics.figures import CITY
from bulletin.proof.draft import Paragraph
from bulletin.proof.finding import Finding
from bulletin.proof.place import label_of
from bulletin.proof.reading import Figure, Reading

_COUNT = re.compile(r"(\d+)个县（市、区）")
_FROM_HIGH = re.compile(r"由高到低(?:为|依次为)：$")


def even(text: str) -> str:
    """A text as a draft's paragraphs have it."""
    return Paragraph(0, clean(text), "cell").text


def county_names(facts: Facts) -> list[str]:
    """The counties' names as a draft's paragraphs have them, long ones first: 东城区 before 城区."""
    return sorted({even(name) for name in facts.counties.values()}, key=lambda each: (-len(each), each))


def ranked(reading: Reading) -> Iterator[Finding]:
    """Counties with a bookmarked rate each, 甲县（12%）、乙县（5%）, are named and ordered as the facts have it."""
    if not reading.facts:
        return
    for paragraph in reading.draft.body():
        own = [each for each in reading.figures if each.place.paragraph == paragraph.number]
        for run in _runs(paragraph, own):
            yield from _against_facts(reading, reading.facts, paragraph, run)


def _runs(paragraph: Paragraph, figures: Sequence[Figure]) -> Iterator[list[Figure]]:
    """Two and more rates of one metric, in brackets, parted by 、 and a name."""
    run: list[Figure] = []
    for figure in figures:
        between = paragraph.text[run[-1].place.end : figure.place.start] if run else ""
        alone = METRICS[figure.metric].unit == "rate" and figure.scope != CITY
        if run and not (alone and figure.metric == run[-1].metric and re.fullmatch("）、[^、，；。]*（", between)):
            yield run
            run = []
        if alone and paragraph.text[: figure.place.start].endswith("（"):
            run.append(figure)
    if run:
        yield run


def _against_facts(reading: Reading, facts: Facts, paragraph: Paragraph, run: Sequence[Figure]) -> Iterator[Finding]:
    if len(run) < 2:
        return
    text = paragraph.text
    known: list[Fact] = [facts(each.metric, each.scope) for each in run]
    start = 0
    for figure, fact in zip(run, known, strict=True):
        name = even(fact.scope_name)
        end = figure.place.start - 1
        if text[:end].endswith(name):
            start = start or end - len(name)
            continue
        begin = max([text.rfind(each, 0, end) + 1 for each in "、：，；。"])
        yield reading.finding("county", paragraph, (begin, end), name, f"{fact.text}是{name}的{fact.title}。")
    for (_, one), (figure, two) in itertools.pairwise(zip(run, known, strict=True)):
        if Fraction(two.value or 0) > Fraction(one.value or 0):
            names = (even(one.scope_name), even(two.scope_name))
            order = "、".join(
                even(each.scope_name) for each in sorted(known, key=lambda each: -Fraction(each.value or 0))
            )
            told = f"应由高到低排列，而{names[0]}与{names[1]}的次序不符。"
            span = (figure.place.start - len(names[1]) - 1, figure.place.end)
            yield reading.finding("ranking", paragraph, span, order, told)
            return
    parted = any(re.search("[、，；。]", each) for each in facts.counties.values())  # a run ends at such a name
    if not parted and _FROM_HIGH.search(text[:start]) and not text.startswith("）等", run[-1].place.end):
        scopes = {each.scope for each in run}
        if missing := [even(each.scope_name) for each in facts.ranking(run[0].metric) if each.scope not in scopes]:
            told = f"{known[0].title}的排名中缺{'、'.join(missing)}。"
            yield reading.finding("list-count", paragraph, (start, run[-1].place.end), "、".join(missing), told)


def counted(reading: Reading) -> Iterator[Finding]:
    """甲县、乙县2个县（市、区）: the register's names right before a number are so many, and each once."""
    if not reading.facts or not reading.facts.counties:
        return
    name = "|".join(map(re.escape, county_names(reading.facts)))
    row = re.compile(rf"(?:{name})(?:、(?:{name}))*$")
    for paragraph in reading.draft.body():
        for match in _COUNT.finditer(paragraph.text):
            before = row.search(paragraph.text, 0, match.start())
            if before is None or paragraph.text[: before.start()].endswith("、"):
                continue  # some in the row aren't of the register
            names = re.findall(name, before[0])
            span = (before.start(), match.end())
            register = [even(each) for each in reading.facts.counties.values()]
            twice = [each for each in dict.fromkeys(names) if names.count(each) > register.count(each)]
            if twice:
                yield reading.finding("list-duplicate", paragraph, span, "", f"{'、'.join(twice)}重复列出。")
            elif len(names) != int(match[1]):
                told = f"写的是{match[1]}个，列出的有{len(names)}个：{'、'.join(names)}。"
                yield reading.finding("list-count", paragraph, span, str(len(names)), told)


def sourced(reading: Reading, tables: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """Each cell of a notebook's table says what its source does: a fact, or what was reckoned when the table was made."""
    grids = {label: table for table in reading.draft.tables if (label := label_of(reading.draft, table))}
    for block in tables:
        grid = grids.get(f"表{block['number']}")
        rows, sources = block["rows"], block["sources"]
        if grid is None or len(grid) != len(rows) + 1 or any(len(row) != len(block["columns"]) for row in grid):
            continue  # an official took out rows or columns, or the table
        for line, row, source in zip(grid[1:], rows, sources, strict=True):
            yield from _cells(reading, line, row, source)


def _cells(
    reading: Reading, line: Sequence[Paragraph], row: Sequence[str], sources: Sequence[Mapping[str, str] | None]
) -> Iterator[Finding]:
    for cell, text, source in zip(line, row, sources, strict=True):
        fact = None
        if reading.facts and source and "metric" in source:
            fact = reading.facts.get(source["metric"], source["scope"])
        expected = fact.text if fact else text
        shown = cell if cell.number else next((each for each in line if each.number), None)  # one that was emptied
        if source and shown and cell.text != even(expected):
            title = f"{fact.title}（{fact.scope_name}）" if fact else source["told"]
            told = f"写的是{cell.text or '空'}，应为{expected}：{title}。"
            yield reading.finding("drift", shown, (0, len(shown.text)), expected, told)
