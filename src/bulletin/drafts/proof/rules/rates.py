"""A percentage is the ratio of its two counts."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bulletin.drafts.proof.draft import HAN, Paragraph
from bulletin.drafts.proof.finding import Finding
from bulletin.drafts.proof.lists import iter_counted
from bulletin.drafts.proof.numbers import Number, counts, figures, is_ratio, rates, shown
from bulletin.drafts.proof.reading import Reading
from bulletin.drafts.proof.rules.shares import shares

_SHARE = re.compile(r"占(?:比|总数|全部|全市)?[^，。；：（）\d占率]{0,16}(?:的|达|为|比例|比重|总数)*$")
_RATE_NAME = re.compile(
    rf"({HAN}{{0,14}}率)(?:分别)?(?:仅为|只有|仅有|仅|达到了|达到|达|为|是|约为)?$|(?:完成|达到|占)了?(?:全年|年度|年初|年|总|季度)?(?:任务|目标|计划)(?:数|总数|量)?的$"
)
_GROWTH = re.compile(r"增长|增幅|降幅|上升|下降|同比|环比|提高|降低|覆盖面|事故率|发生率|死亡率")
_ALL = re.compile("检查|抽查|抽检|排查|共|总|应|全市|登记|现有|受理|检验")
_DONE = re.compile(r"实际|已|完成|实有|实|其中")


def ratio(reading: Reading) -> Iterator[Finding]:
    """A percentage beside its two counts is their ratio, rounded half up to the decimals shown."""
    told: list[Finding] = []
    for paragraph in reading.draft.body():
        listed = [paragraph.place(each.start, each.end) for each in reading.lists_in(paragraph) if len(each.items) > 1]
        for start, end in paragraph.segments():
            for rate in rates(paragraph.text, start, end):
                if any(place.overlaps(paragraph.place(rate.start, rate.end)) for place in listed):
                    continue
                told += _ratio(reading, paragraph, rate, start)
    yield from told
    for finding in shares(reading):
        if not any(finding.place.overlaps(each.place) for each in told):
            yield finding


def _ratio(reading: Reading, paragraph: Paragraph, rate: Number, start: int) -> Iterator[Finding]:
    claim = _claimed(reading, paragraph, rate, start)
    if claim is None:
        return
    part, bases = claim
    is_due = any(start <= each.start and re.search("应|计划|任务", _clause_of(paragraph.text, each)) for each in bases)
    if any(is_ratio(rate, part, base) for base in [*bases, *([] if is_due else _earlier(reading, paragraph, rate))]):
        return
    sentence = next(first for first, last in paragraph.sentences() if first <= rate.start < last)
    near = [each for each in counts(paragraph.text, sentence, rate.start) if each.base == part.base and each.value]
    if any(is_ratio(rate, one, two) for one, two in itertools.permutations(near, 2) if one.size <= two.size):
        return
    # Both those that did in time and those that did late.
    if rate.decimals and any(
        is_ratio(rate, _plus(one, two), base)
        for one, two in itertools.combinations(near, 2)
        for base in [*bases, *near]
    ):
        return
    # Of those that did and those that didn't; or those that didn't of all.
    inverse = re.search("不|未|超|逾", paragraph.text[max(start, part.start - 12) : rate.start])
    if inverse and any(
        (is_ratio(rate, part, _plus(base, part)) and not _ALL.search(_clause_of(paragraph.text, base)))
        or is_ratio(rate, _plus(base, part, -1), base)
        for base in [*bases, *near]
    ):
        return
    base = min(bases, key=lambda each: abs(part.size / each.size * 100 - rate.value))
    expected = shown(part.size / base.size * 100, rate.decimals) + "%"
    yield reading.finding(
        "ratio",
        paragraph,
        (rate.start, rate.end),
        expected,
        f"{_plain(part, base)}÷{_plain(base, part)}应为{expected}。",
        [paragraph.place(0, rate.end)],
    )


def _earlier(reading: Reading, paragraph: Paragraph, rate: Number) -> Iterator[Number]:
    """All counts told before, averages too (每轮90座): the whole may have been told long ago."""
    for other in reading.draft.body():
        if other.number <= paragraph.number:
            told = figures(other.text, 0, rate.start if other is paragraph else len(other.text))
            yield from (each for each in told if each.unit != "%")


def _plus(one: Number, two: Number, sign: int = 1) -> Number:
    """Both counts together, or the first without the second."""
    return replace(one, value=(one.size + sign * two.size) / one.scale)


def _plain(number: Number, other: Number) -> str:
    return shown(number.value, number.decimals) + (number.unit if number.scale != other.scale else "")


def _claimed(reading: Reading, paragraph: Paragraph, rate: Number, start: int) -> tuple[Number, list[Number]] | None:
    """The count that the percentage is of, and those it may be a share of; None where it claims no such thing."""
    text = paragraph.text
    before = list(_things(text, start, rate.start))
    if not before:
        return None
    part, lead = before[-1], text[start : rate.start]
    share = _SHARE.search(lead)
    if _SHARE_OF.search(text[start : part.start]) and re.fullmatch(rf"{HAN}{{0,10}}的?", text[part.end : rate.start]):
        return _bases(before[-2], [part]) if len(before) > 1 else None  # 占183家的12.02%
    if _is_bracketed(text, before, rate) or (share and _is_of(text[part.end : start + share.start()])):
        earlier = [*_previous(paragraph, start, rate.start), *before[:-1]]
        shut = text.rfind("）", start, part.start)
        bases = _bases(
            part, [each for each in earlier if not _is_share(text, each) and not _is_inside(text, each, shut)]
        )
        return bases or (_named_whole(paragraph, part, share[0], start) if share else None)
    return None if share else _named_rate(reading, paragraph, before, rate, start)


_COMPARED = re.compile(r"(?:^|[，；：、（])(?:同比|环比|较|比(?![例重率值]))[^，。；：（）]*$")
"""What leads to a base or an increment: 比上月末多蓄1.24亿立方米."""


def _things(text: str, start: int, end: int) -> Iterator[Number]:
    """The counts, those of counties left out; 46个小区 are none."""
    counties = [
        (first, last)
        for _, _, first, last in iter_counted(text)
        if not re.search("[小社园片库景校厂林]区$", text[:last])
    ]
    return (
        each
        for each in counts(text, start, end)
        if not any(a <= each.start < b for a, b in counties) and not _COMPARED.search(text, start, each.start)
    )


def _named_whole(paragraph: Paragraph, part: Number, share: str, start: int) -> tuple[Number, list[Number]] | None:
    """What a share is of where that's told in an earlier sentence, in the words of the share: 占收购总量."""
    words = re.sub("^占(?:比|总数|全部|全市)?|的$|总量$|总数$|总", "", share)
    fitting = [
        each
        for each in counts(paragraph.text, 0, start)
        if each.base == part.base
        and each.size > part.size
        and words[:2]
        and words[:2] in _clause_of(paragraph.text, each)
    ]
    return (part, fitting) if fitting and len(words) > 1 else None


_SHARE_OF = re.compile(r"(?:占|完成)[^，。；：\d]{0,12}$")


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


def _is_inside(text: str, number: Number, shut: int) -> bool:
    """Whether a count stands in a bracket that is over: it's of another thing than what follows."""
    return number.start < shut and text.rfind("（", 0, number.start) > text.rfind("）", 0, number.start)


def _is_share(text: str, number: Number) -> bool:
    """Whether a count is itself stated as a share: 39份（56%）; 占 behind a clause may be the whole's."""
    return bool(
        re.match(
            rf"{HAN}{{0,6}}（(?:占比?[^（）\d]{{0,8}})?\d+(?:\.\d+)?%|[^，。；\d]{{0,10}}，占[^，。；\d]{{0,12}}\d+(?:\.\d+)?%，",
            text[number.end :],
        )
    )


def _bases(part: Number, earlier: Sequence[Number]) -> tuple[Number, list[Number]] | None:
    bases = [each for each in earlier if each.base == part.base and each.value and each.size >= part.size]
    return (part, bases) if bases else None


def _named_rate(
    reading: Reading, paragraph: Paragraph, before: Sequence[Number], rate: Number, start: int
) -> tuple[Number, list[Number]] | None:
    """制定率75.00% behind what should have been and what was made, or behind what was made of those told before."""
    text = paragraph.text
    named = _RATE_NAME.search(text, start, rate.start)
    if not named or named.end() != rate.start or _GROWTH.search(named[0]):
        return None
    stem = (named[1] or "完成率")[-3:-1]
    negative = re.search("不|未|逾期|超期", named[0])
    done = [
        each
        for each in before
        if (_is_done(text, each, stem) if not negative else negative[0] + stem in _clause_of(text, each))
    ]
    part = done[-1] if done else before[-1]
    between = text[part.end : rate.start]
    if between.count("，") + between.count("、") > 2 or "（" in between or part not in before[-2:]:
        return None
    if any(re.search("县|区|市", each) for each in re.findall(rf"，({HAN}+?[县区市])", between)):
        return None
    same = [each for each in before if each.base == part.base and each is not part and each.value]
    bases = [each for each in same if each.size >= part.size]
    if bases and done:
        return part, bases
    if same:
        due = [each for each in same if each is same[-1]]
        about = _clause_of(text, due[0])
        fits = re.search("应|计划|任务|目标|需", about) and re.search(
            "实际|已|完成|实", text[due[0].end : part.end + 12]
        )
        return (part, bases or due) if fits or (stem in about and _DONE.search(text[due[0].end : part.end])) else None
    return _of_those_before(reading, paragraph, part, rate, start) if done else None


def _is_done(text: str, number: Number, stem: str) -> bool:
    """Whether a count is of those that did: 已完工31个, not 应签到12次, 未签到3次."""
    clause = _clause_of(text, number)
    return stem in clause and not re.search(f"(?:应|应当|需|计划|未|不|尚|待|任务)[^，]{{0,4}}{stem}", clause)


def _of_those_before(
    reading: Reading, paragraph: Paragraph, part: Number, rate: Number, start: int
) -> tuple[Number, list[Number]] | None:
    """The part with what the sentences before it counted, where the rate is near enough to be of that."""
    if any(start <= each.start < rate.end for each in reading.lists_in(paragraph)):
        return None
    earlier = [
        each
        for each in _things(paragraph.text, 0, start)
        if each.unit == part.unit and each.size >= part.size and each.value
    ]
    near = [each for each in earlier if abs(part.size / each.size * 100 - rate.value) <= 15]
    return (part, earlier) if near else None


def _clause_of(text: str, number: Number) -> str:
    before = re.split("[，。；：、（）]", text[: number.start])[-1]
    after = re.split("[，。；：、（）]", text[number.start :])[0]
    return before + after
