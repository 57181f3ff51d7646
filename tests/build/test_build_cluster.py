"""A build on a real Dask cluster of worker processes, which may die, be unfit or not be there."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import distributed
import psutil
import pytest

from tests.build.projects import build, build_after, make_project, prepend
from tests.build.test_build_fast import same
from tests.builders import JIA, YI

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks"),
    # The scheduler here is another's on purpose; a build's own process has no such filter.
    pytest.mark.filterwarnings("ignore::distributed.versions.VersionMismatchWarning"),
]

Found = TypeVar("Found")
DASK = [sys.executable, "-m"]
ONE_MORE_TRY = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}


def strange_environment(folder: Path) -> dict[str, str]:
    """Variables of an environment with an empty package for bulletin and another version of what Dask compares."""
    (folder / "alien/bulletin").mkdir(parents=True)
    (folder / "alien/bulletin/__init__.py").touch()
    (folder / "alien/lz4-0.0.1.dist-info").mkdir()
    (folder / "alien/lz4-0.0.1.dist-info/METADATA").write_text("Name: lz4\nVersion: 0.0.1\n", encoding="utf-8")
    return {"PYTHONPATH": str(folder / "alien")}


@dataclass
class Cluster:
    """A scheduler and workers on this machine alone, each a process with a log."""

    folder: Path
    scheduler: subprocess.Popen[bytes] = field(init=False)
    workers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        options = ["--scheduler-file", str(self.folder / "scheduler.json"), "--host", "127.0.0.1", "--port", "0"]
        variables = ONE_MORE_TRY | strange_environment(self.folder)
        self.scheduler = self._start("scheduler", "dask_scheduler", [*options, "--no-dashboard"], variables)
        self.address = wait_until(self._said_address)

    def _start(self, name: str, program: str, options: list[str], variables: dict[str, str]) -> subprocess.Popen[bytes]:
        command = [*DASK, f"distributed.cli.{program}", *options]
        environment = os.environ | variables
        with (self.folder / f"{name}.log").open("wb") as log:
            return subprocess.Popen(command, cwd=self.folder, env=environment, stdout=log, stderr=log)

    def _said_address(self) -> str:
        lines = (self.folder / "scheduler.log").read_text("utf-8").splitlines()
        return next((line.split()[-1] for line in lines if "Scheduler at:" in line), "")

    def add_worker(self, name: str, **variables: str) -> None:
        """A worker that reports and their kernels know as WORKER."""
        local = str(self.folder / f"{name}-local")
        options = ["--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", local]
        self.workers[name] = self._start(name, "dask_worker", [self.address, *options], {"WORKER": name} | variables)

    def wait_for(self, count: int) -> None:
        with distributed.Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=60)

    def kill_workers(self, kernel: int) -> None:
        """Kill all, last the one that a kernel runs for: so none takes its report over and dies of it in Dask's eyes."""
        parents = {each.pid for each in psutil.Process(kernel).parents()}
        *idle, busy = sorted(self.workers.values(), key=lambda worker: worker.pid in parents)
        with distributed.Client(self.address, set_as_default=False) as client:
            for worker in idle:
                worker.kill()
            wait_until(lambda: len(client.nthreads()) == 1)
        busy.kill()

    def stop(self) -> None:
        for process in [*self.workers.values(), self.scheduler]:
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A cluster of two workers."""
    (tmp_path / "cluster").mkdir()
    made = Cluster(tmp_path / "cluster")
    try:
        for name in ("one", "two"):
            made.add_worker(name)
        made.wait_for(2)
        yield made
    finally:
        made.stop()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path / "project")


def wait_until(find: Callable[[], Found], seconds: float = 60) -> Found:
    """What is found at last.

    Raises:
        AssertionError: where nothing is in time.

    """
    deadline = time.monotonic() + seconds
    while not (found := find()):
        assert time.monotonic() < deadline, "nothing came"
        time.sleep(0.2)
    return found


def start_build(project: Path, *options: str, code: str = "") -> subprocess.Popen[str]:
    code += "\nfrom bulletin.cli.main import main\nimport sys\nraise SystemExit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "build", "2023", *options]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=project, stdout=pipe, stderr=pipe, encoding="utf-8", start_new_session=True)


def made_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


WAITS_ONCE = f"""
import os, time
if report.scope.code == "{JIA}" and not os.path.exists("met"):
    with open("met.new", "w") as file: file.write(os.environ["WORKER"])
    os.rename("met.new", "met")
    time.sleep(600)
if report.scope.code == "{YI}" and not os.path.exists("broken"):
    open("broken", "w").close()
    os.kill(os.getppid(), 9)
"""
"""The first to make 甲县's report says which worker it's on, and never ends; 乙区's first ends what it's run by."""


def test_a_build_completes_with_the_same_bytes_though_a_worker_is_killed(project: Path, cluster: Cluster) -> None:
    prepend(project, "county_report.ipynb", WAITS_ONCE)
    running = start_build(project, "--scheduler", cluster.address, "--outputs", "cluster")
    met = wait_until(lambda: (project / "met").exists() and (project / "met").read_text("utf-8"))
    (project / "data").rename(project / "away")  # records are read once a build, by the build
    cluster.workers[str(met)].kill()
    told, errors = running.communicate(timeout=120)
    (project / "away").rename(project / "data")
    assert (running.returncode, errors) == (0, "")
    assert (project / "broken").exists()
    assert "已连接，工作进程 2 个。" in told
    assert told.count(" 完成（") == 3
    assert build(project, "--jobs", "1", "--outputs", "local").returncode == 0
    assert same(made_in(project / "cluster/2023"), made_in(project / "local/2023"))
    assert not (project / "cluster/2023/.staging").exists()
    wait_until(lambda: not [each for worker in cluster.workers.values() for each in children(worker)])


def children(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    try:
        return list(psutil.Process(process.pid).children(recursive=True))
    except psutil.NoSuchProcess:
        return []


KILLS_ITS_WORKER = f"""
import os, psutil
if report.scope.code == "{YI}":
    next(each for each in psutil.Process().parents() if "dask_worker" in " ".join(each.cmdline())).kill()
"""


def test_a_report_that_kills_its_workers_fails_alone(project: Path, cluster: Cluster) -> None:
    cluster.add_worker("three")
    cluster.wait_for(3)
    prepend(project, "county_report.ipynb", KILLS_ITS_WORKER)
    done = build(project, "--scheduler", cluster.address)
    assert done.returncode == 1
    assert "生成 2 份，失败 1 份" in done.stdout
    assert "失败：乙区：生成这份报告的工作进程接连中止（可能内存不足）" in done.stderr
    assert "Traceback" not in done.stderr


HANGS_IN_EXPORT = f"""
import os
from pathlib import Path
if report.scope.code == "{JIA}":
    with open("tries", "a") as file: file.write("x")
    (staged,) = (path for path in Path("outputs/2023/.staging").glob("*/1-*") if path.is_dir())
    os.mkfifo(staged / "report.html")
"""
"""What exports 甲县's report waits for ever for a reader of what it writes."""


def test_an_export_that_hangs_is_ended_where_it_runs_and_the_rest_is_published(project: Path, cluster: Cluster) -> None:
    with (project / "params/2023.yaml").open("a", encoding="utf-8") as params:
        params.write("report_timeout: 12\n")
    prepend(project, "county_report.ipynb", HANGS_IN_EXPORT)
    running = start_build(project, "--scheduler", cluster.address)
    told, errors = running.communicate(timeout=120)
    assert running.returncode == 1
    assert "生成 2 份，失败 1 份" in told
    assert errors.startswith(
        "失败：甲县：超过参数 report_timeout（12 秒）的两倍仍没有完成，已停止。请单独生成这一份查找原因\n"
    )
    assert (project / "tries").read_text("utf-8") == "x"  # no other worker hangs on it too
    wait_until(lambda: not [each for worker in cluster.workers.values() for each in children(worker)])


WAITS = "import os, time; print(open(f'{os.getpid()}.pid', 'w').write('')); time.sleep(600)"


def test_an_interrupt_ends_what_runs_and_leaves_the_workers(project: Path, cluster: Cluster) -> None:
    sound = (project / "notebooks/mines/city_bulletin.ipynb").read_bytes()
    for notebook in ("city_bulletin.ipynb", "county_report.ipynb"):
        prepend(project, notebook, WAITS)
    running = start_build(project, "--scheduler", cluster.address)
    kernels = wait_until(lambda: len(found := list(project.glob("*.pid"))) == 2 and found)
    os.killpg(running.pid, signal.SIGINT)  # as Ctrl-C in a terminal does
    _, told = running.communicate(timeout=30)
    assert (running.returncode, told) == (130, "已中断，原有结果未改动。\n")
    assert not (project / "outputs/2023/city").exists()
    assert kernels
    wait_until(lambda: not any(psutil.pid_exists(int(kernel.stem)) for kernel in kernels), 10)
    assert len(list(project.glob("*.pid"))) == 2  # the third was cancelled
    (project / "notebooks/mines/city_bulletin.ipynb").write_bytes(sound)
    done = build(project, "--scheduler", cluster.address, "--city-only")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("lost", ["scheduler", "workers"])
def test_a_cluster_that_is_lost_fails_what_was_not_done(project: Path, cluster: Cluster, lost: str) -> None:
    prepend(project, "county_report.ipynb", WAITS)
    impatient = "from bulletin.build.workers import dask; dask._WITHOUT_WORKERS = 2"
    running = start_build(project, "--scheduler", cluster.address, "--county", "甲县", code=impatient)
    (kernel,) = wait_until(lambda: list(project.glob("*.pid")))
    if lost == "scheduler":
        cluster.scheduler.kill()
    else:
        cluster.kill_workers(int(kernel.stem))
    _, told = running.communicate(timeout=60)
    assert running.returncode == 1
    # Of two workers that die one after the other the second may already have had the job: then that is what's said.
    gone = (
        "Dask 调度器已断开，或集群中已没有工作进程。",
        *(["生成这份报告的工作进程接连中止"] if lost == "workers" else []),
    )
    assert told.startswith(tuple(f"失败：甲县：{why}" for why in gone))
    assert len(told.splitlines()) == 2


def test_unfit_workers_are_named_before_anything_is_built(project: Path, cluster: Cluster, tmp_path: Path) -> None:
    cluster.add_worker("alien", **strange_environment(tmp_path))
    cluster.wait_for(3)
    done = build(project, "--scheduler", cluster.address)
    assert done.returncode == 2
    assert "Dask 集群中有 1 个工作进程不能用：\n  tcp://127.0.0.1:" in done.stderr
    assert "：没有安装 bulletin，或版本太旧" in done.stderr
    assert len(done.stderr.splitlines()) == 2
    assert not list((project / "outputs").rglob("*.*"))


@pytest.mark.parametrize("address", ["", "abc", "http://127.0.0.1:8786", "silent"])
def test_a_scheduler_that_cannot_be_reached_is_an_error(project: Path, address: str) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        if address == "silent":
            address = f"127.0.0.1:{silent.getsockname()[1]}"
        done = build(project, "--scheduler", address)
    assert done.returncode == 2
    assert done.stderr.startswith(f"错误：连接不上 Dask 调度器 {address}。请检查地址")
    assert len(done.stderr.splitlines()) == 1


def test_a_cluster_without_workers_is_an_error(project: Path, tmp_path: Path) -> None:
    empty = Cluster(tmp_path)
    try:
        done = build(project, "--scheduler", empty.address)
    finally:
        empty.stop()
    assert done.returncode == 2
    assert f"Dask 集群 {empty.address} 中没有工作进程。" in done.stderr


def test_without_the_extra_it_says_what_to_install(project: Path) -> None:
    done = build_after(project, "import sys; sys.modules['distributed'] = None", "--scheduler", "127.0.0.1:1")
    assert done.returncode == 2
    assert "错误：使用 --scheduler 需要另装 distributed。" in done.stderr
    assert len(done.stderr.splitlines()) == 1
