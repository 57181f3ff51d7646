"""A mean is the mean of its figures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from bulletin.drafts.proof.draft import HAN, Paragraph
from bulletin.drafts.proof.finding import Finding
from bulletin.drafts.proof.lists import CountyList
from bulletin.drafts.proof.numbers import (
    DIGITS,
    UNITS,
    WHOLE,
    Number,
    counts,
    exact,
    figures,
    rates,
    rounded,
    shown,
    whole,
)
from bulletin.drafts.proof.reading import Reading
from bulletin.drafts.proof.tables import figure_in, grids

_MEAN_WORD = re.compile("平均|均值")
_OTHER_MEAN = re.compile("加权|合并计算|总体计算|汇总计算|按[^，。；]{2,10}平均")
_MEASURE = re.compile(rf"({HAN}{{2,30}}?(?:率|得分|分数))(?:（[^（）]*）)?(?:按|依)?(?:由|从|自)[高低]")
_CALLED = re.compile(
    rf"(?:(?P<size>{WHOLE})[个家所][^，。；\d]{{0,20}}?)?(?:(?:算术|简单)平均(?:值|数|水平)?|平均(?:值|数)|均值|平均(?=[为是达]))"
    rf"[^，。；：、\d（）]{{0,14}}(?:（[^（）]*）|）)?(?:，?则)?(?:仅?为|是|达到?|：)?(?P<value>{DIGITS})(?P<unit>%|{UNITS})"
)
_SIZE = re.compile(rf"(?:按|以|对)(?:全[市州盟区])?({WHOLE})[个家所]")
_NOTED = re.compile(r"（[^（）]*(?:（[^（）]*）)?[^（）]*(?:(?:算术|简单)平均|平均值|均值)[^（）]*）")
"""What stands behind a rate that is a mean: 85.7%（各县简单平均）."""
_ELSE = re.compile("全省|全国|高于|低于|超过|上年|去年|同期|上月|上季度")
_NEXT = re.compile(
    rf"(?:[^，。；（）\d]{{0,3}}）|（[^（）]*）)*(?:[、，；](?:和|以及|及|与)?|和|及|与|以及)"
    rf"(?P<name>(?:\d{{1,2}}月份?)?(?:(?!平均(?!得?分)|全[市州盟省]|总体|同比|环比|上升|下降|高于|低于|其中|较|比上|均值|达到|超过|不足){HAN}){{0,16}}?)(?:为|达|是|（)?"
)
_RATE_WORD = re.compile(rf"{HAN}{{2}}(?:率|得分|分数|比例|进度|密度|雨量|浓度)")
_ZERO = re.compile(r"按0|为0|为零|按零|未|没有|均无")


@dataclass(frozen=True)
class _Values:
    """Figures in a row, of one unit; `about` is the rate that they're of, if it's named before them."""

    paragraph: Paragraph
    numbers: Sequence[Number]
    about: str


def _called_means(reading: Reading) -> Iterator[Finding]:
    """Figures that are called a mean, against the row of figures before them."""
    rows = [*(each for paragraph in reading.draft.body() for each in _rows(paragraph)), *_columns(reading)]
    for paragraph, start, end in reading.sentences():
        for number, size, about in _called(paragraph, start, end):
            fitting = _fitting(rows, paragraph, number, size, about)
            if not fitting or any(_fits(reading, number, row, size) for row in fitting):
                continue
            row = fitting[-1]
            count = max(size, len(row.numbers)) if size else len(row.numbers)
            expected = shown(_sum(row) / count, number.decimals) + number.unit
            yield reading.finding(
                "mean",
                paragraph,
                (number.start, number.end),
                expected,
                f"{count}个数的平均应为{expected}。",
                [row.paragraph.place(row.numbers[0].start, row.numbers[-1].end)],
            )


def _called(paragraph: Paragraph, start: int, end: int) -> Iterator[tuple[Number, int, str]]:
    """Each figure that is called a mean, with how many it's of (0 where that isn't said) and the rate it's of."""
    text = paragraph.text
    for match in _CALLED.finditer(text, start, end):
        clause = re.split("[，。；]", text[start : match.start("value")])[-1]
        if not _OTHER_MEAN.search(text, start, match.end()) and not _ELSE.search(clause):
            value, decimals = exact(match["value"])
            number = Number(value, match["unit"], match.start("value"), match.end(), decimals)
            names = _RATE_WORD.findall(text[start : match.start("value")])
            size = match["size"] or next(iter(_SIZE.findall(text, start, match.start())[::-1]), "")
            yield number, whole(size) if size else 0, names[-1] if names else ""
    for number in rates(text, start, end):
        note = _NOTED.match(text, number.end)
        if note and not _OTHER_MEAN.search(note[0]):
            names = _RATE_WORD.findall(text[start : number.start])
            size = re.search(rf"({WHOLE})个", note[0])
            yield number, whole(size[1]) if size else 0, names[-1] if names else ""


def _rows(paragraph: Paragraph) -> Iterator[_Values]:
    """Three and more figures of one unit one after the other, each with its name or none with one."""
    text = paragraph.text
    run: list[Number] = []
    for number in [*sorted(figures(text, 0, len(text)), key=lambda each: each.start), None]:
        if number and run and number.unit == run[-1].unit:
            join = _NEXT.fullmatch(text, run[-1].end, number.start)
            if join:
                run.append(number)
                continue
        if len(run) > 2:
            names = _RATE_WORD.findall(text[: run[0].start])
            yield _Values(paragraph, tuple(run), names[-1] if names else "")
        run = [number] if number else []


def _columns(reading: Reading) -> Iterator[_Values]:
    for grid in grids(reading.draft):
        for head, cells in grid.columns():
            numbers = [figure_in(cell) for cell in cells]
            known = [each for each in numbers if each]
            if len(known) == len(cells) > 2:
                unit = "%" if "率" in head.text or "%" in head.text else known[0].unit
                about = _RATE_WORD.findall(head.text)
                yield _Values(
                    cells[0],
                    [Number(each.value, unit, each.start, each.end, each.decimals) for each in known],
                    about[-1] if about else head.text,
                )


def _fitting(rows: Sequence[_Values], paragraph: Paragraph, number: Number, size: int, about: str) -> list[_Values]:
    """The rows before a mean that it may be of: of its unit, its rate and its size; the nearest last."""
    found = []
    for row in rows:
        before = (row.paragraph.number, row.numbers[-1].end) <= (paragraph.number, number.start)
        same_rate = row.about == about or (row.paragraph is paragraph and not (row.about and about))
        count = len(row.numbers)
        sized = not size or size == count or (size > count and bool(_ZERO.search(_around(row, paragraph))))
        if before and same_rate and sized and row.numbers[0].unit == number.unit:
            found.append(row)
    return found


def _around(row: _Values, paragraph: Paragraph) -> str:
    return row.paragraph.text[row.numbers[-1].end :] + paragraph.text


def _sum(row: _Values) -> Fraction:
    return sum((each.value for each in row.numbers), Fraction())


def _fits(reading: Reading, number: Number, row: _Values, size: int) -> bool:
    sizes = {size} if size else {len(row.numbers), *(each for each in reading.totals if each >= len(row.numbers))}
    return any(_is_mean(number, _sum(row), each, row.numbers) for each in sizes)


def mean(reading: Reading) -> Iterator[Finding]:
    """A mean stated for a row of figures is their mean, zeros included."""
    told = list(_called_means(reading))
    yield from told
    for each in _of_rankings(reading):
        if not any(each.place.overlaps(other.place) for other in told):
            yield each


def _of_rankings(reading: Reading) -> Iterator[Finding]:
    """The whole city's rate of the name that a ranking goes by, whether it's called a mean or not."""
    for found in reading.lists:
        values = [item.value() for item in found.items]
        numbers = list(found.values) or [each for each in values if each]
        measure = _measure(found)
        if len(numbers) != len(found.items) or len(numbers) < 3 or not measure or not found.order:
            continue
        unit = numbers[0].unit
        if any(each.unit != unit for each in numbers):
            continue
        stated = list(_means(reading, measure, unit))
        yield from _check_means(reading, found, numbers, stated)


def _measure(found: CountyList) -> str | None:
    """What a ranking is by: the words before 率, 由高到低."""
    start = next(start for start, end in found.paragraph.sentences() if start <= found.start < end)
    matches = _MEASURE.findall(found.paragraph.text[start : found.start])
    return str(matches[-1]) if matches else None


def _tail(measure: str) -> str:
    """The words by which a measure is known again: 现场签到率 of 全市专员平均现场签到率."""
    return re.sub("平均|全市|全省|全县|全区", "", measure)


def _means(reading: Reading, measure: str, unit: str) -> Iterator[tuple[Paragraph, Number, bool]]:
    """Statements of the whole city's rate of that name, each with whether it's called a mean."""
    for paragraph, start, end in reading.sentences():
        numbers = rates(paragraph.text, start, end) if unit == "%" else counts(paragraph.text, start, end)
        for number in numbers:
            clause = re.split("[，。；：]", paragraph.text[start : number.start])[-1]
            name = re.search(rf"({HAN}{{2,40}}?)(?:仅为|只有|仅|达到|达|为|是)?$", clause)
            if (
                not name
                or number.unit != unit
                or not re.search("全[市省区县]|平均", paragraph.text[start : number.start])
            ):
                continue
            if any(each.start <= number.start < each.end for each in reading.lists_in(paragraph)):
                continue
            if re.search("低于|高于|超过|同期|上年|去年|上月|上季度", paragraph.text[start : number.start]):
                continue
            if _alike(_tail(name[1]), _tail(measure)):
                note = re.match("（[^（）]*(?:（[^（）]*）[^（）]*)*）", paragraph.text[number.end :])
                about = paragraph.text[start : number.end] + (note[0] if note else "")
                if not _OTHER_MEAN.search(about):
                    yield paragraph, number, bool(_MEAN_WORD.search(about))


def _alike(one: str, two: str) -> bool:
    """Whether both name the same measure: their last four characters, and all of the shorter one's words."""
    if one[-4:] != two[-4:] or min(len(one), len(two)) < 3:
        return False
    shorter, longer = sorted((one, two), key=len)
    rest = iter(longer)
    return all(char in rest for char in shorter)


def _check_means(
    reading: Reading, found: CountyList, numbers: Sequence[Number], stated: Sequence[tuple[Paragraph, Number, bool]]
) -> Iterator[Finding]:
    total = sum((each.value for each in numbers), Fraction())
    sizes = _sizes(reading, found)
    evidence = [found.paragraph.place(found.start, found.end)]
    for paragraph, number, is_called_mean in stated:
        own = [size for size in sizes if _is_mean(number, total, size, numbers)]
        if own or not sizes:
            if own and not any(called for _, _, called in stated):
                message = "这是各县（市、区）率的简单平均，文中没有说明是哪一种平均。"
                yield reading.finding("mean", paragraph, (number.start, number.end), "平均", message, evidence)
                return
            continue
        if not is_called_mean:
            continue
        size = max(sizes)
        expected = shown(total / size, number.decimals) + number.unit
        zeros = size - len(numbers)
        how = f"{size}个县（市、区）的平均" + (f"（其中{zeros}个按0计）" if zeros else "")
        if zeros and _is_mean(number, total, len(numbers), numbers):
            how += f"，所写的只平均了列出的{len(numbers)}个"
        yield reading.finding(
            "mean",
            paragraph,
            (number.start, number.end),
            expected,
            f"{how}应为{expected}。",
            [*evidence, *reading.totals.values()],
        )


def _sizes(reading: Reading, found: CountyList) -> set[int]:
    """Over how many counties the mean may be: all of them, those without a figure being zero."""
    if reading.names.official:
        return {len(reading.names.known)}
    if reading.totals:
        return {number for number in reading.totals if number >= len(found.items)}
    zero: set[str] = set()
    for each in reading.lists_in(found.paragraph):
        after = re.split("[。；]", found.paragraph.text[each.end :])[0]
        if each.start > found.start and re.search("未|没有|为零|为0", after):
            zero |= set(each.names)
    return {len(set(found.names) | zero)}


def _is_mean(number: Number, total: Fraction, size: int, numbers: Sequence[Number]) -> bool:
    """Whether it's their mean, given that each of them was itself rounded."""
    loose = sum((Fraction(1, 2 * 10**each.decimals) for each in numbers), Fraction()) / size
    if all(each.unit != "%" for each in numbers):
        loose = Fraction()
    low, high = rounded(total / size - loose, number.decimals), rounded(total / size + loose, number.decimals)
    return low <= number.value <= high
