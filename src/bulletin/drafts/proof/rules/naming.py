"""Rules on lists of counties: as many as said, none twice, rightly called."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bulletin.drafts.proof.draft import HAN, Paragraph
from bulletin.drafts.proof.finding import Finding
from bulletin.drafts.proof.lists import COUNTIES, NO_MORE, CountyList, Said
from bulletin.drafts.proof.members import Members, member_lists, name_again, rows, short_lists
from bulletin.drafts.proof.names import ALSO_NAMES
from bulletin.drafts.proof.numbers import DIGITS, UNITS, WHOLE, whole
from bulletin.drafts.proof.ranked import Ranking, rankings
from bulletin.drafts.proof.reading import Reading

_RUNS_ON = re.compile(
    rf"(?:{HAN}{{0,8}}(?:{DIGITS}(?:%|{UNITS}))?(?:（[^（）]*）)?)[，；、](?:{HAN}{{0,4}}[是为有：])?"
)
"""What may stand between two lists that are one: a figure of the first, and what says which place the next has."""
_AGAIN = re.compile(rf"(?:以上|上述|这)({WHOLE})个?({COUNTIES}){NO_MORE}")


def list_count(reading: Reading) -> Iterator[Finding]:
    """As many names as the number says, before or after the list."""
    for found in reading.lists:
        yield from _against_number(reading, found)
        yield from _against_values(reading, found)
        yield from _against_leader(reading, found)
    for members in _members(reading):
        yield from _against_members(reading, members)
    for paragraph in reading.draft.body():
        for ranking in rankings(paragraph):
            yield from _against_first(reading, paragraph, ranking)


def _against_first(reading: Reading, paragraph: Paragraph, found: Ranking) -> Iterator[Finding]:
    """前N位 are so many, or more where the last are equal."""
    if not found.first or any(each.end > found.ranks[0].start for each in reading.lists_in(paragraph) if each.said):
        return
    (number, span), ranks = found.first, found.ranks
    tied = len(ranks) > number and len({each.value for each in ranks[number - 1 :]}) == 1
    if len(ranks) != number and not tied:
        told = f"写的是{paragraph.said(*span)}个，列出的有{len(ranks)}个：{'、'.join(each.name for each in ranks)}。"
        yield reading.finding("list-count", paragraph, (span[0], ranks[-1].end), f"{len(ranks)}", told)


def _against_number(reading: Reading, found: CountyList) -> Iterator[Finding]:
    said, listed = found.said, len(found.items)
    # One that stands twice among so many different ones is list_duplicate's.
    if said is None or said.number in (listed, len(set(found.names))):
        return
    if listed == 1 and found.names[0] in ALSO_NAMES:  # 城区4个区
        return
    if listed < said.number and (said.open or _goes_on(reading, found, said)):
        return
    if said.top and listed > said.number and _is_tied(found, said.number):
        return
    span = (min(found.start, said.start), max(found.end, said.end))
    yield reading.finding(
        "list-count",
        found.paragraph,
        span,
        f"{listed}",
        f"写的是{found.paragraph.said(said.start, said.end)}，列出的有{listed}个：{'、'.join(found.names)}。",
    )


def _goes_on(reading: Reading, found: CountyList, said: Said) -> bool:
    """Whether what was counted before it runs on behind it: 前3位：甲县98.9%，乙县、丙县均为98.5%."""
    if said.start > found.start:
        return False
    number, end = len(found.items), found.end
    for each in reading.lists_in(found.paragraph):
        if each.start > found.start and re.fullmatch(_RUNS_ON, found.paragraph.text[end : each.start]):
            number, end = number + len(each.items), each.end
    return number >= said.number or (said.top and number == 1)


def _is_tied(found: CountyList, number: int) -> bool:
    """Whether equal figures, or 并列, lengthen a list of the first or last so many."""
    values = [item.value() for item in found.items]
    if "并列" in found.paragraph.text[max(0, found.start - 12) : found.end + 12]:
        return True
    last = {value.value if value else None for value in values[number - 1 :]}
    return None not in last and len(last) == 1


def _against_values(reading: Reading, found: CountyList) -> Iterator[Finding]:
    if found.values and len(found.values) != len(found.items):
        yield reading.finding(
            "list-count",
            found.paragraph,
            (found.start, found.values[-1].end),
            f"{len(found.items)}",
            f"列出的有{len(found.items)}个，后面的数有{len(found.values)}个，不能一一对应。",
        )


def _against_leader(reading: Reading, found: CountyList) -> Iterator[Finding]:
    """The ranking of the counties named before it in the sentence has the same ones."""
    if not found.led or found.said:
        return
    for start, end in found.paragraph.sentences():
        if not start <= found.start < end:
            continue
        leaders = [each for each in reading.lists_in(found.paragraph) if start <= each.start < found.start]
        if len(leaders) == 1 and leaders[0].said and not leaders[0].said.open:
            (leader,) = leaders
            missing = [name for name in leader.names if name not in found.names]
            more = [name for name in found.names if name not in leader.names]
            if missing or more:
                told = [f"缺{'、'.join(missing)}" if missing else "", f"多{'、'.join(more)}" if more else ""]
                yield reading.finding(
                    "list-count",
                    found.paragraph,
                    (found.start, found.end),
                    f"{len(leader.items)}",
                    f"排名列出{len(found.items)}个，与前面的{len(leader.items)}个不一致：{'，'.join(filter(None, told))}。",
                    [found.paragraph.place(leader.start, leader.end)],
                )


def _members(reading: Reading) -> Iterator[Members]:
    """Lists of other names than those of counties in full."""
    for paragraph in reading.draft.body():
        yield from member_lists(paragraph)
        yield from short_lists(paragraph, reading.names)


def _against_members(reading: Reading, found: Members) -> Iterator[Finding]:
    listed = max(found.counts, key=lambda count: -abs(count - found.number))
    # A number that's far off counts something else: 甲镇、乙镇12家企业.
    if found.number in found.counts or abs(listed - found.number) > 2 or (found.open and listed < found.number):
        return
    stands = found.paragraph.said(*found.said)
    told = f"写的是{stands}，列出的有{listed}个。"
    yield reading.finding("list-count", found.paragraph, (found.start, found.end), f"{listed}", told)


def list_duplicate(reading: Reading) -> Iterator[Finding]:
    """No county twice in one list."""
    for found in reading.lists:
        for place, item in enumerate(found.items):
            if item.name in found.names[:place]:
                yield reading.finding(
                    "list-duplicate",
                    found.paragraph,
                    (item.start, item.end),
                    "",
                    f"{item.name}在同一名单中出现两次。",
                )
    for paragraph in reading.draft.body():
        shorts = [(each.names, each.start, each.end) for each in short_lists(paragraph, reading.names)]
        for names, start, end in (*rows(paragraph), *shorts):
            again = name_again(names)
            if again:
                place = paragraph.text.rindex(again, start, end)
                told = f"{again}在同一名单中出现两次。"
                yield reading.finding("list-duplicate", paragraph, (place, place + len(again)), "", told)


def geography(reading: Reading) -> Iterator[Finding]:
    """县 alone isn't said of a list that holds a 区 or a 市, nor of one named before: 以上4个县."""
    for found in reading.lists:
        if found.said:
            yield from _called(reading, found, found.said)
    said_so = {(each.paragraph.number, each.said.end) for each in reading.lists if each.said}
    for paragraph in reading.draft.body():
        for match in _AGAIN.finditer(paragraph.text):
            if (paragraph.number, match.end()) in said_so:
                continue
            number = whole(match[1])
            before = [each for each in reading.lists_in(paragraph) if each.end <= match.start() and len(each.items) > 1]
            if before and len(before[-1].items) == number:
                said = Said(number, match[2], match.start(1), match.end())
                yield from _called(reading, before[-1], said)


def _called(reading: Reading, found: CountyList, said: Said) -> Iterator[Finding]:
    if said.noun not in ("县", "区", "市", "旗"):
        return
    others = [name for name in found.names if name[-1] != said.noun]
    if others:
        stands = found.paragraph.said(said.start, said.end)
        kinds = "、".join(
            kind for kind in "市区旗" if kind != said.noun and any(name[-1] == kind for name in found.names)
        )
        rest = f"（{kinds}）" if said.noun == "县" else "县（市、区）"
        expected = stands + rest if said.noun == "县" else stands.removesuffix(said.noun) + rest
        yield reading.finding(
            "geography",
            found.paragraph,
            (said.start, said.end),
            expected,
            f"名单中有{'、'.join(others)}，不能只说“{said.noun}”。",
        )
