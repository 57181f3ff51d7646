"""facts.html: every figure with its parts, its definition and its sources, to search, filter and sort offline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from bulletin.export.html.front import sort_value
from bulletin.export.html.page import render_page
from bulletin.facts.facts import Fact
from bulletin.facts.figures import Scope
from bulletin.facts.metric import Metric
from bulletin.notebook.period import PeriodResults
from bulletin.project.file_names import code_name

PAGE, FOLDER = "facts.html", "facts"

MOST_COUNTIES = 100
"""With more counties facts.html holds the city's figures alone, and each county has a page in facts/.

A hundred counties are 3,400 rows and 1 MB: as much as a browser searches and sorts without a pause.
"""


@dataclass(frozen=True)
class _Definition:
    """What the page says once of a metric."""

    metric: Metric
    text: str
    sources: str


def fact_id(metric: str, scope: str) -> str:
    """The id of a figure's row."""
    return f"fact-{metric}-{scope}"


def fact_href(metric: str, scope: str, counties: int, *, top: bool) -> str:
    """Return the link to a figure's row from the period's folder, of which the facts have so many `counties`."""
    page = PAGE if top or counties <= MOST_COUNTIES else f"{FOLDER}/{quote(_file_name(scope))}"
    return f"{page}#{quote(fact_id(metric, scope))}"


def facts_pages(results: PeriodResults) -> dict[str, str]:
    """Return the pages as HTML by their paths in the period's folder: facts.html and, with many counties, a page a county."""
    facts = results.facts
    if len(facts.counties) <= MOST_COUNTIES:
        return {PAGE: _page(facts.top, results, list(facts))}
    below = [scope for scope in facts.scopes.values() if scope.parent]
    links = [(scope.name, f"{FOLDER}/{_file_name(scope.code)}") for scope in below]
    pages = {PAGE: _page(facts.top, results, list(facts.of(facts.top.code).values()), links)}
    for scope in below:
        pages[f"{FOLDER}/{_file_name(scope.code)}"] = _page(scope, results, list(facts.of(scope.code).values()))
    return pages


def _file_name(code: str) -> str:
    return f"{code_name(code)}.html"


def _page(scope: Scope, results: PeriodResults, facts: Sequence[Fact], links: Sequence[tuple[str, str]] = ()) -> str:
    stated, params, field = {fact.metric.name for fact in facts}, results.params, results.field
    definitions = [
        _Definition(
            metric,
            field.describe(metric, params),
            "、".join(field.schema.tables[name].title for name in metric.sources),
        )
        for metric in field.catalogue.values()
        if metric.name in stated
    ]
    return render_page(
        "facts.html.j2",
        scripts=("sort", "facts"),
        name=scope.name,
        period_title=params.window.period.title,
        notice=params.notice,
        home="../index.html" if scope.parent else "index.html",
        facts=facts,
        fact_id=fact_id,
        sort_value=sort_value,
        definitions=definitions,
        groups=list(dict.fromkeys(each.metric.group for each in definitions)),
        scopes={fact.scope.code: fact.scope.name for fact in facts},
        links=links,
    )
