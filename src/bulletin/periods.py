"""Years, quarters and months, and the weeks that belong to them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bulletin.errors import BulletinError

_PERIOD = re.compile(r"(?P<year>[12][0-9]{3})(?:Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?")
_QUARTERS = "一二三四"


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
    """Read a period's name; papermill hands a bare year over as an integer.

    Raises:
        BulletinError: `bad-period`.

    """
    name = str(text).strip().upper()
    found = _PERIOD.fullmatch(name)
    if not found:
        raise BulletinError(
            "bad-period",
            f"期间“{text}”无法识别。年度写作 2023，季度写作 2023Q4，月份写作 2023-06。",
        )
    year = int(found["year"])
    if found["month"]:
        first_month, months, title = int(found["month"]), 1, f"{year}年{int(found['month'])}月"
    elif found["quarter"]:
        quarter = int(found["quarter"])
        first_month, months, title = 3 * quarter - 2, 3, f"{year}年第{_QUARTERS[quarter - 1]}季度"
    else:
        first_month, months, title = 1, 12, f"{year}年度"
    after = first_month + months
    last = date(year + (after > 12), (after - 1) % 12 + 1, 1) - timedelta(days=1)
    return Period(name, date(year, first_month, 1), last, title)


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


_SAID = re.compile(
    r"(?P<year>[12][0-9]{3})年(?:度|第?(?P<quarter>[一二三四1-4])季度|(?P<half>[上下])半年|(?P<month>1[0-2]|0?[1-9])月)?"
)
"""A period as titles say it."""


def other_period(text: str, period: Period) -> str:
    """Return the first period that a title names, where it names some and this one isn't among them; else nothing."""
    said = list(_SAID.finditer(text))
    here = [found for found in said if found["half"] is None and parse_period(_name_said(found)) == period]
    return "" if here or not said else said[0][0]


def _name_said(found: re.Match[str]) -> str:
    if found["quarter"]:
        quarter = found["quarter"]
        return f"{found['year']}Q{quarter if quarter.isdecimal() else _QUARTERS.index(quarter) + 1}"
    return f"{found['year']}-{int(found['month']):02}" if found["month"] else found["year"]


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

    def thursdays(self) -> list[date]:
        """The Thursdays of the weeks in the window: ISO weeks whose Thursday lies in it."""
        first = self.first + timedelta(days=(3 - self.first.weekday()) % 7)
        count = max(0, (self.last - first).days // 7 + 1)
        return [first + timedelta(weeks=n) for n in range(count)]
