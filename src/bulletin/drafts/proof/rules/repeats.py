"""What is stated twice is the same twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from bulletin.drafts.proof.draft import HAN, Paragraph
from bulletin.drafts.proof.finding import Finding
from bulletin.drafts.proof.numbers import WHOLE, Number, counts, is_slip, rates, whole
from bulletin.drafts.proof.reading import Reading

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
                yield _not_the_same(reading, paragraph, number, first, earlier)
    yield from _said_again(reading)
    yield from _referred(reading)


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
            noun = re.match(rf"(?!的)(?:{HAN}){{0,16}}", text[number.end : end])  # 1680名的平均年龄
            words = clause + (noun[0] if noun else "")
            if re.search(rf"{WHOLE}[个家名份]", words) or re.match("县（|以上|以下|左右", text[number.end :]):
                continue
        words = _ADVERBS.sub("", words)
        if len(words) >= 3 and not re.search(r"\d", words):
            yield ("".join(sorted(words)), number.unit), number  # 完成造林 and 造林已完成


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


@dataclass(frozen=True)
class _Stated:
    """A count with the words before it in its clause (`lead`) and those right behind it (`noun`)."""

    paragraph: Paragraph
    number: Number
    lead: str
    noun: str
    before: str
    """Its sentence up to the count."""

    @cached_property
    def words(self) -> str:
        """The lead without fillers: 查处酒后驾驶 of 全市共查处酒后驾驶."""
        return _FILLERS.sub("", _FILLERS.sub("", self.lead))

    @cached_property
    def times(self) -> set[str]:
        """The periods that it's said of; a date by which something is due is none."""
        return {re.sub("份|底|末|第", "", each) for each in _TIMES.findall(self.before)}

    @cached_property
    def is_of_a_part(self) -> bool:
        """Whether it's said of a county or so."""
        return bool(_PART.search(_ALL_OF_THEM.sub("", self.before)))


_TIME = r"(?:20\d\d年|上年|去年|同期|上月|上季度|第?[一二三四]季度|\d{1,2}(?:[—至-]\d{1,2})?月份?底?末?|[上下]半年|前三季度|以来)"
_TIMES = re.compile(rf"{_TIME}(?!\d{{0,2}}日?(?:底|末)?之?前|\d)")
_FILLERS = re.compile(
    rf"^(?:\d+[.．、]|[一二三四五六七八九十]是|其中|现有|目前|截至目前|虽然|但|全[市省区县盟州旗月年]|本[月次年季]度?|此次|今年|月内|累计|共计|共|还|仍|尚|又|已|实(?=有)|{_TIME})+"
    r"|(?:共计|累计|共有|共|合计|仅有|仅|只有|只|已达|达到|达|有|为|是|的|已)+$"
)
_PART = re.compile("[县区旗镇乡市]|街道|其中|领域|行业|占|平均")
_ALL_OF_THEM = re.compile(
    rf"(?:{WHOLE}个|各有?关?|全|有关|相关|两|本)[县市区旗州盟镇乡]+|（[县市区旗、，]{{1,7}}）|[省市县区]?级|[市县区州](?:局|安委|应急)"
)
_NOT = re.compile("(?:尚|仍|还)未|没有|尚无")
_HANDLED = re.compile(r"(?:.*[对将把向由使给请])?(?:其余|剩余|以上|上述|这|全部|所有|已|全[市省区县盟州旗])*")
"""What may stand before a count that the text goes back to: 各县（市、区）要对尚未整改的."""
_GIVES = re.compile(r".*(?:对|将|把|针对|上述|以上|这)")
_OF_ALL = re.compile(r"(?:对|将|把|针对)全[市省区县盟州旗]$")
_FOUND = re.compile(r"(?:所?(?:查出?|发现|排查出?|检查|检出|受理|报告|抽查|查处|接报)的)?")


def _referred(reading: Reading) -> Iterator[Finding]:
    """尚未整改的104处 are as many as 尚未整改 were said to be."""
    stated = list(_statements(reading))
    often = Counter((each.number.base, each.number.size) for each in stated)
    for place, each in enumerate(stated):
        if often[each.number.base, each.number.size] > 1:
            continue
        earlier = [
            other
            for other in stated[:place]
            if other.number.unit == each.number.unit
            and each.times <= other.times
            and (_is_meant(each, other) or _is_said_again(each, other))
        ]
        if earlier:
            yield _not_the_same(reading, each.paragraph, each.number, earlier[-1].paragraph, earlier[-1].number)


def _statements(reading: Reading) -> Iterator[_Stated]:
    for paragraph in reading.draft.body():
        text = paragraph.text
        for start, end in paragraph.sentences():
            for number in counts(text, start, end):
                before = text[start : number.start]
                lead = re.split("[，。；：、（）]", re.sub("（[县市区旗、，]{1,7}）", "", before))[-1]
                noun = re.match(rf"(?:{HAN}|[“”])*", text[number.end : number.end + 16])
                yield _Stated(paragraph, number, _NOT.sub("未", lead), _NOT.sub("未", noun[0] if noun else ""), before)


def _is_meant(later: _Stated, earlier: _Stated) -> bool:
    """Whether the later one goes back to the earlier by its own words: 查处的469起酒后驾驶."""
    words, noun = earlier.words, later.noun
    if later.is_of_a_part or not noun:
        return False
    if noun == "中" and not later.before:  # 528户中
        return is_slip(later.number, earlier.number.value)
    what = re.fullmatch(rf"({HAN}{{2,8}})中", noun)
    small = later.number.size < 100 and later.paragraph.number - earlier.paragraph.number > 3
    if what and _FOUND.fullmatch(later.lead) and not small:
        return (words + earlier.noun).endswith(what[1]) and is_slip(later.number, earlier.number.value)
    if later.lead.endswith("的"):
        own = later.lead[:-1]
        return any(_is_deed(own[cut:], noun, words, earlier.noun, _is_all(own[:cut])) for cut in range(len(own) - 1))
    if _GIVES.fullmatch(later.lead) and any(words.endswith(noun[:size]) for size in range(4, len(noun) + 1)):
        return True
    return _is_turned(later, earlier)


def _is_turned(later: _Stated, earlier: _Stated) -> bool:
    """Whether a slip of the pen stands before its noun that stood behind it: 巡查3864家场所, after 巡查场所3846家."""
    if later.before.startswith("其中"):
        return False
    if not later.words:  # 全年31520人次无偿献血
        enough = len(earlier.words) > (3 if later.lead else 5) and later.noun.startswith(earlier.words)
        return enough and not earlier.is_of_a_part and is_slip(later.number, earlier.number.value)
    if _OF_ALL.search(later.lead) and any(
        earlier.words.endswith(later.noun[:size]) for size in range(3, len(later.noun) + 1)
    ):
        return is_slip(later.number, earlier.number.value)  # 对全市168个劝导站
    if len(later.words) < 2:
        return False
    said = [later.words + later.noun[:size] for size in range(3, len(later.noun) + 1)]
    return any(earlier.words.endswith(each) for each in said) and is_slip(later.number, earlier.number.value)


def _is_all(lead: str) -> bool:
    """Whether what stands before a deed names no part: 对第一季度查处的."""
    return _HANDLED.fullmatch(_FILLERS.sub("", lead)) is not None


def _is_deed(deed: str, noun: str, words: str, behind: str, is_whole: bool) -> bool:
    """Whether 查处 and 酒后驾驶 are what was counted: as 查处酒后驾驶, 未参训, or 名网格员未参训."""
    if not behind and len(words) > len(deed) and (deed + noun).startswith(words):
        return is_whole or len(words) - len(deed) > 2
    if not is_whole:
        return False
    if not behind and words == deed:
        return True
    who = behind[: -len(deed)]
    return len(words) < 2 and behind.endswith(deed) and len(who) > 1 and noun.startswith(who)


def _is_said_again(later: _Stated, earlier: _Stated) -> bool:
    """Whether both say the same of the whole city in the same words, and one is a slip of the pen from the other."""
    return (
        len(later.words) > 3
        and later.words == earlier.words
        and (later.noun.startswith(earlier.noun) or earlier.noun.startswith(later.noun))
        and all(_SCOPE.search(each.before) and not each.is_of_a_part for each in (later, earlier))
        and later.paragraph.number != earlier.paragraph.number
        and is_slip(later.number, earlier.number.value)
    )


def _not_the_same(reading: Reading, paragraph: Paragraph, number: Number, first: Paragraph, earlier: Number) -> Finding:
    stands = first.said(earlier.start, earlier.end)
    return reading.finding(
        "repeat",
        paragraph,
        (number.start, number.end),
        stands,
        f"同一数量在第{first.number}段写的是{stands}。",
        [first.place(earlier.start, earlier.end)],
    )
