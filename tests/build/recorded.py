"""The period's own files, published without any report: no notebook is run."""

from __future__ import annotations

from pathlib import Path

from bulletin.build.due import find_differences, report_parts
from bulletin.build.jobs import report_jobs
from bulletin.build.period_outputs import PeriodOutputs
from bulletin.build.record import record
from bulletin.build.request import PeriodBuild, Request
from bulletin.notebook.period import PeriodResults
from bulletin.project.fingerprint import take_fingerprint
from bulletin.project.paths import Project
from tests.builders import ROOT


def build_of(results: PeriodResults, folder: Path, project: Project = Project(ROOT)) -> PeriodBuild:  # noqa: B008
    """A build of these results into a folder, as it stands before its reports are run."""
    fingerprint = take_fingerprint(project, results.params)
    request = Request(results.params.window.period)
    differences = find_differences(folder, fingerprint)
    return PeriodBuild(project, request, PeriodOutputs(folder), fingerprint, differences, results, lambda _: None)


def record_period(results: PeriodResults, folder: Path, project: Project = Project(ROOT)) -> None:  # noqa: B008
    """Publish the period's own files as if no report had been asked for."""
    made = build_of(results, folder, project)
    jobs = report_jobs(project, results)
    record(made, jobs, report_parts(results, made.fingerprint, jobs), [])
