"""Rows of parts in running text: 甲县3起、乙县4起, 一般隐患5289条，重大隐患23条."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from bulletin.drafts.proof.draft import HAN
from bulletin.drafts.proof.numbers import DIGITS, UNITS, Number, count_at, counts

_NAME = rf"(?P<name>(?:{HAN}|[A-Za-z“”/《》、—]|（[^（）\d]{{1,14}}）|\d(?=家企业)|PM2\.5)*?)"
_PART = re.compile(rf"{_NAME}(?P<verb>各有|各为|各|共有|有|为|共|是|占)?（?(?={DIGITS}{UNITS})")
_AFTER = re.compile(rf"(?:(?![和及与占等]|以及){HAN}){{0,8}}")
_BRACKET = re.compile(r"（[^（）]*）")
_ASIDE = re.compile(
    rf"[，（](?:分别)?(?:占|同比|环比|较|比|增长|下降|上升|增加|减少|提高|降低|涨|跌|(?!其他|其余){HAN}{{0,8}}(?:率|密度|进度)(?!不))[^，。；、（）]*）?"
)
"""What is said of a part between it and the next one: its share, its change, its rate."""
_JOIN = re.compile(r"[、，；](?:以及|和|及|与)?|和|及|与|以及")
_NO_PART = re.compile(
    r"合计|共计|总计|总共|一共|其中|同比|环比|分别|率$|率为|^共|^累计|^较|^比上|^占(?!用|道)|^达|三[项类]|两[项类]|^另有?$|^上年|^去年|^同期|因此|平均|人均"
)


@dataclass(frozen=True)
class Part:
    """One part: its name, what's counted, and how many names share the number (甲县、乙县各3起)."""

    name: str
    numbers: tuple[Number, ...]
    times: int
    start: int
    end: int


@dataclass(frozen=True)
class Row:
    """Parts one after the other. `ends` says that the list is over there: no 等, and no more of its kind follow."""

    parts: Sequence[Part]
    start: int
    end: int
    ends: bool
    joins: str = ""

    def numbers(self, base: str) -> list[Number]:
        """The numbers in that unit, where each part has just one."""
        found = [[each for each in part.numbers if each.base == base] for part in self.parts]
        return [each[0] for each in found] if all(len(each) == 1 for each in found) else []

    def total(self, base: str) -> Fraction:
        """What they come to, in the base unit."""
        return sum(
            (each.size * part.times for part, each in zip(self.parts, self.numbers(base), strict=True)), Fraction()
        )

    def slack(self, base: str) -> Fraction:
        """By how much the parts' sum may be off since they were rounded: hardly ever by more than a last place."""
        slacks = [each.slack for each in self.numbers(base)]
        return min(sum(slacks, Fraction()), 2 * max(slacks, default=Fraction()))

    def first(self, count: int) -> Row:
        """The row of the first parts alone."""
        parts = self.parts[:count]
        return Row(parts, self.start, parts[-1].end, self.ends and count == len(self.parts), self.joins[: count - 1])


def row_at(
    text: str, place: int, stop: int | None = None, base: str | None = None, *, bare: bool = False
) -> Row | None:
    """The row of parts that begins there, all in the first one's unit (or in `base`); `bare` ones have no names."""
    limit = len(text) if stop is None else stop
    parts: list[Part] = []
    joins = ""
    while (part := _part(text, place, limit)) and (bare or part.name):
        units = {each.base for each in part.numbers}
        base = base or part.numbers[0].base
        if base not in units:
            break
        parts.append(part)
        join = _JOIN.match(text, part.end, limit)
        if not join:
            break
        joins += join[0][0]
        place = join.end()
    if not parts or base is None:
        return None
    end = parts[-1].end
    return Row(parts, parts[0].start, end, _ends(text, end, limit, base), joins[: len(parts) - 1])


def _part(text: str, place: int, limit: int) -> Part | None:
    match = _PART.match(text, place, limit)
    if not match:
        return None
    name = match["name"]
    number = count_at(text, match.end())
    if number is None or number.end > limit or len(name) > 40 or _NO_PART.search(name):
        return None
    numbers = [number]
    while more := count_at(text, numbers[-1].end):
        numbers.append(more)
    end = numbers[-1].end
    after = _AFTER.match(text, end, limit)
    words = after[0] if after else ""
    end += len(words)
    if match[0].endswith("（") and text.startswith("）", end):
        end += 1
    elif match[0].endswith("（"):
        close = re.compile("[^（）]*）").match(text, end, limit)
        if not close:
            return None
        end = close.end()
    if bracket := _BRACKET.match(text, end, limit):
        end = bracket.end()
    while aside := _ASIDE.match(text, end, limit):
        end = aside.end()
    if re.match(r"[\d～—-]", text[end : end + 1]) or re.match("[县市区旗]|.*中$", words):
        return None
    times = len(re.split("[、和及与]", name)) if (match["verb"] or "").startswith("各") else 1
    return Part(name + words, tuple(numbers), times, match.start(), end)


def _ends(text: str, end: int, limit: int, base: str) -> bool:
    """Whether no more parts follow."""
    rest = text[end:limit]
    if re.match("等|、", rest):
        return False
    clause = re.split("[。；]", rest)[0]
    following = next((each for each in counts(text, end, end + len(clause)) if each.base == base), None)
    if following is None:
        return True
    before = text[end : following.start]
    return bool(re.search(r"合计|共计|总计|共|累计|占|同比|环比|较|比|上年|去年|[，）].*[，：]|另", before))


def rows_ending_at(text: str, start: int, end: int, base: str) -> Iterator[Row]:
    """The rows that end there, longest first."""
    for place in range(start, end):
        if place == start or text[place - 1] in "：，；。、）":
            row = row_at(text, place, end, base)
            if row and row.end == end and len(row.parts) > 1:
                yield row
