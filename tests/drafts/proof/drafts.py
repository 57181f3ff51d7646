"""Word drafts for tests: paragraphs of our own making, and edits in word/document.xml as an official's program leaves them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx

from bulletin.export.word.exporter import GongwenExporter
from bulletin.facts.facts import Facts, facts_csv
from tests.export.notebooks import block, closing, letterhead, notebook, prose
from tests.export.reports import fact

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def word_file(path: Path, *paragraphs: str) -> Path:
    """A plain Word file of these paragraphs."""
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(str(path))
    return path


def edited(source: Path, target: Path, edit: Callable[[str], str]) -> Path:
    """A copy of a Word file with its document.xml changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(
                name, edit(content.decode("utf-8")).encode("utf-8") if name == "word/document.xml" else content
            )
    target.write_bytes(out.getvalue())
    return target


def figure_pattern(bookmark: str) -> re.Pattern[str]:
    """Finds a bookmarked figure's text in document.xml, as its second group."""
    return re.compile(rf'(w:name="{bookmark}"/>.*?<w:t[^>]*>)([^<]*)(</w:t>)', re.DOTALL)


def city_draft(folder: Path, facts: Facts) -> tuple[Path, Path]:
    """A published city bulletin over the small period, and its facts.csv, as a build leaves them."""
    (folder / "city").mkdir(parents=True)
    (folder / "facts.csv").write_bytes(facts_csv(facts))
    names = ("mines", "mines_underground", "mines_open_pit", "mines_tailings", "task_list_rate", "onsite_rate")
    said = {name: fact(name, facts(name).text) for name in names}
    body = (
        "## 一、总体情况\n\n全市有企业{mines}家，其中地下开采{mines_underground}家、露天开采{mines_open_pit}家、"
        "独立尾矿库{mines_tailings}家，制定率{task_list_rate}。\n\n全市签到率为{onsite_rate}。"
    ).format(**said)
    head = letterhead(title="样例市应急管理局关于2023年度专员履职情况的通报")
    written, _ = GongwenExporter().from_notebook_node(notebook(block(head), prose(body), block(closing())))
    path = folder / "city/bulletin.docx"
    path.write_bytes(written)
    return path, folder / "facts.csv"
