"""The rule on a change told twice: by how many, and by how many per cent."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from fractions import Fraction

from bulletin.drafts.proof.draft import Paragraph
from bulletin.drafts.proof.finding import Finding
from bulletin.drafts.proof.numbers import DIGITS, UNITS, Number, exact, figures, rounded, shown
from bulletin.drafts.proof.reading import Reading

_MORE, _LESS = "增加|上升|增长|多", "减少|下降|降低|少"
_BOTH = re.compile(
    rf"(?P<way>{_MORE}|{_LESS})了?(?P<amounts>{DIGITS}(?:{UNITS})(?:[、和]{DIGITS}(?:{UNITS}))*)[，、]?(?:分别|各)?"
    rf"(?P<again>增长|上升|增加|下降|降低|减少)了?(?P<rates>{DIGITS}%(?:[、和]{DIGITS}%)*)"
)
_ONE = re.compile(rf"({DIGITS})(%|{UNITS})")
_EARLIER = re.compile(
    r"(?:(?:^|[，；（])(?:比|较|与)[^，。；：]*|(?:上年|去年|上月|上季度|同期|20\d\d年度?)(?:同期)?[^，。；：\d]{0,10})$"
)
_LATER = re.compile(rf"[，（](?:上年|去年|上月|上季度|同期|20\d\d年度?)[^，。；：]{{0,10}}?{DIGITS}(?:{UNITS})")
_AIM = re.compile(r"(?:计划|目标|任务|增加|减少|上升|下降|[日月年周户次村校]均|平均)[^，。；：、\d]{0,10}$")
_ADJUSTED = re.compile("可比|不变价|增加值|生产总值|产值|口径")


def growth(reading: Reading) -> Iterator[Finding]:
    """减少3起，下降20% of 12起: what was before is 15, and 3 of it a fifth."""
    for paragraph, start, end in reading.sentences():
        for match in _BOTH.finditer(paragraph.text, start, end):
            amounts, rates = _ONE.findall(match["amounts"]), _ONE.findall(match["rates"])
            rises = match["way"] in _MORE
            if len(amounts) != len(rates) or rises != (match["again"] in _MORE) or "相比" in match[0]:
                continue
            if _ADJUSTED.search(paragraph.text, start, end) or _LATER.match(paragraph.text, match.end(), end):
                continue
            for (amount, unit), (rate, _) in zip(amounts, rates, strict=True):
                yield from _held(reading, paragraph, match, start, (amount, unit, rate), rises=rises)


def _held(
    reading: Reading,
    paragraph: Paragraph,
    match: re.Match[str],
    start: int,
    told: tuple[str, str, str],
    *,
    rises: bool,
) -> Iterator[Finding]:
    text = paragraph.text
    (amount, decimals), (rate, shown_decimals) = exact(told[0]), exact(told[2])
    change = Number(amount, told[1], 0, 0, decimals)
    before = [each for each in figures(text, start, match.start()) if each.base == change.base]
    ranges = [(each, _range(each, change, shown_decimals, rises=rises)) for each in before]
    # A base that the text tells itself is the change rule's.
    has_base = any(_EARLIER.search(text, start, each.start) for each in before)
    if has_base or any(low <= rate <= high for _, (low, high) in ranges):
        return
    new, (low, high) = ranges[-1] if ranges else (None, (Fraction(), Fraction()))
    if new is None or _AIM.search(text, start, new.start) or re.search("[；）]|其中", text[new.end : match.start()]):
        return
    right = (low + high) / 2
    if not right or abs(rate - right) > Fraction(6, 10) * max(rate, right):
        return
    expected = f"{shown(right, shown_decimals)}%"
    stands = text[new.start : new.end]
    way = "增加" if rises else "减少"
    message = f"{stands}是{way}{told[0]}{told[1]}后的数，变化幅度应为{expected}，写的是{told[2]}%。"
    yield reading.finding("change", paragraph, match.span(), expected, message, [paragraph.place(new.start, new.end)])


def _range(new: Number, change: Number, decimals: int, *, rises: bool) -> tuple[Fraction, Fraction]:
    """The least and the most per cent that a change may be, with what was rounded of both."""
    sign = -1 if rises else 1
    ends = []
    for one, two in itertools.product((-1, 1), (-1, 1)):
        amount = change.size + one * change.slack
        old = new.size + two * new.slack + sign * amount
        ends.append(rounded(amount / old * 100, decimals) if old > 0 else Fraction())
    return min(ends), max(ends)
