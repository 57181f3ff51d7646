"""Anyone's text, held to itself: every rule is tried."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bulletin.drafts.proof.finding import Finding
from bulletin.drafts.proof.reading import Reading
from bulletin.drafts.proof.rules.change import change
from bulletin.drafts.proof.rules.counties import county
from bulletin.drafts.proof.rules.drift import drift
from bulletin.drafts.proof.rules.form import form
from bulletin.drafts.proof.rules.growth import growth
from bulletin.drafts.proof.rules.means import mean
from bulletin.drafts.proof.rules.naming import geography, list_count, list_duplicate
from bulletin.drafts.proof.rules.order import complement, ranking
from bulletin.drafts.proof.rules.parts import parts
from bulletin.drafts.proof.rules.rates import ratio
from bulletin.drafts.proof.rules.repeats import repeat
from bulletin.drafts.proof.rules.stray import stray
from bulletin.drafts.proof.rules.tables import table_ratios, table_sums
from bulletin.drafts.proof.rules.terms import term

_RULES: Sequence[Callable[[Reading], Iterator[Finding]]] = (
    drift,
    list_count,
    list_duplicate,
    ranking,
    ratio,
    mean,
    complement,
    repeat,
    change,
    growth,
    county,
    parts,
    table_sums,
    table_ratios,
    term,
    form,
    stray,
    geography,
)
"""In the order of the table in docs/decisions/0018-proof.md."""


def find(reading: Reading) -> list[Finding]:
    """All findings in anyone's text, in reading order.

    A figure that drifted from the facts is one finding: that sums and ratios with it don't hold any more is no
    other fault.
    """
    found = [finding for rule in _RULES for finding in rule(reading)]
    drifted = [each.place for each in found if each.rule == "drift"]
    kept = [
        each
        for each in found
        if each.rule in ("drift", "format", "term")
        or not any(place.overlaps(own) for own in each.evidence for place in drifted)
    ]
    return sorted(dict.fromkeys(kept), key=lambda each: (each.place, each.rule))
