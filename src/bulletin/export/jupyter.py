"""What JupyterLab's server does for our notebooks: exports under Chinese names, and files that running doesn't change.

JupyterLab shows an exporter's entry point name, and jupyter_server serves only ASCII ones. This server extension,
switched on by the file that the package installs in etc/jupyter/jupyter_server_config.d/, lists our exporters by
`export_from_notebook` instead, the friendly name that nbconvert has for this, and serves them under it.

What a run leaves in a notebook beside its outputs depends on the machine and the minute. A project's notebooks are
saved without it, so that git sees outputs alone, and nothing at all once they're cleared.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

from jupyter_server.base.handlers import path_regex
from jupyter_server.nbconvert.handlers import NbconvertFileHandler
from jupyter_server.services.nbconvert.handlers import NbconvertRootHandler
from jupyter_server.utils import url_path_join

from bulletin.export import TITLES  # not the exporters themselves: a server that starts needn't wait for pandas
from bulletin.project.paths import Project

_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
"""Python's kernel as its own installation calls it; some environments show it under their own name."""


class TitledFormatsHandler(NbconvertRootHandler):
    """The list of formats that the menu is made from."""

    def finish(self, chunk: Any = None) -> Any:
        """Send the list, our exporters under their titles."""
        formats = json.loads(chunk)
        return super().finish(json.dumps({TITLES.get(name, name): told for name, told in formats.items()}))


class TitledExportHandler(NbconvertFileHandler):
    """A notebook exported by the title that the menu shows."""

    async def get(self, format: str, path: str) -> None:  # noqa: A002 (jupyter_server's own name)
        """Export with the exporter of that title."""
        names = {title: name for name, title in TITLES.items()}
        await cast("Awaitable[None]", super().get(names[format], path))


def save_without_traces(model: dict[str, Any], path: str, contents_manager: Any, **_: Any) -> None:
    """Take what a run left out of a notebook that is about to be saved, where it's a project's; outputs stay."""
    if model["type"] == "notebook" and _is_a_projects(Path(contents_manager.root_dir, path)):
        remove_traces(model["content"])


def _is_a_projects(path: Path) -> bool:
    projects = map(Project, path.parents)
    return any(project.params.is_dir() and path.is_relative_to(project.notebooks) for project in projects)


def remove_traces(notebook: dict[str, Any]) -> None:
    """Remove Python's version, the kernel's name on this machine, times, and papermill's own notes."""
    metadata = notebook["metadata"]
    metadata.pop("papermill", None)
    if "language_info" in metadata:
        metadata["language_info"] = {"name": metadata["language_info"]["name"]}
    if metadata.get("kernelspec", {}).get("name") == _KERNEL["name"]:
        metadata["kernelspec"] = dict(_KERNEL)
    for cell in notebook["cells"]:
        for name in ("execution", "papermill"):
            cell["metadata"].pop(name, None)
        if not cell["metadata"].get("tags", True):  # papermill gives every cell a list of them
            del cell["metadata"]["tags"]


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    base = server.web_app.settings["base_url"]
    titles = "|".join(quote(title) for title in TITLES.values())
    exported = url_path_join(base, rf"/nbconvert/(?P<format>{titles}){path_regex}")
    listed = url_path_join(base, "/api/nbconvert")
    server.web_app.add_handlers(".*$", [(listed, TitledFormatsHandler), (exported, TitledExportHandler)])
    server.contents_manager.register_pre_save_hook(save_without_traces)
