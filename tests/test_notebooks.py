"""The notebooks as they are committed: without outputs, thin, with the cells that papermill looks for."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from tests.builders import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))
PARAMETERS = {"city_bulletin": ["period"], "county_report": ["period", "county"]}


def read(path: Path) -> NotebookNode:
    notebook: NotebookNode = nbformat.read(path, as_version=4)
    return notebook


def code_cells(path: Path) -> list[NotebookNode]:
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def test_there_are_two_notebooks() -> None:
    assert [path.stem for path in NOTEBOOKS] == ["city_bulletin", "county_report"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_committed_without_outputs(path: Path) -> None:
    assert len(code_cells(path)) > 10
    for cell in code_cells(path):
        assert cell.outputs == []
        assert cell.execution_count is None
    nbformat.validate(read(path))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_parameters_cell_holds_what_papermill_sets(path: Path) -> None:
    tagged = [cell for cell in read(path).cells if "parameters" in cell.metadata.get("tags", [])]
    assert len(tagged) == 1
    assert re.findall(r"^(\w+) =", tagged[0].source, re.MULTILINE) == PARAMETERS[path.stem]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_code_cells_are_a_few_lines_and_the_work_is_in_src(path: Path) -> None:
    for cell in code_cells(path):
        if not cell.source.startswith("%%prose"):
            assert len(cell.source.splitlines()) <= 6, cell.source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_figure_is_typed_into_the_prose(path: Path) -> None:
    for cell in code_cells(path):
        if cell.source.startswith("%%prose"):
            printed = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", cell.source, flags=re.DOTALL)
            # What stands outside the templates may name kinds (监管2家), never state a result.
            assert not re.search(r"\d+(\.\d+)?%|\d{2,}", printed), cell.source
