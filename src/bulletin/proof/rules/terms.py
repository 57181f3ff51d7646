"""Rules on words: one name for one thing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bulletin.proof.draft import Paragraph
from bulletin.proof.finding import Finding
from bulletin.proof.reading import Reading

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
)
"""Names that stand for one thing; each group as patterns."""

_DEFINED = re.compile(r"（以下(?:简称|统称|称)(?:为)?：?“?([^（）“”《》]{2,24})”?）")
_TITLED = re.compile("《([^《》]{3,40})》")


def term(reading: Reading) -> Iterator[Finding]:
    """One thing has one name, and no 《》 on what was defined without."""
    words = "\n".join(each.text for each in reading.draft.paragraphs)
    for names in _SAME:
        used = [name for name in names if re.search(name, words)]
        if len(used) > 1:
            yield from _one_name(reading, used)
    yield from _titles(reading)


def _one_name(reading: Reading, names: Sequence[str]) -> Iterator[Finding]:
    places = {
        name: [
            (paragraph, match.span())
            for paragraph in reading.draft.paragraphs
            for match in re.finditer(name, paragraph.text)
        ]
        for name in names
    }
    usual = max(names, key=lambda name: len(places[name]))
    first, span = places[usual][0]
    stands = first.text[slice(*span)]
    for name in names:
        if name != usual:
            yield _also(reading, places[name], stands, f"同一事物文中又称“{stands}”")


def _also(
    reading: Reading, places: Sequence[tuple[Paragraph, tuple[int, int]]], expected: str, message: str
) -> Finding:
    paragraph, span = places[0]
    more = f"（共{len(places)}处）" if len(places) > 1 else ""
    return reading.finding("term", paragraph, span, expected, f"{message}，请统一{more}。")


def _titles(reading: Reading) -> Iterator[Finding]:
    defined = {match[1] for each in reading.draft.paragraphs for match in _DEFINED.finditer(each.text)}
    found: dict[tuple[str, str], list[tuple[Paragraph, tuple[int, int]]]] = {}
    for paragraph in reading.draft.paragraphs:
        for match in _TITLED.finditer(paragraph.text):
            for name in defined:
                if name == match[1] or name.endswith(match[1]):
                    found.setdefault((name, match[1]), []).append((paragraph, match.span()))
    for (name, title), places in found.items():
        told = f"“{name}”定义时没有书名号" if title == name else f"前面定义的是“{name}”"
        yield _also(reading, places, name, told)
