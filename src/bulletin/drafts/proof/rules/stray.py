"""The rule on stray characters: doubled, or put into a term that stands right elsewhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from bulletin.drafts.proof.dictionary import cut, has_word
from bulletin.drafts.proof.draft import HAN, Paragraph
from bulletin.drafts.proof.finding import Finding
from bulletin.drafts.proof.reading import Reading

_FREE = frozenset(
    "的了和与及或等各对在为以从由向被把将已未不均也都又再曾应须需要必能会否是有无中内外上下前后间时年月日第约近每仅只共全总新老旧大小多少高低好"
    "强重轻主副正分合同异这那其该本此某一二三四五六七八九十百千万亿两几半多余个名家份次起条项处件台辆户批组所座种类级层段期届位员者人队化性率度量"
    "数额值费金款法律规则令函案例书证表单据图册部委办局厅处科室站所院校厂矿库场区县市省州旗乡镇村街路港站线网点面块片带进出入到至达过来去起开"
    "关停设建改扩管查检督促抓做用使让给予请求令受报送交发收领取存放运输产销购买卖租借还并且而但却则即就才更最很较特极太真实行业企事物品料气水电火"
    "煤油化学工农商交通客货车船机器具材质价格税保险安危害灾难隐患防治控制备案审批验收"
)
"""Characters that make words with whatever stands beside them: none of them is plainly stray."""

_TWICE = re.compile(r"的的(?!确)|了了(?!解|结)|与与|及及|，，|。。|、、|；；|：：|，。|。，|、，|，、|、。")

_ALONE = frozenset("省市州盟县区旗镇乡村社街部厅局委办处科室站所院校学厂矿队组会户人个家条件项次层级")
"""Characters that are words: 市市场监管局 and 各村村民 have nothing doubled."""


_HAN = re.compile(HAN)
_PAIR = re.compile(rf"(?<=(.))({HAN})\2(?!\2)(?=(.|$))")


def stray(reading: Reading) -> Iterator[Finding]:
    """A doubled or stray character in a term that stands right elsewhere."""
    words = [each for each in reading.draft.paragraphs if each.kind != "cell"]
    text = "\n".join(each.text for each in words)
    counted = Counter(text[place : place + size] for size in (2, 4, 5) for place in range(len(text) - size + 1))
    for paragraph in words:
        for match in _TWICE.finditer(paragraph.text):
            told = f"“{match[0]}”重复或多余。"
            yield reading.finding("format", paragraph, match.span(), match[0][-1], told)
        found = list(_in_term(reading, paragraph, counted))
        yield from found
        for finding in _doubled(reading, paragraph, text):
            if not any(finding.place.overlaps(each.place) for each in found):
                yield finding


def _in_term(reading: Reading, paragraph: Paragraph, counted: Counter[str]) -> Iterator[Finding]:
    """A character amid four that stand without it elsewhere."""
    for place in range(2, len(paragraph.text) - 2):
        window = paragraph.text[place - 2 : place + 3]
        right = window[:2] + window[3:]
        if counted[window] == 1 and counted[right] and re.fullmatch(rf"{HAN}{{5}}", window):
            others = counted[window[:2]] - 1 - window[1:].count(window[:2])
            if _is_stray(paragraph.text, place, always=others == counted[right]):
                told = f"多了“{window[2]}”字，别处写的是“{right}”。"
                yield reading.finding("format", paragraph, (place - 2, place + 3), right, told)


def _doubled(reading: Reading, paragraph: Paragraph, text: str) -> Iterator[Finding]:
    """A character written twice in a shorter term, or at its beginning or end: 教练练员, 巡巡河, 情况况."""
    for match in _PAIR.finditer(f"，{paragraph.text}"):
        before, char, after = match[1], match[2], match[3] or "，"
        place = match.start()  # of the second one, for a comma was put before the text
        if char in _ALONE or text.count(before + char * 2 + after) > 1:
            continue
        first, second = before + char, char + after
        elsewhere = text.count(before + char + after)
        if _in_word(paragraph.text, place):
            doubled = True  # 医疗保保障
        elif elsewhere > 1 and text.count(first) == text.count(second) == elsewhere + 1:
            doubled = True  # 教练练员 beside 教练员; not 总队队长, where 总队 and 队长 stand for themselves
        elif has_word(char * 2) or (_is_word(first, text) and _is_word(second, text)):
            doubled = False
        elif not _HAN.fullmatch(after):
            doubled = has_word(first) and before != "一"
        else:
            lead = paragraph.text[max(0, place - 3) : place - 1]
            ends = _is_word(first, text) or _is_word(paragraph.text[max(0, place - 3) : place], text)  # 一日游游客
            begins = not _HAN.fullmatch(before) or (has_word(lead) and not ends)
            doubled = (elsewhere > 0 and bool(_HAN.fullmatch(before))) or (begins and text.count(second) > 1)
        if doubled:
            yield reading.finding("format", paragraph, (place - 1, place + 1), char, f"“{char}”字重复。")


def _in_word(text: str, place: int) -> bool:
    """Whether one word of four characters is left without the second one, and no word ends with the first."""
    before, behind = text[max(0, place - 3) : place], text[place + 1 : place + 4]
    if any(has_word(before[-size:]) for size in range(2, len(before) + 1)):
        return False
    right = before + behind
    starts = range(max(0, len(before) - 3), len(before) - 1)
    return any(len(right[begin : begin + 4]) == 4 and has_word(right[begin : begin + 4]) for begin in starts)


def _is_word(pair: str, text: str) -> bool:
    return has_word(pair) or text.count(pair) > 1


def _is_stray(text: str, place: int, *, always: bool) -> bool:
    """Whether the character there belongs to no word; `always` says that its term isn't parted anywhere else."""
    char, before, after = text[place], text[place - 1], text[place + 1]
    doubled = char in (before, after)
    if doubled and (char == after or (place > 1 and text[place - 2] == before) or text[place : place + 2] == after * 2):
        # Of two equal ones only the later is told, and 认认真真 is none.
        return False
    if not doubled and (not always or char in _FREE or has_word(before + char) or has_word(char + after)):
        return False
    start = 0
    for word in cut(text[max(0, place - 12) : place + 12]):
        if start <= min(place, 12) < start + len(word):
            return word == char or not has_word(word)
        start += len(word)
    return False
