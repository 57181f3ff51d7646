"""The rules, in the order of the table in docs/decisions/0018-proof.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bulletin.proof.finding import Finding
from bulletin.proof.reading import Reading
from bulletin.proof.rules.change import change
from bulletin.proof.rules.counties import county
from bulletin.proof.rules.drift import drift
from bulletin.proof.rules.form import form
from bulletin.proof.rules.growth import growth
from bulletin.proof.rules.means import mean
from bulletin.proof.rules.naming import geography, list_count, list_duplicate
from bulletin.proof.rules.order import complement, ranking
from bulletin.proof.rules.parts import parts
from bulletin.proof.rules.rates import ratio
from bulletin.proof.rules.repeats import repeat
from bulletin.proof.rules.stray import stray
from bulletin.proof.rules.tables import table_ratios, table_sums
from bulletin.proof.rules.terms import term

ALL: Sequence[Callable[[Reading], Iterator[Finding]]] = (
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
