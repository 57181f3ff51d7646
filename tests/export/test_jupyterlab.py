"""The exporters in JupyterLab's own menu, clicked in a real browser."""

from __future__ import annotations

import contextlib
import io
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import docx
import nbformat
import pytest
from playwright.sync_api import Download, sync_playwright
from playwright.sync_api import TimeoutError as LateError

from bulletin.export.word.exporter import GongwenExporter
from tests.export.browsing import QUIET
from tests.export.notebooks import markdown, notebook


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[str]:
    """The address of a JupyterLab over a folder with one notebook."""
    shown = notebook(markdown("# 情况\n\n全市共有企业三家。"))
    shown.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}  # else a dialogue asks for one
    nbformat.write(shown, tmp_path / "情况.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = [f"--port={port}", "--no-browser", "--allow-root", "--IdentityProvider.token=t"]
    options += [f"--ServerApp.root_dir={tmp_path}", "--ServerApp.port_retries=0"]
    with (tmp_path / "log").open("wb") as log:
        own = {name: str(tmp_path / name) for name in ("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")}
        command = [sys.executable, "-m", "jupyterlab", *options]
        server = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | own)
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{address}/api?token=t").close()  # noqa: S310 (our own server)
                break
            except urllib.error.URLError:
                time.sleep(0.25)
        yield address
    finally:
        server.terminate()
        server.wait()


def test_clicking_the_chinese_name_in_the_export_menu_saves_the_docx(lab: str, chromium: Path, tmp_path: Path) -> None:
    got: list[Download] = []

    def keep(download: Download) -> None:
        got.append(download)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        page = browser.new_page()
        # The menu opens the export in a tab, which the download closes at once: it may belong to either.
        page.on("download", keep)
        page.context.on("page", lambda tab: tab.on("download", keep))
        page.goto(f"{lab}/lab/tree/情况.ipynb?token=t")
        page.wait_for_selector(".jp-Notebook", timeout=120_000)
        titles = page.locator(".lm-Menu-item", has_text="（Word）")
        for _ in range(12):  # JupyterLab fills the menu when the server has told its formats
            page.locator(".lm-MenuBar-item", has_text="File").click()
            page.locator(".lm-Menu-item", has_text="Save and Export Notebook As").hover()
            with contextlib.suppress(LateError):
                titles.wait_for(timeout=5_000)
                break
            page.keyboard.press("Escape")
            page.keyboard.press("Escape")
        assert titles.inner_text().strip() == "公文（Word）"
        titles.click()
        for _ in range(240):
            if got:
                break
            page.wait_for_timeout(250)
        saved = Path(got[0].path()).read_bytes()
        assert got[0].suggested_filename == "情况.docx"
        browser.close()
    texts = [paragraph.text for paragraph in docx.Document(io.BytesIO(saved)).paragraphs]
    assert texts == ["情况", "全市共有企业三家。"]
    word, _ = GongwenExporter().from_notebook_node(nbformat.read(tmp_path / "情况.ipynb", as_version=4))
    assert saved == word


def test_the_menus_list_names_our_exporters_in_chinese_only(lab: str) -> None:
    with urllib.request.urlopen(f"{lab}/api/nbconvert?token=t") as answer:  # noqa: S310 (our own server)
        listed = answer.read().decode("unicode_escape")
    assert '"公文（Word）"' in listed
    assert '"通报网页（HTML）"' in listed
    assert "gongwen" not in listed
    assert "tongbao" not in listed
