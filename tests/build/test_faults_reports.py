"""A notebook that hangs, dies or can't be read, a hang in the export, a missing font, a clock set back: said, and nothing lost."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.build.faults import FIRST, SECOND, Built, Note, Trial, message, without_run
from tests.build.projects import PARAMS, PLAIN, prepend
from tests.builders import JIA, YI

JIA_XIAN, YI_QU = f"counties/{JIA}-甲县", f"counties/{YI}-乙区"
LIMIT = 30


@pytest.fixture
def trial(built: Built, tmp_path: Path) -> Trial:
    """A project whose outputs are those of earlier records, so that every report has to be built."""
    return built.again(tmp_path, SECOND)


def set_limit(trial: Trial, seconds: int = LIMIT) -> None:
    (trial.project / "params/2023.yaml").write_text(f"{PARAMS}report_timeout: {seconds}\n", encoding="utf-8")


def of(files: dict[str, bytes], folder: str) -> dict[str, bytes]:
    return {name: content for name, content in files.items() if name.startswith(f"{folder}/")}


def changed(trial: Trial, then: dict[str, bytes]) -> list[str]:
    """The reports that have been replaced; the others are, byte for byte, as they were."""
    now = trial.left()
    return [folder for folder in ("city", JIA_XIAN, YI_QU) if of(now, folder) != of(then, folder)]


HANGS = f"""
import signal, subprocess, sys, time, ctypes
_ = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(90)"])
if report.scope.code == '{JIA}':
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try: time.sleep(90)
        except BaseException: pass
ctypes.PyDLL(None).sleep(90)"""
"""甲县 ignores every interrupt, 乙区 hangs in C code that lets no other thread run; both have started a program."""


@pytest.mark.parametrize(("kernel", "code"), [("a fork", ""), ("a plain kernel", PLAIN)])
def test_a_cell_that_hangs_is_stopped_and_named_and_the_rest_is_published(
    trial: Trial, survived: Note, kernel: str, code: str
) -> None:
    set_limit(trial)
    prepend(trial.project, "county_report.ipynb", HANGS)
    then = trial.left()
    done = trial.run(before=code)
    assert done.returncode == 1
    for county in ("甲县", "乙区"):
        failure = next(line for line in done.stderr.splitlines() if line.startswith(f"失败：{county}"))
        assert "county_report.ipynb 第 3 个单元格（" in failure
        assert f"超时：整份报告超过 {LIMIT} 秒没有完成，已停止。" in failure
        assert "report_timeout" in failure
    assert changed(trial, then) == ["city"]
    assert trial.all_end()
    assert trial.strays() == []
    survived(f"a cell that hangs, deaf to interrupts or in C code, in {kernel}", 2, 2, message(done, trial))


EXPORT_HANGS = """
import time
from bulletin.build import run as reports
check = reports.check_whole
def hanging(job, *rest):
    while job.name == "甲县": time.sleep(1)
    check(job, *rest)
reports.check_whole = hanging
"""


def test_an_export_that_hangs_is_stopped_and_the_rest_is_published(trial: Trial, survived: Note) -> None:
    set_limit(trial)
    then = trial.left()
    done = trial.run(before=EXPORT_HANGS)
    assert done.returncode == 1
    assert "失败：甲县：生成报告的进程意外中止" in done.stderr
    assert "report_timeout" in done.stderr
    assert changed(trial, then) == ["city", YI_QU]
    assert trial.all_end()
    assert trial.strays() == []
    survived("an export that hangs", 1, 1, message(done, trial))


def test_a_kernel_that_dies_and_a_notebook_that_is_no_json_any_more_are_named(trial: Trial, survived: Note) -> None:
    prepend(trial.project, "county_report.ipynb", f"import os\nif report.scope.code == '{YI}': os._exit(3)")
    notebook = trial.project / "notebooks/mines/city_bulletin.ipynb"
    written = notebook.read_text(encoding="utf-8")
    notebook.write_text(written.replace('"cells": [', '"cells": [,', 1), encoding="utf-8")
    then = trial.left()
    done = trial.run()
    assert done.returncode == 1
    dead = next(line for line in done.stderr.splitlines() if line.startswith("失败：乙区"))
    assert "county_report.ipynb：内核意外中止" in dead
    assert f"失败：全市通报：city_bulletin.ipynb：无法读取 {notebook}：第 2 行起不是有效的 JSON。" in done.stderr
    assert "请从备份或 git 恢复这个文件" in done.stderr
    assert changed(trial, then) == [JIA_XIAN]
    assert trial.strays() == []
    survived("a kernel that dies", 1, 1, dead)
    survived("a notebook that is no JSON any more", 1, 1, message(done, trial))


def test_a_syntax_error_in_a_cell_is_named_by_cell_and_line(trial: Trial, survived: Note) -> None:
    prepend(trial.project, "county_report.ipynb", "x = 1\nif x\n    pass")
    then = trial.left()
    done = trial.run()
    assert done.returncode == 1
    assert "county_report.ipynb 第 3 个单元格（x = 1）出错：第 2 行" in done.stderr
    assert "expected" not in done.stderr
    assert changed(trial, then) == ["city"]
    survived("a notebook edited into a syntax error", 2, 2, message(done, trial))


NO_FONT = """
import pylopdf_fonts_zh_cn
from pathlib import Path
pylopdf_fonts_zh_cn.sans_path = lambda: Path("nowhere/NotoSansSC.ttf")
"""
BAD_FONT = NO_FONT.replace("nowhere/NotoSansSC.ttf", "params/2023.yaml")


def test_a_missing_or_broken_font_is_named_and_nothing_is_lost(trial: Trial, survived: Note) -> None:
    then = trial.left()
    for code in (NO_FONT, BAD_FONT):
        done = trial.run_anew(before=code)
        assert done.returncode == 2
        assert done.stderr.startswith("错误：图表所用的字体无法读取：")
        assert "请重新安装" in done.stderr
        assert trial.left() == then
        assert trial.strays() == []
    survived("a missing or broken font", 2, 2, message(done, trial))


LONG_AGO = """
import datetime as dt
from bulletin.build import record
class Clock(dt.datetime):
    @classmethod
    def now(cls, tz=None): return dt.datetime(1999, 1, 1, tzinfo=dt.timezone.utc)
record.dt = type("dt", (), {"datetime": Clock})
"""


def test_a_clock_set_back_misleads_no_build(trial: Trial, built: Built, survived: Note) -> None:
    assert trial.run().returncode == 0
    manifest = trial.period / "manifest.json"
    told = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps(told | {"generated_at": "2099-01-01T00:00:00+08:00"}), encoding="utf-8")
    for path in trial.project.rglob("*"):
        os.utime(path, (4e9, 4e9))  # 2096: all that was built and read lies in the future
    assert "没有变化" in trial.run(before=LONG_AGO).stdout
    trial.records(FIRST)
    for path in (trial.project / "data").iterdir():
        os.utime(path, (0, 0))  # the correction is older than what was built before it
    done = trial.run(before=LONG_AGO)
    assert done.returncode == 0, done.stderr
    assert "生成 3 份，失败 0 份" in done.stdout
    assert json.loads(manifest.read_text(encoding="utf-8"))["generated_at"].startswith("1999")
    trial.records(SECOND)
    assert trial.run().returncode == 0
    assert without_run(trial.left()) == without_run(built.finished[SECOND])
    survived("a clock set back (by 97 years; files and manifest from the future)", 3, 3, "")
