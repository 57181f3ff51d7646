"""All that the field's notebooks use, for `from bulletin.mines.notebook import *`."""

from bulletin.mines.charts import activity_chart, holdings_chart, monthly_chart, rate_chart
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
from bulletin.notebook.report import open_city, open_county

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
