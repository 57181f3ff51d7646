"""One report: run its notebook, export it, check that it's whole. Runs in a process of its own."""

from __future__ import annotations

import ast
import io
import json
import os
import re
import shutil
import time
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import papermill
from IPython.core.inputtransformer2 import TransformerManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from bulletin.drafts.proof.own import count_own
from bulletin.export.html.exporter import TongbaoExporter
from bulletin.export.notebook import blocks, numbered
from bulletin.export.notebook import place as place_of_cell
from bulletin.export.word.exporter import GongwenExporter
from bulletin.facts.facts import Facts
from bulletin.facts.figures import Scope
from bulletin.facts.file import read_facts
from bulletin.notebook.blocks import MIME
from bulletin.notebook.field import find_field
from bulletin.notebook.parameters import check_parameters
from bulletin.notebook.period import is_shared
from bulletin.notebook.python_errors import explained, plain
from bulletin.project.earlier import FACTS
from bulletin.project.errors import BulletinError, told
from bulletin.project.periods import other_period, parse_period
from bulletin.project.whole_file import place

_DRAWN = re.compile(
    r'<figure class="chart" id="[^"]+">\s*<div [^>]+>\s*<img [^>]*"data:image/(?:png|svg\+xml);base64,[^"]'
)
"""A chart of ours with its picture, as the exporter's page has it."""


@dataclass(frozen=True)
class Job:
    """One report to make: which notebook, with what, and where it goes below the period's folder.

    `timeout` is in seconds, for its notebook as a whole.
    """

    name: str
    notebook: Path
    parameters: Mapping[str, str]
    scope: Scope
    folder: str
    stem: str
    timeout: int


@dataclass(frozen=True)
class Outcome:
    """How a job ended: `error` is empty where the report is whole, `title` is what its letterhead says.

    `unchanged` says that the published files are, byte for byte, what was there before. `findings` is how many
    the proof-reading of `draft`, a path below the period's folder, has; None where it can't be read.
    """

    name: str
    folder: str
    seconds: float
    error: str = ""
    unchanged: bool = False
    title: str = ""
    draft: str = ""
    findings: int | None = None


def run_job(job: Job, staged: Path, root: Path) -> Outcome:
    """Execute, export into the folder `staged` and proof-read; faults come back as a message, never as a traceback.

    Beside `staged` lies the period's facts.csv.
    """
    started, findings = time.monotonic(), None
    clock = _Clock(started + job.timeout)
    error = title = ""
    try:
        staged.mkdir(parents=True)
        _quiet(staged.parent / f"{staged.name}.log")
        title = _make(job, staged, root, clock)
        findings = _proofread(job, staged)
    except papermill.PapermillExecutionError as failure:
        error = _cell_message(job, failure)
    except DeadKernelError:
        error = f"{job.notebook.name}：内核意外中止（可能内存不足，或有单元格结束了进程）。请减小 --jobs，或在 JupyterLab 中逐格运行查找。"
    except CellTimeoutError:
        error = (
            f"{_place(job, clock.source)}超时：整份报告超过 {job.timeout} 秒没有完成，已停止。"
            "请在 JupyterLab 中运行查找原因；确需更久的，请在参数文件中加大 report_timeout。"
        )
    except BulletinError as failure:
        error = f"{job.notebook.name}：{failure}"
    except OSError as failure:
        reason, advice = told(failure)
        error = f"{job.notebook.name}：无法写入 {place(failure, staged)}（{reason}）。{advice}。"
    except Exception as failure:
        error = f"{job.notebook.name}：{plain(type(failure).__name__, str(failure), '')}"
    if error:
        shutil.rmtree(staged, ignore_errors=True)
    draft, seconds = f"{job.folder}/{job.stem}.docx", time.monotonic() - started
    return Outcome(job.name, job.folder, seconds, error, title=title, draft=draft, findings=findings)


def _proofread(job: Job, staged: Path) -> int | None:
    """How many findings the draft has; None where it can't be read: the report itself is whole."""
    try:
        facts = _facts(staged.parent / FACTS)
        return count_own(staged / f"{job.stem}.docx", staged / f"{job.stem}.ipynb", facts)
    except BulletinError:  # somebody's own exporter, say
        return None


@cache
def _facts(path: Path) -> Facts:
    """The facts of the build that this process works for: read once."""
    return read_facts(path, find_field().catalogue)


def same_report(staged: Path, published: Path) -> bool:
    """Whether a report is the published one byte for byte; an executed notebook tells of its run and doesn't count."""
    files = [path for path in staged.iterdir() if path.suffix != ".ipynb"]
    try:
        return all(path.read_bytes() == (published / path.name).read_bytes() for path in files)
    except OSError:  # one isn't there, or is open in Word
        return False


def _quiet(log: Path) -> None:
    """Send what kernels write to the terminal into a log: it would break up the progress lines."""
    with log.open("wb") as stream:
        os.dup2(stream.fileno(), 2)


class _Clock:
    """How long a notebook's next cell may run, so that all of them keep to one end; and which cell was the last to ask."""

    def __init__(self, end: float) -> None:
        self._end = end
        self.source = ""

    def __call__(self, cell: NotebookNode) -> int:
        """Whole seconds, as nbclient asks for them: none would be no limit."""
        self.source = cell.source
        return max(1, round(self._end - time.monotonic()))


def _read_notebook(path: Path) -> NotebookNode:
    """A notebook as its file has it.

    Raises:
        BulletinError: `bad-notebook`.

    """
    try:
        written = path.read_text(encoding="utf-8")
        json.loads(written)
        notebook: NotebookNode = nbformat.reads(written, as_version=4)
    except FileNotFoundError:
        why = "文件不存在"
    except UnicodeDecodeError:
        why = "编码不是 UTF-8"
    except json.JSONDecodeError as error:
        why = f"第 {error.lineno} 行起不是有效的 JSON"
    except Exception:  # nbformat has many
        why = "其中缺少笔记本应有的内容"
    else:
        return notebook
    raise BulletinError("bad-notebook", f"无法读取 {path}：{why}。请从备份或 git 恢复这个文件，再用 JupyterLab 编辑。")


def _make(job: Job, staged: Path, root: Path, clock: _Clock) -> str:
    """Make the report's files and return its title."""
    executed = staged / f"{job.stem}.ipynb"
    check_parameters(_read_notebook(job.notebook), job.parameters)
    with _kernel(root) as kernel, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        papermill.execute_notebook(
            _literal(job.notebook),
            _literal(executed),
            parameters=dict(job.parameters),
            cwd=root,
            progress_bar=False,
            request_save_on_cell_execute=False,  # once, at the end
            kernel_name="python3",
            timeout_func=clock,
            execution_timeout=job.timeout,  # of what is asked of the kernel besides cells
            **kernel,
        )
    notebook = nbformat.read(executed, as_version=4)
    check_identity(job, notebook)
    html, _ = _page_exporter().from_notebook_node(notebook)
    word, _ = GongwenExporter().from_notebook_node(notebook)
    check_whole(notebook, html, word)
    review, _ = GongwenExporter(review=True).from_notebook_node(notebook)
    (staged / f"{job.stem}.html").write_text(html, encoding="utf-8", newline="\n")
    (staged / f"{job.stem}.docx").write_bytes(word)
    (staged / f"{job.stem}.review.docx").write_bytes(review)
    return str(blocks(notebook, "letterhead")[0]["title"])


def _literal(path: Path) -> str:
    """A path for papermill, which fills parameters into braces: a folder may be called 通报 {2024}."""
    return str(path).replace("{", "{{").replace("}", "}}")


@cache
def _page_exporter() -> TongbaoExporter:
    return TongbaoExporter()  # compiles its templates


@contextmanager
def _kernel(root: Path) -> Iterator[dict[str, Any]]:
    """What papermill is to be told of the kernel: in a fork of a build, a fork of its own; else nothing."""
    if not is_shared():
        yield {}
        return
    from bulletin.build.workers.kernel import forked_kernel  # noqa: PLC0415 (Windows can't)

    with forked_kernel(root) as kernel:
        yield {"km": kernel}


def _cell_message(job: Job, failure: papermill.PapermillExecutionError) -> str:
    told = explained(failure.ename, failure.evalue, failure.source, failure.traceback)
    return f"{_place(job, failure.source, failure.cell_index + 1)}出错：{told}"


def _place(job: Job, source: str, executed: int = 0) -> str:
    """Notebook and cell, as the analyst counts it in her own copy; `executed` counts the one that papermill puts in."""
    cells = _read_notebook(job.notebook).cells
    number = next((n for n, cell in enumerate(cells, start=1) if cell.source == source), executed)
    return f"{job.notebook.name} {place_of_cell(number, source)}"


def check_identity(job: Job, notebook: NotebookNode) -> None:
    """See that an executed notebook is of the period and the county whose folder it goes to.

    Raises:
        BulletinError: `other-report`, with what it's of and what it should be.

    """
    period = parse_period(job.parameters["period"])
    for head in blocks(notebook, "letterhead"):
        titled = other_period(head["title"], period)
        faults = [
            f"{what}应为 {wanted}，实为 {found}"
            for what, wanted, found in (
                ("期间", period.name, head["period"]),
                ("范围", job.scope.code, head["scope"]),
                ("标题中的期间", period.title, titled or period.title),
            )
            if found != wanted
        ]
        if faults:
            raise BulletinError(
                "other-report",
                f"运行出来的不是 {job.name}（{period.title}）的报告：{'；'.join(faults)}。没有发布。"
                "请检查笔记本打开报告的单元格和 show_letterhead 的标题，以及参数 document.title。",
            )


_KINDS = {
    "letterhead": "公文头",
    "table": "表格",
    "chart": "图表",
    "attachment": "附件",
    "closing": "落款",
    "imprint": "版记",
}
"""The blocks that `show_…` leaves, and what people call them."""


def check_whole(notebook: NotebookNode, html: str, word: bytes) -> None:
    """See that everything is there: a cell can swallow its own error and leave nothing behind.

    What a cell shows by name outside loops and conditions has left a block, and what blocks show is in the files.

    Raises:
        BulletinError: `not-whole`, with what is missing.

    """
    missing = [] if blocks(notebook, "letterhead") else ["没有公文头（show_letterhead）"]
    for number, cell in numbered(notebook):
        if cell.cell_type == "code":
            asked, left = _asked_for(cell.source), _left(cell)
            missing += [
                f"{place_of_cell(number, cell.source)}中{title}应有 {asked[kind]} 个，实有 {left[kind]} 个"
                for kind, title in _KINDS.items()
                if left[kind] < asked[kind]
            ]
    charts, tables = (len(blocks(notebook, kind)) for kind in ("chart", "table"))
    with zipfile.ZipFile(io.BytesIO(word)) as archive:
        body = archive.read("word/document.xml").decode("utf-8")
    for what, title, shown, found in (
        ("HTML", "图表", charts, len(_DRAWN.findall(html))),
        ("Word", "图表", charts, len(re.findall("<pic:pic[ >]", body))),
        ("HTML", "表格", tables, html.count('<figure class="table"')),
        ("Word", "表格", tables, body.count("<w:tbl>")),
    ):
        if found < shown:
            missing.append(f"{what} 中{title}应有 {shown} 个，实有 {found} 个")
    if missing:
        raise BulletinError("not-whole", f"报告不完整：{'；'.join(missing)}。请检查笔记本中对应的单元格。")


def _asked_for(source: str) -> Counter[str]:
    """Count the blocks that a cell shows for certain: its calls of `show_…` outside loops, conditions and functions."""
    waiting: list[ast.AST] = list(ast.parse(TransformerManager().transform_cell(source)).body)
    asked: Counter[str] = Counter()
    while waiting:
        node = waiting.pop()
        if isinstance(node, _NOT_FOR_CERTAIN):
            continue
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            asked[node.func.id.removeprefix("show_")] += node.func.id.startswith("show_")
        waiting += ast.iter_child_nodes(node)
    return asked


_NOT_FOR_CERTAIN = (
    ast.For, ast.While, ast.If, ast.IfExp, ast.BoolOp, ast.Match, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef,
    ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp,
)  # fmt: skip


def _left(cell: NotebookNode) -> Counter[str]:
    """Count the blocks that a cell left; one that has nothing to show is one of its kind."""
    payloads = [output.data[MIME] for output in cell.outputs if MIME in output.get("data", {})]
    return Counter(str(each.get("of", each["block"])) for each in payloads)
