"""How many reports are made at a time: as many as processors and memory allow."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from bulletin.build.workers import forks
from bulletin.build.workers.forks import MOST_JOBS, default_jobs, free_memory


def machine(monkeypatch: pytest.MonkeyPatch, processors: int, memory: int, *, can_fork: bool = True) -> None:
    """Be on a machine of so many processors and so many free bytes."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(processors)), raising=False)
    monkeypatch.setattr(forks, "free_memory", lambda: memory)
    monkeypatch.setattr(forks, "can_fork", lambda: can_fork)


class DescribeDefaultJobs:
    @pytest.mark.parametrize(
        ("processors", "gigabytes", "forks", "jobs"),
        [
            (2, 16, True, 2),
            (16, 3, True, 6),
            (16, 2, False, 2),
            (64, 1000, True, MOST_JOBS),
            (128, 1000, False, MOST_JOBS),
            (8, 0, True, 1),
            (1, 100, True, 1),
        ],
    )
    def it_is_what_processors_and_memory_allow_and_at_least_one(
        self, monkeypatch: pytest.MonkeyPatch, processors: int, gigabytes: int, forks: bool, jobs: int
    ) -> None:
        machine(monkeypatch, processors, gigabytes * 1_000_000_000, can_fork=forks)
        assert default_jobs() == jobs

    def it_counts_all_processors_where_none_are_assigned(self, monkeypatch: pytest.MonkeyPatch) -> None:
        machine(monkeypatch, 1, 10**12)
        monkeypatch.delattr(os, "sched_getaffinity")
        monkeypatch.setattr(os, "cpu_count", lambda: 5)
        assert default_jobs() == 5
        monkeypatch.setattr(os, "cpu_count", lambda: None)
        assert default_jobs() == 1


class DescribeFreeMemory:
    @pytest.fixture(autouse=True)
    def available(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=8_000))

    def it_is_the_machines(self, tmp_path: Path) -> None:
        assert free_memory(tmp_path) == 8_000

    @pytest.mark.parametrize(("limit", "free"), [("2000\n", 700), ("max\n", 8_000), ("100000\n", 8_000), ("", 8_000)])
    def it_is_no_more_than_the_container_has_left(self, tmp_path: Path, limit: str, free: int) -> None:
        (tmp_path / "memory.max").write_text(limit, encoding="utf-8")
        (tmp_path / "memory.current").write_text("1500\n", encoding="utf-8")
        (tmp_path / "memory.stat").write_text("anon 1300\ninactive_file 200\n", encoding="utf-8")
        assert free_memory(tmp_path) == free

    def it_reads_the_older_form(self, tmp_path: Path) -> None:
        folder = tmp_path / "memory"
        folder.mkdir()
        (folder / "memory.limit_in_bytes").write_text("2000\n", encoding="utf-8")
        (folder / "memory.usage_in_bytes").write_text("1500\n", encoding="utf-8")
        (folder / "memory.stat").write_text("cache 9\ntotal_inactive_file 100\n", encoding="utf-8")
        assert free_memory(tmp_path) == 600
