"""What a notebook shows: prose, tables and charts over one period's facts."""

from bulletin.present.charts import activity_chart, holdings_chart, monthly_chart, rate_chart
from bulletin.present.document import (
    show_attachment,
    show_chart,
    show_closing,
    show_imprint,
    show_letterhead,
    show_table,
)
from bulletin.present.prose import load_ipython_extension
from bulletin.present.report import open_city, open_county
from bulletin.present.tables import (
    changes_table,
    comparison_table,
    definitions_table,
    holdings_table,
    mines_table,
    overview_table,
    ranking_table,
    supervisors_table,
)

__all__ = [
    "activity_chart",
    "changes_table",
    "comparison_table",
    "definitions_table",
    "holdings_chart",
    "holdings_table",
    "load_ipython_extension",
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
