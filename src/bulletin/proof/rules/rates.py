"""A percentage is the ratio of its two counts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from bulletin.proof.draft import HAN, Paragraph
from bulletin.proof.finding import Finding
from bulletin.proof.lists import iter_counted
from bulletin.proof.numbers import Number, counts, rates, rounded, shown
from bulletin.proof.reading import Reading

_SHARE = re.compile(r"占(?:比|总数|全部|全市)?[^，。；：（）\d占率]{0,16}(?:的|达|为|比例|比重|总数)*$")
_RATE_NAME = re.compile(
    rf"({HAN}{{0,14}}率)(?:分别)?(?:仅为|只有|仅有|仅|达到了|达到|达|为|是|约为)?$|(?:完成|达到)(?:任务|目标|计划)(?:数|总数)?的$"
)
_GROWTH = re.compile(r"增长|增幅|降幅|上升|下降|同比|环比|提高|降低|覆盖面|事故率|发生率|死亡率")
_DONE = re.compile(r"实际|已|完成|实有|实|其中")


def ratio(reading: Reading) -> Iterator[Finding]:
    """A percentage beside its two counts is their ratio, rounded half up to the decimals shown."""
    for paragraph in reading.draft.body():
        listed = [paragraph.place(each.start, each.end) for each in reading.lists_in(paragraph) if len(each.items) > 1]
        for start, end in paragraph.segments():
            for rate in rates(paragraph.text, start, end):
                if any(place.overlaps(paragraph.place(rate.start, rate.end)) for place in listed):
                    continue
                yield from _ratio(reading, paragraph, rate, start)


def _ratio(reading: Reading, paragraph: Paragraph, rate: Number, start: int) -> Iterator[Finding]:
    claim = _claimed(paragraph, rate, start)
    if claim is None:
        return
    part, bases = claim
    if any(_is_ratio(rate, part.value, base.value) for base in bases):
        return
    others = [Fraction(base.value - part.value) for base in bases if base.value > part.value]
    inverse = re.search("不|未|超", paragraph.text[max(start, part.start - 12) : part.end + 8])
    if inverse and any(_is_ratio(rate, other, other + part.value) for other in others):
        return
    if inverse and any(_is_ratio(rate, part.value, base.value + part.value) for base in bases):
        return  # of those that did and those that didn't
    base = min(bases, key=lambda each: abs(part.value / each.value * 100 - rate.value))
    expected = shown(part.value / base.value * 100, rate.decimals) + "%"
    yield reading.finding(
        "ratio",
        paragraph,
        (rate.start, rate.end),
        expected,
        f"{_plain(part)}÷{_plain(base)}应为{expected}。",
        [paragraph.place(0, rate.end)],
    )


def _plain(number: Number) -> str:
    return shown(number.value, number.decimals)


def _is_ratio(rate: Number, part: Fraction, base: Fraction) -> bool:
    exact = part / base * 100
    if rounded(exact, rate.decimals) == rate.value:
        return True
    # Short of all, 99.99% may stand for what would round to 100.00%.
    return part < base and rate.value == 100 - Fraction(1, 10**rate.decimals) and rounded(exact, rate.decimals) == 100


def _claimed(paragraph: Paragraph, rate: Number, start: int) -> tuple[Number, list[Number]] | None:
    """The count that the percentage is of, and those it may be a share of; None where it claims no such thing."""
    text = paragraph.text
    counties = [(first, last) for _, _, first, last in iter_counted(text)]
    before = [each for each in counts(text, start, rate.start) if not any(a <= each.start < b for a, b in counties)]
    if not before:
        return None
    part, lead = before[-1], text[start : rate.start]
    share = _SHARE.search(lead)
    if _SHARE_OF.search(text[start : part.start]) and re.fullmatch(rf"{HAN}{{0,10}}的?", text[part.end : rate.start]):
        return _bases(before[-2], [part]) if len(before) > 1 else None  # 占183家的12.02%
    if _is_bracketed(text, before, rate) or (share and _is_of(text[part.end : start + share.start()])):
        earlier = [*_previous(paragraph, start, rate.start), *before[:-1]]
        return _bases(part, [each for each in earlier if not _is_share(text, each)])
    return None if share else _named_rate(text, before, rate, lead)


_SHARE_OF = re.compile(r"占[^，。；：\d]{0,12}$")


def _is_of(between: str) -> bool:
    """Whether 占 is said of the count before it: 39份存在问题，占; not 30项，三类问题占."""
    return between.count("，") < 3 and ("，" not in between or between.endswith("，"))


def _is_bracketed(text: str, before: Sequence[Number], rate: Number) -> bool:
    """28份（40.00%）, 28份，占比40%."""
    return bool(before) and bool(
        re.fullmatch(rf"{HAN}{{0,6}}（(?:占比?|占总数的?|占全部的?)?", text[before[-1].end : rate.start])
    )


def _previous(paragraph: Paragraph, start: int, end: int) -> list[Number]:
    """Counts of the segment before, where this one begins with 其中; of all before, where it's of those that didn't."""
    text = paragraph.text
    if not re.match(rf"其中|其余|{HAN}{{0,4}}(?:未|不){HAN}*\d[^，]*，占", text[start:end]):
        return []
    earlier = [each for each in paragraph.segments() if each[0] < start]
    if text.startswith("其中", start):
        earlier = earlier[-1:]
    return [number for segment in earlier for number in counts(text, *segment)]


def _is_share(text: str, number: Number) -> bool:
    """Whether a count is itself stated as a share: 39份（56%）; 占 behind a clause may be the whole's."""
    return bool(
        re.match(
            rf"{HAN}{{0,6}}（(?:占比?[^（）\d]{{0,8}})?\d+(?:\.\d+)?%|[^，。；\d]{{0,10}}，占[^，。；\d]{{0,12}}\d+(?:\.\d+)?%，",
            text[number.end :],
        )
    )


def _bases(part: Number, earlier: Sequence[Number]) -> tuple[Number, list[Number]] | None:
    same = [each for each in earlier if each.unit == part.unit and each.value]
    bases = [each for each in same if each.value >= part.value] or same[-1:]
    return (part, bases) if bases else None


def _named_rate(text: str, before: Sequence[Number], rate: Number, lead: str) -> tuple[Number, list[Number]] | None:
    """制定率75.00% behind what should have been and what was made."""
    named = _RATE_NAME.search(lead)
    if not named or len(before) < 2 or _GROWTH.search(named[0]):
        return None
    part = before[-1]
    same = [each for each in before if each.unit == part.unit]
    if len(same) < 2:
        return None
    between = text[part.end : rate.start]
    if between.count("，") + between.count("、") > 1 or "（" in between:
        return None
    stem = (named[1] or "完成率")[-3:-1]
    about = text[before[-2].end : part.end + 12]
    due = _clause_of(text, same[-2])
    fits = stem in _clause_of(text, part) or (stem in due and _DONE.search(about))
    fits = fits or bool(re.search("应|计划|任务|目标|需", due) and re.search("实际|已|完成|实", about))
    if not fits or any(re.search("县|区|市", each) for each in re.findall(rf"，({HAN}+?[县区市])", between)):
        return None
    bases = [each for each in same[:-1] if each.value and (each.value >= part.value or each is same[-2])]
    return (part, bases) if bases else None


def _clause_of(text: str, number: Number) -> str:
    before = re.split("[，。；：、（）]", text[: number.start])[-1]
    after = re.split("[，。；：、（）]", text[number.start :])[0]
    return before + after
