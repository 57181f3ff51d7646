"""Lists of what no register knows: enterprises, schools, departments, towns, and counties by their short names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bulletin.drafts.proof.dictionary import has_word
from bulletin.drafts.proof.draft import HAN, Paragraph
from bulletin.drafts.proof.lists import COUNTIES, NO_MORE
from bulletin.drafts.proof.names import Names
from bulletin.drafts.proof.numbers import WHOLE, whole

_FIRMS = (
    "公司|集团|[^金]厂|煤矿|铁矿|[石砂铝铜金]矿|石料场|采石场|尾矿库|煤业|矿业|化工|酒店|宾馆|旅馆|饭店|餐厅|餐馆|酒楼|商场|超市|市场|商店|药店|"
    "医院|卫生院|加油站|合作社|养殖场|冷库|影院|网吧|银行"
)
_SCHOOLS = "学校|大学|学院|中学|小学|高中|初中|附中|附小|[一二三四五六七八九十][中小高幼]|幼儿园|保育院|职中|党校"
_OFFICES = (
    "局|委|办|厅|委员会|中心|支队|大队|总队|办公室|管委会|公安|总工会|残联|检察院|法院|团委|妇联|派出所|司法所|税务所"
)
_TOWNS = "镇|乡|街道|办事处|苏木|管委会"
_VILLAGES = "村|社区|居委会|嘎查|[^县市辖]屯"
_WORKS = "水库|水电站|大桥|隧道|路口|路段|景区|公园|标段|项目|园区|平台|网站|系统|码头|站|港"

_KINDS: tuple[tuple[str, str], ...] = (
    ("企业|公司|厂|矿山|煤矿|药店|超市|商场|饭店|酒店|宾馆", _FIRMS),
    ("学校|中学|小学|幼儿园|高校|院校", _SCHOOLS),
    ("医院|医疗机构|卫生院", "医院|卫生院|中心|保健院"),
    ("部门|委办局|局", _OFFICES),
    ("乡镇|镇|乡|街道|苏木", _TOWNS),
    ("村|社区|嘎查", _VILLAGES),
    ("水库|水电站|大桥|隧道|路口|路段|景区|公园|标段|项目|园区|平台|网站|系统|码头|车站|加油站", _WORKS + "|加油站"),
    ("单位|机构", "|".join((_FIRMS, _SCHOOLS, _OFFICES, _TOWNS))),
)
"""What members are called as a whole, and how their own names end."""

_ANY = "|".join(names for _, names in _KINDS)
_SORTS = re.compile(
    r".*(?:国有|国营|民营|民办|公办|公立|私立|个体|私营|[省市县区镇乡村]级|[省市县]属|大型|中型|小型|微型|中小|重点|一般|普通|城区|农村|城镇|[一二三]级|"
    r"规模以[上下]|生产|经营|其他|其它|各类|所有|部分|有关|相关|全部|外地|本地|危化|非煤|涉[^、]{1,2}|各|该|本|乡镇|中心)"
    rf"(?:{_ANY})"
)
"""Sorts, not names: 国有煤矿、民营煤矿20家."""

_COUNT = re.compile(
    rf"(?P<open>等)?(?:共计|共有|共|合计|这)?(?P<number>{WHOLE})"
    r"(?:(?P<house>家|所|座)(?!次|分|子)|个(?=[^，。；、：\d]{0,4}?"
    r"(?:部门|委办局|乡镇|镇|乡|街道|苏木|村|社区|嘎查|单位|企业|学校|医院|机构|水库|景区|公园|园区|平台|网站|系统|标段|项目|路口|路段|码头|站)))"
)
_COUNTIES = re.compile(
    rf"(?P<open>等)?(?:共计|共有|共|合计|这)?(?:(?P<number>{WHOLE})个(?:(?!县|区|市)[^，。；、：\d（）]{{0,8}}?)?(?:{COUNTIES})"
    rf"|(?P<few>{WHOLE})(?:{COUNTIES}|地)){NO_MORE}(?![块质方点处下面表带])"
)
_MEMBER = rf"(?:{HAN}|[A-Za-z0-9·“”-])+(?:（[^（）、]*）)?"
_ROW = re.compile(rf"(?:{_MEMBER}、)+{_MEMBER}")
_RUN = re.compile(rf"{_ROW.pattern}$")
_AHEAD = re.compile(
    rf"(?<![第\d])(?P<number>{WHOLE})(?:家|所|座|个)(?P<noun>企业|公司|学校|部门|单位|乡镇|镇|乡|街道|村|社区|医院|水库|景区|网站|项目)"
    r"[^，。；：、（）\d]{0,8}?(?:（|：|，?(?:分别|具体)(?:是|为)：?|，即)(?P<run>[^，。；：（）\d]+)(?=[）。；，])"
)
_AND = re.compile("和|及|与")


@dataclass(frozen=True)
class Members:
    """Names in a row and how many the text says they are, from `start` to `end`.

    `open` is 等; `counts` are how many there may be, for 和 may join two or stand inside a name.
    """

    paragraph: Paragraph
    names: Sequence[str]
    start: int
    end: int
    number: int
    said: tuple[int, int]
    open: bool
    counts: frozenset[int]


def member_lists(paragraph: Paragraph) -> Iterator[Members]:
    """Enterprises, departments, towns and the like, followed by their number or behind it."""
    text = paragraph.text
    for match in _COUNT.finditer(text):
        run = _RUN.search(text[: match.start()])
        if run:
            names = _split(run[0])
            kind = _kind(text[match.end() :])
            if _are_names(names, kind) and not (kind is None and not match["house"]):
                said = (match.start("number"), _end_of_noun(text, match.end()))
                yield _members(paragraph, names, run.start(), said[1], match["number"], said, bool(match["open"]))
    for match in _AHEAD.finditer(text):
        names = _split(match["run"])
        if len(names) > 1 and _are_names(names, _kind(match["noun"])) and not re.search("其中|包括|如", match[0]):
            said = (match.start("number"), match.end("noun"))
            yield _members(paragraph, names, match.start(), match.end("run"), match["number"], said, is_open=False)


def rows(paragraph: Paragraph) -> Iterator[tuple[Sequence[str], int, int]]:
    """Names of offices, enterprises and the like in a row, counted or not: the names, start and end."""
    for match in _ROW.finditer(paragraph.text):
        names = _split(match[0])
        last = next((name for name in names[:-1] if names[-1].startswith(name)), names[-1])
        if len(names) > 2 and _are_names(names[:-1], None):
            yield [*names[:-1], last], match.start(), match.end()


def name_again(names: Sequence[str]) -> str | None:
    """The name that stands twice in a row; before the first one stands what leads to it."""
    for place, name in enumerate(names):
        if name in names[1:place] or (place and len(name) > 1 and names[0].endswith(name)):
            return name
    return None


def short_lists(paragraph: Paragraph, names: Names) -> Iterator[Members]:
    """Counties without 县: 甲、乙、丙三地."""
    text = paragraph.text
    shorts = {name[:-1] if len(name) > 2 else name for name in names.known | names.home}
    for match in _COUNTIES.finditer(text):
        run = _RUN.search(text[: match.start()])
        if not run or match["few"] == "一":
            continue
        own = _split(run[0])
        known = sum(name in shorts or _AND.split(name)[0] in shorts for name in own[1:])
        plain = all(re.fullmatch(rf"(?:(?![县区市旗]){HAN}){{2,5}}|{HAN}[县旗]", name) for name in own[1:])
        if not plain or own[0][-1] in "县区市旗" or (known * 2 < len(own) - 1 and (known or _are_words(own, names))):
            continue
        said = match.span("number" if match["number"] else "few")
        said = (said[0], match.end())
        yield _members(
            paragraph, own, run.start(), match.end(), match["number"] or match["few"], said, bool(match["open"])
        )


def _split(run: str) -> list[str]:
    return re.sub("（[^（）]*）", "", run).split("、")


def _members(
    paragraph: Paragraph,
    names: Sequence[str],
    start: int,
    end: int,
    number: str,
    said: tuple[int, int],
    is_open: bool,
) -> Members:
    counts = {len(names)}
    halves = _AND.split(names[-1])
    if len(halves) > 1 and all(len(half) > 1 for half in halves[:2]):
        counts.add(len(names) + 1)
    return Members(paragraph, names, start, end, whole(number), said, is_open, frozenset(counts))


def _kind(after: str) -> str | None:
    """How names end of what is counted there; None where that isn't said."""
    for whole_name, ends in _KINDS:
        if re.match(rf"{HAN}{{0,4}}?(?:{whole_name})", after):
            return ends
    return None


def _end_of_noun(text: str, place: int) -> int:
    noun = re.compile(rf"{HAN}{{0,4}}?(?:{'|'.join(name for name, _ in _KINDS)})(?:（[^（）]{{1,6}}）)?").match(
        text, place
    )
    return noun.end() if noun else place


def _are_names(names: Sequence[str], ends: str | None) -> bool:
    """Whether all end as such names do, and they are names, not sorts."""
    ending = re.compile(rf".+(?:{ends or _ANY})")
    if not all(ending.fullmatch(name) for name in names):
        return False
    words = sum(has_word(name) for name in names[1:])
    return not any(_SORTS.fullmatch(name) for name in names[1:]) and words * 2 <= len(names)


def _are_words(own: Sequence[str], names: Names) -> bool:
    """Whether that may be no list of places: where counties are known, and none of it is one, it isn't."""
    return bool(names.home) or any(len(name) > 3 for name in own[1:])
