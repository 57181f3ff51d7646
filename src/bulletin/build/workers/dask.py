"""Reports on a Dask cluster: see that its workers are fit, hand out the jobs, run each in a new process of a worker.

python -m bulletin.build.workers.dask CALL OUTCOME PARENT

A worker is threads of a process that lives on, and a report needs one for itself: stderr, matplotlib, a fork as its
kernel. So a worker loads none of what makes reports, and hands calls and outcomes on as they are, pickled.
"""

from __future__ import annotations

import asyncio
import logging
import os
import pickle
import platform
import re
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import bulletin
from bulletin.build.workers.imports import IRI_GRAMMAR, left_out, uncollected
from bulletin.build.workers.orphans import end_with
from bulletin.project.digests import digest_of_notebook
from bulletin.project.errors import BulletinError
from bulletin.project.fingerprint import program_digest
from bulletin.project.paths import DATA_VARIABLE, OUTPUTS_VARIABLE, Project
from bulletin.project.patience import patiently
from bulletin.project.whole_file import writing

if TYPE_CHECKING:
    from bulletin.build.run import Job, Outcome
    from bulletin.notebook.period import PeriodResults

_CONNECT = 5
"""Seconds in which a scheduler has to answer."""

_WITHOUT_WORKERS = 30
"""Seconds that a build waits for a worker where none is left: one that died is often started again."""

_TRIES_MORE = 2
"""How often a job is tried again whose process or worker turned out to be unfit."""

_RESULTS = "results.pickle"
"""The build's results in its folder for the workers."""

_PLACES = (DATA_VARIABLE, OUTPUTS_VARIABLE)
"""Environment variables that tell notebooks where records and results are."""

_SHOWN = 5
"""Libraries that a message names at most."""


class UnfitWorkerError(Exception):
    """A worker that can't work for a build; its message says why, in Chinese."""


@contextmanager
def open_cluster(
    address: str, results: PeriodResults, work: Path, root: Path, say: Callable[[str], None]
) -> Iterator[Executor]:
    """The cluster's workers, as what runs jobs; the build's results are theirs through the folder `work`.

    An interrupt cancels what is waiting there; what runs ends with the folder.

    Raises:
        BulletinError: `no-dask`, `no-scheduler`, `no-workers`, `unfit-worker` or `cannot-write`.

    """
    client, ended = _connect(address), threading.Event()
    try:
        common = take_common(root, work)
        say(f"已连接，工作进程 {_check_workers(client, address, common)} 个。")
        results.complete()
        with writing(work.parents[1]):
            (work / _RESULTS).write_bytes(pickle.dumps(results))
        threading.Thread(target=_watch, args=(client, ended), daemon=True).start()
        yield _Cluster(client.get_executor(pure=False, retries=_TRIES_MORE), common)
    finally:
        ended.set()
        client.close(timeout=_CONNECT)


class _Cluster(Executor):
    """Dask's own executor, with jobs run apart from the worker that has them."""

    def __init__(self, pool: Executor, common: Common) -> None:
        self._pool, self._common = pool, common

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        from bulletin.build.run import Outcome  # noqa: PLC0415 (a worker doesn't load it)

        job, patience = args[0], 2 * args[0].timeout
        error = f"超过参数 report_timeout（{job.timeout} 秒）的两倍仍没有完成，已停止。请单独生成这一份查找原因"
        hung = pickle.dumps(Outcome(job.name, job.folder, patience, error))
        task = Later(run_apart, self._common, pickle.dumps((fn, *args)), hung, patience)
        return self._pool.submit(pickle.loads, pickle.dumps(task))


class Later:
    """A call that is made where it's unpickled.

    Dask's scheduler looks into what it hands on; of a pickled call it sees bytes, and needs nothing of ours.
    """

    def __init__(self, call: Callable[..., Any], *arguments: Any) -> None:
        self._reduced = call, arguments

    def __reduce__(self) -> tuple[Any, ...]:
        return self._reduced


def _connect(address: str) -> Any:
    try:
        import distributed  # noqa: PLC0415 (an extra)
    except ImportError:
        raise BulletinError(
            "no-dask",
            '使用 --scheduler 需要另装 distributed。请在项目文件夹运行 python -m pip install -e ".[cluster]" 后重试。',
        ) from None
    for name in ("distributed", "distributed.client", "distributed.scheduler", "tornado.application"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # a build tells in its own words what went wrong
    warnings.filterwarnings("ignore", category=distributed.versions.VersionMismatchWarning)  # we compare ourselves
    try:
        asyncio.run(asyncio.wait_for(_greet(address), _CONNECT))
        return distributed.Client(address, timeout=_CONNECT, set_as_default=False)
    except Exception as error:  # whatever an address can lead to
        raise BulletinError(
            "no-scheduler",
            f"连接不上 Dask 调度器 {address}。请检查地址（如 tcp://10.0.0.5:8786）、调度器是否在运行、网络是否相通。",
        ) from error


async def _greet(address: str) -> None:
    """See that a scheduler answers: Dask's client waits for ever for one that is silent, and complains of a bad address."""
    from distributed.comm.core import connect  # noqa: PLC0415 (an extra)
    from distributed.security import Security  # noqa: PLC0415

    comm = await connect(address, _CONNECT, **Security().get_connection_args("client"))
    await comm.close()


def _check_workers(client: Any, address: str, common: Common) -> int:
    """How many workers there are, all of them fit."""
    answers = client.run(why_not, common, on_error="return")
    if not answers:
        raise BulletinError("no-workers", f"Dask 集群 {address} 中没有工作进程。请先启动 dask worker。")
    unfit = {worker: message for worker, answer in answers.items() if (message := _unfit(answer))}
    if unfit:
        lines = "\n".join(f"  {worker}：{message}。" for worker, message in sorted(unfit.items()))
        raise BulletinError("unfit-worker", f"Dask 集群中有 {len(unfit)} 个工作进程不能用：\n{lines}")
    return len(answers)


def _unfit(answer: str | Exception) -> str:
    if "ModuleNotFoundError" in repr(answer):  # in a plain Exception
        return "没有安装 bulletin，或版本太旧，请装上与本机相同的程序后重新启动工作进程"
    return f"没有回应（{answer}）" if isinstance(answer, Exception) else answer


def _watch(client: Any, ended: threading.Event) -> None:
    """Give up where no worker is left for long: Dask would wait for ever."""
    alone = 0
    while not ended.wait(1):
        try:
            alone = 0 if client.nthreads() else alone + 1
        except Exception:
            alone += 1
        if alone >= _WITHOUT_WORKERS:
            client.close(timeout=_CONNECT)
            return


def explain(error: Exception) -> str:
    """What a job's end on the cluster means, where it's none of the job's own."""
    if isinstance(error, CancelledError):
        return "Dask 调度器已断开，或集群中已没有工作进程。请检查集群后重试"
    if type(error).__name__ == "KilledWorker":  # its module is an extra
        return "生成这份报告的工作进程接连中止（可能内存不足）。请检查工作进程的内存后重试"
    if isinstance(error, UnfitWorkerError):
        return f"工作进程不能用：{error}"
    return f"工作进程出错：{type(error).__name__}：{error}"


@dataclass(frozen=True)
class Common:
    """What the build has, and a worker must have too.

    `files` are digests of notebooks and params by path, `work` is the folder for what the workers make, `places` are the variables that
    say where records and results are.
    """

    bulletin: str
    program: str
    libraries: Mapping[str, str]
    files: Mapping[Path, str]
    root: Path
    work: Path
    places: Mapping[str, str]


def take_common(root: Path, work: Path) -> Common:
    """As things stand here."""
    places = {name: os.environ[name] for name in _PLACES if name in os.environ}
    return Common(bulletin.__version__, program_digest(), libraries(), _files(root), root, work, places)


def libraries() -> dict[str, str]:
    """The versions of Python and of all that we need to run, directly or not: an extra counts as not needed."""
    found, waiting = {"Python": platform.python_version()}, ["bulletin"]
    while waiting:
        name = waiting.pop()
        try:
            package = distribution(name)
        except PackageNotFoundError:  # asked for on another system only
            continue
        asked = (line.partition(";") for line in package.requires or [])
        names = [re.split(r"[^\w.-]", line, maxsplit=1)[0] for line, _, when in asked if "extra" not in when]
        found[name] = package.version
        waiting += {re.sub(r"[-_.]+", "-", each).lower() for each in names} - found.keys()
    del found["bulletin"]
    return found


def _files(root: Path) -> dict[Path, str]:
    project = Project(root)
    files = [*project.notebooks.rglob("*.ipynb"), *project.params.glob("*.yaml")]
    return {path: digest_of_notebook(path.read_bytes()) for path in sorted(files)}


def why_not(common: Common) -> str:
    """Why this process can't work for that build, and what to do; nothing where it can."""
    if program_digest() != common.program:
        versions = f"工作进程 {bulletin.__version__}，本机 {common.bulletin}"
        return f"bulletin 的程序与本机不同（{versions}），请装上同一份程序后重新启动工作进程"
    here = libraries()
    different = [name for name, version in common.libraries.items() if here.get(name) != version]
    if different:
        named = "、".join(
            f"{name} {here.get(name, '未安装')}（本机 {common.libraries[name]}）" for name in different[:_SHOWN]
        )
        more = f"等 {len(different)} 个" if len(different) > _SHOWN else ""
        return f"程序库与本机不同：{named}{more}，请按同一份 requirements.lock 安装后重新启动工作进程"
    if _files(common.root) != common.files:
        return f"看不到本机的项目文件夹 {common.root}，或其中的笔记本、参数文件不同，项目应放在各机共用的磁盘上同一路径"
    if not os.access(common.work, os.W_OK):
        return f"看不到本机的结果文件夹 {common.work.parents[1]}，或无权写入，请用 --outputs 指定共用磁盘上的文件夹"
    return ""


_fit_for: set[Path] = set()
"""The builds, by their folders, that this worker was found fit for: who edits a notebook meanwhile doesn't make it unfit."""


def run_apart(common: Common, call: bytes, hung: bytes, patience: float) -> Later:
    """Run a job for a build in a new process, which ends with this worker or the build; `hung` is the outcome after so long.

    Raises:
        UnfitWorkerError: where this worker can't work for the build: it may have joined later.
        BrokenExecutor: where the process ends before the job has.

    """
    if common.work not in _fit_for:
        if why := why_not(common):
            raise UnfitWorkerError(why)
        _fit_for.add(common.work)
    asked = common.work / f"{uuid4().hex}.call"
    outcome = asked.with_suffix(".outcome")
    asked.write_bytes(call)
    environment = {name: value for name, value in os.environ.items() if name not in _PLACES} | dict(common.places)
    with subprocess.Popen(
        [sys.executable, "-m", __name__, str(asked), str(outcome), str(os.getpid())],
        stdin=subprocess.DEVNULL,
        cwd=common.root,
        env=environment,
        start_new_session=True,  # Ctrl-C is for the worker
    ) as process:
        end = time.monotonic() + patience
        while time.monotonic() < end and common.work.is_dir():
            with suppress(subprocess.TimeoutExpired):
                process.wait(1)
                break
        else:
            process.kill()
            return Later(pickle.loads, hung)
    if process.returncode:
        raise BrokenExecutor(f"a process ended: {process.returncode}")
    return Later(pickle.loads, outcome.read_bytes())


def try_job(run: Callable[[Job, Path, Path], Outcome], job: Job, staged: Path, root: Path) -> Outcome:
    """Run a job that may have been tried before, by a worker that is lost and perhaps not gone.

    Each try has a folder of its own, and the first that is whole gets the name `staged`.
    """
    tried = staged.with_name(f"{staged.name}-{uuid4().hex}")
    outcome = run(job, tried, root)
    if not outcome.error:
        try:
            with writing(staged.parents[2]):
                patiently(tried.rename, staged)
        except BulletinError as error:
            if not staged.is_dir():
                return replace(outcome, error=str(error))
    return outcome


def main(asked: Path, outcome: Path, parent: int) -> None:
    """Be the process of one job."""
    end_with(parent)
    with left_out(IRI_GRAMMAR), uncollected():
        from bulletin.build.workers.forks import can_fork  # noqa: PLC0415
        from bulletin.notebook.period import share_period  # noqa: PLC0415

        results = pickle.loads((asked.parent / _RESULTS).read_bytes())  # noqa: S301 (what the build wrote)
        call = pickle.loads(asked.read_bytes())  # noqa: S301
    with share_period(results.params.period, results) if can_fork() else nullcontext():  # else kernels read themselves
        outcome.write_bytes(pickle.dumps(try_job(*call)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
