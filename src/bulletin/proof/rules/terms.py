"""Rules on words: one name for one thing, no stray characters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import rjieba

from bulletin.proof.draft import HAN, Paragraph
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

_FREE = frozenset(
    "的了和与及或等各对在为以从由向被把将已未不均也都又再曾应须需要必能会否是有无中内外上下前后间时年月日第约近每仅只共全总新老旧大小多少高低好"
    "强重轻主副正分合同异这那其该本此某一二三四五六七八九十百千万亿两几半多余个名家份次起条项处件台辆户批组所座种类级层段期届位员者人队化性率度量"
    "数额值费金款法律规则令函案例书证表单据图册部委办局厅处科室站所院校厂矿库场区县市省州旗乡镇村街路港站线网点面块片带进出入到至达过来去起开"
    "关停设建改扩管查检督促抓做用使让给予请求令受报送交发收领取存放运输产销购买卖租借还并且而但却则即就才更最很较特极太真实行业企事物品料气水电火"
    "煤油化学工农商交通客货车船机器具材质价格税保险安危害灾难隐患防治控制备案审批验收"
)
"""Characters that make words with whatever stands beside them: none of them is plainly stray."""

_TWICE = re.compile(r"的的(?!确)|了了(?!解|结)|与与|及及|，，|。。|、、|；；|：：|，。|。，|、，|，、|、。")


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


def stray(reading: Reading) -> Iterator[Finding]:
    """A doubled or stray character in a term that stands right elsewhere."""
    words = [each for each in reading.draft.paragraphs if each.kind != "cell"]
    text = "\n".join(each.text for each in words)
    fours = Counter(text[place : place + 4] for place in range(len(text) - 3))
    fives = Counter(text[place : place + 5] for place in range(len(text) - 4))
    pairs = Counter(text[place : place + 2] for place in range(len(text) - 1))
    for paragraph in words:
        for match in _TWICE.finditer(paragraph.text):
            told = f"“{match[0]}”重复或多余。"
            yield reading.finding("format", paragraph, match.span(), match[0][-1], told)
        for place in range(2, len(paragraph.text) - 2):
            window = paragraph.text[place - 2 : place + 3]
            right = window[:2] + window[3:]
            if fives[window] == 1 and fours[right] and re.fullmatch(rf"{HAN}{{5}}", window):
                others = pairs[window[:2]] - 1 - window[1:].count(window[:2])
                if _is_stray(paragraph.text, place, always=others == fours[right]):
                    span = (place - 2, place + 3)
                    told = f"多了“{window[2]}”字，别处写的是“{right}”。"
                    yield reading.finding("format", paragraph, span, right, told)


def _is_stray(text: str, place: int, *, always: bool) -> bool:
    """Whether the character there belongs to no word; `always` says that its term isn't parted anywhere else."""
    char, before, after = text[place], text[place - 1], text[place + 1]
    doubled = char in (before, after)
    if doubled and (char == after or (place > 1 and text[place - 2] == before) or text[place : place + 2] == after * 2):
        # Of two equal ones only the later is told, and 认认真真 is none.
        return False
    if not doubled and (not always or char in _FREE or rjieba.has_word(before + char) or rjieba.has_word(char + after)):
        return False
    start = 0
    for word in rjieba.cut(text[max(0, place - 12) : place + 12]):
        if start <= min(place, 12) < start + len(word):
            return word == char or not rjieba.has_word(word)
        start += len(word)
    return False
