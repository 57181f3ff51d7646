"""What the page's script says of its figures (script/sources.js), as data that no browser takes for markup."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bs4 import BeautifulSoup

from bulletin.export.html.facts_page import fact_href

_BY_SCOPE = ("facts", "means")
"""The parts that have something of each figure: scope, metric."""


def own_sources(soup: BeautifulSoup, sources: Mapping[str, Any]) -> str:
    """Of the notebook's sources what is to be said of the figures that stand on the page, and the link to each."""
    shown = {(str(span["data-scope"]), str(span["data-metric"])) for span in soup.select("span.fact[data-metric]")}
    scopes = sorted({scope for scope, _ in shown} & set(sources["scopes"]))
    metrics = {metric for _, metric in shown}
    own: dict[str, Any] = {
        "metrics": {name: each for name, each in sources["metrics"].items() if name in metrics},
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
            metric: sources["base"] + fact_href(metric, scope, sources["counties"]) for metric in own["facts"][scope]
        }
        for scope in scopes
    }
    return json.dumps(own, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
