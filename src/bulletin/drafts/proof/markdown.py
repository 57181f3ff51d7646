"""Reading drafts of Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from bs4 import BeautifulSoup
from markdown_it import MarkdownIt

from bulletin.drafts.proof.draft import Draft, Kind, Paragraph, kind_of


def read_markdown(text: str) -> Draft:
    """A draft from Markdown: headings, paragraphs, list items, tables. Tags are no words."""
    paragraphs: list[Paragraph] = []
    tables: list[list[list[Paragraph]]] = []
    for kind, words in _blocks(text):
        if kind == "table":
            tables.append([])
        elif kind == "row":
            tables[-1].append([])
        else:
            own: Kind = "cell" if kind == "cell" else "heading" if kind == "heading" else kind_of(words)
            if words or own == "cell":
                paragraphs.append(Paragraph(len(paragraphs) + 1, words, own))
            if own == "cell":
                tables[-1][-1].append(paragraphs[-1])
    return Draft(paragraphs, tables)


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    cell = heading = False
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        if token.type in ("table_open", "tr_open"):
            yield ("table" if token.type == "table_open" else "row"), ""
        elif token.type in ("th_open", "td_open", "th_close", "td_close"):
            cell = token.nesting == 1
        elif token.type in ("heading_open", "heading_close"):
            heading = token.nesting == 1
        elif token.type == "inline":
            words = "".join(
                "\n" if each.type in ("softbreak", "hardbreak") else each.content
                for each in token.children or []
                if each.type != "html_inline"
            )
            yield ("cell" if cell else "heading" if heading else "paragraph"), words.strip()
        elif token.type in ("fence", "code_block"):
            yield "paragraph", token.content.strip()
        elif token.type == "html_block":
            yield "paragraph", BeautifulSoup(token.content, "html.parser").get_text(" ", strip=True)
