"""The names of counties: the register where facts give one, else those that the text itself lists."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cached_property

from bulletin.drafts.proof.dictionary import cut, has_word
from bulletin.drafts.proof.draft import HAN, Draft
from bulletin.drafts.proof.gazetteer import counties_at_home, every_county

SUFFIXES = "县区市旗"

_GENERIC = re.compile(
    r"(?:[个各全本我该外两几多省市县郊城旗盟自属所山牧林园矿库社地片景灾厂校罐禁辖小新]|"
    r"[深浅高大石土]山|革命老|主产|养殖|种植|蓄滞?洪|行洪|塌陷|沉陷|采空|风景|旅游|度假|开发|高新|经开|示范|产业|物流园|化工园|保税|新城|老城|老旧小|集中|"
    r"辖|工业园|作业|功能|责任|工业|生产|储罐|危险|警戒|管控|服务|住宅|居民|办公|生活|城市|农村|其他|其它|其余|有关|相关|部分|个别|"
    r"多数|所有|以上|上述|省辖|地级|县级|主城|中心城|少数民族|自治|非煤矿山|重点|试点|产煤|涉矿)[县区市旗]*"
)
"""Words that end like a county's name and are none. 城区, 矿区 and 郊区 are counties in some cities: lists tell."""

ALSO_NAMES = ("城区", "矿区", "郊区")

_NAME = rf"{HAN}{{1,12}}?自治[县旗]|{HAN}{{1,11}}?[{SUFFIXES}]"
"""Names of many peoples are long: 镇沅彝族哈尼族拉祜族自治县."""

_LISTED = re.compile(
    rf"(?<=、)({_NAME})"
    rf"(?=[、（，。；：”\d]|[和与及等共的均未]|以及|{HAN}{{2,9}}(?:局|队|委|中心|办)|[一二两三四五六七八九十]+[个家县区市旗地]|$)"
)
"""A name inside a list."""

_FIRST = re.compile(
    rf"({HAN}{{0,16}}[{SUFFIXES}])(?=、|（(?![县市区旗、，]+）)[^（）]{{1,40}}）[、，；]|\d+(?:\.\d+)?(?:%|{HAN}{{1,3}})(?:（[^（）]{{1,40}}）)?[、，；])"
)
"""What a list begins with: a name, and what stands before it. A figure makes a list of what commas part."""

_COLUMN = re.compile("[县区市旗]|地区|单位")

_LINKED = re.compile(r"(?:以及|和|及|与)")

_LEADS = re.compile(
    r".*(?:仅有|只有|涉及|其中|包括|分别|依次|以及|排名|下列|位列|位居|除了|除|有|是|为|即|在|对|由|将|向|从|至|比|和|及|与|了)"
)
_NUMBER = re.compile(rf".*[一二两三四五六七八九十几][{SUFFIXES}]")
"""紫阳、岚皋、白河三县: so many, no name."""

_RUN = re.compile(rf"{HAN}{{0,16}}$")


class Names:
    """The counties of a draft. `official` says that they are the register's own, from the facts.

    `home` are all counties of the city that a draft without a register is plainly about.
    """

    def __init__(self, names: Iterable[str], *, official: bool, home: Iterable[str] = ()) -> None:
        self.known = frozenset(names)
        self.official = official
        self.home = frozenset(home)
        self.counted: Counter[str] = Counter()
        """How often each is named, where the text itself is the register."""

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self.known), default=0)

    def ending_at(self, text: str, end: int) -> str | None:
        """The longest known name whose last character stands before `end`."""
        for size in range(min(self._longest, end), 1, -1):
            if text[end - size : end] in self.known:
                return text[end - size : end]
        return None

    def guess(self, text: str, end: int) -> str | None:
        """What seems to be a name that ends there, known or not."""
        return self.ending_at(text, end) or _guess(text[:end])


def _guess(text: str) -> str | None:
    """The name at the end of the text, by the words that Chinese falls into."""
    run = _RUN.search(text)
    if run is None:
        return None
    for size in range(len(run[0]), 2, -1):
        if run[0][-size:] in every_county():
            return run[0][-size:]
    words = [run[0]] if len(run[0]) <= 4 else cut(run[0])
    name = ""
    while words and (len(name) < 2 or is_generic(name)):
        name = words.pop() + name
        if len(name) > 1 and not _is_word_for_itself(name, words):
            break
    lead = has_lead(name)
    name = name[lead.end() :] if lead else name
    return name if 2 <= len(name) <= 12 and not is_generic(name) else None


def _is_word_for_itself(name: str, words: list[str]) -> bool:
    """Whether the name needs the word before it: of 襄纷 and 县 neither is one alone."""
    return len(name) == 2 and is_generic(name) and bool(words)


def has_lead(name: str) -> re.Match[str] | None:
    """What stands before a name and is none of it: 涉及, 分别为."""
    return None if has_word(name) or name in every_county() else _LEADS.match(name[:-2])


def is_generic(name: str) -> bool:
    """Whether that is no county's name: 各县, 辖区, 全市, 进度较快的县."""
    if len(name) < 2 or "的" in name or (_NUMBER.fullmatch(name) and name not in every_county()):
        return True
    return bool(_GENERIC.fullmatch(name)) and name not in ALSO_NAMES


def names_of(draft: Draft, register: Iterable[str] | None) -> Names:
    """The register's names, or those that the draft lists."""
    if register is not None:
        return Names(register, official=True)
    found: Counter[str] = Counter()
    for paragraph in draft.paragraphs:
        text = paragraph.text
        for match in _LISTED.finditer(text):
            lead = has_lead(match[1]) if len(match[1]) > 4 else None
            name = match[1][lead.end() :] if lead else match[1]
            link = _LINKED.match(name)
            bare = name[link.end() :] if link else name
            if not is_generic(name) and not (link and bare in found):
                found[name] += 1
    for table in draft.tables:
        if table and table[0] and _COLUMN.search(table[0][0].text):
            cells = [row[0].text for row in table[1:] if row]
            found.update(cell for cell in cells if re.fullmatch(_NAME, cell) and not is_generic(cell))
    names = Names(found, official=False)
    for paragraph in draft.paragraphs:
        for match in _FIRST.finditer(paragraph.text):
            name = names.guess(paragraph.text, match.end(1))
            if name and name not in ALSO_NAMES:
                found[name] += 1
    words = "\n".join(paragraph.text for paragraph in draft.paragraphs)
    # A name of two characters may be the end of other words: 提高县级.
    named = {name for name in every_county() if len(name) > 2 and name in words}
    home = counties_at_home({*found, *named})
    found.update(home & named)
    names = Names(found, official=False, home=home)
    names.counted = Counter({name: words.count(name) for name in found})
    return names
