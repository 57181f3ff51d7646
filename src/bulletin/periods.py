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
