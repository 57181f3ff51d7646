"""All that the field's notebooks use, for `from bulletin.mines.notebook import *`."""

from __future__ import annotations

from collections.abc import Sequence

from bulletin.mines.charts import activity_chart, holdings_chart, monthly_chart, rate_chart
from bulletin.mines.reports import CITY_BULLETIN, COUNTY_REPORT
from bulletin.mines.tables import (
    changes_table,
    comparison_table,
    definitions_table,
    holdings_table,
    mines_table,
    overview_table,
    ranking_table,
    supervisors_table,
)
from bulletin.notebook.document import (
    show_attachment,
    show_chart,
    show_closing,
    show_imprint,
    show_letterhead,
    show_table,
)
from bulletin.notebook.report import Report, open_report

__all__ = [
    "activity_chart",
    "changes_table",
    "comparison_table",
    "definitions_table",
    "holdings_chart",
    "holdings_table",
    "mines_table",
    "monthly_chart",
    "open_city",
    "open_county",
    "overview_table",
    "ranking_table",
    "rate_chart",
    "show_attachment",
    "show_chart",
    "show_closing",
    "show_imprint",
    "show_letterhead",
    "show_table",
    "supervisors_table",
]


def open_city(period: str | int, attachments: Sequence[str] = ()) -> Report:
    """Open the city bulletin of a period.

    Raises:
        BulletinError: as `open_report`.

    """
    return open_report(CITY_BULLETIN.notebook, period, attachments=attachments)


def open_county(period: str | int, county: str | int, attachments: Sequence[str] = ()) -> Report:
    """Open the report of one county, given by name or code.

    Raises:
        BulletinError: as `open_report`.

    """
    return open_report(COUNTY_REPORT.notebook, period, county, attachments)
