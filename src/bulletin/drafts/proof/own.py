"""A draft of ours, held to what vouches for it: the facts by its bookmarks, its notebook, the draft as published.

Nothing is guessed from its text: what an official writes anew is theirs to say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bulletin.drafts.proof.draft import Draft
from bulletin.drafts.proof.finding import Finding
from bulletin.drafts.proof.reading import Reading
from bulletin.drafts.proof.rules.drift import drift
from bulletin.drafts.proof.rules.ranks import ranked
from bulletin.drafts.proof.rules.vouched import counted, sourced
from bulletin.drafts.proof.versus import versus
from bulletin.drafts.proof.word import open_word, read_word
from bulletin.export.marks import bookmark_name, figure_name
from bulletin.facts.facts import Facts
from bulletin.notebook.blocks import block_payloads

TableBlocks = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Origin:
    """What a draft of ours comes from: the draft as it was published, and the tables of its notebook."""

    published: Draft | None = None
    tables: TableBlocks = ()


def is_ours(draft: Draft, facts: Facts) -> bool:
    """Whether figures of these facts are bookmarked in it."""
    known = {bookmark_name(figure_name(fact.metric.name, fact.scope.code)) for fact in facts}
    names = {re.sub(r"_\d+$", "", mark.name) for each in draft.paragraphs for mark in each.marks}
    return not known.isdisjoint(names)


def find_own(reading: Reading, origin: Origin) -> list[Finding]:
    """The findings in reading order: of one slip the one that names it most closely."""
    rules: Sequence[Callable[[], Iterator[Finding]]] = (
        lambda: drift(reading),
        lambda: versus(reading, origin.published) if origin.published else iter(()),
        lambda: sourced(reading, origin.tables),
        lambda: ranked(reading),
        lambda: counted(reading),
    )
    found: list[Finding] = []
    for rule in rules:
        before = list(found)  # two findings of one rule are two slips
        found += [
            each
            for each in dict.fromkeys(rule())
            if not any(other.place.overlaps(place) for other in before for place in each.evidence)
        ]
    return sorted(found, key=lambda each: (each.place, each.rule))


def count_own(word: Path, notebook: Path, facts: Facts) -> int:
    """How many findings a draft has that a build has just made.

    Raises:
        BulletinError: `bad-draft`, where it can't be read.

    """
    draft = read_word(open_word(word.read_bytes(), str(word)))
    return len(find_own(Reading(draft, facts), Origin(tables=tables_of(notebook))))


def tables_of(notebook: Path) -> TableBlocks:
    """The tables of an executed notebook; none where it can't be read."""
    try:
        content = json.loads(notebook.read_text(encoding="utf-8"))
        return block_payloads(content["cells"], "table")
    except (OSError, ValueError, LookupError, TypeError):
        return ()
