"""Projects of their own for tests of the machine: the small period, and notebooks that take a moment."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from tests import warm
from tests.builders import JIA, ROOT, YI, write_tables

PARAMS = """
period: "2023"
bureau: 样例市应急管理局
document: {addressees: 各县（市、区）应急管理局, date: 2024-03-05}
data: data
"""
CITY, JIA_XIAN, YI_QU = "city/bulletin", f"counties/{JIA}-甲县/report", f"counties/{YI}-乙区/report"

PLAIN = """
from bulletin.build.workers import forks
forks.can_fork = lambda: False
"""
"""As where there's no fork."""

_OPEN = "%load_ext bulletin.notebook\nfrom bulletin.mines.notebook import *\n\nreport = "
SHORT = {
    "city_bulletin.ipynb": [
        'period = "2023"',
        f"{_OPEN}open_city(period)",
        'show_letterhead(report, f"关于{report.period.title}全市非煤矿山安全监管专员履职情况的通报")',
        "%%prose\n为全面掌握{{ period }}专员履职情况，{{ params.bureau }}进行了汇总分析。全市现场签到率为{{ onsite_rate }}。",
        "show_table(report, overview_table(report.results))\nshow_closing(report)",
    ],
    "county_report.ipynb": [
        'period = "2023"\ncounty = "翼城县"',
        f"{_OPEN}open_county(period, county)",
        'show_letterhead(report, f"关于{report.period.title}{report.name}非煤矿山安全监管专员履职情况的反馈")',
        "%%prose\n现将{{ period }}{{ county }}履职情况反馈如下。现场签到率为{{ onsite_rate }}，全市为{{ city.onsite_rate }}。",
        "show_table(report, mines_table(report))\nshow_table(report, supervisors_table(report))\nshow_closing(report)",
    ],
}
"""The field's two kinds of report in a few cells each, which begin as the real ones do: no chart, one table or two."""


def make_project(folder: Path) -> Path:
    """A project of its own over the small period, with the short notebooks."""
    _make(folder)
    for name, sources in SHORT.items():
        cells = [new_code_cell(source, id=f"cell-{number:02}") for number, source in enumerate(sources, 1)]
        cells[0].metadata["tags"] = ["parameters"]
        kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
        metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
        (folder / "notebooks/mines").mkdir(parents=True, exist_ok=True)
        nbformat.write(new_notebook(cells=cells, metadata=metadata), folder / "notebooks/mines" / name)
    return folder


def make_real_project(folder: Path) -> Path:
    """A project of its own over the small period, with the notebooks that the field has."""
    _make(folder)
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    return folder


def _make(folder: Path) -> None:
    (folder / "params").mkdir(parents=True)
    (folder / "params" / "2023.yaml").write_text(PARAMS, encoding="utf-8")
    write_tables(folder / "data")


def build(project: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return build_period(project, "2023", *options)


def build_period(project: Path, period: str, *options: str) -> subprocess.CompletedProcess[str]:
    return warm.run("build", period, *options, cwd=project)


def build_after(project: Path, code: str, *options: str) -> subprocess.CompletedProcess[str]:
    """A build in a process that has run `code` before."""
    return warm.run("build", "2023", *options, cwd=project, before=code)


def prepend(project: Path, notebook: str, code: str) -> None:
    """Add code to the notebook's third cell, the first after the report is open."""
    path = project / "notebooks/mines" / notebook
    content = nbformat.read(path, as_version=4)
    content.cells[2].source = f"{code}\n{content.cells[2].source}"
    nbformat.write(content, path)


def outputs(project: Path) -> dict[str, bytes]:
    """What lies there for people and programs: a check leaves a journal of what it wrote, too."""
    folder = project / "outputs" / "2023"
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != ".published")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
