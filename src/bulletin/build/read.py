"""Read a period for a build or a check, and publish what is wrong in its records."""

from __future__ import annotations

from collections.abc import Callable

from bulletin.build.period_outputs import PeriodOutputs
from bulletin.build.quality import publish_quality
from bulletin.build.request import Request
from bulletin.notebook.period import PeriodResults, open_period
from bulletin.project.earlier import find_earlier
from bulletin.project.errors import BulletinError
from bulletin.project.paths import Project
from bulletin.records.faults import RecordsError


def read_period(
    project: Project, request: Request, outputs: PeriodOutputs, say: Callable[[str], None]
) -> PeriodResults:
    """Return the period's results; `say` gets what is found on the way.

    Raises:
        BulletinError: for a period, params or records that can't be used. Records with errors leave their list and the
            marked copies, unless it's a dry run.

    """
    period = request.period
    say(f"正在读取并核对 {period.title}的数据……")
    try:
        results = open_period(period.name)
    except RecordsError as error:
        if error.apart:
            say(error.apart)
        if request.dry_run:
            told = f"这是 --dry-run，没有写出清单；要清单请运行 bulletin check {period.name}。"
            raise RecordsError(error.faults, error.records, told) from None
        told = ""
        try:
            told = str(publish_quality(error.faults, error.records, outputs, say, error.apart))
        except BulletinError as unwritten:  # the list is open in Excel, say: the faults themselves matter more
            say(str(unwritten))
        raise RecordsError(error.faults, error.records, told) from None
    say(f"数据无误：{len(results.facts.counties)} 个县（市、区），提示 {len(results.computed.warnings)} 处。")
    if results.computed.apart:
        say(results.computed.apart)
    if note := find_earlier(project, results.params).note:
        say(note)
    return results
