"""Rules on rankings and on those that did and didn't."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from bulletin.drafts.proof.draft import HAN, Paragraph
from bulletin.drafts.proof.finding import Finding, Place
from bulletin.drafts.proof.lists import COUNTIES, CountyList
from bulletin.drafts.proof.numbers import WHOLE, whole
from bulletin.drafts.proof.ranked import Ranking, rankings, table_rankings
from bulletin.drafts.proof.reading import Reading

_RANK = re.compile(rf"第({WHOLE})(?:位|名)?")
_NEGATIVE = re.compile("未|没有|无")
_LED = re.compile("(?:未|没有).*的(?:县|区|市|地区|单位|地方)?(?:仅|只)?(?:有|是|为|包括)：?$")
"""未开展的是甲县: what comes behind the list is another thing."""
_WHOLLY = re.compile("完全|全部|全面|全员")
_ONLY = re.compile(r"仅|只有|其余|均|都|全部")
_PARTLY = re.compile(r"部分|个别|少数|不到位|不够|其中|之一|特别|尤其|除")
_EMPTY = frozenset(
    [
        "进行",
        "开展",
        "使用",
        "监管",
        "企业",
        "专员",
        "人员",
        "情况",
        "工作",
        "落实",
        "要求",
        "按照",
        "全市",
        "通过",
        "实施",
        "县市",
        "市区",
        "的企",
        "均未",
        "都未",
        "没有",
        "应急",
        "管理",
        "安全",
        "生产",
        "年度",
        "个县",
        "了现",
        "按规",
        "规定",
    ]
)
_REST = re.compile(rf"(?:其余|其他|其它|剩余|余下)的?({WHOLE})个[^，。；、：\d]{{0,8}}?(?:{COUNTIES})")
_PARTED = re.compile(
    rf"(?<![第\d])({WHOLE})个[^，。；、：\d]{{0,8}}?(?:{COUNTIES})[^，。；：\d]*?，(?:其余|其他|其它|剩余|余下|另有|还有)的?"
    rf"({WHOLE})个[^，。；、：\d]{{0,8}}?(?:{COUNTIES})"
)


def ranking(reading: Reading) -> Iterator[Finding]:
    """A list said to run up or down does."""
    for found in reading.lists:
        yield from _against_order(reading, found)
        yield from _against_ranks(reading, found)
    checked = [
        found.paragraph.place(found.start, found.end)
        for found in reading.lists
        if len(found.items) > 1 and all(each.values for each in found.items)
    ]
    for paragraph in reading.draft.body():
        for each in rankings(paragraph):
            if not any(rank.place.overlaps(place) for rank in each.ranks for place in checked):
                yield from _out_of_order(reading, each)
    for each in table_rankings(reading.draft):
        yield from _out_of_order(reading, each)


def _out_of_order(reading: Reading, found: Ranking) -> Iterator[Finding]:
    """The first that stands before one that should be ahead of it."""
    ranks = found.ranks
    turn = found.turn or (way_of([each.value for each in ranks]) if ranks else 0)
    for one, two in itertools.pairwise(ranks):
        if (two.value - one.value) * turn < 0:
            ranked = sorted(ranks, key=lambda each: each.value * turn)
            way = "由低到高" if turn > 0 else "由高到低"
            start = one.start if one.place.paragraph == two.place.paragraph else two.start
            expected = "、".join(each.name for each in ranked)
            told = f"应{way}排列，而{one.name}与{two.name}的次序不符。"
            evidence = [each.place for each in ranks]
            yield reading.finding("ranking", two.paragraph, (start, two.end), expected, told, evidence)
            return


def _against_order(reading: Reading, found: CountyList) -> Iterator[Finding]:
    values: list[Fraction | None]
    if len(found.values) == len(found.items):
        values = [each.value for each in found.values]
    else:
        numbers = [item.value() for item in found.items]
        if len({each.unit for each in numbers if each}) > 1:
            return
        values = [each.value if each else None for each in numbers]
    known = [each for each in values if each is not None]
    turn = found.order or _way(found, known)
    if not turn or None in values or len(values) < 2:
        return
    for place, (one, two) in enumerate(itertools.pairwise(known), start=1):
        if (two - one) * turn < 0:
            ranked = sorted(zip(known, found.names, strict=True), key=lambda each: each[0] * turn)
            way = "由低到高" if turn > 0 else "由高到低"
            item = found.items[place]
            end = item.stop
            yield reading.finding(
                "ranking",
                found.paragraph,
                (found.items[place - 1].start, end),
                "、".join(name for _, name in ranked),
                f"应{way}排列，而{found.items[place - 1].name}与{item.name}的次序不符。",
                [found.paragraph.place(found.start, found.values[-1].end if found.values else found.end)],
            )
            return


def _way(found: CountyList, values: Sequence[Fraction]) -> int:
    """Which way the first so many of a ranking run, where it isn't said: from the first to the last."""
    either = found.graded or (found.said is not None and found.said.top)
    return way_of(values) if either and len(values) > 2 else 0


def way_of(values: Sequence[Fraction]) -> int:
    """1 where the last is more than the first, -1 where it's less."""
    return (values[-1] > values[0]) - (values[-1] < values[0])


def _against_ranks(reading: Reading, found: CountyList) -> Iterator[Finding]:
    """Places named one by one, 甲县（第1位）, run on; equal ones share a place and the next is left out."""
    ranks: list[tuple[int, int, int]] = []
    for item, following in zip(found.items, [*found.items[1:], None], strict=True):
        stop = following.start if following else found.end
        match = _RANK.search(found.paragraph.text, item.end, stop)
        if match is None:
            return
        ranks.append((whole(match[1]), match.start(), match.end()))
    if len(ranks) < 2:
        return
    values = [item.value() for item in found.items]
    for place in range(1, len(ranks)):
        one, two = ranks[place - 1][0], ranks[place][0]
        first, second = values[place - 1], values[place]
        if first and second and first.unit == second.unit:
            right = one if first.value == second.value else ranks[0][0] + place
            expected = [right]
        else:
            expected = [one, ranks[0][0] + place]
        if two not in expected:
            yield reading.finding(
                "ranking",
                found.paragraph,
                ranks[place][1:],
                f"第{expected[-1]}",
                f"{found.items[place].name}应为第{expected[-1]}：并列的名次相同，其后名次顺延。",
                [found.paragraph.place(found.start, found.end)],
            )
            return


def complement(reading: Reading) -> Iterator[Finding]:
    """Those that did and those that didn't make all counties, with none in both and none missing."""
    wholes = _wholes(reading)
    for did, did_not in _pairs(reading):
        union = set(did.names) | set(did_not.names)
        both = [name for name in did_not.names if name in did.names]
        evidence = [did.paragraph.place(did.start, did.said.end if did.said else did.end)]
        span = (did_not.start, did_not.end)
        if both:
            told = f"{'、'.join(both)}既在已做的名单中，又在未做的名单中。"
            yield reading.finding("complement", did_not.paragraph, span, "", told, evidence)
        elif reading.names.official or wholes:
            missing = [name for name in _register(reading, union) if name not in union]
            if (reading.names.official and missing) or (not reading.names.official and len(union) not in wholes):
                named = f"缺{'、'.join(missing)}。" if missing else ""
                total = len(reading.names.known) if reading.names.official else max(wholes)
                yield reading.finding(
                    "complement",
                    did_not.paragraph,
                    span,
                    f"{total}",
                    f"已做的{len(did.items)}个与未做的{len(did_not.items)}个不是全部{total}个。{named}",
                    [*evidence, *reading.totals.values()],
                )
    yield from _rest(reading, wholes)


def _wholes(reading: Reading) -> dict[int, Place] | dict[int, None]:
    """How many counties there may be in all."""
    if reading.names.official:
        return {len(reading.names.known): None}
    return reading.totals


def _register(reading: Reading, union: set[str]) -> list[str]:
    """The counties that might be missing: of names that the text gives, only those that are no other's misspelling."""
    if reading.names.official and reading.facts:
        return list(reading.facts.counties.values())
    return [name for name in reading.names.known if reading.names.counted[name] > 1 and name not in union]


def _pairs(reading: Reading) -> Iterator[tuple[CountyList, CountyList]]:
    """Lists of those that did, each with the next one of those that didn't do the same."""
    lists = [each for each in reading.lists if len(each.items) > 1 or each.said or _LED.search(_before(each))]
    for first, second in itertools.pairwise(lists):
        if second.paragraph.number - first.paragraph.number > 1 or _are_joined(first, second):
            continue
        if any(_are_joined(each, other) for each, other in itertools.pairwise(lists) if first in (each, other)):
            continue
        led = _before(second)
        done = _clause(first, second.start - len(led) if _LED.search(led) else second.start)
        undone = _clause(second)
        if _NEGATIVE.search(undone) and not _NEGATIVE.search(done) and not _PARTLY.search(undone + done):
            whole_list = first.said and not first.said.open and not first.said.top
            sentence = _sentence(first)
            exhaustive = whole_list or _ONLY.search(sentence)
            open_list = second.said and (second.said.open or second.said.top)
            # 未全部建成 is the opposite of 全部建成, not of 建成.
            degree = not _WHOLLY.search(undone) or _WHOLLY.search(done)
            if exhaustive and not open_list and degree and _same_doing(sentence, undone):
                yield first, second


def _are_joined(first: CountyList, second: CountyList) -> bool:
    """Whether both are said of in one: 甲区、乙区两区和丙县、丁县两县."""
    if first.paragraph.number != second.paragraph.number:
        return False
    end = first.said.end if first.said and first.said.end > first.end else first.end
    return bool(re.fullmatch("[，、]?(?:和|及|与|以及)?", first.paragraph.text[end : second.start]))


def _sentence(found: CountyList) -> str:
    return next(
        found.paragraph.text[start:end] for start, end in found.paragraph.sentences() if start <= found.start < end
    )


def _before(found: CountyList) -> str:
    """The words of its clause before a list."""
    return re.split("[。；，]", found.paragraph.text[: found.start])[-1]


def _clause(found: CountyList, stop: int | None = None) -> str:
    """The words from a list to the end of what is said of it."""
    text = found.paragraph.text
    begin = max(found.end, found.said.end) if found.said else found.end
    led = _before(found)
    if _LED.search(led):
        return f"{led}｜"  # 未开展的是甲县、乙县，主要原因是…
    after = re.split("[。；]", text[begin : stop if stop and stop > begin else None])[0]
    before = re.split("[。；]", text[: found.start])[-1]
    return f"{before}｜{after}"


def _same_doing(done: str, undone: str) -> bool:
    """Whether what was not done is what was done: two characters in common that say something."""
    match = _NEGATIVE.search(undone)
    words = undone[match.end() :] if match else ""
    pairs = {words[n : n + 2] for n in range(len(words) - 1)}
    said = {each for each in pairs if re.fullmatch(rf"{HAN}{{2}}", each)} - _EMPTY
    return any(each in done for each in said)


def _rest(reading: Reading, wholes: dict[int, Place] | dict[int, None]) -> Iterator[Finding]:
    """其余N个 and those before make all."""
    if len(wholes) != 1:
        return
    (total,) = wholes
    for paragraph, start, end in reading.sentences():
        text = paragraph.text[start:end]
        match = _PARTED.search(text)
        if match and match[0].count("其") <= 1 and not re.search("全[市省区县]", text[: match.end(1)][-6:]):
            one, two = whole(match[1]), whole(match[2])
            if one + two != total and one != total and re.search("其余|其他|其它|剩余|余下", match[0]):
                yield _not_all(reading, paragraph, (start + match.start(), start + match.end()), one, two, total)
            continue
        rest = _REST.search(text)
        named = [
            each for each in reading.lists_in(paragraph) if start <= each.start < start + (rest.start() if rest else 0)
        ]
        if rest and len(named) == 1 and re.search("除", text[: named[0].start - start]):
            one, two = len(named[0].items), whole(rest[1])
            if one + two != total:
                yield _not_all(reading, paragraph, (named[0].start, start + rest.end()), one, two, total)


def _not_all(reading: Reading, paragraph: Paragraph, span: tuple[int, int], one: int, two: int, total: int) -> Finding:
    message = f"{one}个与其余{two}个合计{one + two}个，不是全部{total}个。"
    return reading.finding("complement", paragraph, span, f"{total - one}", message, list(reading.totals.values()))
