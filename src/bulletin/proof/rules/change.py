"""Rules on what changed since an earlier period."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from bulletin.changes import change as difference
from bulletin.facts import Facts
from bulletin.proof.draft import Paragraph
from bulletin.proof.finding import Finding
from bulletin.proof.numbers import DIGITS, UNITS, Number, counts, exact, rates, rounded, shown
from bulletin.proof.reading import Reading

_UP = "上升|提高|提升|增长|增加|上涨|增多|升高|扩大"
_DOWN = "下降|降低|减少|回落|下滑|减小|缩小"
_CHANGE = re.compile(
    rf"(?P<how>同比|环比|较[^，。；（）\d]{{0,4}}(?:20\d\d年度?)?[^，。；（）\d]{{0,10}}?|比[^，。；（）\d]{{0,4}}(?:20\d\d年度?)?[^，。；（）\d]{{0,10}}?"
    rf"|(?:较|比)[^，。；（）\d]{{0,8}}的?{DIGITS}(?:%|{UNITS})(?:相比)?|)"
    rf"(?P<way>{_UP}|{_DOWN})(?:了|幅度为)?(?P<amount>{DIGITS})(?P<unit>个百分点|%|{UNITS})"
)
_FROM_TO = re.compile(
    rf"(?:由|从)[^，。；\d]{{0,10}}?(?P<old>{DIGITS})(?P<unit>%|{UNITS})[^，。；\d]{{0,6}}?(?P<way>{_UP}|{_DOWN})(?:至|到|为)(?:了)?"
    rf"[^，。；\d]{{0,6}}?(?P<new>{DIGITS})(?P=unit)"
)
_YEAR_AGO = r"上年度?同期|去年同期|上年度?|去年|20\d\d年度?同期|同期"
_PERIOD_AGO = r"上期|上个?月|上个?季度|上一季度|上一?周|上半年|前一月|前一季度"
_THEN = re.compile(
    rf"(?P<when>{_YEAR_AGO}|{_PERIOD_AGO}|20\d\d年度?)(?:的|为|是|有|仅为|仅|共|（)?[^，。；：\d]{{0,10}}?(?P<value>{DIGITS})(?P<unit>%|{UNITS})"
)


def change(reading: Reading) -> Iterator[Finding]:
    """上升、下降 N个百分点 agrees with both figures, and 同比 and 环比 aren't mixed up."""
    for paragraph, start, end in reading.sentences():
        changes = list(_CHANGE.finditer(paragraph.text, start, end))
        told = list(_from_to(reading, paragraph, start, end))
        yield from told
        yield from _mixed(reading, paragraph, changes, start, end)
        for place, match in enumerate(changes):
            if any(each.place.overlaps(paragraph.place(*match.span())) for each in told):
                continue
            limit = changes[place + 1].start() if place + 1 < len(changes) else end
            earlier = changes[place - 1].end() if place else start
            yield from _against_then(reading, paragraph, match, (earlier, limit), start)
    if reading.facts and reading.previous:
        yield from _against_previous(reading, reading.facts, reading.previous)


def _from_to(reading: Reading, paragraph: Paragraph, start: int, end: int) -> Iterator[Finding]:
    for match in _FROM_TO.finditer(paragraph.text, start, end):
        (old, old_decimals), (new, decimals) = exact(match["old"]), exact(match["new"])
        rises = bool(re.fullmatch(_UP, match["way"]))
        if old == new or (new > old) != rises:
            right = "上升" if new > old else "下降"
            told = f"由{match['old']}到{match['new']}应为{right if old != new else '持平'}。"
            yield reading.finding("change", paragraph, match.span(), right, told)
            continue
        follows = re.compile(rf"，?(?:{_UP}|{_DOWN})?了?(?P<amount>{DIGITS})(?P<unit>个百分点|{UNITS})").match(
            paragraph.text, match.end(), end
        )
        if follows and follows["unit"] == ("个百分点" if match["unit"] == "%" else match["unit"]):
            stated = exact(follows["amount"])
            if not _agrees(stated, abs(new - old), max(decimals, old_decimals), match["unit"]):
                expected = shown(abs(new - old), max(decimals, old_decimals)) + follows["unit"]
                yield reading.finding(
                    "change", paragraph, (match.start(), follows.end()), expected, f"两数相差{expected}。"
                )


def _agrees(stated: tuple[Fraction, int], difference: Fraction, decimals: int, unit: str) -> bool:
    """Whether an amount is that difference; rates may have been rounded each before, so a last decimal is let pass."""
    amount, shown_decimals = stated
    if unit != "%":
        return amount == difference
    loose = Fraction(1, 10**decimals) if decimals else Fraction()
    low, high = rounded(difference - loose, shown_decimals), rounded(difference + loose, shown_decimals)
    return low <= amount <= high


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
    if re.search("累计|截至", text[min(mark.start(), when.start()) : max(mark.end(), when.end())]):
        return
    right = "同比" if is_year else "环比"
    yield reading.finding(
        "change",
        paragraph,
        (start + mark.start(), start + mark.end()),
        right,
        f"与{when[0]}相比是{right}。",
        [paragraph.place(start + when.start(), start + when.end())],
    )


def _against_then(
    reading: Reading, paragraph: Paragraph, match: re.Match[str], window: tuple[int, int], start: int
) -> Iterator[Finding]:
    """A change beside the present figure and the earlier one."""
    text = paragraph.text
    old = _then(text, match, window)
    new = _now(text, match, old, window[0], start) if old else None
    if not old or not new:
        return
    difference = new.value - old.value
    amount = exact(match["amount"])
    if match["unit"] == "%":
        size, decimals = abs(difference) / old.value * 100, amount[1]
        right = rounded(size, decimals) == amount[0]
    else:
        size, decimals = abs(difference), max(amount[1], old.decimals, new.decimals)
        right = _agrees(amount, size, max(old.decimals, new.decimals), old.unit)
    if right and difference and (difference > 0) == bool(re.fullmatch(_UP, match["way"])):
        return
    word = f"{'上升' if difference > 0 else '下降'}{shown(size, decimals)}{match['unit']}" if difference else "持平"
    told = f"{text[new.start : new.end]}与{text[old.start : old.end]}相比应为{word}。"
    evidence = [paragraph.place(new.start, new.end), paragraph.place(old.start, old.end)]
    yield reading.finding("change", paragraph, match.span(), word, told, evidence)


def _now(text: str, match: re.Match[str], old: Number, begin: int, start: int) -> Number | None:
    """The present figure that a change is of: the last one before it that isn't itself a change or an earlier figure.

    The second of 同比…，环比… is of the same figure as the first, which stands before `begin`.
    """
    taken = [(old.start, old.end), *(found.span("amount") for found in _CHANGE.finditer(text, start, match.start()))]
    stated = [
        each
        for each in (*rates(text, start, match.start()), *counts(text, start, match.start()))
        if each.unit == old.unit
        and not any(first <= each.start < last for first, last in taken)
        and not _THEN_BEFORE.search(text, start, each.start)
    ]
    new = max(stated, key=lambda each: each.start, default=None)
    if new is None or new.start < begin - 40 or re.search("[。；]|其中", text[new.end : match.start()]):
        return None
    return new


_THEN_BEFORE = re.compile(rf"(?:{_YEAR_AGO}|{_PERIOD_AGO})[^，。；：\d]{{0,10}}$")


def _then(text: str, match: re.Match[str], window: tuple[int, int]) -> Number | None:
    """The earlier figure: inside the change's own words, behind it, or right before it."""
    unit = "%" if match["unit"] == "个百分点" else match["unit"]
    inside = re.search(rf"({DIGITS})(%|{UNITS})", match["how"])
    places = []
    if inside:
        begin = match.start("how") + inside.start()
        places.append((begin, match.start("how") + inside.end(), inside[1], inside[2]))
    year = match["how"] != "环比" and not re.search(_PERIOD_AGO, match["how"])
    for found in (*_THEN.finditer(text, match.end(), window[1]), *_THEN.finditer(text, window[0], match.start())):
        is_period = bool(re.fullmatch(_PERIOD_AGO, found["when"]))
        if match["how"] and is_period == year and match["how"] in ("同比", "环比"):
            continue
        places.append((found.start("value"), found.end(), found["value"], found["unit"]))
    for begin, end, value, found_unit in places:
        number, decimals = exact(value)
        if number and found_unit != "%" if match["unit"] == "%" else found_unit == unit:
            return Number(number, found_unit, begin, end, decimals)
    return None


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
            told = f"{found.title}（{found.scope_name}）本期{found.new}，上期{found.old}，应为{right}。"
            yield reading.finding("change", paragraph, (match.start("way"), match.end()), right, told, [figure.place])
