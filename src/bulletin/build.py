"""Build a period: which reports it has, run them, publish them whole, and say what was done."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

from bulletin.cluster.client import explain, open_cluster
from bulletin.earlier import FACTS, find_earlier
from bulletin.errors import BulletinError
from bulletin.facts import facts_csv
from bulletin.listing import MOST_LISTED
from bulletin.manifest import read_manifest
from bulletin.metrics.figures import CITY
from bulletin.origin import Origin
from bulletin.period_files import publish_period
from bulletin.period_outputs import PeriodOutputs
from bulletin.periods import parse_period
from bulletin.pool import MOST_JOBS, as_ended, default_jobs, open_pool
from bulletin.present.report import (
    CITY_NOTEBOOK,
    COUNTY_NOTEBOOK,
    PeriodResults,
    find_county,
    open_period,
    report_place,
)
from bulletin.present.tables import annex_tables
from bulletin.project import Project
from bulletin.publish import close_staging, open_staging, writing
from bulletin.quality import Quality, publish_quality
from bulletin.records.faults import RecordsError
from bulletin.records.span import other_periods_line
from bulletin.report_inputs import reasons, report_parts
from bulletin.reports import Job, Outcome, run_job, same_report
from bulletin.request import Request
from bulletin.summary import due_lines

_STEPS = 100
"""Lines of progress that a build shows at most, besides the reports that fail."""


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


def build(project: Project, request: Request, origin: Origin, say: Callable[[str], None]) -> Built:
    """Build what was asked for and isn't as it would be; `say` gets a line of progress at a time.

    Unless it's a dry run, nobody else may write into the period's folder meanwhile (lock.alone).

    `origin` was taken before anything is read: what changes meanwhile is then seen by the next build.

    One report's failure stops neither the others nor harms what was published before.

    Raises:
        BulletinError: where nothing could be built: the period, params, records or outputs folder. Records
            with errors leave their list and the marked copies.

    """
    outputs = PeriodOutputs(request.folder(project))
    results, folder = _read(project, request, outputs, say), outputs.folder
    everything = report_jobs(project, results)
    parts = report_parts(results, origin, everything)
    wanted = _out_of_date(_wanted(everything, results, request), parts, folder, request, say)
    if request.dry_run:
        return Built(folder, results, [])
    staging = open_staging(folder)
    try:
        outcomes = list(_run(wanted, results, staging, outputs, project.root, request, say)) if wanted else []
    finally:
        close_staging(staging)
    publish_period(project, results, origin, outputs, everything, parts, outcomes, say)
    former = _former(folder, everything)
    return Built(folder, results, outcomes, outputs.set_aside, outputs.is_vouched, former)


def _former(folder: Path, jobs: Sequence[Job]) -> list[str]:
    """The folders of counties that none of the period's reports goes to, by path."""
    known = {job.folder for job in jobs}
    places = (path.relative_to(folder).as_posix() for path in sorted((folder / "counties").glob("*/")))
    return [place for place in places if place not in known]


def _out_of_date(
    jobs: Sequence[Job],
    parts: Mapping[str, Mapping[str, str]],
    folder: Path,
    request: Request,
    say: Callable[[str], None],
) -> list[Job]:
    """The jobs whose reports have to be built; a dry run says why."""
    last = read_manifest(folder)
    why = {job.folder: reasons(last.report(job.folder) if last else None, folder, parts[job.folder]) for job in jobs}
    if request.force:
        why = dict.fromkeys(why, "用了 --force")
    due = [job for job in jobs if why[job.folder]]
    if request.dry_run:
        for line in due_lines([(job.name, why[job.folder]) for job in due]):
            say(line)
    if len(due) < len(jobs):
        say(f"{len(jobs) - len(due)} 份没有变化，不必重新生成。")
    return due


def check(
    project: Project, request: Request, say: Callable[[str], None]
) -> tuple[PeriodResults, Quality, Sequence[str]]:
    """Read and check the records alone, and publish what is wrong in them; says which edited files were set aside.

    Raises:
        BulletinError: as `build`.

    """
    outputs = PeriodOutputs(request.folder(project))
    results = _read(project, request, outputs, say)
    checked = results.checked
    apart = other_periods_line(checked.apart, checked.window)
    quality = publish_quality(checked.warnings, checked.records, outputs, say, apart)
    return results, quality, outputs.set_aside


def _read(project: Project, request: Request, outputs: PeriodOutputs, say: Callable[[str], None]) -> PeriodResults:
    """The period's results."""
    period = parse_period(request.period)
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
    say(f"数据无误：{len(results.facts.counties)} 个县（市、区），提示 {len(results.checked.warnings)} 处。")
    if apart := other_periods_line(results.checked.apart, results.checked.window):
        say(apart)
    if note := find_earlier(project, results.params).note:
        say(note)
    return results


def report_jobs(project: Project, results: PeriodResults) -> list[Job]:
    """Every report of the period: the city bulletin, then the counties in administrative order."""
    period = results.params.period
    timeout = results.params.report_timeout
    charts = 3 + bool(results.params.window.thursdays())  # a period too short to hold a week has no heat map
    tables = len(annex_tables(results))
    notebook = project.notebooks / CITY_NOTEBOOK
    city = Job("全市通报", notebook, {"period": period}, *report_place(CITY, ""), tables, charts, timeout)
    return [city, *(_county_job(project, results, code, name) for code, name in results.facts.counties.items())]


def _county_job(project: Project, results: PeriodResults, code: str, name: str) -> Job:
    facts = results.facts
    # A county with nothing to list has no table of it, and one that owes no week no chart.
    listed = sum(1 for metric in ("mines", "supervisors") if facts(metric, code).value)
    charts = int(facts("onsite_rate", code).value is not None)
    parameters = {"period": results.params.period, "county": code}
    notebook = project.notebooks / COUNTY_NOTEBOOK
    timeout = results.params.report_timeout
    return Job(name, notebook, parameters, *report_place(code, name), 1 + listed, charts, timeout)


def _wanted(jobs: list[Job], results: PeriodResults, request: Request) -> list[Job]:
    if request.city_only:
        return jobs[:1]
    if request.counties:
        codes = {find_county(results.facts, county) for county in request.counties}
        return [job for job in jobs if job.parameters.get("county") in codes]
    return jobs


def _run(
    jobs: list[Job],
    results: PeriodResults,
    staging: Path,
    outputs: PeriodOutputs,
    root: Path,
    request: Request,
    say: Callable[[str], None],
) -> Iterator[Outcome]:
    """Run the jobs in processes of their own, and publish each that is whole as soon as it's done."""
    work = staging / uuid4().hex  # a worker of an earlier build that lost its cluster may still write to its own
    with writing(outputs.folder):
        work.mkdir()
        (work / FACTS).write_bytes(facts_csv(results.facts))  # what each draft is proof-read against
    step, failed = -(-len(jobs) // _STEPS), 0
    with _open_workers(results, work, root, len(jobs), request, say) as pool:
        places = {pool.submit(run_job, job, work / str(n), root): n for n, job in enumerate(jobs)}
        for done, future in enumerate(as_ended(places, 2 * results.params.report_timeout), start=1):
            job, staged = jobs[places[future]], work / str(places[future])
            outcome = _settled(future, job)
            if not outcome.error:
                outcome = _published(outcome, staged, staging, outputs, results)
            failed += bool(outcome.error)
            state = f"失败：{outcome.error}" if outcome.error else f"完成（{outcome.seconds:.1f} 秒）"
            if done % step == 0 or done == len(jobs) or (outcome.error and failed <= MOST_LISTED):
                say(f"[{done:>2}/{len(jobs)}] {job.name} {state}")
            yield outcome


def _open_workers(
    results: PeriodResults, work: Path, root: Path, jobs: int, request: Request, say: Callable[[str], None]
) -> AbstractContextManager[Executor]:
    """What the jobs are to run in: a cluster's workers or processes of this machine."""
    if request.scheduler is not None:
        say(f"开始生成 {jobs} 份报告，由 Dask 集群 {request.scheduler} 进行。")
        return open_cluster(request.scheduler, results, work, root, say)
    count = min(request.jobs or default_jobs(), jobs)
    if sys.platform == "win32" and count > MOST_JOBS:
        say(f"Windows 上最多同时进行 {MOST_JOBS} 份。")
        count = MOST_JOBS
    say(f"开始生成 {jobs} 份报告，同时进行 {count} 份。")
    return open_pool(results, count)


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


def _published(
    outcome: Outcome, staged: Path, staging: Path, outputs: PeriodOutputs, results: PeriodResults
) -> Outcome:
    target = outputs.folder / outcome.folder
    if other := _other_county(outcome, results):
        error = f"标题“{outcome.title}”写的是{other}，这是{outcome.name}的报告，没有发布。请改正 show_letterhead 的标题"
        return replace(outcome, error=error)
    try:
        unchanged = same_report(staged, target)
        outputs.publish_folder(staged, target, staging)
    except BulletinError as error:
        return replace(outcome, error=str(error))
    return replace(outcome, unchanged=unchanged)


def _other_county(outcome: Outcome, results: PeriodResults) -> str:
    """Return the county that a report's title names and that it isn't of; nothing where it names none."""
    rest = outcome.title.replace(outcome.name, "")
    named = [name for name in results.facts.counties.values() if len(name) > 1 and name in rest]
    return max(named, key=len, default="")
