"""The field's kinds of report."""

from __future__ import annotations

from bulletin.facts.metric import ABOVE, COUNTY
from bulletin.notebook.field import ReportKind

CITY_BULLETIN = ReportKind("city_bulletin", ABOVE, "全市通报", "city", "bulletin", numbered=True)
COUNTY_REPORT = ReportKind(
    "county_report", COUNTY, "{name}", "counties", "report", parameter="county", addressee="{name}应急管理局"
)

KINDS = (CITY_BULLETIN, COUNTY_REPORT)
