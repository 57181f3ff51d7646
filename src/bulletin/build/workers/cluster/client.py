"""The build's side of a Dask cluster: connect, see that its workers are fit, hand out the jobs."""

from __future__ import annotations

import asyncio
import logging
import pickle
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bulletin.build.workers.cluster.apart import RESULTS
from bulletin.build.workers.cluster.common import Common, UnfitWorkerError, take_common, why_not
from bulletin.build.workers.cluster.worker import Task
from bulletin.notebook.period import PeriodResults
from bulletin.project.errors import BulletinError

_CONNECT = 5
"""Seconds in which a scheduler has to answer."""

_WITHOUT_WORKERS = 30
"""Seconds that a build waits for a worker where none is left: one that died is often started again."""

_TRIES_MORE = 2
"""How often a job is tried again whose process or worker turned out to be unfit."""

_LOGGERS = ("distributed", "distributed.client", "distributed.scheduler", "tornado.application")


@contextmanager
def open_cluster(
    address: str, results: PeriodResults, work: Path, root: Path, say: Callable[[str], None]
) -> Iterator[Executor]:
    """The cluster's workers, as what runs jobs; the build's results are theirs through the folder `work`.

    An interrupt cancels what is waiting there and ends what is running.

    Raises:
        BulletinError: `no-dask`, `no-scheduler` or `unfit-worker`.

    """
    client = _connect(address)
    ended = threading.Event()
    try:
        common = take_common(root, work)
        say(f"已连接，工作进程 {_check_workers(client, address, common)} 个。")
        results.complete()
        (work / RESULTS).write_bytes(pickle.dumps(results))
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
        task = Task(self._common, pickle.dumps((fn, *args)))
        return self._pool.submit(pickle.loads, pickle.dumps(task))


def _connect(address: str) -> Any:
    try:
        import distributed  # noqa: PLC0415 (an extra)
    except ImportError:
        raise BulletinError(
            "no-dask",
            '使用 --scheduler 需要另装 distributed。请在项目文件夹运行 python -m pip install -e ".[cluster]" 后重试。',
        ) from None
    for name in _LOGGERS:  # a build tells in its own words what went wrong
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
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
    told = client.run(why_not, common, on_error="return")
    if not told:
        raise BulletinError("no-workers", f"Dask 集群 {address} 中没有工作进程。请先启动 dask worker。")
    unfit = {worker: message for worker, answer in told.items() if (message := _unfit(answer))}
    if unfit:
        lines = "\n".join(f"  {worker}：{message}。" for worker, message in sorted(unfit.items()))
        raise BulletinError("unfit-worker", f"Dask 集群中有 {len(unfit)} 个工作进程不能用：\n{lines}")
    return len(told)


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
