"""What a start costs is what it imports."""

from __future__ import annotations

import subprocess
import sys

from bulletin.build.workers.imports import left_out

HEAVY = {"pandas", "numpy", "matplotlib", "duckdb", "papermill", "nbconvert", "IPython", "jinja2", "pydantic", "docx"}


def imported(code: str) -> set[str]:
    """The modules that are loaded after `code`, in a new process."""
    told = f"import sys\n{code}\nsys.stderr.write('\\n' + ' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, encoding="utf-8", check=True)
    return set(done.stderr.splitlines()[-1].split())


def test_help_imports_nothing_heavy() -> None:
    code = "from bulletin.cli.main import main\ntry: main(['--help'])\nexcept SystemExit: pass"
    found = imported(code)
    assert "bulletin.cli.main" in found
    assert found & HEAVY == set()


def test_a_build_reads_no_grammar_of_iris_and_its_kernels_load_no_debugger() -> None:
    code = "from bulletin.cli.main import main\nimport bulletin.build.build as b\nfrom bulletin.build.due import Differences\nb.look = lambda *_: (None, Differences(None, {}, []))\nmain(['build', '1999'])\nimport bulletin.build.workers.kernel"
    if sys.platform != "linux":
        code = code.rsplit("\n", 1)[0]
    found = imported(code)
    assert {"papermill", "nbconvert", "jsonschema"} <= found
    assert found & {"rfc3987_syntax", "debugpy"} == set()


def test_what_is_left_out_can_be_imported_afterwards() -> None:
    code = "from bulletin.build.workers.imports import left_out\nwith left_out('colorsys'):\n try: import colorsys\n except ImportError: print('out')\nimport colorsys"
    assert "colorsys" in imported(code)


def test_what_is_there_already_stays() -> None:
    with left_out("sys"):
        assert sys.modules["sys"] is sys
    assert sys.modules["sys"] is sys
