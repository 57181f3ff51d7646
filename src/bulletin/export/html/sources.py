"""What the page says of its figures and of itself: the data of script/sources.js, and the page's foot."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bs4 import BeautifulSoup

from bulletin.export.html.facts_page import fact_href
from bulletin.export.html.page import render_part

_BY_SCOPE = ("facts", "means")
"""The parts that have something of each figure: scope, metric."""


def _shown(soup: BeautifulSoup) -> set[tuple[str, str]]:
    """Scope and metric of each figure on the page."""
    return {(str(span["data-scope"]), str(span["data-metric"])) for span in soup.select("span.fact[data-metric]")}


def foot(soup: BeautifulSoup, trace: Mapping[str, Any], sources: Mapping[str, Any] | None) -> str:
    """What the page was made from, and what its figures mean, as HTML: a print can be traced by it.

    Definitions that the page has a table of are not said again.
    """
    metrics = {metric for _, metric in _shown(soup)}
    known = [] if sources is None or soup.select_one('[data-key="definitions"]') else sources["metrics"]
    definitions = [(title, words) for name, title, words, _ in known if name in metrics]
    main = soup.select_one("main[data-scope]")
    own = main.attrs if main else {}
    county = own["data-name"] if main and own["data-scope"] != trace["top"] else None
    return render_part(
        "made.html.j2", trace=trace, definitions=definitions, draft=own.get("data-digest"), county=county
    )


def own_sources(soup: BeautifulSoup, sources: Mapping[str, Any], top: str) -> str:
    """Of the notebook's sources what is to be said of the figures that stand on the page, and the link to each.

    `top` is the code of the topmost scope, whose figures have the first page.

    As JSON that no browser takes for markup.
    """
    shown = _shown(soup)
    scopes = sorted({scope for scope, _ in shown} & set(sources["scopes"]))
    metrics = {metric for _, metric in shown}
    own: dict[str, Any] = {
        "metrics": {name: each for name, *each in sources["metrics"] if name in metrics},
        "tables": sources["tables"],
        "reasons": sources["reasons"],
    }
    own |= {part: {scope: sources[part][scope] for scope in scopes} for part in ("scopes", "rows")}
    own["exempt"] = {scope: weeks for scope, weeks in sources["exempt"].items() if scope in scopes}
    for part in _BY_SCOPE:
        own[part] = {
            scope: {metric: each for metric, each in sources[part][scope].items() if (scope, metric) in shown}
            for scope in scopes
        }
    own["links"] = {
        scope: {
            metric: sources["base"] + fact_href(metric, scope, sources["counties"], top=scope == top)
            for metric in own["facts"][scope]
        }
        for scope in scopes
    }
    return json.dumps(own, ensure_ascii=False, separators=(",", ":"), sort_keys=True).replace("<", "\\u003c")
