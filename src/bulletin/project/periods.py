"""Years, quarters and months, and the weeks that belong to them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from bulletin.project.errors import BulletinError

_QUARTERS = "一二三四"
_PERIOD = re.compile(
    r"(?P<year>[12][0-9]{3})(?:年度?|"
    rf"(?:年|-)?Q(?P<quarter>[1-4])|(?:年|年?第)(?P<season>[1-4{_QUARTERS}])季度|"
    r"[-/.](?P<month>0?[1-9]|1[0-2])|年(?P<moon>0?[1-9]|1[0-2])月份?)?"
)
"""A period as people write it, its blanks and full-width characters taken away."""

_FULL_WIDTH = {0xFF01 + n: 0x21 + n for n in range(94)}


@dataclass(frozen=True)
class Period:
    """A year `2023`, a quarter `2023Q4` or a month `2023-06`; both days are inclusive."""

    name: str
    first: date
    last: date
    title: str

    @property
    def year(self) -> int:
        """The calendar year that the period lies in."""
        return self.first.year

    @property
    def short_title(self) -> str:
        """The period inside a sentence: 2023年, 2023年第四季度, 2023年6月."""
        return self.title.removesuffix("度") if self.title.endswith("年度") else self.title


def parse_period(text: str | int) -> Period:
    """Read a period: its name, or what people write for it, as 2024年第三季度, ２０２４, 2024/6.

    papermill hands a bare year over as an integer, and 2024.10 as a number that is 2024.1 too: it's refused.

    Raises:
        BulletinError: `bad-period`.

    """
    written = str(text).translate(_FULL_WIDTH).strip().upper()
    found = _PERIOD.fullmatch(written) if isinstance(text, str | int) else None
    if not found:
        raise BulletinError(
            "bad-period",
            f"期间“{text}”无法识别。年度写作 2023，季度写作 2023Q4，月份写作 2023-06。",
        )
    year, month, quarter = int(found["year"]), found["month"] or found["moon"], found["quarter"] or found["season"]
    if month:
        first_month, months = int(month), 1
        name, title = f"{year}-{first_month:02d}", f"{year}年{first_month}月"
    elif quarter:
        number = _QUARTERS.find(quarter) + 1 or int(quarter)
        first_month, months = 3 * number - 2, 3
        name, title = f"{year}Q{number}", f"{year}年第{_QUARTERS[number - 1]}季度"
    else:
        first_month, months, name, title = 1, 12, str(year), f"{year}年度"
    after = first_month + months
    last = date(year + (after > 12), (after - 1) % 12 + 1, 1) - timedelta(days=1)
    return Period(name, date(year, first_month, 1), last, title)


def right_before(period: Period) -> Period:
    """Return the period of the same length that ends the day before this one begins."""
    last = period.first - timedelta(days=1)
    months = period.last.month - period.first.month + 1
    return parse_period(
        last.year
        if months == 12
        else f"{last.year}Q{last.month // 3}"
        if months == 3
        else f"{last.year}-{last.month:02d}"
    )


def since(earlier: Period, period: Period) -> str:
    """What a change from an earlier period is called before its amount.

    同比 from the same period of the year before, 环比 from the period right before; else 较 and the earlier one's title.
    """
    months = [(each.first.month, each.last.month) for each in (earlier, period)]
    if months[0] == months[1] and earlier.year == period.year - 1:
        return "同比"
    lengths = [(last - first) % 12 for first, last in months]
    if lengths[0] == lengths[1] and earlier.last + timedelta(days=1) == period.first:
        return "环比"
    return f"较{earlier.short_title}"


_YEAR = "(?:[12][0-9]{3}|(?<![0-9])[0-9]{2})"
_TO = "[-—–~～至到]"
_QUARTER = "(?:第?(?P<{0}quarter>[一二三四1-4])季度|Q(?P<{0}q>[1-4]))"
_MONTH = "(?P<{0}month>1[0-2]|0?[1-9])月"
_PART = f"[上下]半年|前[一二三四1-4]个?季度|前?[0-9]{{1,2}}个月|[0-9]{{1,2}}月?{_TO}[0-9]{{1,2}}月"
_SAID = re.compile(
    f"(?P<from>{_YEAR}年?度?{_TO})?(?P<year>{_YEAR})年度?(?:{_QUARTER.format('')}|(?P<part>{_PART})|{_MONTH.format('')})?"
    f"|(?:{_QUARTER.format('own_')}|(?P<other>{_PART}|去年|上年)|(?<![0-9]){_MONTH.format('own_')}(?![0-9]))"
)
"""A period as titles say it, in half-width digits and without blanks; without a year, one of the year that they're about."""

_CHINESE_YEAR = re.compile("[〇零○一二三四五六七八九0-9]{2,4}(?=年)")
_CHINESE_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")


def other_period(text: str, period: Period) -> str:
    """Return the first period other than this one that a title names, as it says it; nothing where it names none."""
    even = "".join(unicodedata.normalize("NFKC", text).split())
    even = _CHINESE_YEAR.sub(lambda year: year[0].translate(_CHINESE_DIGITS), even)
    return next((found[0] for found in _SAID.finditer(even) if _name_said(found, period) != period.name), "")


def _name_said(found: re.Match[str], period: Period) -> str:
    """The name of the period that a title says; nothing of one that no name is of."""
    if found["from"] or found["part"] or found["other"]:
        return ""
    year = found["year"] or str(period.year)
    year = year if len(year) == 4 else f"20{year}"
    if quarter := found["quarter"] or found["q"] or found["own_quarter"] or found["own_q"]:
        return f"{year}Q{quarter if quarter.isdecimal() else _QUARTERS.index(quarter) + 1}"
    month = found["month"] or found["own_month"]
    return f"{year}-{int(month):02}" if month else year


def chinese_date(iso: str) -> str:
    """2024-03-05 as 2024年3月5日."""
    day = date.fromisoformat(iso)
    return f"{day.year}年{day.month}月{day.day}日"


@dataclass(frozen=True)
class Window:
    """The days that are counted: the period, from the day on which the regime took effect.

    `as_of` is the day on which the registers are counted (metrics.md, Terms).
    """

    period: Period
    first: date
    last: date
    as_of: date

    @property
    def monday(self) -> date:
        """The Monday of the first week in the window: an event's week is in it whole or not at all."""
        return self.first + timedelta(days=(3 - self.first.weekday()) % 7 - 3)

    @property
    def after(self) -> date:
        """The day after the last week's Sunday; the same as `monday` where no week is in the window."""
        return self.last - timedelta(days=(self.last.weekday() - 3) % 7 - 4)

    def thursdays(self) -> list[date]:
        """The Thursdays of the weeks in the window: ISO weeks whose Thursday lies in it."""
        first = self.first + timedelta(days=(3 - self.first.weekday()) % 7)
        count = max(0, (self.last - first).days // 7 + 1)
        return [first + timedelta(weeks=n) for n in range(count)]
