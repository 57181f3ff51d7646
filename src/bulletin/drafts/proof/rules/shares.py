"""Shares told one after the other are of one whole: 住宅1587起，占73.3%；医院98起，占4.5%."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bulletin.drafts.proof.draft import HAN, Paragraph
from bulletin.drafts.proof.finding import Finding
from bulletin.drafts.proof.numbers import Number, counts, is_ratio, is_slip, rates, shown
from bulletin.drafts.proof.reading import Reading

_BETWEEN = re.compile(rf"{HAN}{{0,8}}(?:（占?(?:比|总数的?)?|，占(?:比|总数的?|全部的?)?(?:为|达)?)")


def shares(reading: Reading) -> Iterator[Finding]:
    """A share is of the whole that those beside it are of."""
    for paragraph in reading.draft.body():
        for start, end in paragraph.sentences():
            told = list(_shares(paragraph, start, end))
            for base in {part.base for part, _ in told}:
                yield from _held(reading, paragraph, [each for each in told if each[0].base == base])


def _shares(paragraph: Paragraph, start: int, end: int) -> Iterator[tuple[Number, Number]]:
    """Each count of a sentence with the percentage that it's said to be."""
    text = paragraph.text
    here = list(counts(text, start, end))
    for rate in rates(text, start, end):
        part = next((each for each in reversed(here) if each.end <= rate.start), None)
        if part and _BETWEEN.fullmatch(text, part.end, rate.start):
            yield part, rate


def _held(reading: Reading, paragraph: Paragraph, told: Sequence[tuple[Number, Number]]) -> Iterator[Finding]:
    if len(told) < 3:
        return
    wholes = {
        each.size: each
        for other in reading.draft.body()
        if other.number <= paragraph.number
        for each in counts(other.text)
        if each.base == told[0][0].base and each.size >= max(part.size for part, _ in told)
    }
    fits = {size: [is_ratio(rate, part, whole) for part, rate in told] for size, whole in wholes.items()}
    if not fits:
        return
    size = max(fits, key=lambda each: sum(fits[each]))
    wrong = [pair for pair, right in zip(told, fits[size], strict=True) if not right]
    if len(wrong) != 1 or len(told) - len(wrong) < 2:
        return
    ((part, rate),) = wrong
    right = part.size / size * 100
    others = any(is_ratio(rate, part, whole) for whole in wholes.values())
    if not others and (is_slip(rate, right) or abs(right - rate.value) <= 15):
        expected = shown(right, rate.decimals) + "%"
        whole = wholes[size]
        total = shown(whole.value, whole.decimals) + whole.unit
        yield reading.finding(
            "ratio",
            paragraph,
            (rate.start, rate.end),
            expected,
            f"{paragraph.said(part.start, part.end)}占{total}应为{expected}，同句其他占比都是按它算的。",
            [paragraph.place(part.start, part.end)],
        )
