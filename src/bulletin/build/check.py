"""Check a period's records, and make no report."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bulletin.build.period_outputs import PeriodOutputs
from bulletin.build.quality import Quality, publish_quality
from bulletin.build.read import read_period
from bulletin.build.request import Request
from bulletin.notebook.period import PeriodResults
from bulletin.project.paths import Project


def check(
    project: Project, request: Request, say: Callable[[str], None]
) -> tuple[PeriodResults, Quality, Sequence[str]]:
    """Read and check the records alone, and publish what is wrong in them; says which edited files were set aside.

    Raises:
        BulletinError: as `read_period`; `cannot-write` or `cannot-publish`.

    """
    outputs = PeriodOutputs(request.folder(project))
    results = read_period(project, request, outputs, say)
    computed = results.computed
    quality = publish_quality(computed.warnings, computed.records, outputs, say, computed.apart)
    return results, quality, outputs.set_aside
