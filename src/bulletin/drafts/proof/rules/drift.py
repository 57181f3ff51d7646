"""The rule on figures that we bookmarked: they say what the facts say."""

from __future__ import annotations

from collections.abc import Iterator

from bulletin.drafts.proof.finding import Finding
from bulletin.drafts.proof.reading import Reading


def drift(reading: Reading) -> Iterator[Finding]:
    """A figure no longer says what facts.csv says."""
    if not reading.facts:
        return
    paragraphs = {each.number: each for each in reading.draft.paragraphs}
    for figure in reading.figures:
        fact = reading.facts.get(figure.metric, figure.scope)
        if fact and figure.text != fact.text:
            paragraph = paragraphs[figure.place.paragraph]
            span = (figure.place.start, figure.place.end)
            stands = f"写的是{figure.text}" if figure.text else "数字已删去"
            told = f"{fact.title}（{fact.scope.name}）{stands}，指标为{fact.text}。"
            yield reading.finding("drift", paragraph, span, fact.text, told)
