"""Rules on parts and their total."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from bulletin.drafts.proof.draft import HAN, Paragraph
from bulletin.drafts.proof.finding import Finding
from bulletin.drafts.proof.lists import iter_counted
from bulletin.drafts.proof.numbers import DIGITS, UNITS, WHOLE, Number, count_at, counts, is_slip, shown
from bulletin.drafts.proof.reading import Reading
from bulletin.drafts.proof.rows import Row, row_at, rows_ending_at
from bulletin.drafts.proof.rules.rest import rest

_LEAD = re.compile(
    rf"(?P<which>其中(?:有|：|，|为)?)"
    rf"|(?P<made>(?:由[^，。；\d]{{0,10}}(?:组成|构成)|分为(?:[^，。；：\d]{{0,6}}[：，])?|包括|包含|分别(?:为|是|有))[：，]?)"
    rf"|(?:^|(?<=[。；，]))(?P<sorted>(?:[一二三四五六七八九十]是|（[一二三四五六七]）|[一二三四五六七]、)?(?:按|从|分)[^，。；：、\d]{{1,14}}[，：])"
    rf"|(?:^|(?<=[。；，：]))(?P<among>[^，。；：]{{2,30}}(?<!其)中(?!区)[，：]?(?:有)?)(?={HAN})"
    rf"|(?P<bracket>（(?={HAN}))"
    rf"|(?P<colon>：)"
)
_TOTAL = re.compile(
    rf"[，；]?(?:以上|上述|这)?(?:(?:{WHOLE}[项类者地]|{HAN}{{0,2}}[两三四五六七八九十]{HAN}{{1,2}})?(?:合计|共计|总计|总共|一共)|共)[^，。；：\d]{{0,8}}?(?={DIGITS}{UNITS})"
)
_REST_NAME = re.compile("(?:^|等)(?:其他|其余|其它|另有|余下|剩余)")
_OVERLAP = re.compile("多类|多种|同时|兼|重复|交叉|既|涉及|存在多|不止")

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
    ("城镇|城市|城区", "农村|乡村"),
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
    ("第一产业", "第二产业", "第三产业"),
    ("饮酒", "醉酒"),
    ("^已", "^正在|^未|^尚未|^仍未|^待"),
    ("^已", "^正在|^正", "^拟|^未|^尚未|^待"),
    ("立行立改|当场整改|立即整改", "限期整改"),
    ("高中", "初中", "小学", "幼儿园"),
    ("市级", "县级", "乡级|镇级|乡镇"),
    ("县级", "乡级|镇级|乡镇|街道", "村级|社区"),
)
"""Kinds that make a whole between them."""
_NEGATED = re.compile(rf"(?:未|非|不|没有|没)({HAN}{{1,4}})")


def parts(reading: Reading) -> Iterator[Finding]:
    """Parts that are said to sum to a total do."""
    earlier: list[Number] = []
    for paragraph in reading.draft.body():
        told: list[Finding] = []
        for each in (
            *rest(reading, paragraph),
            *_led(reading, paragraph, earlier),
            *_in_all(reading, paragraph),
            *_kinds(reading, paragraph),
        ):
            if not any(each.place.overlaps(other.place) for other in told):
                told.append(each)
        yield from told
        earlier += counts(paragraph.text)


def _led(reading: Reading, paragraph: Paragraph, earlier: Sequence[Number]) -> Iterator[Finding]:
    """A total and then its parts, behind 其中, 分别为, 按类型分, a bracket."""
    text = paragraph.text
    seen: set[int] = set()
    for start, end in paragraph.sentences():
        for lead in _LEAD.finditer(text, start, end):
            kind = str(lead.lastgroup)
            row = row_at(text, lead.end(), _close(text, lead, end), bare="分别" in lead[0])
            if row is None or row.start in seen or _is_totalled(text, row):
                continue
            seen.add(row.start)
            for base in dict.fromkeys(each.base for each in row.parts[0].numbers):
                if found := _held(reading, paragraph, _Claim(paragraph, lead, kind, row, base, earlier)):
                    yield found
                    break


def _is_totalled(text: str, row: Row) -> bool:
    """Whether the parts' own total follows: that's what they are held against."""
    match = _TOTAL.match(text, row.end)
    total = count_at(text, match.end()) if match else None
    return total is not None and bool(row.numbers(total.base))


def _close(text: str, lead: re.Match[str], end: int) -> int:
    """Where what a lead opens is over: a bracket's end, else the sentence's."""
    close = text.find("）", lead.end(), end)
    return close if lead["bracket"] and close >= 0 else end


class _Claim:
    """A row of parts, what leads to it, and the totals that it may be of."""

    def __init__(
        self, paragraph: Paragraph, lead: re.Match[str], kind: str, row: Row, base: str, earlier: Sequence[Number]
    ) -> None:
        text = paragraph.text
        self.row, self.kind, self.base, self.text, self.place = row, kind, base, text, lead.start()
        self.sum = row.total(base)
        self.slack = row.slack(base)
        self.numbers = row.numbers(base)
        sentence = next(start for start, end in paragraph.sentences() if start <= lead.start() < end)
        before = [each for each in counts(text, 0, row.start) if each.base == base]
        shut = text.rfind("）", 0, lead.start())
        own = [
            each
            for each in before
            if each.start >= sentence
            and not (
                each.start < shut
                and "（" in text[sentence : each.start]
                and text.rfind("（", sentence, each.start) > text.rfind("）", sentence, each.start)
            )
        ]
        self.sentence = sentence
        self.direct = own[-1] if own else None
        if (
            kind == "bracket"
            and self.direct
            and not re.fullmatch(rf"{HAN}{{0,8}}", text[self.direct.end : lead.start()])
        ):
            self.direct = None
        self.here = before
        self.before = [*(each for each in earlier if each.base == base), *before]

    def fits(self, total: Number) -> bool:
        """Whether the parts make that total, roundings allowed for; what else is told behind them may be none of it."""
        sums = itertools.accumulate(
            each.size * part.times for each, part in zip(self.numbers, self.row.parts, strict=True)
        )
        return any(
            abs(total.size - sum_of) <= total.slack + self.slack
            for count, sum_of in enumerate(sums, start=1)
            if count > 1 or count == len(self.numbers)
        )


def _held(reading: Reading, paragraph: Paragraph, claim: _Claim) -> Finding | None:
    if not claim.numbers or any(claim.fits(each) for each in claim.before):
        return None
    total, sure = _total(claim, paragraph)
    if total is None or _is_loose(claim, claim.direct):
        return None
    too_much = sure and claim.kind == "which" and max(each.size for each in claim.numbers) > total.size
    if (too_much and total is claim.direct) or (claim.row.ends and _makes_whole(claim, total, sure=sure)):
        return not_sum(reading, paragraph, total, claim.row, claim.base)
    return None


def _is_loose(claim: _Claim, direct: Number | None) -> bool:
    """Whether parts may overlap, or the row is of changes."""
    tail = claim.text[claim.row.end : claim.row.end + 40].partition("。")[0]
    head = claim.text[direct.end if direct else claim.sentence : claim.row.start]
    return bool(_OVERLAP.search(tail + head) or re.search("增加|减少|下降|上升", head.rpartition("，")[2]))


def _total(claim: _Claim, paragraph: Paragraph) -> tuple[Number | None, bool]:
    """What the parts are of, and whether that's sure: it is where no other count may be meant."""
    said = _sentence_before(claim, paragraph) if claim.kind == "which" else []
    direct = claim.direct or (said[0] if len(said) == 1 else None)
    if direct or claim.kind not in ("which", "sorted", "among"):
        return direct, True
    near = said if claim.kind == "which" else claim.here or claim.before
    return min(near, key=lambda each: abs(each.size - claim.sum), default=None), False


def _sentence_before(claim: _Claim, paragraph: Paragraph) -> list[Number]:
    starts = [start for start, _ in paragraph.sentences() if start < claim.sentence]
    return [each for each in claim.here if starts and each.start >= starts[-1]]


def _makes_whole(claim: _Claim, total: Number, *, sure: bool) -> bool:
    """Whether the parts are said to make up the total: by word, by kind, or so nearly that a slip is plain."""
    size, count, names = total.size, len(claim.numbers), [part.name for part in claim.row.parts]
    if count < 2 or not size:
        return False
    gap, share = abs(size - claim.sum), abs(size - claim.sum) / size
    counted = claim.text[claim.sentence : claim.row.start]
    kinds = bool(_REST_NAME.search(names[-1])) or _are_kinds(names)
    subset = claim.kind in ("which", "among", "bracket")
    several = claim.kind in ("sorted", "among", "bracket") and (count > 2 or (sure and claim.kind == "bracket"))
    mild = claim.kind in ("which", "colon")
    limits = (
        (kinds, Fraction(1) if sure else Fraction(1, 10)),
        (sure and claim.kind == "made", Fraction(1, 4)),
        (sure and any(count == number for number, *_ in iter_counted(counted)), Fraction(1, 4)),
        (sure and subset and claim.sum > size, Fraction(1, 5)),
        (several, Fraction(1, 20)),
        (sure and claim.kind == "among" and size >= 50, Fraction(1, 50)),
        (mild and size >= 50, max(Fraction(1, 100), 2 * total.scale / size)),
    )
    if any(holds and share <= limit for holds, limit in limits):
        return True
    written = claim.sum / total.scale
    many = count > 2 or size >= 1000
    return (kinds or several or mild) and gap > 0 and many and size >= 20 and is_slip(total, written)


def _are_kinds(names: Sequence[str]) -> bool:
    """Whether these are the kinds that make a whole: by the table, or one is what the other isn't."""
    if len(names) == 2:
        for one, two in itertools.permutations(names):
            no = _NEGATED.search(one)
            if no and (no[1] in two or no[1][:2] in two) and not _NEGATED.search(two):
                return True
    return any(
        len(kinds) == len(names)
        and any(
            all(re.search(kind, name) for kind, name in zip(kinds, order, strict=True))
            for order in itertools.permutations(names)
        )
        for kinds in _PARTITIONS
    )


def not_sum(reading: Reading, paragraph: Paragraph, total: Number, row: Row, base: str) -> Finding:
    """The finding that a row's parts don't come to the total."""
    numbers = row.numbers(base)
    terms = "＋".join(
        shown(each.value, each.decimals)
        + (each.unit if each.scale != total.scale else "")
        + (f"×{part.times}" if part.times > 1 else "")
        for part, each in zip(row.parts, numbers, strict=True)
    )
    same = all(each.scale == total.scale for each in numbers)
    decimals = max(each.decimals for each in (total, *numbers)) if same else total.decimals
    expected = f"{shown(row.total(base) / total.scale, decimals)}{total.unit}"
    is_here = count_at(paragraph.text, total.start) == total
    first = min(total.start, numbers[0].start) if is_here else numbers[0].start
    last = max(total.end, numbers[-1].end) if is_here else numbers[-1].end
    stands = shown(total.value, total.decimals) + total.unit
    return reading.finding("parts", paragraph, (first, last), expected, f"{terms}＝{expected}，写的是{stands}。")


def _kinds(reading: Reading, paragraph: Paragraph) -> Iterator[Finding]:
    """检查75家，合格52家，不合格24家: kinds that make a whole, and no word says so."""
    text = paragraph.text
    for start, end in paragraph.sentences():
        for place in (start, *(start + each.end() for each in re.finditer("[，；]", text[start:end]))):
            row = row_at(text, place, end)
            before = [each for each in counts(text, 0, place) if row and row.parts[0].numbers[0].base == each.base]
            if row is None or not before:
                continue
            total = before[-1]
            if not re.fullmatch(rf"{HAN}{{0,12}}[，；]", text[total.end : place]) and (
                place > start or len(row.parts) < 3 or text.count("。", total.end, place) > 1
            ):
                continue
            some = [row.first(count) for count in range(2, len(row.parts) + 1)]
            if any(_comes_to(each, other) for each in some if each.numbers(total.base) for other in before):
                continue
            for each in some:
                numbers = each.numbers(total.base)
                gap = abs(each.total(total.base) - total.size) if numbers else total.size
                if numbers and _are_kinds([part.name for part in each.parts]) and gap * 10 <= total.size:
                    yield not_sum(reading, paragraph, total, each, total.base)
                    break


def _in_all(reading: Reading, paragraph: Paragraph) -> Iterator[Finding]:
    """甲3起、乙4起，合计7起."""
    text = paragraph.text
    for start, end in paragraph.sentences():
        for match in _TOTAL.finditer(text, start, end):
            total = count_at(text, match.end())
            lead = text.rfind("其中", start, match.start())
            if total is None:
                continue
            rows = list(rows_ending_at(text, start if lead < 0 else lead + 2, match.start(), total.base))
            rows = [each for each in rows if each.numbers(total.base) and not _is_of_some(each, match[0])]
            if not rows or any(_comes_to(each, total) for each in rows):
                continue
            longest = rows[0]
            is_plain = match[0][1:2] != "共" or "共计" in match[0]
            gap = abs(longest.total(total.base) - total.size)
            if (is_plain and len(set(longest.joins)) == 1) or gap * 10 <= total.size:
                yield not_sum(reading, paragraph, total, longest, total.base)


def _is_of_some(row: Row, total: str) -> bool:
    """Whether a total is said of some of the parts: 应巡查986次，实际巡查962次；合计应巡查2254次."""
    words = re.sub(".*(?:计|共|一共)", "", total)
    named = [words in part.name for part in row.parts]
    return len(words) > 1 and any(named) and not all(named)


def _comes_to(row: Row, total: Number) -> bool:
    return abs(row.total(total.base) - total.size) <= total.slack + row.slack(total.base)
