"""Numbers as such texts write them: 12, 1,200, 12.30, 两, 十二; exact, and rounded half up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from bulletin.proof.draft import HAN

DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
CHINESE = "[一二两三四五六七八九十百]{1,5}"
WHOLE = rf"(?:(?:\d{{1,3}}(?:,\d{{3}})+|(?<![\d.])\d+)(?![\d.%])|(?<![第十百]){CHINESE})"
"""A whole number, in digits or in Chinese."""

UNITS = (
    "个百分点|批次|家次|人次|户次|车次|艘次|台次|家|名|份|座|起|次|人|条|项|处|件|台套|台|辆|箱|瓶|桶|袋|枚|发|头|根|块|面|册|天|小时|微克/立方米|毫克/立方米|千瓦时|户|批|组|所|艘|"
    "万元|亿元|元|吨|公里|千米|平方米|分|期|场|部|张|本|宗|例|只|套|个|间|栋|支|公顷|亩"
)
_COUNT = re.compile(rf"(?<![\d.,A-Za-z])({DIGITS})(余|多)?({UNITS})(?!之)")
_NO_COUNT = re.compile(
    r"(?:(?:平均|每)[^，。；：、\d]{0,6}|人均|(?:增加|减少|增长|下降|上升|提高|降低|净增|多|少)了?|第|不少于|不低于|不超过|至少|至多|约|近|超过|超|逾|不足|达到或超过|附件|表|图)$"
)
_RATE = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)%")
_ROUGHLY = re.compile(r"(?:约|近|超过|超|逾|不足|大约|接近|高于|低于|不低于|不少于|达到或超过|将近|至少|以上)$")

_CHINESE_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2}


@dataclass(frozen=True)
class Number:
    """A number in a paragraph's text from `start` to `end`, its unit included; `decimals` as shown."""

    value: Fraction
    unit: str
    start: int
    end: int
    decimals: int = 0


def whole(text: str) -> int:
    """The whole number that `WHOLE` matched."""
    plain = text.replace(",", "")
    if plain.isascii():
        return int(plain)
    total, digit = 0, 0
    for char in plain:
        if char in _CHINESE_DIGITS:
            digit = _CHINESE_DIGITS[char]
        else:
            total += (digit or 1) * {"十": 10, "百": 100}[char]
            digit = 0
    return total + digit


def counts(text: str, start: int = 0, end: int | None = None) -> Iterator[Number]:
    """The exact counts in digits with a unit: not 第3位, 每2家, 不少于1次, 增加5家, 200余家."""
    for match in _COUNT.finditer(text, start, len(text) if end is None else end):
        if not match[2] and not _NO_COUNT.search(text, 0, match.start()):
            value, decimals = exact(match[1])
            yield Number(value, match[3], match.start(), match.end(), decimals)


def rates(text: str, start: int = 0, end: int | None = None) -> Iterator[Number]:
    """The exact percentages; not 近90%, 不足0.01%."""
    for match in _RATE.finditer(text, start, len(text) if end is None else end):
        if not _ROUGHLY.search(text, 0, match.start()) and not re.match("以上|左右|以下", text[match.end() :]):
            value, decimals = exact(match[1])
            yield Number(value, "%", match.start(), match.end(), decimals)


def exact(text: str) -> tuple[Fraction, int]:
    """A number in digits, and how many decimals it shows."""
    plain = text.replace(",", "")
    return Fraction(plain), len(plain.partition(".")[2])


def rounded(value: Fraction, decimals: int) -> Fraction:
    """Rounded half up, away from zero, to that many decimals."""
    scale = 10**decimals
    size = (2 * abs(value) * scale + 1) // 2
    return Fraction(size if value >= 0 else -size, scale)


def shown(value: Fraction, decimals: int) -> str:
    """A number with that many decimals, rounded half up."""
    size = rounded(abs(value), decimals) * 10**decimals
    digits = f"{int(size):0{decimals + 1}d}"
    sign = "-" if value < 0 and size else ""
    return sign + (f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits)


def clause_before(text: str, place: int) -> str:
    """The words between the last punctuation mark and that place."""
    return re.search(rf"(?:{HAN}|[A-Za-z0-9.%“”《》])*$", text[:place])[0]  # type: ignore[index]
