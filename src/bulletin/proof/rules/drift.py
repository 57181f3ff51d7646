"""The rule on figures that we bookmarked: they say what the facts say."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from bulletin.proof.finding import Finding
from bulletin.proof.reading import Reading


def drift(reading: Reading) -> Iterator[Finding]:
    """A figure no longer says what facts.csv says, or its bookmark is gone."""
    if not reading.facts:
        return
    paragraphs = {each.number: each for each in reading.draft.paragraphs}
    for figure in reading.figures:
        fact = reading.facts.get(figure.metric, figure.scope)
        if fact and figure.text != fact.text:
            paragraph = paragraphs[figure.place.paragraph]
            span = (figure.place.start, figure.place.end)
            stands = f"写的是{figure.text}" if figure.text else "数字已删去"
            told = f"{fact.title}（{fact.scope_name}）{stands}，指标为{fact.text}。"
            yield reading.finding("drift", paragraph, span, fact.text, told)
    for lost in reading.lost:
        fact = reading.facts.get(lost.metric, lost.scope)
        if fact:
            near = difflib.get_close_matches(lost.sentence, [each.text for each in paragraphs.values()], 1, 0.5)
            alike = [each for each in paragraphs.values() if near and each.text == near[0]]
            paragraph = [*alike, *paragraphs.values()][0]
            told = f"{fact.title}（{fact.scope_name}）{fact.text}的书签已不在，无法核对。原文为：{lost.sentence}"
            yield reading.finding("drift", paragraph, (0, len(paragraph.text)), fact.text, told)
