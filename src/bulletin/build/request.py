"""What the user asks for: a period, which of its reports, from what, to where."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bulletin.project.paths import DATA_VARIABLE, OUTPUTS_VARIABLE, Project, is_url
from bulletin.project.periods import parse_period


@dataclass(frozen=True)
class Request:
    """One build or check. `counties` are names or codes; none means all, unless `city_only`.

    `jobs` are processes here, `scheduler` is a Dask cluster's address in place of them.
    `force` builds what is as it would be, too; `dry_run` builds nothing and says what would be built.
    """

    period: str
    counties: Sequence[str] = ()
    city_only: bool = False
    outputs: Path | None = None
    data: str | None = None
    jobs: int | None = None
    scheduler: str | None = None
    force: bool = False
    dry_run: bool = False

    def folder(self, project: Project) -> Path:
        """The folder of the period's outputs.

        Raises:
            BulletinError: `bad-period`.

        """
        return (self.outputs or project.outputs).resolve() / parse_period(self.period).name

    def use_places(self) -> None:
        """Let the records and the outputs folder that were asked for stand for the usual ones, in notebooks too."""
        if self.outputs:
            os.environ[OUTPUTS_VARIABLE] = str(self.outputs.resolve())
        if self.data:
            os.environ[DATA_VARIABLE] = self.data if is_url(self.data) else str(Path(self.data).resolve())
