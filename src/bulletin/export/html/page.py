"""The pages that no notebook makes: self-contained, without script, every text escaped."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

import bulletin
from bulletin.export.html.exporter import page_style


def render_page(template: str, **content: object) -> str:
    """One of our templates, which extends `page.html.j2`, as a whole page."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, trim_blocks=True
    )
    environment.filters["href"] = quote
    style = Markup(page_style())  # noqa: S704 (our own style sheet)
    return environment.get_template(template).render(style=style, version=bulletin.__version__, **content)
