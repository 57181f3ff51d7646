"""One period, read, checked and computed once: what every report of it is made from."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bulletin.facts.facts import Facts, make_facts
from bulletin.notebook.field import Computed, Field, find_field
from bulletin.notebook.previous import Previous, open_previous
from bulletin.project.fingerprint import Commit, last_commit
from bulletin.project.params import Params, load_params
from bulletin.project.paths import DATA_VARIABLE, Project, find_project
from bulletin.project.periods import Period, parse_period
from bulletin.records.read import read_records


@dataclass(frozen=True)
class PeriodResults:
    """Everything that one period's records give, computed once, and the earlier period to compare it with."""

    field: Field
    params: Params
    computed: Computed
    facts: Facts
    previous: Previous | None = None

    @cached_property
    def commits(self) -> dict[str, Commit | None]:
        """The last commit of all that isn't records, by the notebook of a kind of report; None outside a git checkout."""
        root, period = find_project().root, self.params.period
        return {
            kind.notebook: last_commit(root, period, f"{self.field.name}/{kind.notebook}.ipynb")
            for kind in self.field.kinds
        }

    def complete(self) -> None:
        """Find now what is else found when it's first asked for: once, and not in each fork."""
        for each in (self, self.computed):
            for name in dir(type(each)):
                if isinstance(getattr(type(each), name), cached_property):
                    getattr(each, name)


_shared: dict[tuple[Path, str, str | None], PeriodResults] = {}
"""What `share_period` holds, by what tells one opening of a period from another."""


@contextmanager
def share_period(period: str, results: PeriodResults) -> Iterator[None]:
    """Let `open_period` give these results, here and in processes forked from this one, instead of reading again."""
    key = _key(find_project(), parse_period(period))
    _shared[key] = results
    try:
        yield
    finally:
        del _shared[key]


def is_shared() -> bool:
    """Return whether a period is shared in this process."""
    return bool(_shared)


def _key(project: Project, period: Period) -> tuple[Path, str, str | None]:
    return project.root, period.name, os.environ.get(DATA_VARIABLE)


def open_period(period: str | int) -> PeriodResults:
    """Read, check and compute a period, unless the build that this process belongs to has.

    Raises:
        BulletinError: for a period, params or records that can't be used, with all faults at once.

    """
    project = find_project()
    key = _key(project, parse_period(period))
    if key in _shared:
        return _shared[key]
    params = load_params(project, parse_period(period))
    field = find_field(params.field)
    previous = open_previous(project, params, field.catalogue)
    records = read_records(project.data(params.data), field.schema)
    try:
        computed = field.compute(records, params, previous)
    finally:
        records.close()
    facts = make_facts(computed.figures, computed.scopes, field.catalogue, params.period)
    return PeriodResults(field, params, computed, facts, previous)
