"""A build's fast path: reports in forks of the build, the same as by plain kernels, each on its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from tests.build.projects import (
    CITY,
    JIA_XIAN,
    PLAIN,
    YI_QU,
    build,
    build_after,
    make_project,
    make_real_project,
    outputs,
    prepend,
)
from tests.builders import JIA, YI

forking = pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks")

_TELLS_OF_THE_RUN = {"index.html", "changes.html", "manifest.json"}

SEEN = """
import os, sys
seen = os.open({seen!r}, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
def note(what): os.write(seen, f"{{what}}\\n".encode())
sys.addaudithook(lambda event, args: event == "open" and isinstance(args[0], str) and note(args[0]))
"""
"""Writes down every file that a process opens; as `sitecustomize`, in every process of Python, a plain kernel too."""

COUNTED = """
import sys
from sitecustomize import note
from bulletin.mines import computed
from bulletin.mines.metrics import duty
aggregate = duty.weekly_counts
def counted(checked, table):
    note(f"aggregate {table}")
    return aggregate(checked, table)
duty.weekly_counts = counted
behind = computed.rows_behind
computed.rows_behind = lambda *given: (note("aggregate rows behind"), behind(*given))[1]
from bulletin.cli.main import main
raise SystemExit(main(sys.argv[1:]))
"""
"""Writes down every aggregate, in the build and in its forks."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path)


def shown(notebook: bytes) -> list[tuple[str, object, object]]:
    """Each cell of an executed notebook, without what tells of the run."""
    cells = nbformat.reads(notebook.decode("utf-8"), as_version=4).cells
    return [(cell.source, cell.get("execution_count"), cell.get("outputs")) for cell in cells]


def same(one: dict[str, bytes], other: dict[str, bytes]) -> bool:
    """Whether two builds left the same files, byte for byte, and notebooks that show the same."""
    assert one.keys() == other.keys()
    notebooks = {name for name in one if name.endswith(".ipynb")}
    assert len(notebooks) == 3
    assert {name for name in notebooks if shown(one[name]) != shown(other[name])} == set()
    rest = one.keys() - notebooks - _TELLS_OF_THE_RUN
    return {name: one[name] for name in rest} == {name: other[name] for name in rest}


def test_plain_kernels_and_forks_and_any_number_of_jobs_leave_the_same_bytes(tmp_path: Path) -> None:
    project = make_real_project(tmp_path)
    made: list[dict[str, bytes]] = []
    for jobs, code in (("2", ""), ("1", ""), ("2", PLAIN)):
        done = build_after(project, code or "import sys", "--jobs", jobs, "--outputs", f"made{len(made)}")
        assert done.returncode == 0, done.stderr
        folder = project / f"made{len(made)}" / "2023"
        paths = [path for path in folder.rglob("*") if path.is_file()]
        made.append({path.relative_to(folder).as_posix(): path.read_bytes() for path in paths})
    assert same(made[0], made[1])
    assert same(made[0], made[2])


@forking
def test_records_are_read_and_counted_once_a_build(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "site").mkdir()
    code = SEEN.format(seen=str(project / "seen.txt"))
    (project / "site/sitecustomize.py").write_text(code, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(project / "site"), os.environ.get("PYTHONPATH", "")]))
    command = [sys.executable, "-c", COUNTED, "build", "2023", "--jobs", "2"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    lines = (project / "seen.txt").read_text("utf-8").splitlines()
    data = str(project / "data")
    opened = {Path(line).name: lines.count(line) for line in lines if line.startswith(data) and line.endswith(".csv")}
    assert len(opened) == 11
    assert set(opened.values()) == {2}  # for its digest, and to be read
    assert sorted(line for line in lines if line.startswith("aggregate")) == [
        "aggregate checkins",
        "aggregate remote_inspections",
        "aggregate rows behind",
    ]
    assert sum(line.endswith("city_bulletin.ipynb") for line in lines) >= 1  # the forks' own files are seen too
    assert any("style.css" in line for line in lines)


LEAVES_TRACES = """
import os, random, sys, warnings
import matplotlib as mpl
import numpy as np
import bulletin.mines.charts as charts
fresh = "left" not in globals() and "left" not in sys.modules and not hasattr(charts, "left")
fresh = fresh and os.getcwd() == {root!r} and mpl.rcParams["font.size"] == 10.0 and "LEFT" not in os.environ
fresh = fresh and report.results.params.bureau == "样例市应急管理局"
open(f"{{report.scope.code}}.txt", "w").write(f"{{fresh}} {{np.random.random()}} {{random.random()}}")
left, charts.left, sys.modules["left"], os.environ["LEFT"] = 1, 1, sys, "1"
mpl.rcParams["font.size"] = 30
warnings.simplefilter("error")
os.chdir("/")
if report.scope.code == {scope!r}:
    object.__setattr__(report.results, "facts", None)
"""


@forking
def test_nothing_that_a_report_leaves_reaches_the_next(tmp_path: Path) -> None:
    project = make_real_project(tmp_path)  # charts tell most of what was left
    assert build(project).returncode == 0
    before = outputs(project)
    for notebook in ("city_bulletin.ipynb", "county_report.ipynb"):
        prepend(project, notebook, LEAVES_TRACES.format(root=str(project), scope=JIA))
    done = build(project, "--jobs", "1")
    assert done.returncode == 1  # 甲县 took its own facts away
    assert "生成 2 份，失败 1 份" in done.stdout
    found = [(project / f"{scope}.txt").read_text("utf-8").split() for scope in ("city", JIA, YI)]
    assert [fresh for fresh, *_ in found] == ["True"] * 3
    assert len({number for _, *numbers in found for number in numbers}) == 6
    after = outputs(project)
    for report in (CITY, JIA_XIAN, YI_QU):
        assert after[f"{report}.docx"] == before[f"{report}.docx"]


@forking
def test_a_killed_kernel_is_one_failed_report(project: Path) -> None:
    prepend(project, "county_report.ipynb", f"import os; report.scope.code == '{JIA}' and os.kill(os.getpid(), 9)")
    done = build(project, "--jobs", "1")
    assert done.returncode == 1
    assert "失败：甲县：county_report.ipynb：内核意外中止" in done.stderr
    assert "生成 2 份，失败 1 份" in done.stdout
    states = {report["name"]: report["state"] for report in json.loads(outputs(project)["manifest.json"])["reports"]}
    assert states == {"全市通报": "built", "甲县": "failed", "乙区": "built"}


@forking
def test_a_build_that_is_interrupted_ends_its_kernels(project: Path) -> None:
    for notebook in ("city_bulletin.ipynb", "county_report.ipynb"):
        prepend(project, notebook, "import os, time; print(open(f'{os.getpid()}.pid', 'w').write('')); time.sleep(60)")
    command = [sys.executable, "-m", "bulletin", "build", "2023", "--jobs", "2"]
    running = subprocess.Popen(command, cwd=project, stderr=subprocess.PIPE, encoding="utf-8", start_new_session=True)
    deadline = time.monotonic() + 60
    while len(kernels := list(project.glob("*.pid"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.1)
    started = time.monotonic()
    os.killpg(running.pid, signal.SIGINT)  # as Ctrl-C in a terminal does
    try:
        _, told = running.communicate(timeout=30)
    finally:
        running.kill()
    assert running.returncode == 130
    assert told == "已中断，原有结果未改动。\n"
    assert time.monotonic() - started < 10
    assert len(kernels) == 2
    while any(alive := [kernel.stem for kernel in kernels if Path(f"/proc/{kernel.stem}").exists()]):
        assert time.monotonic() - started < 10, alive
        time.sleep(0.1)
    assert not (project / "outputs/2023/city").exists()
