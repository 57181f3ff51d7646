"""The earlier period's facts beside this one's: what the text, tables and charts compare with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bulletin.changes import Change, change
from bulletin.digests import digest_of_file
from bulletin.facts import Facts
from bulletin.facts_file import read_facts
from bulletin.params import Params
from bulletin.periods import parse_period
from bulletin.project import Project


@dataclass(frozen=True)
class Previous:
    """The earlier period: what the text calls it, its facts, and the file that they came from."""

    title: str
    facts: Facts
    path: Path
    sha256: str

    def change(self, now: Facts, metric: str, scope: str) -> Change:
        """How a figure changed since then.

        Raises:
            UnknownMetricError: where neither period states it.

        """
        return change(self.facts, now, metric, scope)

    def gone(self, now: Facts) -> Mapping[str, str]:
        """The counties that were in scope then and aren't now, by code."""
        return {code: name for code, name in self.facts.counties.items() if code not in now.counties}

    def new(self, now: Facts) -> Mapping[str, str]:
        """The counties that are in scope now and weren't then, by code."""
        return {code: name for code, name in now.counties.items() if code not in self.facts.counties}


def open_previous(project: Project, params: Params) -> Previous | None:
    """Read previous.csv, beside the records or in data/<period>/; None where there's none.

    Raises:
        BulletinError: `bad-facts`, with every fault of the file.

    """
    path = project.previous(params.data, params.period)
    if path is None:
        return None
    title = parse_period(params.previous).short_title if params.previous else "上期"
    return Previous(title, read_facts(path), path, digest_of_file(path))
