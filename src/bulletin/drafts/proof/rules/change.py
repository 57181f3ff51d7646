"""Rules on what changed since an earlier period."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from bulletin.drafts.proof.draft import Paragraph
from bulletin.drafts.proof.finding import Finding
from bulletin.drafts.proof.numbers import DIGITS, UNITS, Number, exact, figures, rounded, shown
from bulletin.drafts.proof.reading import Reading
from bulletin.facts.change import change as difference
from bulletin.facts.facts import Facts

_UP = "上升|提高|提升|增长|增加|上涨|增多|升高|扩大|延长|上浮|攀升|回升|高|多|长"
_DOWN = "下降|降低|减少|回落|下滑|减小|缩小|缩短|下跌|下浮|收窄|低|少|短"
_EITHER = "改善|恶化|变化|变动|快|慢"
"""Ways that say by how much and not whither: a lower concentration is the better one, 快18分钟 the lower figure."""
_SHORT = re.compile("[高多快长低少慢短]")
_MONTH = r"(?:\d{1,2}月份?|[一二三四]季度)"
_WORDS = r"(?:[^，。；：（）\d多少增减升降涨跌]|20\d\d年度?|\d{1,2}月份?)"
_FIGURE = rf"{DIGITS}(?:%|{UNITS})"
_CHANGE = re.compile(
    rf"(?P<how>(?:同比|环比|(?:较|(?<![占对])比(?![例重率值])|与|同(?!比)){_WORDS}{{1,16}}?)(?:（[^（）]{{0,14}}?{_FIGURE}）|的?{_FIGURE})?(?:相比)?，?(?:同比|环比|分别)?|)"
    rf"(?P<way>{_UP}|{_DOWN}|{_EITHER})(?:了|幅度为)?(?P<amount>{DIGITS})(?P<unit>个百分点|%|{UNITS})"
)
_FROM_TO = re.compile(
    rf"(?:由|从)[^，。；\d]{{0,10}}?(?P<old>{DIGITS})(?P<unit>%|{UNITS})[^，。；\d]{{0,6}}?(?P<way>{_UP}|{_DOWN}|[升降增减])(?:至|到|为)(?:了)?"
    rf"[^，。；\d]{{0,6}}?(?P<new>{DIGITS})(?P=unit)"
)
_YEAR_AGO = rf"上年度?同期|去年同期|上年度?{_MONTH}?|去年{_MONTH}?|20\d\d年度?(?:同期|{_MONTH})|同期"
_PERIOD_AGO = r"上期|上个?月|上个?季度|上一季度|上一?周|上半年|前一月|前一季度"
_NAMED = rf"(?<![\d年至前—、-]){_MONTH}"
_THEN = re.compile(
    rf"(?P<when>{_YEAR_AGO}|{_PERIOD_AGO}|20\d\d年度?|(?<=[，；（]){_MONTH}(?=[为的是]))(?:的|为|是|有|仅为|仅|共|（)?[^，。；：\d多少增减升降涨跌]{{0,10}}?(?P<value>{DIGITS})(?P<unit>%|{UNITS})"
)


def change(reading: Reading) -> Iterator[Finding]:
    """上升、下降 N个百分点 agrees with both figures, and 同比 and 环比 aren't mixed up."""
    for paragraph, start, end in reading.sentences():
        changes = list(_CHANGE.finditer(paragraph.text, start, end))
        told = [*_from_to(reading, paragraph, start, end)]
        yield from told
        yield from list(_mixed_nearby(reading, paragraph, changes, start)) or _mixed(
            reading, paragraph, changes, start, end
        )
        olds: list[Number] = []
        for place, match in enumerate(changes):
            earlier = changes[place - 1].end() if place else start
            window = (earlier, _chain_ends(paragraph.text, changes[place:], end))
            is_more = (
                not match["how"] and place and paragraph.text[earlier : match.start()] in ("，", "、", "，即", "（")
            )
            olds = olds if is_more else _then(paragraph.text, match, window)
            span = paragraph.place(*match.span())
            if olds and not any(each.place.overlaps(span) for each in told):
                yield from _against_then(reading, paragraph, match, olds, start)
    if reading.facts and reading.previous:
        yield from _against_previous(reading, reading.facts, reading.previous)


def _chain_ends(text: str, changes: Sequence[re.Match[str]], end: int) -> int:
    """Where what is said of a change is over: 减少2起，下降25%，上年为8起 is one, up to the next 同比."""
    for one, two in itertools.pairwise(changes):
        if two["how"] or text[one.end() : two.start()] not in ("，", "、"):
            return two.start()
    return end


def _from_to(reading: Reading, paragraph: Paragraph, start: int, end: int) -> Iterator[Finding]:
    for match in _FROM_TO.finditer(paragraph.text, start, end):
        (old, old_decimals), (new, decimals) = exact(match["old"]), exact(match["new"])
        rises = bool(re.fullmatch(f"{_UP}|升|增", match["way"]))
        if old == new or (new > old) != rises:
            right = "上升" if new > old else "下降"
            told = f"由{match['old']}到{match['new']}应为{right if old != new else '持平'}。"
            yield reading.finding("change", paragraph, match.span(), right, told)
            continue
        follows = re.compile(
            rf"，?(?:{_UP}|{_DOWN}|{_EITHER})?了?(?P<amount>{DIGITS})(?P<unit>个百分点|%|{UNITS})"
        ).match(paragraph.text, match.end(), end)
        if not follows:
            continue
        was = Number(old, match["unit"], 0, 0, old_decimals)
        now = Number(new, match["unit"], 0, 0, decimals)
        expected = _expected(was, now, exact(follows["amount"]), follows["unit"])
        if expected:
            yield reading.finding(
                "change", paragraph, (match.start(), follows.end()), expected, f"两数相差{expected}。"
            )


def _expected(old: Number, new: Number, stated: tuple[Fraction, int], unit: str) -> str | None:
    """The amount of a change where another one is stated; None where it's right, or of another kind.

    Figures may have been rounded each before: a last decimal is let pass.
    """
    amount, shown_decimals = stated
    difference = abs(new.size - old.size)
    if unit == "%":
        if old.unit == "%" or not old.size:
            return None
        loose = old.slack + new.slack
        low = (difference - loose) / (old.size + old.slack) * 100
        high = (difference + loose) / (old.size - old.slack) * 100
        if rounded(low, shown_decimals) <= amount <= rounded(high, shown_decimals):
            return None
        return shown(difference / old.size * 100, shown_decimals) + unit
    own = Number(amount, "%" if unit == "个百分点" else unit, 0, 0, shown_decimals)
    if own.base != old.base:
        return None
    decimals = max(old.decimals, new.decimals)
    loose = Fraction(old.scale, 10**decimals) if decimals else Fraction()
    low, high = ((difference + sign * loose) / own.scale for sign in (-1, 1))
    if rounded(low, shown_decimals) <= amount <= rounded(high, shown_decimals):
        return None
    return shown(difference / own.scale, max(shown_decimals, decimals)) + unit


def _mixed(
    reading: Reading, paragraph: Paragraph, changes: Sequence[re.Match[str]], start: int, end: int
) -> Iterator[Finding]:
    """同比 is with the same time a year ago, 环比 with the period before."""
    text = paragraph.text[start:end]
    marks = list(re.finditer("同比|环比", text))
    times = list(re.finditer(rf"(?P<year>{_YEAR_AGO})|(?P<period>{_PERIOD_AGO})", text))
    if len(marks) != 1 or len(times) != 1 or not changes:
        return
    (mark,), (when,) = marks, times
    is_year = when["year"] is not None
    if (mark[0] == "同比") == is_year or abs(mark.start() - when.start()) > 24:
        return
    # 上半年，…同比 is told of it, and 同比增长5%，比上月加快 is two changes.
    two = re.search(r"\d.*[比较与]", text[mark.end() : when.start()]) or _CHANGE.search(text, when.end(), mark.start())
    if two or re.match("[，、]", text[when.end() :]):
        return
    if re.search("累计|截至", text[min(mark.start(), when.start()) : max(mark.end(), when.end())]):
        return
    yield _is_mixed(reading, paragraph, (start + mark.start(), start + mark.end()), when[0], is_year=is_year)


def _mixed_nearby(
    reading: Reading, paragraph: Paragraph, changes: Sequence[re.Match[str]], start: int
) -> Iterator[Finding]:
    """The same of a change whose earlier time stands in its own words, in a bracket of its own, or right before it."""
    text = paragraph.text
    for place, match in enumerate(changes):
        mark = re.search("同比|环比", match["how"])
        if not mark:
            continue
        begin = match.start("how") + mark.start()
        earlier = changes[place - 1].end() if place else start
        own = re.search(rf"(?P<when>{_YEAR_AGO}|{_PERIOD_AGO}|{_NAMED})", match["how"])
        told = [
            each
            for each in _THEN.finditer(text, earlier, match.start())
            if text[each.end() : match.start()] in ("，", "") and any(figures(text, start, each.start()))
        ]
        when = own or (told[-1] if told else None)
        if when is None and not told and mark[0] == "同比" and (month := _month_before(text, match, earlier)):
            yield _is_mixed(reading, paragraph, (begin, begin + 2), month, is_year=False)
        if when is None or when["when"].startswith("20"):
            continue
        is_year = bool(re.fullmatch(_YEAR_AGO, when["when"]))
        if (mark[0] == "同比") != is_year and not re.search("累计|截至", text[start : match.end()]):
            yield _is_mixed(reading, paragraph, (begin, begin + 2), when["when"], is_year=is_year)


_TWO_MONTHS = re.compile(
    rf"(?<![年—至\d-])(?P<now>\d{{1,2}})月份?(?P<what>[^，。；：（）\d]{{0,14}}?)(?P<new>{DIGITS})(?P<unit>%|{UNITS})"
    rf"[，；（](?P<then>\d{{1,2}})月份?(?:(?P=what)|[^，。；：（）\d]{{0,2}})(?P<old>{DIGITS})(?P=unit)[）]?，?$"
)


def _month_before(text: str, match: re.Match[str], start: int) -> str | None:
    """The month before, where the change is from its figure: 9月份用水2.10亿立方米，8月份用水2.62亿立方米，同比减少19.8%."""
    told = _TWO_MONTHS.search(text, start, match.start())
    if not told or int(told["then"]) % 12 + 1 != int(told["now"]):
        return None
    (new, decimals), (old, old_decimals) = exact(told["new"]), exact(told["old"])
    if not old or not _is_right(
        match, Number(old, told["unit"], 0, 0, old_decimals), Number(new, told["unit"], 0, 0, decimals)
    ):
        return None
    return f"{told['then']}月"


def _is_mixed(reading: Reading, paragraph: Paragraph, span: tuple[int, int], when: str, *, is_year: bool) -> Finding:
    right = "同比" if is_year else "环比"
    return reading.finding("change", paragraph, span, right, f"与{when}相比是{right}。")


def _against_then(
    reading: Reading, paragraph: Paragraph, match: re.Match[str], olds: Sequence[Number], start: int
) -> Iterator[Finding]:
    """A change beside the present figure and the earlier one; right where any that it may be of give it."""
    text = paragraph.text
    levels = _levels(text, match, olds[0], start)
    if re.search("分别|均$|平均|累计$", text[match.start() - 2 : match.start("way")]) or any(
        _is_right(match, old, new) for old in olds for new in levels
    ):
        return
    old, new = olds[0], _bound(text, match, levels)
    is_tied = new is not None and _is_tied(text, match, old, new) and (len(levels) == 1 or old.start < match.end())
    if new is None or not (is_tied or _is_near(match, old, new)):
        return
    difference = new.size - old.size
    amount = _expected(old, new, exact(match["amount"]), match["unit"]) or match["amount"] + match["unit"]
    word = f"{'上升' if difference > 0 else '下降'}{amount}" if difference else "持平"
    told = f"{text[new.start : new.end]}与{text[old.start : old.end]}相比应为{word}。"
    evidence = [paragraph.place(new.start, new.end), paragraph.place(old.start, old.end)]
    yield reading.finding("change", paragraph, match.span(), word, told, evidence)


def _is_right(match: re.Match[str], old: Number, new: Number) -> bool:
    return new.size != old.size and _runs_so(match, old, new) and not _expected(old, new, *_stated(match))


def _runs_so(match: re.Match[str], old: Number, new: Number) -> bool:
    """Whether it's as the change says: up or down."""
    return bool(re.fullmatch(_EITHER, match["way"])) or (new.size > old.size) == bool(re.fullmatch(_UP, match["way"]))


def _stated(match: re.Match[str]) -> tuple[tuple[Fraction, int], str]:
    return exact(match["amount"]), match["unit"]


def _is_near(match: re.Match[str], old: Number, new: Number) -> bool:
    """Whether the change is that of the two but for a slip: what's far off is of another figure."""
    (amount, decimals), unit = _stated(match)
    difference = abs(new.size - old.size)
    if not difference or not _expected(old, new, (amount, decimals), unit):
        return True
    scale = Number(amount, unit, 0, 0).scale
    right = difference / old.size * 100 if unit == "%" else difference / scale
    return _runs_so(match, old, new) and abs(amount - right) <= Fraction(6, 10) * max(amount, right)


def _levels(text: str, match: re.Match[str], old: Number, start: int) -> list[Number]:
    """The figures before a change that it may be of: none that are earlier ones or changes, but for growth in per cent."""
    changes = list(_CHANGE.finditer(text, start, match.start()))
    stated = [
        each
        for each in figures(text, start, match.start())
        if each.base == old.base
        and each.start != old.start
        and not any(before.start() <= each.start < before.end() for before in changes)
        and not _THEN_BEFORE.search(text, start, each.start)
    ]
    stated = [each for each in stated if not text.startswith("、", each.end)] or stated
    if match["unit"] == "个百分点":
        for before in changes:
            if before["unit"] == "%" and re.fullmatch(_UP, before["way"]):
                value, decimals = exact(before["amount"])
                stated.append(Number(value, "%", before.start("amount"), before.end(), decimals))
    return sorted(stated, key=lambda each: each.start)


_AIM = re.compile(
    r"(?:计划|目标|任务|预算数|控制数|指标|年初|力争|[省国]平均|[日月年周户次村校]均|平均每)[^，。；：、\d]{0,10}$"
)
_OF_IT = re.compile(rf"的{DIGITS}(?:%|倍)")


def _bound(text: str, match: re.Match[str], levels: Sequence[Number]) -> Number | None:
    """The figure that a change is plainly of: the last one that's no aim, no increment, and in no bracket."""
    if re.search("可比|不变价|增加值|生产总值|产值", text[max(0, match.start() - 60) : match.end() + 8]):
        return None
    for new in reversed(levels):
        between = text[new.end : match.start()]
        if len(between) > 60 or re.search("[。；]|其中", between):
            return None
        loose = _AIM.search(text, 0, new.start) or _OF_IT.match(text, new.end)
        is_increment = re.search(rf"\d(?:{UNITS})$", text[: new.start])
        if not loose and not is_increment and between.count("（") >= between.count("）"):
            return new
    return None


def _is_tied(text: str, match: re.Match[str], old: Number, new: Number) -> bool:
    """Whether both figures are this change's beyond doubt: right before it, with its earlier time in its words or behind."""
    if old.start > match.end():
        return True
    between = text[new.end : match.start()]
    for before in _CHANGE.finditer(text, new.end, match.start()):
        between = between.replace(before[0], "")
    alike = old.unit == "%" or old.size / 2 <= new.size <= old.size * 2
    dated = re.search(f"{_YEAR_AGO}|{_PERIOD_AGO}|{_MONTH}|20\\d\\d年|年初|年末", match["how"])
    is_own = not re.search("[的占]$", text[: new.start])
    return bool(alike and dated and is_own and re.fullmatch("，*", _BRACKET.sub("", between)))


_BRACKET = re.compile("（[^（）]*）")
_THEN_BEFORE = re.compile(rf"(?:{_YEAR_AGO}|{_PERIOD_AGO}|[，；]{_MONTH}为)[^，。；：\d]{{0,10}}$")
_LIKE = re.compile("(?:恢复到|相当于|[比较与同是占达到为])$")


def _then(text: str, match: re.Match[str], window: tuple[int, int]) -> list[Number]:
    """The earlier figures that it may be from: inside the change's own words, behind it, or right before it."""
    how = match["how"]
    unit = "%" if match["unit"] == "个百分点" else match["unit"]
    inside = re.search(rf"({DIGITS})(%|{UNITS})", how)
    places = []
    if inside:
        begin = match.start("how") + inside.start()
        places.append((begin, match.start("how") + inside.end(), inside[1], inside[2]))
    elif not _SHORT.fullmatch(match["way"]):
        year = "环比" not in how and not re.search(f"{_PERIOD_AGO}|{_NAMED}", how)
        behind = _THEN.finditer(text, match.end(), window[1])
        before = (
            each
            for each in _THEN.finditer(text, window[0], match.start())
            if not _LIKE.search(text, 0, each.start()) and not _OF_IT.match(text, each.end())
        )
        for found in (*behind, *before):
            is_period = bool(re.fullmatch(f"{_PERIOD_AGO}|{_MONTH}", found["when"]))
            if how and is_period == year and re.search("同比|环比", how):
                continue
            places.append((found.start("value"), found.end(), found["value"], found["unit"]))
    thens = []
    for begin, end, value, found_unit in places:
        number, decimals = exact(value)
        then = Number(number, found_unit, begin, end, decimals)
        fits = found_unit != "%" if match["unit"] == "%" else then.base == Number(number, unit, 0, 0).base
        if number and fits:
            thens.append(then)
    return thens


_SINCE = re.compile(
    rf"[，（](?:同比|环比|较[^，。；（）]{{1,16}}?|与[^，。；（）]{{1,16}}?相比，?)"
    rf"(?P<way>{_UP}|{_DOWN})(?P<amount>{DIGITS})(?P<unit>个百分点|{UNITS})"
)
_AFTER_FIGURE = re.compile(rf"(?:{UNITS})?(?:（[^（）]*(?:（[^（）]*）[^（）]*)*）)?")


def _against_previous(reading: Reading, facts: Facts, previous: Facts) -> Iterator[Finding]:
    """The change behind a bookmarked figure is that of the two periods' facts."""
    paragraphs = {each.number: each for each in reading.draft.paragraphs}
    for figure in reading.figures:
        paragraph = paragraphs[figure.place.paragraph]
        after = _AFTER_FIGURE.match(paragraph.text, figure.place.end)
        match = _SINCE.match(paragraph.text, after.end() if after else figure.place.end)
        found = difference(previous, facts, figure.metric, figure.scope)
        if not match or found.amount is None or (found.unit == "rate") != (match["unit"] == "个百分点"):
            continue
        stated = f"{'上升' if re.fullmatch(_UP, match['way']) else '下降'}{match['amount']}"
        words = re.sub("个百分点$", "", found.words).replace("增加", "上升").replace("减少", "下降")
        if stated != words:
            right = found.words + ("" if found.unit == "rate" or not found.amount else match["unit"])
            told = f"{found.title}（{found.scope.name}）本期{found.new}，上期{found.old}，应为{right}。"
            yield reading.finding("change", paragraph, (match.start("way"), match.end()), right, told, [figure.place])
