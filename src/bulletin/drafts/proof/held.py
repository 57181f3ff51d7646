"""A draft held to the facts that it was given with."""

from __future__ import annotations

from pathlib import Path

from bulletin.drafts.proof.draft import Draft
from bulletin.drafts.proof.finding import Finding
from bulletin.drafts.proof.foreign import find
from bulletin.drafts.proof.own import find_own, is_ours
from bulletin.drafts.proof.published import find_origin
from bulletin.drafts.proof.reading import Reading
from bulletin.facts.facts import Facts
from bulletin.facts.file import read_facts
from bulletin.notebook.field import find_field


def find_held(path: Path, draft: Draft, facts: Path, previous: Facts | None) -> list[Finding]:
    """Return the findings in reading order: a draft of ours is held to the facts and to what was published beside them.

    Raises:
        BulletinError: as `read_facts`.

    """
    known = read_facts(facts, find_field().catalogue)
    reading = Reading(draft, known, previous)
    if is_ours(draft, known):
        return find_own(reading, find_origin(path, draft, facts.parent))
    return find(reading)
