"""The pages that no notebook makes: self-contained, every text escaped."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

import bulletin
from bulletin.export.html.assets import content_policy, page_script, page_style


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, trim_blocks=True
    )
    environment.filters["href"] = quote
    return environment


def render_part(template: str, **content: object) -> str:
    """One of our templates as a fragment of a page."""
    return _environment().get_template(template).render(**content)


def render_page(template: str, scripts: Sequence[str] = (), **content: object) -> str:
    """One of our templates, which extends `page.html.j2`, as a whole page with these scripts."""
    script = page_script(*scripts)
    ours = {
        "style": Markup(page_style()),  # noqa: S704 (our own style sheet)
        "script": Markup(script),  # noqa: S704 (our own script)
        "policy": Markup(content_policy(script)),  # noqa: S704 (our own words)
    }
    return _environment().get_template(template).render(version=bulletin.__version__, **ours, **content)
