"""Numbers as such texts write them: 12, 1,200, 12.30, 两, 十二; exact, and rounded half up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
CHINESE = "[一二两三四五六七八九十百]{1,5}"
WHOLE = rf"(?:(?:\d{{1,3}}(?:,\d{{3}})+|(?<![\d.])\d+)(?![\d.%])|(?<![第十百]){CHINESE})"
"""A whole number, in digits or in Chinese."""

_MEASURES = (
    "个百分点|微克/立方米|毫克/立方米|平方公里|平方米|立方米|千瓦时|公里|千米|厘米|毫米|米|公顷|亩|公斤|千克|吨|分钟|小时|天|"
    "批次|家次|人次|户次|车次|艘次|台次|件次|辆次|架次|班次|场次|例次|频次|台套|学时|课时|"
    "家|名|份|座|起|次|人|条|项|处|件|台|辆|箱|瓶|桶|袋|枚|发|头|根|块|面|册|户|批|组|所|艘|元|分|期|场|部|张|本|宗|例|只|套|个|"
    "间|栋|幢|支|羽|株|笔|票|幅|篇|款|口|眼|床|类|种|趟|列|盏|片|棵|匹|峰|粒"
)
UNITS = rf"(?:[千百]?万|亿)?(?:{_MEASURES})"
_SCALES = {"万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8}
_COUNT = re.compile(rf"(?<![\d.,A-Za-z])({DIGITS})(余|多)?({UNITS})(?!之)")
_NO_COUNT = re.compile(
    r"(?:第|附件|表|图|"
    r"(?:增加|减少|增长|下降|上升|提高|降低|上涨|下跌|净增|缩短|延长|改善|多|少|快|慢)了?|"
    r"不少于|不低于|不超过|至少|至多|约|近|超过|(?<!商)超|逾|不足|达到或超过|低于|高于|大于|小于)$"
)
_EACH = re.compile(r"(?:(?:平均|每|[日月年周户次村校班]均)[^，。；：、\d]{0,6}|人均[^，。；：、\d]{0,4})$")
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

    @property
    def scale(self) -> int:
        """What its unit multiplies by: 10000 of 万元."""
        return next((size for word, size in _SCALES.items() if self.unit.startswith(word) and self.unit != word), 1)

    @property
    def base(self) -> str:
        """The unit without 万 and 亿."""
        return re.sub("^(?:[千百]?万|亿)(?=.)", "", self.unit)

    @property
    def size(self) -> Fraction:
        """The value in the base unit: 1.86亿元 is 186000000."""
        return self.value * self.scale

    @property
    def slack(self) -> Fraction:
        """By how much what was counted may differ from `size`: 7420万元 was rounded, 12件 wasn't."""
        return Fraction(self.scale, 2 * 10**self.decimals) if self.decimals or self.scale > 1 else Fraction()


def is_slip(stands: Number, right: Fraction) -> bool:
    """Whether a number is most likely that one miswritten: one digit, or two changed about, or off by next to nothing."""
    one, two = shown(stands.value, stands.decimals), shown(right, stands.decimals)
    if len(one) == len(two) and len(one.replace(".", "")) > 1:
        differ = [place for place, (a, b) in enumerate(zip(one, two, strict=True)) if a != b]
        turned = len(differ) == 2 and one[differ[0]] == two[differ[1]] and one[differ[1]] == two[differ[0]]
        if len(differ) == 1 or turned:
            return True
    return abs(stands.value - right) * 50 <= abs(right)


def is_ratio(rate: Number, part: Number, base: Number) -> bool:
    """Whether the percentage is that of the two counts, rounded half up to the decimals shown."""
    if not base.size - base.slack > 0:
        return False
    low = (part.size - part.slack) / (base.size + base.slack) * 100
    high = (part.size + part.slack) / (base.size - base.slack) * 100
    if rounded(low, rate.decimals) <= rate.value <= rounded(high, rate.decimals):
        return True
    # Short of all, 99.99% may stand for what would round to 100.00%.
    return (
        part.size < base.size
        and rate.value == 100 - Fraction(1, 10**rate.decimals)
        and rounded(low, rate.decimals) == 100
    )


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
        if not _EACH.search(text, 0, match.start()):
            yield from _count(match)


def _count(match: re.Match[str]) -> Iterator[Number]:
    if not match[2] and not _NO_COUNT.search(match.string, 0, match.start()):
        value, decimals = exact(match[1])
        yield Number(value, match[3], match.start(), match.end(), decimals)


def figures(text: str, start: int, end: int) -> Iterator[Number]:
    """Rates and counts, averages too: 平均用时32分钟."""
    yield from rates(text, start, end)
    for match in _COUNT.finditer(text, start, end):
        yield from _count(match)


def count_at(text: str, place: int) -> Number | None:
    """The exact count that begins there."""
    return (
        next((each for each in counts(text, place) if each.start == place), None) if _COUNT.match(text, place) else None
    )


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
