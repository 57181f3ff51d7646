"""A notebook that was run and saved is, but for its outputs, the file that is committed."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import papermill
import pytest
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

from bulletin.export import jupyter
from tests.builders import ROOT

NOTEBOOKS = sorted(path.name for path in (ROOT / "notebooks/mines").glob("*.ipynb"))

LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
    "version": "3.13.1",
}
OUTPUT = {"output_type": "stream", "name": "stdout", "text": "甲\n乙\n"}
TIMES = {"iopub.execute_input": "2024-03-05T00:00:00Z"}

Save = Callable[[dict[str, Any], str], None]
Content = dict[str, Any]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Save a notebook as JupyterLab's server does with our extension on."""
    manager: Any = AsyncLargeFileManager(root_dir=str(tmp_path))
    application = SimpleNamespace(settings={"base_url": "/"}, add_handlers=lambda *_: None)
    jupyter._load_jupyter_server_extension(SimpleNamespace(web_app=application, contents_manager=manager))

    def saved(content: Content, name: str) -> None:
        asyncio.run(manager.save({"type": "notebook", "format": "json", "content": content}, name))

    return saved


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project in a checkout, with the notebooks as they are committed."""
    project = tmp_path / "通报 &"
    (project / "params").mkdir(parents=True)
    shutil.copytree(ROOT / "notebooks", project / "notebooks", ignore=shutil.ignore_patterns(".*"))
    return project


def run(content: Content) -> None:
    """Change a notebook as JupyterLab does that runs it, on a machine that calls its kernel otherwise."""
    content["metadata"]["language_info"] = dict(LANGUAGE)
    content["metadata"]["kernelspec"]["display_name"] = "Python [conda env:通报]"
    for count, cell in enumerate(content["cells"]):
        cell["source"] = "".join(cell["source"])
        cell["metadata"] |= {"trusted": True, "execution": dict(TIMES)}
        if cell["cell_type"] == "code":
            cell |= {"execution_count": count + 1, "outputs": [dict(OUTPUT)]}


def clear(content: Content) -> None:
    """Change a notebook as JupyterLab does that clears all outputs."""
    for cell in content["cells"]:
        if cell["cell_type"] == "code":
            cell |= {"execution_count": None, "outputs": []}


@pytest.mark.parametrize("name", NOTEBOOKS)
class DescribeSaving:
    def it_leaves_the_committed_file_once_outputs_are_cleared(self, project: Path, save: Save, name: str) -> None:
        path = project / "notebooks/mines" / name
        committed = path.read_bytes()
        content = json.loads(committed)
        run(content)
        save(content, f"{project.name}/notebooks/{name}")
        assert path.read_bytes() != committed
        clear(content)
        save(content, f"{project.name}/notebooks/{name}")
        assert path.read_bytes() == committed
        left = {each.relative_to(project).as_posix() for each in project.rglob("*") if each.is_file()}
        checkpoint = f"notebooks/.ipynb_checkpoints/{Path(name).stem}-checkpoint.ipynb"
        assert left == {checkpoint, *(f"notebooks/{each}" for each in NOTEBOOKS)}

    def it_keeps_the_outputs_and_nothing_else_of_a_run(self, project: Path, save: Save, name: str) -> None:
        path = project / "notebooks/mines" / name
        expected = json.loads(path.read_bytes())
        for count, cell in enumerate(expected["cells"]):
            if cell["cell_type"] == "code":
                cell |= {"execution_count": count + 1, "outputs": [OUTPUT | {"text": ["甲\n", "乙\n"]}]}
        content = json.loads(path.read_bytes())
        run(content)
        save(content, f"{project.name}/notebooks/{name}")
        assert (
            path.read_text(encoding="utf-8")
            == json.dumps(expected, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        )

    def it_takes_papermills_notes_out(self, project: Path, save: Save, name: str) -> None:
        path = project / "notebooks/mines" / name
        committed = path.read_bytes()
        papermill.execute_notebook(path, path, prepare_only=True)
        content = json.loads(path.read_bytes())
        assert "papermill" in content["metadata"]
        content["metadata"]["papermill"] |= {"duration": 1.5}
        for cell in content["cells"]:
            cell["metadata"] |= {"execution": dict(TIMES)}
        clear(content)
        save(content, f"{project.name}/notebooks/{name}")
        assert path.read_bytes() == committed


@pytest.mark.parametrize("folder", ["", "其他", "通报 &", "通报 &/outputs"])
def test_a_notebook_that_is_no_projects_is_saved_as_it_is(
    project: Path, save: Save, tmp_path: Path, folder: str
) -> None:
    content = json.loads((project / "notebooks/mines" / NOTEBOOKS[0]).read_bytes())
    run(content)
    (tmp_path / folder).mkdir(exist_ok=True)
    save(content, f"{folder}/市.ipynb")
    saved = json.loads((tmp_path / folder / "市.ipynb").read_bytes())
    assert saved["metadata"]["language_info"] == LANGUAGE
    assert saved["cells"][0]["metadata"]["execution"] == TIMES


def test_another_kernel_that_was_chosen_stays(project: Path, save: Save) -> None:
    name = f"{project.name}/notebooks/{NOTEBOOKS[0]}"
    content = json.loads((project.parent / name).read_bytes())
    content["metadata"]["kernelspec"] = {"name": "ir", "display_name": "R", "language": "R"}
    content["metadata"]["language_info"] = {"name": "R", "version": "4.4"}
    save(content, name)
    saved = json.loads((project.parent / name).read_bytes())["metadata"]
    assert saved == {
        "kernelspec": {"name": "ir", "display_name": "R", "language": "R"},
        "language_info": {"name": "R"},
    }


def test_a_notebook_is_no_projects_where_no_params_are_beside_its_folder(save: Save, tmp_path: Path) -> None:
    (tmp_path / "notebooks").mkdir()
    content = json.loads((ROOT / "notebooks" / NOTEBOOKS[0]).read_bytes())
    run(content)
    save(content, "notebooks/市.ipynb")
    saved = json.loads((tmp_path / "notebooks/市.ipynb").read_bytes())
    assert saved["metadata"]["language_info"] == LANGUAGE


def test_what_is_no_notebook_is_left_alone(project: Path) -> None:
    manager = SimpleNamespace(root_dir=str(project))
    for kind in ("file", "directory"):
        model = {"type": kind, "content": '{"metadata": {}}' if kind == "file" else []}
        before = dict(model)
        jupyter.save_without_traces(model, "notebooks/a.json", manager)
        assert model == before


def test_a_notebook_without_metadata_is_saved(project: Path, save: Save) -> None:
    save({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, f"{project.name}/notebooks/新.ipynb")
    assert json.loads((project / "notebooks/新.ipynb").read_bytes())["metadata"] == {}
