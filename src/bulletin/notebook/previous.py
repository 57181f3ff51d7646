"""The earlier period's facts beside this one's: what the text, tables and charts compare with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bulletin.facts.change import Change, change
from bulletin.facts.facts import Facts
from bulletin.facts.file import read_facts_of
from bulletin.facts.metric import Catalogue
from bulletin.project.digests import digest_of_file
from bulletin.project.earlier import find_earlier
from bulletin.project.params import Params
from bulletin.project.paths import PREVIOUS, Project
from bulletin.project.periods import Period, parse_period, since


@dataclass(frozen=True)
class Previous:
    """The earlier period, its facts, and the file that they came from.

    `stated` says that the file itself says which period it is of: else the params do.
    """

    period: Period
    facts: Facts
    path: Path
    sha256: str
    stated: bool = True

    @property
    def title(self) -> str:
        """What the text calls it: 2023年."""
        return self.period.short_title

    @property
    def file(self) -> str:
        """The file's name, of another period's outputs with their folder, wherever the project is."""
        return self.path.name if self.path.name == PREVIOUS else f"{self.period.name}/{self.path.name}"

    def since(self, period: Period) -> str:
        """What a change since then is called: 同比, 环比, or 较2022年."""
        return since(self.period, period)

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


def open_previous(project: Project, params: Params, catalogue: Catalogue) -> Previous | None:
    """Read the facts of the earlier period (earlier.find_earlier); None where there are none.

    Raises:
        BulletinError: `bad-facts`, with every fault of the file; as `find_earlier`.

    """
    found = find_earlier(project, params).found
    if found is None:
        return None
    facts = read_facts_of(
        found.path, catalogue, found.period, f"请重新生成 {found.period}，或改正 params/{params.period}.yaml。"
    )
    return Previous(parse_period(found.period), facts, found.path, digest_of_file(found.path), found.stated)
