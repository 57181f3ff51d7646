"""The process beside a worker."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bulletin.build.run import Job, Outcome
from bulletin.build.workers.cluster.apart import Running, try_job

JOB = Job("甲县", Path("county_report.ipynb"), {}, "counties/1-甲县", "report", 1, 1, 60)


def run(job: Job, staged: Path, root: Path) -> Outcome:
    """Leave a file that says where it was made."""
    staged.mkdir()
    (staged / "report.html").write_text(root.name, encoding="utf-8")
    return Outcome(job.name, job.folder, 1.0, "" if root.name != "failing" else "出错")


def test_tries_of_one_job_dont_touch_each_other_and_the_first_that_is_whole_counts(tmp_path: Path) -> None:
    staged = tmp_path / "0"
    assert try_job(run, JOB, staged, Path("failing")).error == "出错"
    assert not staged.exists()
    assert not try_job(run, JOB, staged, Path("first")).error
    assert not try_job(run, JOB, staged, Path("second")).error
    assert (staged / "report.html").read_text("utf-8") == "first"


def test_a_report_that_cant_be_put_in_its_place_is_a_failed_one(tmp_path: Path) -> None:
    staged = tmp_path / "2023/.staging/work/0"
    staged.parent.mkdir(parents=True)
    staged.write_bytes(b"a file where the folder should be")
    outcome = try_job(run, JOB, staged, Path("first"))
    assert outcome.error.startswith(f"无法写入 {tmp_path / '2023'}（")


def test_jobs_of_which_none_begins_or_ends_for_long_are_killed_and_known(monkeypatch: pytest.MonkeyPatch) -> None:
    running, now = Running(), 0.0
    happens: dict[float, Callable[[], None]] = {
        100: lambda: running.begin(0, JOB),  # nobody hangs before
        109: lambda: running.begin(1, JOB),
        118: lambda: running.end(1),
        500: lambda: pytest.fail("still waiting"),
    }

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds
        happens.get(now, lambda: None)()

    monkeypatch.setattr("bulletin.build.workers.cluster.apart.time.sleep", sleep)
    monkeypatch.setattr("bulletin.build.workers.cluster.apart.time.monotonic", lambda: now)
    killed: list[float] = []
    running.watch(10, lambda: killed.append(now))
    assert killed == [128]
    assert running.hung == {0: JOB}
