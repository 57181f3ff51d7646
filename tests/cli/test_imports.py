"""What a command costs before it does anything is what it imports: each loads what it needs and nothing else.

Modules are counted, not seconds: a machine is busy or isn't, an import is there or isn't.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import docx
import pytest

from bulletin.build.record import take_inputs
from bulletin.facts.facts import facts_csv
from bulletin.project.fingerprint import take_fingerprint
from bulletin.project.manifest import MANIFEST, Manifest, own_digest
from bulletin.project.paths import Project
from tests.builders import ROOT, params_of, results_of

HEAVY = {
    "IPython",
    "bs4",
    "distributed",
    "docx",
    "duckdb",
    "ipykernel",
    "jinja2",
    "jsonschema",
    "lxml",
    "markdown_it",
    "matplotlib",
    "nbclient",
    "nbconvert",
    "nbformat",
    "numpy",
    "openpyxl",
    "pandas",
    "pandera",
    "papermill",
    "psutil",
    "pydantic",
    "python_calamine",
    "rjieba",
    "ruamel",
    "seaborn",
    "sqlalchemy",
    "tornado",
    "traitlets",
    "yaml",
    "zmq",
}

PARAMS = {"pydantic", "ruamel"}
"""What reads a params file or a manifest."""

SHEETS = {"openpyxl", "lxml", "numpy"}
"""What writes a workbook."""

WORD = {"docx", "lxml"}

RECORDS = {"pandas", "numpy", "duckdb", "python_calamine"}

_TEXT = "现场签到率为90%，远程监管率为80%。\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a few records, whose year is built as far as facts and a manifest go; and drafts."""
    root = tmp_path_factory.mktemp("project")
    for name in ("params", "notebooks"):
        shutil.copytree(ROOT / name, root / name)
    results = results_of(root / "data/2023")
    folder = root / "outputs/2023"
    folder.mkdir(parents=True)
    (folder / "facts.csv").write_bytes(facts_csv(results.facts))
    told: dict[str, Any] = {"period": "2023", "generated_at": "", "git_commit": None, "python": "", "files": {}}
    origin = take_fingerprint(Project(root), params_of())
    manifest = Manifest(**dict(take_inputs(results, origin)), **told, origin=origin, reports=[])
    sealed = manifest.model_copy(update={"digest": own_digest(manifest.model_dump(mode="json"))})
    (folder / MANIFEST).write_text(sealed.model_dump_json(), encoding="utf-8")
    for name in ("稿.txt", "稿.md"):
        (root / name).write_text(_TEXT, encoding="utf-8")
    document = docx.Document()
    document.add_paragraph(_TEXT.strip())
    document.save(str(root / "稿.docx"))
    return root


def loaded(project: Path, *arguments: str) -> tuple[int, set[str]]:
    """The status of a command in a new process, and the modules that are loaded when it ends."""
    code = (
        "import sys; from bulletin.cli.main import main; status = main(sys.argv[1:])\n"
        "sys.__stderr__.write('\\n' + ' '.join(sys.modules)); sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=project,
        env=os.environ | {"PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, set(done.stderr.splitlines()[-1].split())


class DescribeACommand:
    @pytest.mark.parametrize(
        ("command", "status", "allowed", "most"),
        [
            ("proof 稿.txt", 0, set(), 70),
            ("proof 稿.md", 0, {"bs4", "lxml", "markdown_it"}, 71),
            ("proof 稿.docx", 0, WORD, 72),
            ("proof 稿.docx --facts outputs/2023/facts.csv", 0, WORD | PARAMS, 99),
            ("diff 2023 2023", 0, PARAMS, 50),
            ("diff 2023 2023 --format html", 0, PARAMS | {"jinja2"}, 54),
            ("verify 2023", 1, PARAMS, 44),
            ("new 2024 --from 2023", 0, PARAMS, 52),
            ("template 模板", 0, PARAMS | SHEETS, 56),
            ("review add 没有.json", 2, PARAMS | WORD, 36),
            ("check 2023", 0, PARAMS | SHEETS | RECORDS, 113),
        ],
    )
    def it_loads_what_it_needs_and_no_more(
        self, project: Path, command: str, status: int, allowed: set[str], most: int
    ) -> None:
        ended, modules = loaded(project, *command.split())
        assert ended == status
        assert {name.partition(".")[0] for name in modules} & HEAVY <= allowed
        assert len({name for name in modules if name.startswith("bulletin.")}) <= most
