"""Our exporters in JupyterLab's menu (Save and Export Notebook As) under their Chinese names.

JupyterLab shows an exporter's entry point name, and jupyter_server serves only ASCII ones. This server extension,
switched on by the file that the package installs in etc/jupyter/jupyter_server_config.d/, lists our exporters by
`export_from_notebook` instead, the friendly name that nbconvert has for this, and serves them under it.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable
from typing import Any, cast
from urllib.parse import quote

from jupyter_server.base.handlers import path_regex
from jupyter_server.nbconvert.handlers import NbconvertFileHandler
from jupyter_server.services.nbconvert.handlers import NbconvertRootHandler
from jupyter_server.utils import url_path_join

from bulletin.export import TITLES  # not the exporters themselves: a server that starts needn't wait for pandas


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


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    base = server.web_app.settings["base_url"]
    titles = "|".join(quote(title) for title in TITLES.values())
    exported = url_path_join(base, rf"/nbconvert/(?P<format>{titles}){path_regex}")
    listed = url_path_join(base, "/api/nbconvert")
    server.web_app.add_handlers(".*$", [(listed, TitledFormatsHandler), (exported, TitledExportHandler)])
