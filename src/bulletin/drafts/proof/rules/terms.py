"""Rules on words: one name for one thing."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from bulletin.drafts.proof.dictionary import cut
from bulletin.drafts.proof.draft import HAN, Paragraph
from bulletin.drafts.proof.finding import Finding
from bulletin.drafts.proof.reading import Reading

_SAME: tuple[tuple[str, ...], ...] = (
    *((f"{kind}时段", f"{kind}时期") for kind in ("重点", "特殊", "敏感", "关键", "重要")),
    ("手机应用程序", "手机程序", "手机(?:APP|App|app)", "手机应用软件", "手机软件"),
    ("移动应用程序", "移动(?:APP|App|app)", "移动应用软件"),
    ("台账", "台帐"),
    ("监管任务清单", "监管工作清单", "监督任务清单"),
    ("驻矿盯守", "驻矿值守", "驻矿盯防"),
    ("现场签到", "现场打卡"),
    ("安全监管专员", "安全监督专员"),
    ("粉尘涉爆企业", "涉爆粉尘企业"),
    ("烟花爆竹", "烟花炮竹"),
    ("明查暗访", "明察暗访"),
    ("重大事故隐患", "重大安全事故隐患"),
    ("双重预防机制", "双预防机制", "双控机制"),
    ("卫星定位装置", "卫星定位终端", "卫星定位设备"),
    ("微型消防站", "微消防站"),
    ("排污许可证", "排放许可证"),
    ("食品安全员", "食安员"),
    ("网格员", "网格管理员"),
    ("包保责任人", "包保负责人"),
    ("主要负责人", "主要责任人"),
    ("动火作业", "用火作业"),
    ("行政执法人员", "行政执法员"),
    ("农村房屋", "农村住房"),
    ("挂牌督办", "挂牌督查"),
    ("劝导站", "劝导点"),
    ("签到率", "打卡率"),
    ("巡查率", "巡检率"),
    ("隐患整改率", "隐患整治率", "隐患治理率"),
    ("驻村工作队员", "驻村队员"),
    ("灾害信息员", "灾情信息员"),
    ("特种作业操作证", "特种作业资格证", "特种作业上岗证"),
    ("执法记录仪", "执法仪"),
    ("应急演练", "应急演习"),
)
"""Names that stand for one thing; each group as patterns."""

_SLOTS: tuple[tuple[int, tuple[str, ...], tuple[str, ...]], ...] = (
    (3, ("监管", "监督", "管理", "管控"), ("平台", "系统", "清单", "机制", "台账", "手册", "模块", "软件", "程序")),
    (2, ("任务", "工作"), ("清单",)),
    (2, ("小程序", "应用程序", "程序", "软件", "客户端", "APP"), ("",)),
    (2, ("时段", "时期"), ("",)),
    (2, ("通知书", "通知单"), ("",)),
    (2, ("告知书", "告知单", "告知卡"), ("",)),
    (2, ("责任书", "责任状"), ("",)),
    (2, ("承诺书", "承诺函"), ("",)),
    (2, ("登记表", "登记册", "登记簿"), ("",)),
    (2, ("报警器", "报警装置", "报警仪"), ("",)),
    (2, ("巡查员", "巡检员", "巡护员"), ("",)),
    (2, ("协管员", "协理员"), ("",)),
)
"""Where names for one thing differ: so many characters before that are the same, one of these words, one of these ends."""

_LOOSE = re.compile("[的和及与各等对在了将用过把以为并或]")

_DEFINED = re.compile(r"（以下(?:简称|统称|称)(?:为)?：?“?([^（）“”《》]{2,24})”?）")
_TITLED = re.compile("《([^《》]{3,40})》")


_Places = list[tuple[Paragraph, tuple[int, int]]]


def term(reading: Reading) -> Iterator[Finding]:
    """One thing has one name, and no 《》 on what was defined without."""
    for names in _SAME:
        places = {
            name: [
                (paragraph, match.span())
                for paragraph in reading.draft.paragraphs
                for match in re.finditer(name, paragraph.text)
            ]
            for name in names
        }
        used = {name: found for name, found in places.items() if found}
        if len(used) > 1:
            yield from _one_name(reading, used)
    for size, kinds, ends in _SLOTS:
        yield from _in_slot(reading, size, kinds, ends)
    yield from _titles(reading)


def _in_slot(reading: Reading, size: int, kinds: Sequence[str], ends: Sequence[str]) -> Iterator[Finding]:
    """校园餐监管平台 and 校园餐监督平台 are one."""
    named = re.compile(rf"(?=({HAN}{{{size}}})({'|'.join(kinds)})({'|'.join(ends)}))")
    found: dict[tuple[str, str], dict[str, _Places]] = {}
    for paragraph in reading.draft.paragraphs:
        for match in named.finditer(paragraph.text):
            if not _LOOSE.search(match[1]):
                span = (_word_begins(paragraph.text, match.start()), match.end(3))
                found.setdefault((match[1], match[3]), {}).setdefault(match[2], []).append((paragraph, span))
    for (start, end), places in found.items():
        names = [start + word + end for word in places]
        if len(names) > 1 and not any(re.fullmatch(known, name) for known in itertools.chain(*_SAME) for name in names):
            yield from _one_name(reading, places)


def _word_begins(text: str, place: int) -> int:
    """Where the word begins that the character there is of: 企业安全监管平台, not 业安全监管平台."""
    begin = max(0, place - 6)
    for word in cut(text[begin : place + 6]):
        if begin <= place < begin + len(word):
            return begin
        begin += len(word)
    return place


def _one_name(reading: Reading, places: dict[str, _Places]) -> Iterator[Finding]:
    usual = max(places, key=lambda name: len(places[name]))
    first, span = places[usual][0]
    stands = first.text[slice(*span)]
    for name, found in places.items():
        if name != usual:
            yield _also(reading, found, stands, f"同一事物文中又称“{stands}”")


def _also(reading: Reading, places: _Places, expected: str, message: str) -> Finding:
    paragraph, span = places[0]
    more = f"（共{len(places)}处）" if len(places) > 1 else ""
    return reading.finding("term", paragraph, span, expected, f"{message}，请统一{more}。")


def _titles(reading: Reading) -> Iterator[Finding]:
    defined = {match[1] for each in reading.draft.paragraphs for match in _DEFINED.finditer(each.text)}
    found: dict[tuple[str, str], _Places] = {}
    for paragraph in reading.draft.paragraphs:
        for match in _TITLED.finditer(paragraph.text):
            for name in defined:
                if name == match[1] or name.endswith(match[1]):
                    found.setdefault((name, match[1]), []).append((paragraph, match.span()))
    for (name, title), places in found.items():
        told = f"“{name}”定义时没有书名号" if title == name else f"前面定义的是“{name}”"
        yield _also(reading, places, name, told)
