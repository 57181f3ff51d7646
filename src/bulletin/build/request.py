"""What the user asks for: a period, which of its reports, from what, to where; and the build that comes of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bulletin.project.paths import DATA_VARIABLE, OUTPUTS_VARIABLE, Project, is_url
from bulletin.project.periods import Period

if TYPE_CHECKING:
    from bulletin.build.due import Differences
    from bulletin.build.period_outputs import PeriodOutputs
    from bulletin.notebook.period import PeriodResults
    from bulletin.project.fingerprint import Fingerprint

Say = Callable[[str], None]
"""Gets a line of progress at a time."""


@dataclass(frozen=True)
class Request:
    """One build or check. `counties` are names or codes; none means all, unless `city_only`.

    `jobs` are processes here, `scheduler` is a Dask cluster's address in place of them.
    `force` builds what is as it would be, too; `dry_run` builds nothing and says what would be built.
    """

    period: Period
    counties: Sequence[str] = ()
    city_only: bool = False
    outputs: Path | None = None
    data: str | None = None
    jobs: int | None = None
    scheduler: str | None = None
    force: bool = False
    dry_run: bool = False

    def folder(self, project: Project) -> Path:
        """Return the folder of the period's outputs."""
        return (self.outputs or project.outputs).resolve() / self.period.name

    def use_places(self) -> None:
        """Let the records and the outputs folder that were asked for stand for the usual ones, in notebooks too."""
        if self.outputs:
            os.environ[OUTPUTS_VARIABLE] = str(self.outputs.resolve())
        if self.data:
            os.environ[DATA_VARIABLE] = self.data if is_url(self.data) else str(Path(self.data).resolve())


@dataclass(frozen=True)
class PeriodBuild:
    """One build of a period, handed on from step to step.

    `fingerprint` and `differences` were taken before anything was read: what changes meanwhile is then seen by the next build.
    """

    project: Project
    request: Request
    outputs: PeriodOutputs
    fingerprint: Fingerprint
    differences: Differences
    results: PeriodResults
    say: Say

    @property
    def folder(self) -> Path:
        """The folder of the period's outputs."""
        return self.outputs.folder
