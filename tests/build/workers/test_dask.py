"""What a worker of a Dask cluster must have in common with a build, and a job's process of its own."""

from __future__ import annotations

import os
import pickle
import sys
from concurrent.futures import BrokenExecutor, CancelledError
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bulletin.build.run import Job, Outcome
from bulletin.build.workers.dask import (
    Common,
    Later,
    UnfitWorkerError,
    explain,
    libraries,
    run_apart,
    take_common,
    try_job,
    why_not,
)
from bulletin.facts.figures import Scope
from tests.build.projects import make_project

JOB = Job(
    "甲县", Path("county_report.ipynb"), {}, Scope("1", "甲县", "county", "city"), "counties/1-甲县", "report", 60
)


@pytest.fixture
def common(tmp_path: Path) -> Common:
    project = make_project(tmp_path)
    work = project / "outputs/2023/.staging/build"
    work.mkdir(parents=True)
    return take_common(project, work)


def pickled(thing: Any) -> Any:
    """What comes out where Dask hands something on."""
    return pickle.loads(pickle.dumps(thing))  # noqa: S301


class DescribeWhyNot:
    def it_has_nothing_against_a_worker_of_the_same_machine(self, common: Common) -> None:
        assert why_not(common) == ""

    def it_names_what_differs(self, common: Common, tmp_path: Path) -> None:
        assert "bulletin 的程序与本机不同（工作进程 " in why_not(replace(common, program="other"))
        older = dict(common.libraries) | {"pandas": "2.0", "nosuch": "1.0"}
        told = why_not(replace(common, libraries=older))
        assert (
            f"程序库与本机不同：pandas {common.libraries['pandas']}（本机 2.0）、nosuch 未安装（本机 1.0），请按"
            in told
        )
        assert "等 126 个，" in why_not(replace(common, libraries={str(n): "1" for n in range(126)}))
        nowhere = tmp_path / "nowhere"
        assert f"看不到本机的项目文件夹 {nowhere}" in why_not(replace(common, root=nowhere))
        assert "看不到本机的结果文件夹 " in why_not(replace(common, work=nowhere / "2023/.staging/build"))

    @pytest.mark.parametrize("file", ["notebooks/mines/city_bulletin.ipynb", "params/2023.yaml"])
    def it_sees_that_a_notebook_or_the_params_are_others(self, common: Common, file: str) -> None:
        (common.root / file).write_text("{}", encoding="utf-8")
        assert f"看不到本机的项目文件夹 {common.root}，或其中的笔记本、参数文件不同，" in why_not(common)

    def it_compares_the_libraries_that_are_needed(self) -> None:
        found = libraries()
        assert {"Python", "pandas", "jupyter-core", "pillow", "lxml"} <= found.keys()
        assert not {"bulletin", "distributed", "pytest", "ruff"} & found.keys()


class DescribeRunApart:
    """The process of a job is one of Python's that does what `python` says in its place."""

    @pytest.fixture
    def python(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        program = tmp_path / "python"
        program.touch(0o755)
        monkeypatch.setattr(sys, "executable", str(program))
        return program

    @pytest.mark.skipif(os.name == "nt", reason="the program is a shell's")
    def it_hands_back_the_outcome_that_the_process_wrote(self, common: Common, python: Path) -> None:
        python.write_text('#!/bin/sh\ncp "$3" "$4"\n', encoding="utf-8")
        assert pickled(run_apart(common, pickle.dumps("outcome"), b"", 60)) == "outcome"

    @pytest.mark.skipif(os.name == "nt", reason="the program is a shell's")
    def it_tells_the_process_where_records_are_and_nothing_of_the_workers_own(
        self, common: Common, python: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        python.write_text('#!/bin/sh\nenv > "$4".env\ncp "$3" "$4"\n', encoding="utf-8")
        monkeypatch.setenv("BULLETIN_OUTPUTS", "the worker's")
        run_apart(replace(common, places={"BULLETIN_DATA": "the build's"}), pickle.dumps(0), b"", 60)
        (told,) = common.work.glob("*.env")
        lines = told.read_text("utf-8").splitlines()
        assert "BULLETIN_DATA=the build's" in lines
        assert not [line for line in lines if line.startswith("BULLETIN_OUTPUTS=")]

    @pytest.mark.skipif(os.name == "nt", reason="the program is a shell's")
    def it_says_that_the_process_ended_before_the_job(self, common: Common, python: Path) -> None:
        python.write_text('#!/bin/sh\ncp "$3" "$4"\nkill -9 $$\n', encoding="utf-8")
        with pytest.raises(BrokenExecutor):
            run_apart(common, pickle.dumps("half an outcome"), b"", 60)

    @pytest.mark.skipif(os.name == "nt", reason="the program is a shell's")
    def it_ends_what_hangs(self, common: Common, python: Path) -> None:
        python.write_text("#!/bin/sh\nexec sleep 600\n", encoding="utf-8")
        assert pickled(run_apart(common, b"", pickle.dumps("hung"), 0.1)) == "hung"

    @pytest.mark.skipif(os.name == "nt", reason="the program is a shell's")
    def it_goes_on_with_a_build_though_a_notebook_is_edited_meanwhile(self, common: Common, python: Path) -> None:
        python.write_text('#!/bin/sh\ncp "$3" "$4"\n', encoding="utf-8")
        for n in range(2):
            assert pickled(run_apart(common, pickle.dumps(n), b"", 60)) == n
            (common.root / "notebooks/mines/city_bulletin.ipynb").write_text("{}", encoding="utf-8")

    def it_refuses_the_job_on_an_unfit_worker_and_says_why(self, common: Common) -> None:
        with pytest.raises(UnfitWorkerError) as raised:
            run_apart(replace(common, program="other"), b"", b"", 60)
        assert explain(pickled(raised.value)).startswith("工作进程不能用：bulletin 的程序与本机不同")


def run(job: Job, staged: Path, root: Path) -> Outcome:
    """Leave a file that says where it was made."""
    staged.mkdir()
    (staged / "report.html").write_text(root.name, encoding="utf-8")
    return Outcome(job.name, job.folder, 1.0, "" if root.name != "failing" else "出错")


class DescribeTryJob:
    def it_keeps_tries_of_one_job_apart_and_the_first_that_is_whole_counts(self, tmp_path: Path) -> None:
        staged = tmp_path / "0"
        assert try_job(run, JOB, staged, Path("failing")).error == "出错"
        assert not staged.exists()
        assert not try_job(run, JOB, staged, Path("first")).error
        assert not try_job(run, JOB, staged, Path("second")).error
        assert (staged / "report.html").read_text("utf-8") == "first"

    def it_fails_a_report_that_cant_be_put_in_its_place(self, tmp_path: Path) -> None:
        staged = tmp_path / "2023/.staging/work/0"
        staged.parent.mkdir(parents=True)
        staged.write_bytes(b"a file where the folder should be")
        outcome = try_job(run, JOB, staged, Path("first"))
        assert outcome.error.startswith(f"无法写入 {tmp_path / '2023'}（")


def test_a_call_is_made_where_it_is_unpickled() -> None:
    assert pickled(Later(sorted, [2, 1])) == [1, 2]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (CancelledError(), "Dask 调度器已断开"),
        (ModuleNotFoundError("No module named 'bulletin'"), "工作进程出错：ModuleNotFoundError"),
    ],
)
def test_what_ends_a_job_from_outside_is_explained(error: Exception, told: str) -> None:
    assert explain(error).startswith(told)
