"""Rules on tables: columns sum to their total, rows to theirs, a rate is that of its row's counts."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from bulletin.drafts.proof.draft import HAN, Paragraph
from bulletin.drafts.proof.finding import Finding
from bulletin.drafts.proof.numbers import Number, counts, is_slip, rounded, shown
from bulletin.drafts.proof.reading import Reading
from bulletin.drafts.proof.tables import Grid, figure_in, grids, span_of

_NO_SUM = re.compile("率|排名|名次|序号|得分|平均|比例|占比|%|位次|进度|密度|指数|浓度|时间|日期|编号")
_RATE = re.compile("率|比例|占比|%|进度|密度")


def table_sums(reading: Reading) -> Iterator[Finding]:
    """What stands in a row of totals are the columns' sums; a column that others make up is theirs in every row."""
    for grid in grids(reading.draft):
        yield from _columns(reading, grid)
        yield from _rows(reading, grid)
        yield from _told(reading, grid)


def table_ratios(reading: Reading) -> Iterator[Finding]:
    """A rate in a row is that of the two counts which the other rows' rates are of."""
    for grid in grids(reading.draft):
        for column, right in _rate_columns(grid):
            lines = [*grid.rows, *([grid.total] if grid.total else [])]
            for line in lines:
                rate, part, base = (figure_in(line[place]) for place in (column, *right))
                if rate is None or part is None or base is None or not base.value or _is_rate(rate, part, base):
                    continue
                if line is grid.total and _is_mean_of(grid, column, rate):
                    continue
                expected = shown(part.value / base.value * 100, rate.decimals)
                cell = line[column]
                told = f"{line[right[0]].text}÷{line[right[1]].text}应为{expected}%。"
                evidence = [line[place].place(*span_of(line[place])) for place in right]
                yield reading.finding("ratio", cell, span_of(cell), expected + "%", told, evidence)


def _rate_columns(grid: Grid) -> Iterator[tuple[int, tuple[int, int]]]:
    """Each column of rates, with the two columns that most of its rows are the ratio of."""
    width = range(1, len(grid.head))
    for column in width:
        if not _RATE.search(grid.head[column].text):
            continue
        pairs = [
            (sum(_fits(row, column, pair) for row in grid.rows), pair)
            for pair in itertools.permutations([each for each in width if each != column], 2)
        ]
        if not pairs:
            continue
        fits, pair = max(pairs, key=lambda each: each[0])
        if fits >= 2 and 5 * fits >= 3 * len(grid.rows):
            yield column, pair


def _fits(row: Sequence[Paragraph], column: int, pair: tuple[int, int]) -> bool:
    rate, part, base = (figure_in(row[place]) for place in (column, *pair))
    return rate is not None and part is not None and base is not None and _is_rate(rate, part, base)


def _is_rate(rate: Number, part: Number, base: Number) -> bool:
    if not base.value:
        return not rate.value
    loose = [Fraction(1, 2 * 10**each.decimals) if each.decimals else Fraction() for each in (part, base)]
    low = (part.value - loose[0]) / (base.value + loose[1]) * 100
    high = (part.value + loose[0]) / (base.value - loose[1]) * 100 if base.value > loose[1] else low
    return rounded(low, rate.decimals) <= rate.value <= rounded(high, rate.decimals)


def _is_mean_of(grid: Grid, column: int, rate: Number) -> bool:
    known = [each.value for row in grid.rows if (each := figure_in(row[column]))]
    return len(known) == len(grid.rows) and rounded(sum(known, Fraction()) / len(known), rate.decimals) == rate.value


def _columns(reading: Reading, grid: Grid) -> Iterator[Finding]:
    if grid.total is None:
        return
    faulty = {id(each) for column, pair in _rate_columns(grid) for each in _wrong(grid, column, pair)}
    for column in range(1, len(grid.head)):
        cells = [row[column] for row in grid.rows]
        own = grid.total[column]
        if _NO_SUM.search(grid.head[column].text) or any(id(cell) in faulty for cell in cells):
            continue
        sum_of = _sum(cells)
        total = figure_in(own)
        if sum_of is None or total is None or total.unit == "%":
            continue
        if abs(sum_of[0] - total.value) > sum_of[1]:
            expected = shown(sum_of[0], total.decimals)
            yield reading.finding(
                "parts",
                own,
                span_of(own),
                expected,
                f"“{grid.head[column].text}”一列各行之和为{expected}，合计写的是{own.text}。",
                [cell.place(*span_of(cell)) for cell in cells],
            )


def _wrong(grid: Grid, column: int, pair: tuple[int, int]) -> Iterator[Paragraph]:
    """The counts of rows whose rate isn't theirs: one of the three is wrong, and told as such."""
    for row in grid.rows:
        if figure_in(row[column]) and not _fits(row, column, pair):
            yield from (row[place] for place in pair)


def _sum(cells: Sequence[Paragraph]) -> tuple[Fraction, Fraction] | None:
    """A column's sum, and by how much it may be off where its figures were rounded; None where it isn't one of figures."""
    numbers = [figure_in(cell) for cell in cells]
    blank = [cell for cell, each in zip(cells, numbers, strict=True) if each is None]
    known = [each for each in numbers if each]
    if (
        len(known) < 2
        or any(not re.fullmatch("[—/-]*", cell.text) for cell in blank)
        or any(each.unit == "%" for each in known)
    ):
        return None
    decimals = max(each.decimals for each in known)
    loose = Fraction(len(known) + 1, 2 * 10**decimals) if decimals else Fraction()
    return sum((each.value for each in known), Fraction()), loose


def _rows(reading: Reading, grid: Grid) -> Iterator[Finding]:
    """A column that is the sum of those behind it in most rows is so in all."""
    width = len(grid.head)
    for column in range(1, width - 2):
        for last in range(column + 3, width + 1):
            parts = range(column + 1, last)
            if any(_NO_SUM.search(grid.head[place].text) for place in (column, *parts)):
                break
            fits = [_adds_up(row, column, parts) for row in grid.rows]
            if len(fits) < 3 or sum(fits) * 4 < len(fits) * 3 or all(fits):
                continue
            for row in (row for row, right in zip(grid.rows, fits, strict=True) if not right):
                sum_of = _sum([row[place] for place in parts])
                total = figure_in(row[column])
                if sum_of and total:
                    expected = shown(sum_of[0], total.decimals)
                    cell = row[column]
                    told = f"“{grid.head[column].text}”是其后各列之和，应为{expected}，写的是{cell.text}。"
                    yield reading.finding("parts", cell, span_of(cell), expected, told)


def _adds_up(row: Sequence[Paragraph], column: int, parts: range) -> bool:
    total, sum_of = figure_in(row[column]), _sum([row[place] for place in parts])
    return total is not None and sum_of is not None and abs(sum_of[0] - total.value) <= sum_of[1]


def _told(reading: Reading, grid: Grid) -> Iterator[Finding]:
    """A column's sum told in running text under the words of its head, miswritten there."""
    stated = [(paragraph, each) for paragraph in reading.draft.body() for each in counts(paragraph.text)]
    for head, cells in grid.columns():
        sum_of = None if _NO_SUM.search(head.text) else _sum(cells)
        if sum_of is None or any(each.value == sum_of[0] for _, each in stated):
            continue
        words = re.sub(r"（[^（）]*）|[人次户件家]?[数量]", "", head.text)
        for paragraph, each in stated:
            clause = re.split("[，。；：]", paragraph.text[: each.start])[-1]
            all_of_them = re.search(rf"全[市州盟省]|共|\d+个{HAN}*[县区市旗]", clause)
            in_cells = any(number.value == each.value for cell in cells if (number := figure_in(cell)))
            if len(words) > 1 and words[-2:] in clause and all_of_them and not in_cells and is_slip(each, sum_of[0]):
                expected = shown(sum_of[0], each.decimals)
                yield reading.finding(
                    "parts",
                    paragraph,
                    (each.start, each.end),
                    expected + each.unit,
                    f"表中“{head.text}”一列各行之和为{expected}，写的是{paragraph.said(each.start, each.end)}。",
                    [cell.place(*span_of(cell)) for cell in cells],
                )
