"""Lists of counties: which are named, with what figures, and how many the text says there are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bulletin.drafts.proof.draft import HAN, Paragraph
from bulletin.drafts.proof.names import SUFFIXES, Names, has_lead, is_generic
from bulletin.drafts.proof.numbers import UNITS, WHOLE, Number, counts, rates, whole

_BRACKET = re.compile(r"（[^（）]*(?:（[^（）]*）[^（）]*)*）")
_VALUE = re.compile(rf"(?:为|是|达)?\d+(?:\.\d+)?(?:%|{UNITS}|毫米)(?!之)")
_OFFICE = re.compile(rf"{HAN}{{0,10}}?(?:局|大队|支队|委员会|中心|分局|办公室|人民政府|政府)(?!长)")
_SEPARATOR = re.compile(r"、(?:以及|和|及|与)?|以及|和|及|与|[，；](?:以及)?")
_ITEM = re.compile(
    rf"({HAN}{{1,11}}?[{SUFFIXES}]|市本级|市直|省直)"
    rf"(?=[、（，。；：”）\d]|[和与及等共的均未这也都]|以及|{HAN}{{2,9}}(?:局|队|委|中心|办|政府)|{WHOLE}[个家县区市旗地]|分别|$)"
    rf"|({HAN}{{1,3}}[{SUFFIXES}])(?![{SUFFIXES}级域场长委内])"
)

COUNTIES = r"(?>[县市区旗]{1,3}（[县市区旗、，]{1,7}）[县市区旗]?|[县市区旗]{1,4})"
"""县（市、区）, 县区, 旗县, ...: what such units are called, in any order."""
NO_MORE = r"(?![级城域区长市旗场委政直道乡])"
_COUNTED = re.compile(
    rf"({WHOLE})个(?:(?!县|区|市)[^，。；、：\d（）]{{0,10}}?)?({COUNTIES}|单位|地区|地市|盟市|属地){NO_MORE}"
)
_AFTER = re.compile(
    rf"(?P<deng>等)?，?(?:共计|共有|共|合计|总计|总共|一共|这|上述|以上)?(?P<number>{WHOLE})"
    rf"(?:个(?:(?!县|区|市)[^，。；、：\d（）]{{0,10}}?)?(?P<noun>{COUNTIES}|单位|地区|地市|盟市|属地){NO_MORE}"
    rf"|个(?=[，。；、的均未）]|$)|(?P<offices>家|个)(?=(?:单位|部门|应急|$|[，。；、的均未）])))"
    rf"|(?P<few_deng>等)?(?P<few>{WHOLE})(?P<kind>{COUNTIES}|地){NO_MORE}(?![块质方点处下面表带])"
)
_ALL_OF_THEM = re.compile(
    rf"(?:均|都|全部|未|已|尚)[^，。；、：\d（）]{{0,12}}，(?:共计|共有|共|合计|一共)(?P<number>{WHOLE})个(?P<noun>{COUNTIES}){NO_MORE}"
    r"(?P<deng>)(?P<few>)(?P<offices>)"
)
"""甲县、乙县均未整改，共2个县."""
_TOP = re.compile(
    rf"(?:排名|排在|位居|位列|居|列)?(?:全[市省区县])?(?:的)?(?:前|后|末|倒数前?|最后)({WHOLE})(?:位|名|个)?的?"
    rf"(?:{COUNTIES})?(?:分别|依次)?(?:为|是|有|：)：?$"
)
_SOME_OF = re.compile("(?:均|都|同时|也|仍|再次|连续)(?:进入|跻身|位于|处于|排|在)?$|(?:进入|跻身)$")
"""What says that only some of 前N位 follow: 两项均进入前3位的是."""
FROM_TO = re.compile(
    r"(?:由|从|按|自)([高大多好优低小少差劣])(?:到|至|向)([低小少差劣高大多好优])|([降升])序|排(?:名|序|列|位)(?=依次)"
)
_RANKED = re.compile(r"(?:(?![前后末最])[^。；\d])*")
"""What may stand between 由高到低 and the list."""
_SO_MANY = re.compile(rf"前{WHOLE}(?:位|名|个)?|(?:[，的]|^){WHOLE}个(?:{COUNTIES})")
_COUNTS_THOSE = re.compile("等?，?(?:共计|共有|共|合计|总计)?")
"""What stands between a list and its own number: the next list isn't counted by it, but for their ranking."""
_TOTAL = re.compile(r"(?:全[市省区县盟州旗]|辖区内?|所有|所辖|下辖|共辖|各|我市)[^，。；、：\d]{0,8}$")
_BRIDGE = re.compile(
    rf"(?:{HAN}{{0,16}}(?:率|得分|分数|数|数量|总量|排名|位次|情况))?(?:按|以)?(?:照)?{HAN}{{0,24}}?"
    rf"(?:(?:由|从|自)[高低大小多少好差](?:到|至)[高低大小多少好差])?(?:依次|顺序)?(?:排名|排序|排列|位次)?"
    r"(?:分别|依次|具体|名单|如下|即)*(?:为|是|：|即|——|如下：)：?"
)
_PLAIN_BRIDGE = re.compile(r"(?:的)?(?:分别|具体|即)?(?:为|是|：|即|包括|（|——)：?")
_OTHERS = re.compile(
    r"其中|特别|尤其|除|例如|比如|如[：，]|不含|最|主要|倒数|个别|部分|原因|问题|以下简称|较[高低好差快慢]|前[\d一二三]|排名第|末"
)


@dataclass(frozen=True)
class Item:
    """A name in a list, from `start` to `end`, and the figures that stand with it, up to `stop`."""

    name: str
    start: int
    end: int
    stop: int
    values: tuple[Number, ...] = ()

    def value(self) -> Number | None:
        """The figure that a ranking goes by: its percentage, else its first figure."""
        return next((each for each in self.values if each.unit == "%"), next(iter(self.values), None))


@dataclass(frozen=True)
class Said:
    """How many names the text says a list has, as it stands there; `noun` is 县, 县（市、区）, ..."""

    number: int
    noun: str
    start: int
    end: int
    open: bool = False
    """With 等 the list may be shorter."""
    top: bool = False
    """前N位: ties may lengthen the list."""


@dataclass(frozen=True)
class CountyList:
    """A list of counties in a paragraph. `order` is 1 where it's said to run upwards, -1 downwards, 0 not at all."""

    paragraph: Paragraph
    items: Sequence[Item]
    start: int
    end: int
    said: Said | None = None
    order: int = 0
    graded: bool = False
    """Whether it's said to run 由优到劣: a low rate may be the better one."""
    led: bool = False
    """Whether it's introduced as the ranking of counties named before it."""
    values: Sequence[Number] = ()
    """Figures that stand in a row behind it: 分别为12%、11%."""

    @property
    def names(self) -> list[str]:
        """The names in order."""
        return [item.name for item in self.items]

    @property
    def text(self) -> str:
        """What stands there."""
        return self.paragraph.said(self.start, self.end)


def county_lists(paragraph: Paragraph, names: Names) -> list[CountyList]:
    """The lists of a paragraph, single names too, in reading order."""
    found: list[CountyList] = []
    place = 0
    while (items := _next_items(paragraph.text, place, names)) is not None:
        place = items[-1].stop
        found.append(CountyList(paragraph, items, items[0].start, place))
    sentences = list(paragraph.sentences())
    return [_described(each, found[:n], _sentence_of(each.start, sentences)) for n, each in enumerate(found)]


def _sentence_of(place: int, sentences: Sequence[tuple[int, int]]) -> tuple[int, int]:
    return next((each for each in sentences if each[0] <= place < each[1]), (0, place))


def _next_items(text: str, place: int, names: Names) -> list[Item] | None:
    for match in re.compile(f"[{SUFFIXES}]").finditer(text, place):
        end = match.end()
        known = names.ending_at(text, end)
        if known and end - len(known) < place:
            continue
        if any(len(names.ending_at(text, end + more) or "") > more for more in range(1, 4)):
            continue  # 市中区 isn't over at 市
        name = known
        if name is None and re.match(
            rf"(?:{_VALUE.pattern})?、|（[^（）]{{1,40}}）、|{WHOLE}个(?:县|区|市|旗)|外[，的]", text[end:]
        ):
            name = names.guess(text[:end], end)
            if name is not None and end - len(name) < place:
                name = None
        if name is not None:
            return _items(text, end - len(name), name, names)
    return None


def _items(text: str, start: int, name: str, names: Names) -> list[Item]:
    """A list's items from its first one on."""
    items = [_item(text, start, name, alone=False)]
    while True:
        end = items[-1].stop
        separator = _SEPARATOR.match(text, end)
        if not separator:
            return items
        if separator[0][0] in "，；" and not items[-1].values:
            return items
        begin = separator.end()
        found = _name_at(text, begin, names)
        if found is None and separator[0] != "、" and separator[0].startswith("、"):  # 、和顺县
            begin = separator.start() + 1
            found = _name_at(text, begin, names)
        if found is None:
            return items
        following = _item(text, begin, found, alone=not items[-1].values)
        if separator[0][0] in "，；" and not following.values:
            return items
        items.append(following)


def _name_at(text: str, place: int, names: Names) -> str | None:
    for size in range(16, 1, -1):
        if text[place : place + size] in names.known and len(text[place : place + size]) == size:
            return text[place : place + size]
    match = _ITEM.match(text, place)
    name = (match[1] or match[2]) if match else None
    return name if name and not is_generic(name) and not (len(name) > 4 and has_lead(name)) else None


def _item(text: str, start: int, name: str, *, alone: bool) -> Item:
    """A name with its figures. Behind names that stand `alone`, 3个 is how many they are."""
    end = start + len(name)
    office = _OFFICE.match(text, end)
    if office and re.match(r"[、（和及与等，]|以及|\d", text[office.end() :]):
        end = office.end()
    values: list[Number] = []
    stop = end
    bracket = _BRACKET.match(text, end)
    if bracket:
        stop = bracket.end()
        values = sorted([*rates(text, end, stop), *counts(text, end, stop)], key=lambda each: each.start)
        if not values and (bare := re.fullmatch(r"（(\d+(?:\.\d+)?)）", bracket[0])):
            values = [replace(next(counts(f"{bare[1]}分")), start=end + 1, end=stop - 1)]
    elif (
        (value := _VALUE.match(text, end))
        and re.match(r"[、，；。（和及与）]|$", text[value.end() :])
        and not (alone and value[0].endswith("个"))
    ):
        stop = value.end()
        values = [*rates(text, end, stop), *counts(text, end, stop)]
        if also := _BRACKET.match(text, stop):
            values += rates(text, stop, also.end())
            stop = also.end()
    return Item(name, start, start + len(name), stop, tuple(values))


def _described(found: CountyList, earlier: Sequence[CountyList], sentence: tuple[int, int]) -> CountyList:
    """The list with what its sentence says of it."""
    text = found.paragraph.text
    before = text[max(sentence[0], earlier[-1].end if earlier else 0) : found.start]
    # Behind a name that isn't known as one the list is no whole.
    said = None if text[: found.start].endswith("、") else _said_after(text, found, sentence[1])
    end = said.end if said else found.end
    order = list(FROM_TO.finditer(before))
    said = said or _said_before(text, found, sentence[0], before)
    if said and not order and earlier and _COUNTS_THOSE.fullmatch(text[earlier[-1].end : said.start]):
        said = None
    turn, graded = 0, False
    bridge = _SO_MANY.sub("", before[order[-1].end() :]) if order else ""
    if order and _RANKED.fullmatch(bridge):
        turn = turn_of(order[-1])
        graded = not turn
    led = bool(turn or graded) and len(found.items) > 1 and not _OTHERS.search(before)
    return replace(
        found, said=said, order=turn, graded=graded, led=led, values=_row_of_values(text, found, end, sentence[1])
    )


def turn_of(match: re.Match[str]) -> int:
    """1 of 由低到高, -1 of 由高到低, 0 of 由优到劣, for a low figure may be the better one."""
    way = match[1] or match[3] or ""
    return 1 if way and way in "低小少升" else -1 if way and way in "高大多降" else 0


def _said_after(text: str, found: CountyList, end: int) -> Said | None:
    place = found.end
    office = _OFFICE.match(text, place)
    match = (
        _AFTER.match(text, place, end)
        or (office and _AFTER.match(text, office.end(), end))
        or (_ALL_OF_THEM.match(text, place, end) if len(found.items) > 1 else None)
    )
    bare = (
        match
        and not (match["noun"] or match["few"])
        and (len(found.items) == 1 or any(item.values for item in found.items))
    )
    if not match or bare:
        return None
    if len(found.items) == 1 and text[place] == "，":  # 甲县80%，7个县的平均值
        return None
    offices = match["offices"]
    if (
        offices
        and not (office or re.match("单位|部门", text[match.end() :]))
        and match["deng"] is None
        and offices == "家"
    ):
        return None  # 甲县、乙县12家: so many enterprises
    if match["few"]:  # 甲县、乙县两县
        if len(found.items) == 1 or whole(match["few"]) == 1:  # 一县一策
            return None
        noun = match["kind"].replace("地", "")
        return Said(whole(match["few"]), noun, match.start("few"), match.end(), bool(match["few_deng"]))
    return Said(whole(match["number"]), match["noun"] or "", match.start("number"), match.end(), bool(match["deng"]))


def _said_before(text: str, found: CountyList, start: int, before: str) -> Said | None:
    top = _TOP.search(before)
    if top:
        place = found.start - len(before)
        is_open = text.startswith("等", found.end) or bool(_SOME_OF.search(before[: top.start()]))
        return Said(whole(top[1]), "", place + top.start(1) - 1, place + top.end(1), is_open, top=True)
    said = None
    for match in _COUNTED.finditer(text, start, found.start):
        bridge = text[match.end() : found.start]
        clauses = _clauses(bridge)
        if match.start() < found.start - len(before) or _OTHERS.search(bridge) or re.search(r"\d|中[，有]|中$", bridge):
            continue
        if _TOTAL.search(text[: match.start()]) or (len(clauses) == 1 and not bridge.endswith("：")):
            fits = _PLAIN_BRIDGE.fullmatch(bridge)
        else:
            fits = _BRIDGE.fullmatch(clauses[-1])
        if fits:
            is_open = text.startswith("等", found.end)
            said = Said(whole(match[1]), match[2], match.start(), match.end(), is_open)
    return said


def _clauses(text: str) -> list[str]:
    """The clauses of a text; what's in brackets behind 县 parts none."""
    return re.split("[，；]", re.sub("（[县市区旗、，]{1,7}）", "", text))


def _row_of_values(text: str, found: CountyList, place: int, end: int) -> Sequence[Number]:
    """The figures of 甲县、乙县的率分别为12%、11%."""
    if any(item.values for item in found.items) or len(found.items) < 2:
        return ()
    match = re.compile(r"[^，。；：\d]{0,24}?(?:分别|依次)(?:为|是|达到|达|仅为|有|）)?：?").match(text, place, end)
    if not match:
        return ()
    values: list[Number] = []
    while True:
        here = match.end() if not values else values[-1].end
        if values:
            separator = re.compile("[、和及与]|以及").match(text, here)
            if not separator:
                break
            here = separator.end()
        next_one = next(
            (each for each in (*rates(text, here, end), *counts(text, here, end)) if each.start == here), None
        )
        if next_one is None:
            break
        values.append(next_one)
    same = len({each.unit for each in values}) == 1
    # Twice as many are two figures each: 签到率、监管率分别为….
    twice = len(values) > len(found.items) and len(values) % len(found.items) == 0
    return tuple(values) if same and len(values) > 1 and not twice else ()


def iter_counted(text: str) -> Iterator[tuple[int, str, int, int]]:
    """Each N个县（市、区）: the number, the noun, start and end."""
    for match in _COUNTED.finditer(text):
        if match[2] not in ("单位", "属地"):
            yield whole(match[1]), match[2], match.start(), match.end()
