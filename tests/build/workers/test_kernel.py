"""A kernel in a fork shows what a plain kernel shows, and ends as one ends."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import ChainMap
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.builders import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks")

SHOWN = {
    "values": ["1 + 1", "'甲'", "None", "_, In[1], sorted(Out)", "%pwd", "get_ipython().execution_count"],
    "streams": [
        "import sys; print('a'); print('b', file=sys.stderr); print('c')",
        "import logging; logging.warning('w')",
    ],
    "a long stream": ["print('长' * 300_000)"],
    "subprocesses": [
        "!echo sub",
        "import subprocess; _ = subprocess.run(['echo', 'sub'])\nimport time; time.sleep(0.3)",
    ],
    "displays": [
        "from IPython.display import *; shown = display('a', display_id='x'); shown.update('b')",
        "display(HTML('<b>'), Markdown('*a*'), Latex('$x$')); display({'text/plain': 'q', 'image/png': 'AA=='}, raw=True)",
        "print(1); clear_output(wait=True); print(2)",
        "import pandas as pd; pd.DataFrame({'a': [1.5, None]})",
    ],
    "pyplot": [
        "import matplotlib.pyplot as plt; plt.plot([1, 2]);",
        "plt.figure(); plt.bar([1], [2]); plt.show(); plt.get_fignums(), plt.get_backend()",
        "%matplotlib inline\nplt.plot([3, 1]); plt.gcf()",
    ],
    "await": ["import asyncio; await asyncio.sleep(0.01); print('x')", "asyncio.get_running_loop().is_running()"],
    "names": [
        "__name__, sorted(name for name in globals() if not name.startswith('_'))",
        "import sys; sys.modules['__main__'].__dict__ is globals()",
        "class A: pass\nimport pickle; type(pickle.loads(pickle.dumps(A()))).__module__",
        "import beside; beside.x",
        "import multiprocessing; multiprocessing.current_process().name",
    ],
    "threads": ["import threading; t = threading.Thread(target=print, args=['in it']); t.start(); t.join()"],
    "processes": [
        "from concurrent.futures import ProcessPoolExecutor\nimport math",
        "with ProcessPoolExecutor(1) as pool: print(pool.submit(math.sqrt, 4).result())",
    ],
    "prose": [
        "%load_ext bulletin.notebook\nfrom bulletin.mines.notebook import *\nreport = open_city('2023')",
        "%%prose\n{{ onsite_rate }}",
        "%%prose\n{{ no_such_name }}",
    ],
}
ENDS = {
    "an error": (["1", "1/0", "print('later')"], "cell 1: ZeroDivisionError: division by zero"),
    "a syntax error": (["1", "def (:", "print('later')"], "cell 1: SyntaxError: invalid syntax"),
    "sys.exit": (["import sys; sys.exit()", "print('later')"], ""),
    "sys.exit with a status": (["import sys; sys.exit(3)", "print('later')"], "cell 0: SystemExit: 3"),
    "input": (["input('?')", "print('later')"], "cell 0: StdinNotImplementedError: raw_input was called"),
    "an interrupt": (
        ["import os, signal, time; os.kill(os.getpid(), signal.SIGINT); time.sleep(9)", "print('later')"],
        "cell 0: KeyboardInterrupt: ",
    ),
    "an interrupted await": (
        ["import asyncio, os, signal; os.kill(os.getpid(), signal.SIGINT); await asyncio.sleep(9)", "print('later')"],
        "cell 0: CancelledError: ",
    ),
}
DEATHS = {
    "os._exit": ["import os; os._exit(3)", "print('later')"],
    "kill": ["import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "print('later')"],
    "quit": ["quit", "import time; time.sleep(1)", "print('later')"],
}


@dataclass(frozen=True)
class Runs:
    """Notebooks that both kernels ran: each one's folder, and how it ended."""

    folders: dict[str, Path]
    ended: dict[str, dict[str, Any]]

    def cells(self, name: str, way: str) -> list[tuple[Any, ...]]:
        """What each cell shows and its number; the process's own number is no part of it."""
        notebook = nbformat.read(self.folders[name] / f"{name}.{way}.ipynb", as_version=4)
        shown = [(cell.get("execution_count"), json.dumps(cell.get("outputs"))) for cell in notebook.cells]
        return [(count, re.sub(r"ipykernel_\d+", "ipykernel", outputs)) for count, outputs in shown]

    def info(self, name: str, way: str) -> dict[str, Any]:
        """The notebook's own metadata, without papermill's of the run."""
        notebook = nbformat.read(self.folders[name] / f"{name}.{way}.ipynb", as_version=4)
        return {key: value for key, value in notebook.metadata.items() if key != "papermill"}


def run(folder: Path, notebooks: dict[str, list[str]], *options: str) -> Runs:
    """Run them in three shares at once, since a kernel is mostly waited for."""
    shares = [folder / str(number) for number in range(min(3, len(notebooks)))]
    for share in shares:
        share.mkdir()
        (share / "beside.py").write_text("x = 5", encoding="utf-8")
    folders = {name: shares[number % len(shares)] for number, name in enumerate(notebooks)}
    for name, sources in notebooks.items():
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(source) for source in sources],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        )
        nbformat.write(notebook, folders[name] / f"{name}.ipynb")
    # Under pytest ipykernel doesn't watch what subprocesses write.
    environment = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    paths = [str(ROOT), environment.get("PYTHONPATH", "")]
    environment |= {"PYTHONPATH": os.pathsep.join(filter(None, paths))}

    def run_share(share: Path) -> dict[str, dict[str, Any]]:
        command = [sys.executable, "-m", "tests.build.kernels", str(share), *options]
        subprocess.run(command, cwd=share, env=environment, check=True, capture_output=True, timeout=300)
        ended: dict[str, dict[str, Any]] = json.loads((share / "outcomes.json").read_text("utf-8"))
        return ended

    with ThreadPoolExecutor() as pool:
        return Runs(folders, dict(ChainMap(*pool.map(run_share, shares))))


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    cases = SHOWN | {name: sources for name, (sources, _) in ENDS.items()} | DEATHS
    return run(tmp_path_factory.mktemp("notebooks"), cases)


@pytest.mark.parametrize("name", [*SHOWN, *ENDS])
def test_cells_show_the_same(runs: Runs, name: str) -> None:
    assert runs.cells(name, "forked") == runs.cells(name, "plain")
    assert runs.info(name, "forked") == runs.info(name, "plain")
    assert runs.ended[name]["forked"] == runs.ended[name]["plain"]


@pytest.mark.parametrize(("name", "told"), [(name, told) for name, (_, told) in ENDS.items()])
def test_no_cell_runs_after_one_that_ends_the_notebook(runs: Runs, name: str, told: str) -> None:
    assert runs.ended[name]["forked"].startswith(told)
    assert runs.cells(name, "forked")[-1] == (None, "[]")


@pytest.mark.parametrize("name", DEATHS)
def test_a_kernel_that_dies_is_told_as_dead(runs: Runs, name: str) -> None:
    assert runs.ended[name]["forked"] == runs.ended[name]["plain"] == "DeadKernelError: Kernel died"
    assert runs.cells(name, "forked")[-1] == (None, "[]")


def test_a_timeout_ends_the_notebook_and_its_kernel(tmp_path: Path) -> None:
    cells = ["import os; print(os.getpid())", "import time\nwhile True: time.sleep(1)", "print('later')"]
    runs = run(tmp_path, {"slow": cells}, "2")
    assert runs.ended["slow"]["forked"].startswith("CellTimeoutError: A cell timed out")
    assert runs.ended["slow"]["forked"] == runs.ended["slow"]["plain"]
    assert runs.ended["slow"]["forked seconds"] < 10
    (output,) = json.loads(runs.cells("slow", "forked")[0][1])
    assert not Path(f"/proc/{output['text'].strip()}").exists()
