"""A draft as read: what its rules share."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from bulletin.drafts.proof.draft import Draft, Paragraph
from bulletin.drafts.proof.finding import Finding, Place
from bulletin.drafts.proof.lists import CountyList, county_lists, iter_counted
from bulletin.drafts.proof.names import Names, names_of
from bulletin.export.marks import bookmark_name, figure_name
from bulletin.facts.facts import Fact, Facts

_WHOLE_CITY = re.compile(r"(?:全[市省区县盟州旗]|辖区内?|我市)(?:共有|共辖|共|现有|下辖|所辖|的|有|辖)?$")


@dataclass(frozen=True)
class Figure:
    """A bookmarked figure: the metric and scope of a fact, what stands there, and where."""

    metric: str
    scope: str
    text: str
    place: Place


@dataclass(frozen=True)
class Reading:
    """What the rules go by: the draft, its counties and lists; facts where they were given."""

    draft: Draft
    facts: Facts | None = None
    previous: Facts | None = None

    @cached_property
    def names(self) -> Names:
        """The counties."""
        return names_of(self.draft, self.facts.counties.values() if self.facts else None)

    @cached_property
    def lists(self) -> list[CountyList]:
        """The lists of counties in running text, in reading order."""
        return [each for paragraph in self.draft.body() for each in county_lists(paragraph, self.names)]

    def lists_in(self, paragraph: Paragraph) -> list[CountyList]:
        """The lists of one paragraph."""
        return [each for each in self.lists if each.paragraph.number == paragraph.number]

    @cached_property
    def totals(self) -> dict[int, Place]:
        """How many counties the city has, where the text says 全市N个县（市、区）, or the facts do."""
        found: dict[int, Place] = {}
        for paragraph in self.draft.body():
            for number, noun, start, end in iter_counted(paragraph.text):
                if len(noun) > 1 and _WHOLE_CITY.search(paragraph.text[:start]):
                    found.setdefault(number, paragraph.place(start, end))
        return found

    @cached_property
    def figures(self) -> list[Figure]:
        """The bookmarked figures in reading order."""
        if not self.facts:
            return []
        known: dict[str, list[Fact]] = {}
        for fact in self.facts:
            known.setdefault(bookmark_name(figure_name(fact.metric.name, fact.scope.code)), []).append(fact)
        found = []
        for paragraph in self.draft.paragraphs:
            for mark in paragraph.marks:
                text = paragraph.text[mark.start : mark.end]
                named = known.get(mark.name) or known.get(re.sub(r"_\d+$", "", mark.name)) or ()
                # Word's names are short: long codes, and those in Chinese, may share one.
                if named:
                    fact = next((each for each in named if each.text == text), named[0])
                    found.append(Figure(fact.metric.name, fact.scope.code, text, paragraph.place(mark.start, mark.end)))
        return found

    def finding(
        self,
        rule: str,
        paragraph: Paragraph,
        span: tuple[int, int],
        expected: str,
        message: str,
        evidence: Sequence[Place] = (),
    ) -> Finding:
        """A finding on that stretch of a paragraph."""
        place = paragraph.place(*span)
        return Finding(rule, place, paragraph.said(*span), expected, message, (place, *evidence))

    def sentences(self) -> Iterator[tuple[Paragraph, int, int]]:
        """Each sentence of running text."""
        for paragraph in self.draft.body():
            for start, end in paragraph.sentences():
                yield paragraph, start, end
