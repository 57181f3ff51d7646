"""A period's reports: which there are, and running those that are due in processes of their own."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from bulletin.build.publish import close_staging, open_staging
from bulletin.build.request import PeriodBuild
from bulletin.build.run import Job, Outcome, run_job, same_report
from bulletin.build.workers.dask import explain, open_cluster
from bulletin.build.workers.forks import MOST_JOBS, as_ended, default_jobs, open_pool
from bulletin.facts.facts import facts_csv
from bulletin.notebook.period import PeriodResults
from bulletin.notebook.report import find_county
from bulletin.project.earlier import FACTS
from bulletin.project.errors import BulletinError
from bulletin.project.listing import MOST_LISTED
from bulletin.project.paths import Project
from bulletin.project.whole_file import writing

_STEPS = 100
"""Lines of progress that a build shows at most, besides the reports that fail."""


def report_jobs(project: Project, results: PeriodResults) -> list[Job]:
    """Return every report of the period: kind by kind, each for the scopes that it's made for, in administrative order."""
    params = results.params
    return [
        Job(
            name=kind.title.format(name=scope.name),
            notebook=project.notebooks / results.field.name / f"{kind.notebook}.ipynb",
            parameters=kind.parameters(params.period, scope),
            scope=scope,
            folder=kind.place(scope),
            stem=kind.stem,
            timeout=params.report_timeout,
        )
        for kind in results.field.kinds
        for scope in results.facts.scopes.values()
        if scope.level in kind.levels
    ]


def wanted(jobs: Sequence[Job], made: PeriodBuild) -> list[Job]:
    """Return the jobs that were asked for.

    Raises:
        BulletinError: `unknown-county`.

    """
    request = made.request
    if request.city_only:
        return [job for job in jobs if job.scope.parent is None]
    if request.counties:
        codes = {find_county(made.results.facts, county).code for county in request.counties}
        return [job for job in jobs if job.scope.code in codes]
    return list(jobs)


def run_jobs(jobs: Sequence[Job], made: PeriodBuild) -> list[Outcome]:
    """Run the jobs in processes of their own, and publish each that is whole as soon as it's done.

    Raises:
        BulletinError: `cannot-write`, or as `open_cluster`.

    """
    if not jobs:
        return []
    staging = open_staging(made.folder)
    try:
        return list(_outcomes(jobs, made, staging))
    finally:
        close_staging(staging)


def _outcomes(jobs: Sequence[Job], made: PeriodBuild, staging: Path) -> Iterator[Outcome]:
    work = staging / uuid4().hex  # a worker of an earlier build that lost its cluster may still write to its own
    with writing(made.folder):
        work.mkdir()
        (work / FACTS).write_bytes(facts_csv(made.results.facts))  # what each draft is proof-read against
    step, failed = -(-len(jobs) // _STEPS), 0
    with _open_workers(made, work, len(jobs)) as pool:
        places = {pool.submit(run_job, job, work / str(n), made.project.root): n for n, job in enumerate(jobs)}
        for done, future in enumerate(as_ended(places, 2 * made.results.params.report_timeout), start=1):
            job, staged = jobs[places[future]], work / str(places[future])
            outcome = _settled(future, job)
            if not outcome.error:
                outcome = _published(outcome, staged, staging, made)
            failed += bool(outcome.error)
            state = f"失败：{outcome.error}" if outcome.error else f"完成（{outcome.seconds:.1f} 秒）"
            if done % step == 0 or done == len(jobs) or (outcome.error and failed <= MOST_LISTED):
                made.say(f"[{done:>2}/{len(jobs)}] {job.name} {state}")
            yield outcome


def _open_workers(made: PeriodBuild, work: Path, jobs: int) -> AbstractContextManager[Executor]:
    """Open what the jobs are to run in: a cluster's workers or processes of this machine."""
    request, say = made.request, made.say
    if request.scheduler is not None:
        say(f"开始生成 {jobs} 份报告，由 Dask 集群 {request.scheduler} 进行。")
        return open_cluster(request.scheduler, made.results, work, made.project.root, say)
    count = min(request.jobs or default_jobs(), jobs)
    if sys.platform == "win32" and count > MOST_JOBS:
        say(f"Windows 上最多同时进行 {MOST_JOBS} 份。")
        count = MOST_JOBS
    say(f"开始生成 {jobs} 份报告，同时进行 {count} 份。")
    return open_pool(made.results, count)


def _settled(future: Future[Outcome], job: Job) -> Outcome:
    try:
        return future.result()
    except BrokenExecutor:
        error = (
            "生成报告的进程意外中止：可能内存不足，请减少同时生成的份数（--jobs 或工作进程的 --nthreads）后重试；"
            "也可能远超参数 report_timeout 仍没有完成而被停止，请单独生成这一份查找原因"
        )
    except Exception as failure:  # of a cluster: whatever can happen to its workers
        error = explain(failure)
    return Outcome(job.name, job.folder, 0.0, error)


def _published(outcome: Outcome, staged: Path, staging: Path, made: PeriodBuild) -> Outcome:
    target = made.folder / outcome.folder
    if other := _other_county(outcome, made.results):
        error = f"标题“{outcome.title}”写的是{other}，这是{outcome.name}的报告，没有发布。请改正 show_letterhead 的标题"
        return replace(outcome, error=error)
    try:
        unchanged = same_report(staged, target)
        made.outputs.publish_folder(staged, target, staging)
    except BulletinError as error:
        return replace(outcome, error=str(error))
    return replace(outcome, unchanged=unchanged)


def _other_county(outcome: Outcome, results: PeriodResults) -> str:
    """Return the county that a report's title names and that it isn't of; nothing where it names none."""
    rest = outcome.title.replace(outcome.name, "")
    named = [name for name in results.facts.counties.values() if len(name) > 1 and name in rest]
    return max(named, key=len, default="")
