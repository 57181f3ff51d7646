"""The figures that differ between two facts files, as a page for the browser."""

from __future__ import annotations

from bulletin.export.diff import HEADINGS, NOTE, Comparison
from bulletin.export.html.page import render_page


def diff_html(comparison: Comparison) -> str:
    """The page as HTML, self-contained: a table a scope."""
    return render_page("diff.html.j2", comparison=comparison, headings=HEADINGS, note=NOTE)
