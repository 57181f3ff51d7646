"""Thirty faults of a dozen kinds are found in one run, each at its own cell, and none else."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

from bulletin.mines.checks import check_records
from bulletin.mines.schema import SCHEMA
from bulletin.records.faults import Fault, RecordsError
from bulletin.records.read import read_records
from tests.builders import ROOT, params_of
from tests.records.faulty import FaultySample, Seed, faulty_sample


def faults_of(content: bytes, folder: Path) -> list[Fault]:
    (folder / "2023.xlsx").write_bytes(content)
    try:
        return check_records(read_records(folder / "2023.xlsx", SCHEMA), params_of().window).warnings
    except RecordsError as error:
        return error.faults


def seeds_of(faults: list[Fault]) -> list[Seed]:
    assert {fault.file for fault in faults} == {"2023.xlsx"}
    return [Seed(fault.kind, fault.sheet, fault.row, fault.column, fault.value) for fault in faults]


def test_all_faults_are_found_in_one_run_each_at_its_own_cell_and_none_else(tmp_path: Path) -> None:
    sample = faulty_sample()
    assert len(sample.seeds) == len(set(sample.seeds)) == 27
    assert len(Counter(seed.kind for seed in sample.seeds)) >= 11
    untouched = seeds_of(faults_of(FaultySample().workbook(), tmp_path))
    assert len(untouched) == 29
    found = seeds_of(faults_of(sample.workbook(), tmp_path))
    assert sorted(found, key=str) == sorted([*sample.seeds, *untouched], key=str)


def test_the_workbook_is_written_for_a_demonstration_and_its_faults_are_listed(tmp_path: Path) -> None:
    out = tmp_path / "faulty.xlsx"
    command = [sys.executable, "-X", "utf8", "-m", "tests.records.faulty", str(out)]
    listed = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, encoding="utf-8").stdout
    assert len(listed.splitlines()) == 27
    assert "内容无法识别\t现场签到\t第322行\t取证份数\t2.5" in listed.splitlines()
    assert faults_of(out.read_bytes(), tmp_path)
