"""Rules on parts and their total, and on what is stated twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from bulletin.proof.draft import HAN, Paragraph
from bulletin.proof.finding import Finding
from bulletin.proof.numbers import WHOLE, Number, counts, rates, whole
from bulletin.proof.reading import Reading

_SUMS = ("合计", "总计")


def table_sums(reading: Reading) -> Iterator[Finding]:
    """In a table, the whole numbers above 合计 sum to it."""
    for table in reading.draft.tables:
        rows = [row for row in table if row]
        total = next((row for row in rows if row[0].text in _SUMS), None)
        if total is None or rows[-1] is not total:
            continue
        above = [row for row in rows[:-1] if len(row) == len(total)]
        for column in range(1, len(total)):
            cells = [row[column] for row in above if re.fullmatch(r"\d+", row[column].text)]
            others = [row[column] for row in above[1:] if not re.fullmatch(r"\d+|[—-]?", row[column].text)]
            own = total[column]
            if not re.fullmatch(r"\d+", own.text) or len(cells) < 2 or others:
                continue
            if re.search("率|排名|名次|序号|得分|平均", above[0][column].text):
                continue
            sum_of = sum(int(cell.text) for cell in cells)
            if sum_of != int(own.text):
                yield reading.finding(
                    "parts",
                    own,
                    (0, len(own.text)),
                    f"{sum_of}",
                    f"“{above[0][column].text}”一列各行之和为{sum_of}，合计写的是{own.text}。",
                    [cell.place() for cell in cells],
                )


_SCOPE = re.compile(r"全[市省区县盟州旗]")
_NARROWED = re.compile(
    r"领域|行业|方面|类|专项|其中|期间|阶段|行动|以来|组|支队|大队|乡镇|街道|同期|上年|去年|上月|上季度|上半年|下半年|季度|\d月|同比|环比|低于|高于|"
    r"超过|人均|平均每|目标|计划|要求|力争|不少于|至少|[县区旗](?!（|市)|重点|部分|个别|当日|当天|首|次日|截至|第[一二三四\d]"
)
_ADVERBS = re.compile(
    r"20\d\d年度?|今年|本年度?|全年|全[市省区县盟州旗]|共计|共有|共|累计|总计|合计|已经|已|仅为|仅有|仅|只有|达到了|达到|达|为|是|的|有|了|分别|现有|辖区内?|范围内|对|全部"
)
_RATE_KEY = re.compile(rf"({HAN}{{2,40}}?率)(?:仅为|只有|仅有|仅|达到了|达到|达|为|是)?$")


def repeat(reading: Reading) -> Iterator[Finding]:
    """The same quantity of the whole city, stated twice, is the same twice."""
    seen: dict[tuple[str, str], tuple[Paragraph, Number]] = {}
    for paragraph, start, end in reading.sentences():
        for key, number in _quantities(paragraph, start, end):
            if key not in seen:
                seen[key] = (paragraph, number)
                continue
            first, earlier = seen[key]
            decimals = min(earlier.decimals, number.decimals)
            if abs(earlier.value - number.value) * 10**decimals > Fraction(1, 2) or (
                earlier.decimals == number.decimals and earlier.value != number.value
            ):
                stands = first.said(earlier.start, earlier.end)
                yield reading.finding(
                    "repeat",
                    paragraph,
                    (number.start, number.end),
                    stands,
                    f"同一数量在第{first.number}段写的是{stands}。",
                    [first.place(earlier.start, earlier.end)],
                )
    yield from _said_again(reading)


def _quantities(paragraph: Paragraph, start: int, end: int) -> Iterator[tuple[tuple[str, str], Number]]:
    """What a sentence states of the whole city, each with what it's known again by."""
    text = paragraph.text
    for number in sorted([*rates(text, start, end), *counts(text, start, end)], key=lambda each: each.start):
        before = text[start : number.start]
        if (
            not _SCOPE.search(before)
            or _NARROWED.search(before)
            or "（" in before
            or "、" in before.rpartition("，")[2]
        ):
            continue
        clause = before.rpartition("，")[2]
        if number.unit == "%":
            name = _RATE_KEY.search(clause)
            words = name[1] if name else ""
        else:
            noun = re.match(rf"(?:{HAN}){{0,16}}", text[number.end : end])
            words = clause + (noun[0] if noun else "")
            if re.search(rf"{WHOLE}[个家名份]", words) or re.match("县（|以上|以下|左右", text[number.end :]):
                continue
        words = _ADVERBS.sub("", words)
        if len(words) >= 3 and not re.search(r"\d", words):
            yield (words, number.unit), number


_SAID_AGAIN = re.compile(rf"(?:这|上述|以上)({WHOLE})个[^，。；、：\d]{{0,6}}?(县|区|市|旗)")
_BEFORE_IT = re.compile(rf"(?<![第\d])({WHOLE})个[^，。；、：\d]{{0,6}}?(县|区|市|旗)")


def _said_again(reading: Reading) -> Iterator[Finding]:
    """这N个县（市、区） are as many as were counted just before."""
    for paragraph in reading.draft.body():
        for match in _SAID_AGAIN.finditer(paragraph.text):
            before = [each for each in _BEFORE_IT.finditer(paragraph.text, 0, match.start()) if "全" not in _lead(each)]
            numbers = {whole(each[1]) for each in before}
            inside = any(
                each.start <= match.start()
                and each.said
                and each.said.start <= match.end()
                and each.said.end > match.start()
                for each in reading.lists_in(paragraph)
            )
            listed = {len(each.items) for each in reading.lists_in(paragraph) if each.end <= match.start()}
            if len(numbers) == 1 and whole(match[1]) not in numbers | listed and not inside:
                yield reading.finding(
                    "repeat",
                    paragraph,
                    match.span(),
                    f"{numbers.pop()}",
                    f"前面说的是{before[-1][0]}。",
                    [paragraph.place(*each.span()) for each in before],
                )


def _lead(match: re.Match[str]) -> str:
    return match.string[max(0, match.start() - 8) : match.start()]
