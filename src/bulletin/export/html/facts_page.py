"""facts.html: every figure with its parts, its definition and its sources, to search, filter and sort offline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from bulletin.export.html.front import sort_value
from bulletin.export.html.page import render_page
from bulletin.facts.facts import CITY_NAME, Fact, Facts
from bulletin.facts.figures import CITY
from bulletin.mines.catalogue import METRICS, Metric, describe
from bulletin.mines.schema import TABLES
from bulletin.project.file_names import code_name
from bulletin.project.params import Params

PAGE, FOLDER = "facts.html", "facts"

MOST_COUNTIES = 100
"""With more counties facts.html holds the city's figures alone, and each county has a page in facts/.

A hundred counties are 3,400 rows and 1 MB: as much as a browser searches and sorts without a pause.
"""

GROUPS: dict[str, tuple[str, ...]] = {
    "企业和专员": (
        "counties",
        "mines",
        "mines_underground",
        "mines_open_pit",
        "mines_tailings",
        "supervisors",
        "required_posts",
        "filled_posts",
        "staffing_rate",
    ),
    "任务清单": ("task_lists_required", "task_lists_made", "task_list_rate"),
    "现场签到": (
        "onsite_rate",
        "onsite_rate_pooled",
        "onsite_rank",
        "onsite_zero_counties",
        "underground_rate",
        "evidence_rate",
        "uploaded_rate",
    ),
    "远程监管": ("remote_rate", "remote_rate_pooled", "remote_rank", "remote_zero_counties"),
    "驻矿盯守": ("stationed_supervisors", "stationed_mines", "stationing_rate", "stationing_app_used"),
    "监管企业家数": ("supervisors_holding_2", "supervisors_holding_3", "supervisors_holding_4_plus"),
    "台账抽查": (
        "ledgers_reviewed",
        "ledgers_faulty",
        "ledger_no_recheck",
        "ledger_inaccurate",
        "ledger_illegible",
        "ledger_unsigned",
    ),
    "未计入的记录": ("events_left_out",),
}
"""The metrics by what they're about, for the page's filter."""


@dataclass(frozen=True)
class _Definition:
    """What the page says once of a metric."""

    metric: Metric
    group: str
    text: str
    sources: str


def fact_id(metric: str, scope: str) -> str:
    """The id of a figure's row."""
    return f"fact-{metric}-{scope}"


def fact_href(metric: str, scope: str, counties: int) -> str:
    """The link to a figure's row from the period's folder, of which the facts have so many `counties`."""
    page = PAGE if scope == CITY or counties <= MOST_COUNTIES else f"{FOLDER}/{quote(_file_name(scope))}"
    return f"{page}#{quote(fact_id(metric, scope))}"


def facts_pages(facts: Facts, params: Params) -> dict[str, str]:
    """The pages as HTML by their paths in the period's folder: facts.html and, with many counties, a page a county."""
    if len(facts.counties) <= MOST_COUNTIES:
        return {PAGE: _page(CITY_NAME, list(facts), params, facts.counties)}
    by_scope: dict[str, list[Fact]] = {}
    for fact in facts:
        by_scope.setdefault(fact.scope, []).append(fact)
    links = [(name, f"{FOLDER}/{_file_name(code)}") for code, name in facts.counties.items()]
    pages = {PAGE: _page(CITY_NAME, by_scope.pop(CITY), params, {}, links)}
    for code, own in by_scope.items():
        name = facts.counties[code]
        pages[f"{FOLDER}/{_file_name(code)}"] = _page(name, own, params, {code: name})
    return pages


def _file_name(code: str) -> str:
    return f"{code_name(code)}.html"


def _page(
    name: str, facts: Sequence[Fact], params: Params, counties: dict[str, str], links: Sequence[tuple[str, str]] = ()
) -> str:
    stated = {fact.metric for fact in facts}
    group_of = {metric: group for group, metrics in GROUPS.items() for metric in metrics}
    definitions = [
        _Definition(metric, group_of[metric.name], describe(metric, params), _sources(metric))
        for metric in METRICS.values()
        if metric.name in stated
    ]
    scopes = {fact.scope: fact.scope_name for fact in facts}
    return render_page(
        "facts.html.j2",
        scripts=("sort", "facts"),
        name=name,
        period_title=params.window.period.title,
        notice=params.notice,
        home="index.html" if CITY in scopes else "../index.html",
        facts=facts,
        fact_id=fact_id,
        sort_value=sort_value,
        metrics=METRICS,
        definitions=definitions,
        groups=[group for group in GROUPS if any(each.group == group for each in definitions)],
        scopes=scopes,
        links=links,
        averaging=params.averaging,
    )


def _sources(metric: Metric) -> str:
    return "、".join(TABLES[table].title for table in metric.sources)
