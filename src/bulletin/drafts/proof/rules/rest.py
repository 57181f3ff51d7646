"""What is left of a total: 其余16个, 尚未整改94处."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from bulletin.drafts.proof.draft import HAN, Paragraph
from bulletin.drafts.proof.finding import Finding
from bulletin.drafts.proof.numbers import Number, counts, shown
from bulletin.drafts.proof.reading import Reading

_REST = re.compile(rf"(?:其余|剩余|剩下|余下)(?:的|{HAN}{{0,2}})$")
_NOT_YET = re.compile(rf"(?:尚未|仍未|还未|未|没有|尚无)(?:完成|按期|按时)?({HAN}{{2}})")
_PART = re.compile("其中|平均|同比|上年|去年|同期|以来|类|领域|行业")


def rest(reading: Reading, paragraph: Paragraph) -> Iterator[Finding]:
    """What is left is the total without what was done."""
    text = paragraph.text
    for start, end in paragraph.sentences():
        here = [each for each in counts(text, start, end) if not re.match("[县市区旗]", text[each.end :])]
        for place, left in enumerate(here):
            earlier = [each for each in here[:place] if each.base == left.base][-8:]
            if len(earlier) < 2 or _is_made_up(left, earlier):
                continue
            pair = _done(paragraph, left, earlier, start)
            if pair and pair[0].size > pair[1].size and _is_near(left, *pair):
                yield _finding(reading, paragraph, left, *pair)


def _is_made_up(left: Number, earlier: Sequence[Number]) -> bool:
    """Whether some of the figures before it leave it, or sum to it."""
    for size in range(1, min(len(earlier), 6)):
        for total in earlier:
            others = [each for each in earlier if each is not total]
            for some in itertools.combinations(others, size):
                sum_of = sum((each.size for each in some), Fraction())
                loose = sum((each.slack for each in (*some, total, left)), Fraction())
                if abs(total.size - sum_of - left.size) <= loose:
                    return True
    return False


def _done(paragraph: Paragraph, left: Number, earlier: Sequence[Number], start: int) -> tuple[Number, Number] | None:
    """The total and what was done of it, where no more than these come before what is left."""
    text = paragraph.text
    between = text[earlier[-1].end : left.start]
    if "；" in text[earlier[-2].start : left.start] or _PART.search(text, earlier[-2].end, left.start):
        return None
    if _REST.search(text, start, left.start):
        return (earlier[-2], earlier[-1]) if len(earlier) == 2 and between.count("，") < 3 else None
    not_yet = _NOT_YET.search(_clause(text, left))
    done = _clause(text, earlier[-1])
    if not_yet and not_yet[1] in done and not _NOT_YET.search(done) and not re.search("应|需|计划", done):
        return earlier[-2], earlier[-1]
    return None


def _is_near(left: Number, total: Number, done: Number) -> bool:
    return abs(total.size - done.size - left.size) * 10 <= total.size


def _clause(text: str, number: Number) -> str:
    before = re.split("[，。；：、（）]", text[: number.start])[-1]
    return before + re.split("[，。；：、（）]", text[number.end :])[0]


def _finding(reading: Reading, paragraph: Paragraph, left: Number, total: Number, done: Number) -> Finding:
    decimals = max(each.decimals for each in (left, total, done))
    expected = shown((total.size - done.size) / left.scale, decimals) + left.unit
    terms = [paragraph.said(each.start, each.end) for each in (total, done)]
    return reading.finding(
        "parts",
        paragraph,
        (left.start, left.end),
        expected,
        f"{terms[0]}－{terms[1]}＝{expected}，写的是{paragraph.said(left.start, left.end)}。",
        [paragraph.place(each.start, each.end) for each in (total, done)],
    )
