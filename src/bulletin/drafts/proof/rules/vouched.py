"""Rules on drafts of ours: lists and tables hold what the facts and the notebook say."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bulletin.drafts.proof.draft import Paragraph
from bulletin.drafts.proof.finding import Finding
from bulletin.drafts.proof.paired import labelled_tables, paired, shown_in, taken_out
from bulletin.drafts.proof.reading import Reading
from bulletin.export.office import clean
from bulletin.facts.facts import Facts

_COUNT = re.compile(r"(\d+)个县（市、区）")
_AND = "(?:、|和|与|及|以及)"
_ENDS_IN_AND = re.compile(f"{_AND}$")


@functools.lru_cache(maxsize=8192)
def even(text: str) -> str:
    """A text as a draft's paragraphs have it."""
    return Paragraph(0, clean(text), "cell").text


def county_names(facts: Facts) -> list[str]:
    """The counties' names as a draft's paragraphs have them, long ones first: 东城区 before 城区."""
    return sorted({even(name) for name in facts.counties.values()}, key=lambda each: (-len(each), each))


def counted(reading: Reading) -> Iterator[Finding]:
    """甲县、乙县2个县（市、区）: the register's names right before a number are so many, and each once."""
    if not reading.facts or not reading.facts.counties:
        return
    name = "|".join(map(re.escape, county_names(reading.facts)))
    row = re.compile(rf"(?:{name})(?:{_AND}(?:{name}))*$")
    for paragraph in reading.draft.body():
        for match in _COUNT.finditer(paragraph.text):
            before = row.search(paragraph.text, 0, match.start())
            if before is None or _ENDS_IN_AND.search(paragraph.text, 0, before.start()):
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
    ours = labelled_tables(reading)
    for block in tables:
        label = f"表{block['number']}"
        if (table := ours.get(label)) is None:
            continue  # an official took it out
        head = [column["title"] for column in block["columns"]]
        made = [[even(text) for text in row] for row in (head, *block["rows"])]
        pairs = paired(made, [[cell.text for cell in row] for row in table])
        for n, m in pairs.rows[1:]:
            for one, two in pairs.columns:
                if (source := block["sources"][n - 1][one]) and two < len(table[m]):
                    yield from _cell(reading, table[m][two], table[m], made[n][one], source)
        yield from taken_out(reading, table, label, made, pairs)


def _cell(
    reading: Reading, cell: Paragraph, row: Sequence[Paragraph], made: str, source: Mapping[str, str]
) -> Iterator[Finding]:
    fact = reading.facts.get(source["metric"], source["scope"]) if reading.facts and "metric" in source else None
    expected = even(fact.text) if fact else made
    if cell.text != expected and (shown := shown_in(cell, row)):
        title = f"{fact.title}（{fact.scope.name}）" if fact else source["told"]
        told = f"写的是{cell.text or '空'}，应为{expected}：{title}。"
        yield reading.finding("drift", shown, (0, len(shown.text)), expected, told)
