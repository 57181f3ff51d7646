"""What a report's page gets after nbconvert's template: references, contents, sources, switches, its foot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bs4 import BeautifulSoup, Tag
from nbformat import NotebookNode

from bulletin.export.html.page import render_part
from bulletin.export.html.sources import foot, own_sources
from bulletin.export.notebook import blocks, label, targets
from bulletin.notebook.block_html import block_id

_NBCONVERTS_ALT = "No description has been provided for this image"
"""What nbconvert writes for a picture of an analyst's own that has no alt text."""


def finished(html: str, notebook: NotebookNode) -> str:
    """The whole page.

    Raises:
        BulletinError: `unknown-reference`.

    """
    soup = BeautifulSoup(html, "html.parser")
    _lead_references(soup, targets(notebook))
    for image in soup.select(f'img[alt="{_NBCONVERTS_ALT}"]'):
        image["alt"] = "图"
    _name_switches(soup)
    sources, traces = blocks(notebook, "sources"), blocks(notebook, "trace")
    if sources and traces:
        _carry_sources(soup, sources[0], traces[0]["top"])
        _link_around(soup, sources[0])
    if traces and (made := soup.select_one("footer.made")):
        made.clear()
        made.append(BeautifulSoup(foot(soup, traces[0], sources[0] if sources else None), "html.parser"))
    nav, text = soup.select_one("nav.contents"), soup.select_one("main")
    if isinstance(nav, Tag) and isinstance(text, Tag):
        _list_contents(soup, nav, text.select("h2, h3"))
    return str(soup)


def _lead_references(soup: BeautifulSoup, known: Mapping[str, str]) -> None:
    """References lead to the table, figure or attachment that they name, and bear its number."""
    for reference in soup.select("span.ref[data-target]"):
        target = str(reference["data-target"])
        link = soup.new_tag("a", href=f"#{block_id(label(target, known))}")
        link.string = label(target, known)
        reference.replace_with(link)


def _name_switches(soup: BeautifulSoup) -> None:
    """Each cell's switch gets its label."""
    for number, switch in enumerate(soup.select("input.cell-switch"), start=1):
        switch["id"] = f"code-{number}"
        said = switch.find_next_sibling("label")
        if isinstance(said, Tag):
            said["for"] = f"code-{number}"
            hidden = soup.new_tag("span", attrs={"class": "unseen"})
            hidden.string = f"（第{number}格）"
            said.append(hidden)


def _carry_sources(soup: BeautifulSoup, sources: Mapping[str, Any], top: str) -> None:
    """The page holds what its own figures need, before the script that reads it."""
    script = soup.select_one("body > script")
    if script:
        data = soup.new_tag("script", type="application/json", id="sources")
        data.string = own_sources(soup, sources, top)
        script.insert_before(data)


def _link_around(soup: BeautifulSoup, sources: Mapping[str, Any]) -> None:
    """The page leads to the front page, its Word file and all figures, as they stand around it where it's published.

    An exported page is the same wherever it's kept: contents.js takes the links away from one that is kept elsewhere. A
    notebook that an older version executed doesn't say its place.
    """
    if "place" in sources and (contents := soup.select_one("nav.contents")):
        words = render_part("around.html.j2", base=sources["base"], place=sources["place"])
        contents.insert_before(BeautifulSoup(words, "html.parser"))


def _list_contents(soup: BeautifulSoup, nav: Tag, headings: list[Tag]) -> None:
    """The headings get ids, and the page's `nav` lists them."""
    if not headings:
        return
    details = soup.new_tag("details")  # contents.js opens them where they stand beside the text
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
