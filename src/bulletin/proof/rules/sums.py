"""Rules on parts and their total, and on what is stated twice."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from bulletin.proof.draft import HAN, Paragraph
from bulletin.proof.finding import Finding
from bulletin.proof.numbers import DIGITS, UNITS, WHOLE, Number, counts, rates, shown, whole
from bulletin.proof.reading import Reading

_PART = re.compile(
    rf"(?P<name>(?:{HAN}|[A-Za-z“”/]|（[县市区旗、，]+）|\d(?=家企业))+?)(?:有|为|共|是|占)?(?P<number>{DIGITS})(?P<unit>{UNITS})(?P<after>{HAN}{{0,6}})"
    rf"(?:（[^（）]*）)?(?:，占(?:比|总数的?|全部的?|{HAN}{{0,8}}的)?\d+(?:\.\d+)?%)?"
)
_JOIN = re.compile(r"[、，；和及与]|以及")
_OF_WHICH = re.compile(
    rf"({DIGITS})({UNITS})([^，。；：（）\d]{{0,14}})(?:（[^（）]*）)?[，（。]?(其中|分别为|分别是|包括|包含|按类型分|分类别看)(?:有|：|，|为)?"
)
_IN_ALL = re.compile(rf"[，；]?(?:合计|共计|总计|总共)[^，。；：\d]{{0,8}}?({DIGITS})(?:{UNITS})")
_REST_NAME = re.compile("^(?:其他|其余|其它|另有|余下|剩余)")
_OVERLAP = re.compile("多类|多种|同时|兼|重复|交叉|既")

_PARTITIONS: tuple[tuple[str, ...], ...] = (
    ("地下", "露天", "尾矿库"),
    ("井工", "露天"),
    ("男", "女"),
    ("一般", "重大"),
    ("一般", "较大", "重大"),
    ("已(?:完成)?整改|整改完成|完成整改|整改到位", "未整改|未完成|正在整改|整改中|未整改到位"),
    ("合格", "不合格"),
    ("优秀", "良好", "合格|一般"),
    ("优秀", "良好", "合格|一般", "不合格|较差|差"),
    ("城镇|城市", "农村|乡村"),
    ("一级|A级", "二级|B级", "三级|C级"),
    ("一级|A级", "二级|B级", "三级|C级", "四级|D级"),
    ("红色", "橙色", "黄色", "蓝色"),
    ("生产", "经营", "使用"),
    ("生产", "经营"),
    ("生产", "流通", "餐饮"),
    ("死亡", "受伤"),
    ("国有", "民营|非公"),
    ("专职", "兼职"),
    ("在岗", "离岗|不在岗"),
    ("大型", "中型", "小型"),
    ("大型", "中型", "小型", "微型"),
    ("公路", "水路", "铁路"),
    ("客运", "货运"),
    ("按期|按时", "逾期|超期"),
    ("办结|已办", "未办结|在办|正在办理"),
)
"""Kinds that make a whole between them."""


def parts(reading: Reading) -> Iterator[Finding]:
    """Parts that are said to sum to a total do."""
    for paragraph in reading.draft.body():
        yield from _of_which(reading, paragraph)
        yield from _of_those(reading, paragraph)
        yield from _in_all(reading, paragraph)


def _of_which(reading: Reading, paragraph: Paragraph) -> Iterator[Finding]:
    text = paragraph.text
    for match in _OF_WHICH.finditer(text):
        total = next((each for each in counts(text, match.start(), match.end(2)) if each.start == match.start()), None)
        if total is None:  # 11家，较上年减少1家，其中
            clauses = text.rfind("。", 0, match.start()) + 1
            earlier = [each for each in counts(text, clauses, match.start()) if each.unit == match[2]]
            total = earlier[-1] if earlier and text[earlier[-1].end] == "，" else None
        if total is None:
            continue
        named = list(_run(text, match.end(), total.unit))
        numbers = [number for _, number in named]
        stop = numbers[-1].end if numbers else match.end()
        if _OVERLAP.search(text[stop : stop + 40].partition("。")[0] + match[3]):
            continue
        largest = max(numbers, key=lambda each: each.value, default=None)
        sum_of = sum((each.value for each in numbers), Fraction())
        if (largest and largest.value > total.value and match[4] == "其中") or (
            len(numbers) > 1 and sum_of != total.value and _makes_whole(named, total, sum_of, match[4])
        ):
            yield _not_sum(reading, paragraph, total, numbers, sum_of)


def _of_those(reading: Reading, paragraph: Paragraph) -> Iterator[Finding]:
    """其中 at a sentence's beginning: the parts are of one of the counts in the sentence before."""
    sentences = list(paragraph.sentences())
    for before, (start, _) in itertools.pairwise(sentences):
        lead = re.compile("其中[，：]?").match(paragraph.text, start)
        if not lead:
            continue
        first = next(counts(paragraph.text, lead.end()), None)
        named = list(_run(paragraph.text, lead.end(), first.unit)) if first else []
        totals = [each for each in counts(paragraph.text, *before) if first and each.unit == first.unit]
        numbers = [number for _, number in named]
        sum_of = sum((each.value for each in numbers), Fraction())
        if len(named) > 1 and totals and all(each.value != sum_of for each in totals):
            total = min(totals, key=lambda each: abs(each.value - sum_of))
            if not _OVERLAP.search(paragraph.text[numbers[-1].end :][:40]) and _makes_whole(named, total, sum_of, ""):
                yield _not_sum(reading, paragraph, total, numbers, sum_of)


def _run(text: str, place: int, unit: str) -> Iterator[tuple[str, Number]]:
    """The parts from a place on: names with counts of that unit, one after the other."""
    while match := _PART.match(text, place):
        number = next(
            (each for each in counts(text, match.start("number")) if each.start == match.start("number")), None
        )
        if number is None or number.unit != unit or re.search("[。；，]", match["name"]) or len(match["name"]) > 24:
            return
        if re.search("整改率|合计|共计|总计", match["name"]):
            return
        yield match["name"] + match["after"], number
        join = _JOIN.match(text, match.end())
        if not join:
            return
        place = join.end()


def _makes_whole(named: Sequence[tuple[str, Number]], total: Number, sum_of: Fraction, lead: str) -> bool:
    """Whether the parts are said to make up the total: by word, by kind, or so nearly that a slip is plain."""
    if lead not in ("", "其中", "包括", "包含") or _REST_NAME.search(named[-1][0]):
        return True
    for kinds in _PARTITIONS:
        if len(kinds) == len(named) and any(
            all(re.search(kind, name) for kind, (name, _) in zip(kinds, order, strict=True))
            for order in itertools.permutations(named)
        ):
            return True
    gap = abs(total.value - sum_of)
    return total.value >= 50 and gap <= max(Fraction(2), total.value / 100)


def _not_sum(
    reading: Reading, paragraph: Paragraph, total: Number, numbers: Sequence[Number], sum_of: Fraction
) -> Finding:
    terms = "＋".join(shown(each.value, each.decimals) for each in numbers)
    decimals = max(each.decimals for each in (total, *numbers))
    expected = f"{shown(sum_of, decimals)}{total.unit}"
    first, last = min((total, *numbers), key=lambda each: each.start), max((total, *numbers), key=lambda each: each.end)
    return reading.finding(
        "parts",
        paragraph,
        (first.start, last.end),
        expected,
        f"{terms}＝{expected}，写的是{paragraph.said(total.start, total.end)}。",
    )


def _in_all(reading: Reading, paragraph: Paragraph) -> Iterator[Finding]:
    """甲3起、乙4起，合计7起."""
    text = paragraph.text
    for start, end in paragraph.sentences():
        for match in _IN_ALL.finditer(text, start, end):
            total = next((each for each in counts(text, match.start(1)) if each.start == match.start(1)), None)
            numbers = _up_to(text, start, match.start(), total.unit) if total else []
            sum_of = sum((each.value for each in numbers), Fraction())
            if total and len(numbers) > 1 and sum_of != total.value:
                yield _not_sum(reading, paragraph, total, numbers, sum_of)


def _up_to(text: str, start: int, end: int, unit: str) -> list[Number]:
    """The longest row of parts that ends there."""
    lead = text.rfind("其中", start, end)
    start = start if lead < 0 else lead + 2
    for place in range(start, end):
        if place == start or text[place - 1] in "：，；。、":
            numbers = [number for _, number in _run(text, place, unit)]
            if numbers and numbers[-1].end == end:
                return numbers
    return []


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
