"""The reviewers' page: an executed notebook as one self-contained HTML file, silent on the network."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from traitlets import default

import bulletin
from bulletin.export import TITLES
from bulletin.export.html.assets import content_policy, page_script, page_style
from bulletin.export.html.sources import own_sources
from bulletin.export.notebook import blocks, digest, label, refuse_errors, targets
from bulletin.present.block_html import block_html, block_id
from bulletin.present.blocks import MIME

_HERE = Path(__file__).parent

_SCRIPTS = ("contents", "notes", "sources")
"""What the report pages do, in the order of loading."""

_NBCONVERTS_ALT = "No description has been provided for this image"
"""What nbconvert writes for a picture of an analyst's own that has no alt text."""


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
            BulletinError: `notebook-failed` where a cell failed.

        """
        refuse_errors(nb)
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
        return with_contents(html, targets(nb), *blocks(nb, "sources")[:1]), resources


def _identity(notebook: NotebookNode, head: Mapping[str, str]) -> dict[str, str]:
    """Which report this is, and which draft of it: review notes name both (notes.js, bulletin.review)."""
    return {
        "bureau": head["bureau"],
        "period": head["period"],
        "scope": head["scope"],
        "name": head["scope_name"],
        "digest": digest(notebook),
    }


def with_contents(html: str, known: Mapping[str, str], sources: Mapping[str, Any] | None = None) -> str:
    """Give the headings of the page's text ids, list them in its `nav`, and let references lead to what they name.

    Of `sources` the page gets what its own figures need.

    Raises:
        BulletinError: `unknown-reference`.

    """
    soup = BeautifulSoup(html, "html.parser")
    for reference in soup.select("span.ref[data-target]"):
        target = str(reference["data-target"])
        link = soup.new_tag("a", href=f"#{block_id(label(target, known))}")
        link.string = label(target, known)
        reference.replace_with(link)
    for image in soup.select(f'img[alt="{_NBCONVERTS_ALT}"]'):
        image["alt"] = "图"
    script = soup.select_one("body > script")
    if sources and script:
        data = soup.new_tag("script", type="application/json", id="sources")
        data.string = own_sources(soup, sources)
        script.insert_before(data)
    nav, text = soup.select_one("nav.contents"), soup.select_one("main")
    if not isinstance(nav, Tag) or not isinstance(text, Tag):
        return html
    headings = text.select("h2, h3")
    if headings:
        details = soup.new_tag("details", open="")
        summary = soup.new_tag("summary")
        summary.string = "目录"
        outer = soup.new_tag("ul")
        details.extend([summary, outer])
        nav.append(details)
        inner: Tag | None = None
        for number, heading in enumerate(headings, start=1):
            heading["id"] = heading.get("id") or f"section-{number}"
            link = soup.new_tag("a", href=f"#{heading['id']}")
            link.string = " ".join(heading.get_text(" ", strip=True).split())
            item = soup.new_tag("li")
            item.append(link)
            if heading.name == "h2" or not outer.contents:
                outer.append(item)
                inner = None
                continue
            if inner is None:
                inner = soup.new_tag("ul")
                last = outer.find_all("li", recursive=False)[-1]
                last.append(inner)
            inner.append(item)
    return str(soup)
