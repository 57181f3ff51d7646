"""Build a period: look · lock · read · due · run · record."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bulletin.build.due import look, report_parts
from bulletin.build.period_outputs import PeriodOutputs
from bulletin.build.request import PeriodBuild, Request, Say
from bulletin.build.summary import due_lines
from bulletin.build.temporary import at_work
from bulletin.build.workers.imports import IRI_GRAMMAR, left_out, uncollected
from bulletin.project.paths import Project

if TYPE_CHECKING:
    from pathlib import Path

    from bulletin.build.run import Job, Outcome
    from bulletin.notebook.period import PeriodResults


@dataclass(frozen=True)
class Built:
    """What came of it: an outcome a report that was run, the period's folder, the edited files set aside in it.

    `vouched` says whether anything told which files were edited, `former` are folders of reports that there aren't any more.
    """

    folder: Path
    results: PeriodResults
    outcomes: Sequence[Outcome]
    set_aside: Sequence[str] = ()
    vouched: bool = True
    former: Sequence[str] = ()

    @property
    def whole(self) -> bool:
        """Whether every report is whole."""
        return not any(outcome.error for outcome in self.outcomes)


def build(project: Project, request: Request, say: Say) -> Built | None:
    """Build what was asked for and isn't as it would be; None where nothing has changed and nothing was forced.

    Unless it's a dry run, nobody else may write into the period's folder meanwhile. One report's failure stops neither the
    others nor harms what was published before.

    Raises:
        BulletinError: where nothing could be built: the period, params, records or outputs folder. Records
            with errors leave their list and the marked copies.

    """
    with ExitStack() as stack:
        fingerprint, differences = look(project, request)
        writes = not request.dry_run and (request.force or not differences.is_current(request))
        if writes and stack.enter_context(at_work(request.folder(project), say)):
            fingerprint, differences = look(project, request)  # what another build has left meanwhile may be all
        if differences.is_current(request) and not request.force:
            return None
        with left_out(IRI_GRAMMAR), uncollected():
            from bulletin.build.jobs import report_jobs, run_jobs, wanted  # noqa: PLC0415 (pandas and papermill take seconds)
            from bulletin.build.read import read_period  # noqa: PLC0415
            from bulletin.build.record import record  # noqa: PLC0415

        outputs = PeriodOutputs(request.folder(project))
        results = read_period(project, request, outputs, say)
        made = PeriodBuild(project, request, outputs, fingerprint, differences, results, say)
        jobs = report_jobs(project, results)
        parts = report_parts(results, fingerprint, jobs)
        due = _due(wanted(jobs, made), made, parts)
        if request.dry_run:
            return Built(made.folder, results, [])
        outcomes = run_jobs(due, made)
        record(made, jobs, parts, outcomes)
        return Built(made.folder, results, outcomes, outputs.set_aside, outputs.is_vouched, _former(made.folder, jobs))


def _due(jobs: Sequence[Job], made: PeriodBuild, parts: dict[str, dict[str, str]]) -> list[Job]:
    """Return the jobs whose reports have to be built; a dry run says why."""
    forced, why = "用了 --force" if made.request.force else "", made.differences.why_due
    reasons = {job.folder: forced or why(job.folder, parts[job.folder]) for job in jobs}
    due = [job for job in jobs if reasons[job.folder]]
    if made.request.dry_run:
        for line in due_lines([(job.name, reasons[job.folder]) for job in due]):
            made.say(line)
    if len(due) < len(jobs):
        made.say(f"{len(jobs) - len(due)} 份没有变化，不必重新生成。")
    return due


def _former(folder: Path, jobs: Sequence[Job]) -> list[str]:
    """Return the folders of reports that none of the period's goes to, by path."""
    known = {job.folder for job in jobs}
    above = sorted({job.folder.rpartition("/")[0] for job in jobs} - {""})
    places = (path.relative_to(folder).as_posix() for each in above for path in sorted((folder / each).glob("*/")))
    return [place for place in places if place not in known]
