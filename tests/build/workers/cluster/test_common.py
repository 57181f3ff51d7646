"""What a worker must have in common with a build."""

from __future__ import annotations

import pickle
from concurrent.futures import CancelledError
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bulletin.build.workers.cluster.client import explain
from bulletin.build.workers.cluster.common import Common, UnfitWorkerError, libraries, take_common, why_not
from bulletin.build.workers.cluster.worker import Answer, run_apart
from tests.build.test_build_failures import make_project


@pytest.fixture
def common(tmp_path: Path) -> Common:
    project = make_project(tmp_path)
    work = project / "outputs/2023/.staging/build"
    work.mkdir(parents=True)
    return take_common(project, work)


def pickled(thing: Any) -> Any:
    """What comes out where Dask hands something on."""
    return pickle.loads(pickle.dumps(thing))  # noqa: S301


def test_a_worker_of_the_same_machine_is_fit(common: Common) -> None:
    assert why_not(common) == ""


def test_the_libraries_are_those_that_are_needed() -> None:
    found = libraries()
    assert {"Python", "pandas", "jupyter-core", "pillow", "lxml"} <= found.keys()
    assert not {"bulletin", "distributed", "pytest", "ruff"} & found.keys()


def test_what_differs_is_named(common: Common, tmp_path: Path) -> None:
    assert "bulletin 的程序与本机不同（工作进程 " in why_not(replace(common, program="other"))
    older = dict(common.libraries) | {"pandas": "2.0", "nosuch": "1.0"}
    told = why_not(replace(common, libraries=older))
    assert f"程序库与本机不同：pandas {common.libraries['pandas']}（本机 2.0）、nosuch 未安装（本机 1.0），请按" in told
    assert "等 126 个，" in why_not(replace(common, libraries={str(n): "1" for n in range(126)}))
    nowhere = tmp_path / "nowhere"
    assert f"看不到本机的项目文件夹 {nowhere}" in why_not(replace(common, root=nowhere))
    assert "看不到本机的结果文件夹 " in why_not(replace(common, work=nowhere / "2023/.staging/build"))
    next(iter(common.notebooks)).write_text("{}", encoding="utf-8")
    assert "或其中的笔记本不同" in why_not(common)


def test_an_unfit_worker_refuses_the_job_and_says_why(common: Common) -> None:
    with pytest.raises(UnfitWorkerError) as raised:
        run_apart(replace(common, program="other"), b"")
    assert explain(pickled(raised.value)).startswith("工作进程不能用：bulletin 的程序与本机不同")


def test_an_outcome_arrives_as_what_it_was() -> None:
    assert pickled(Answer(pickle.dumps(["an outcome"]))) == ["an outcome"]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (CancelledError(), "Dask 调度器已断开"),
        (ModuleNotFoundError("No module named 'bulletin'"), "工作进程出错：ModuleNotFoundError"),
    ],
)
def test_what_ends_a_job_from_outside_is_explained(error: Exception, told: str) -> None:
    assert explain(error).startswith(told)
