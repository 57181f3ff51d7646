"""The reviewers' page: an executed notebook as one self-contained HTML file, silent on the network."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from traitlets import default

import bulletin
from bulletin.export import TITLES
from bulletin.export.html.assets import content_policy, page_script, page_style
from bulletin.export.html.finish import finished
from bulletin.export.notebook import blocks, content, digest
from bulletin.notebook.block_html import block_html
from bulletin.notebook.blocks import MIME

_HERE = Path(__file__).parent

_SCRIPTS = ("contents", "notes", "sources")
"""What the report pages do, in the order of loading."""


def _output_html(output: NotebookNode) -> str:
    data = output.data
    return block_html(data[MIME], base64.b64decode(data.get("image/png", "")), data.get("image/svg+xml", ""))


class TongbaoExporter(HTMLExporter):
    """Exports a bulletin for reviewers. Its template extends nbconvert's `base`, which loads nothing."""

    export_from_notebook = TITLES["tongbao"]

    @default("template_name")
    def _template_name_default(self) -> str:
        return "tongbao"

    @default("extra_template_basedirs")
    def _extra_template_basedirs_default(self) -> list[str]:
        return [str(_HERE / "templates")]

    @default("exclude_anchor_links")
    def _exclude_anchor_links_default(self) -> bool:
        return True

    def default_filters(self) -> Any:
        """Nbconvert's filters, and the one that renders a block."""
        yield from HTMLExporter.default_filters(self)
        block_filter: tuple[str, Callable[[NotebookNode], str]] = ("block_html", _output_html)
        yield block_filter

    def from_notebook_node(  # type: ignore[override]  # nbconvert itself returns text here
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Export the notebook.

        Raises:
            BulletinError: as `content`.

        """
        nb = content(nb, page=True)
        heads = blocks(nb, "letterhead")
        name = (resources or {}).get("metadata", {}).get("name", "notebook")
        title = f"{heads[0]['bureau']}{heads[0]['title']}" if heads else name
        script = page_script(*_SCRIPTS)
        page = {
            "page_title": title,
            "page_style": page_style(),
            "page_script": script,
            "content_policy": content_policy(script),
            "package_version": bulletin.__version__,
            "block_mime": MIME,
            "page_identity": _identity(nb, heads[0]) if heads else {},
        }
        html, resources = super().from_notebook_node(nb, (resources or {}) | page, **kw)
        return finished(html, nb), resources


def _identity(notebook: NotebookNode, head: Mapping[str, str]) -> dict[str, str]:
    """Which report this is, and which draft of it: review notes name both (notes.js, bulletin.drafts.review.review)."""
    return {
        "bureau": head["bureau"],
        "period": head["period"],
        "scope": head["scope"],
        "name": head["scope_name"],
        "digest": digest(notebook),
    }
