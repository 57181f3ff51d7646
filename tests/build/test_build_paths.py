"""A folder may be called what people call folders: braces, blanks, signs that addresses and formats use."""

from __future__ import annotations

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.build.projects import CITY, JIA_XIAN, PLAIN, YI_QU, build_after, make_project

NAME = "通报 {2024} {} 100%25 #1 & 县's [a]+ß"


class _Links(HTMLParser):
    """The addresses that a page leads to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ("href", "src") and tag != "base"]


@pytest.mark.parametrize(
    "code", ["", pytest.param(PLAIN, marks=pytest.mark.skipif(sys.platform != "linux", reason="it's the only way"))]
)
def test_a_project_and_an_outputs_folder_of_any_name_are_built_and_linked(tmp_path: Path, code: str) -> None:
    project = make_project(tmp_path / NAME)
    place = tmp_path / f"结果 {NAME}"
    done = build_after(project, code or "import sys", "--outputs", str(place))
    assert (done.returncode, done.stderr) == (0, "")
    folder = place / "2023"
    for report in (CITY, JIA_XIAN, YI_QU):
        assert {(folder / f"{report}.{kind}").is_file() for kind in ("html", "docx", "ipynb")} == {True}
    pages = [folder / "index.html", folder / f"{JIA_XIAN}.html", folder / "facts.html"]
    for page in pages:
        links = _Links()
        links.feed(page.read_text("utf-8"))
        local = [urlsplit(each) for each in links.found if not each.startswith(("data:", "#"))]
        assert {each.scheme for each in local} <= {""}  # none says where the folder is: it can be moved
        assert [each.path for each in local if not (page.parent / unquote(each.path)).exists()] == []
    assert NAME not in (folder / "index.html").read_text("utf-8")
    assert "没有变化" in build_after(project, "import sys", "--outputs", str(place)).stdout
