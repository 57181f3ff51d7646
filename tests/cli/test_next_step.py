"""`bulletin` alone: the help, and what to do next here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bulletin.cli.main import main
from bulletin.project.paths import OUTPUTS_VARIABLE


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("params", "notebooks"):
        (tmp_path / name).mkdir()
    for name in ("2022", "2023", "样例"):
        (tmp_path / f"params/{name}.yaml").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(OUTPUTS_VARIABLE, "")
    return tmp_path


def built(project: Path, *states: str) -> None:
    folder = project / "outputs/2023"
    folder.mkdir(parents=True, exist_ok=True)
    reports = [{"name": f"县{n}", "state": state} for n, state in enumerate(states)]
    (folder / "manifest.json").write_text(json.dumps({"reports": reports}), encoding="utf-8")


def shown(capsys: pytest.CaptureFixture[str]) -> tuple[str, list[str]]:
    """The help, and the lines of the next step."""
    assert main([]) == 0
    found = capsys.readouterr()
    assert found.err == ""
    help_text, _, step = found.out.partition("下一步：\n")
    return help_text, step.splitlines()


class DescribeBulletinAlone:
    def it_shows_the_help_and_then_the_first_build(self, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
        help_text, step = shown(capsys)
        with pytest.raises(SystemExit):
            main(["--help"])
        assert help_text == capsys.readouterr().out + "\n"
        assert step[0] == "2023年度还没有生成。"
        assert [line.rpartition("    ")[0] for line in step[1:]] == ["  bulletin build 2023", "  bulletin check 2023"]

    def it_says_where_the_newest_periods_reports_are(self, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
        built(project, "built", "unchanged")
        step = shown(capsys)[1]
        assert step[0] == f"2023年度的 2 份报告已经生成，用浏览器打开 {project / 'outputs/2023/index.html'} 查看。"
        assert [line.rpartition("    ")[0] for line in step[1:]] == [
            "  bulletin build 2023",
            "  bulletin new 新的期间 --from 2023",
        ]

    @pytest.mark.parametrize("state", ["failed", "kept", "stale", "missing"])
    def it_says_which_reports_are_behind(self, project: Path, capsys: pytest.CaptureFixture[str], state: str) -> None:
        built(project, "built", state, "built")
        assert shown(capsys)[1] == [
            "2023年度的 3 份报告中，1 份不是最新的（县1）。",
            "  bulletin build 2023    补上",
        ]

    def it_names_the_first_of_several_that_are_behind(self, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
        built(project, "built", "failed", "stale")
        assert shown(capsys)[1][0] == "2023年度的 3 份报告中，2 份不是最新的（县1等）。"

    @pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'{"reports": [1]}', b"\xff"])
    def it_takes_a_manifest_that_cant_be_read_for_none(
        self, project: Path, capsys: pytest.CaptureFixture[str], content: bytes
    ) -> None:
        built(project)
        (project / "outputs/2023/manifest.json").write_bytes(content)
        assert shown(capsys)[1][0] == "2023年度还没有生成。"

    def it_goes_by_the_calendar(self, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (project / "params/2024-01.yaml").touch()
        assert shown(capsys)[1][0] == "2024年1月还没有生成。"
        (project / "params/2024.yaml").touch()
        (project / "params/2024Q3.yaml").touch()
        assert shown(capsys)[1][0] == "2024年度还没有生成。"

    def it_says_what_is_missing_where_there_are_no_params(
        self, project: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for path in (project / "params").iterdir():
            path.unlink()
        assert "还没有期间的参数文件" in shown(capsys)[1][0]

    def it_says_so_outside_a_project(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr("bulletin.project.paths.__file__", str(tmp_path / "a" / "b" / "c.py"))
        assert "请在项目文件夹内运行本命令" in shown(capsys)[1][0]

    def it_loads_nothing_heavy(self, project: Path) -> None:
        code = "import sys; from bulletin.cli.main import main; main([]); print(*sys.modules, file=sys.stderr)"
        done = subprocess.run(
            [sys.executable, "-I", "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}"],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=os.environ | {"PYTHONUTF8": "1"},
            check=True,
        )
        loaded = set(done.stderr.split())
        assert "bulletin.cli.next_step" in loaded
        assert {name.partition(".")[0] for name in loaded} & _HEAVY == set()
        assert len({name for name in loaded if name.startswith("bulletin.")}) <= 14


_HEAVY = {
    "pandas",
    "numpy",
    "pydantic",
    "yaml",
    "ruamel",
    "matplotlib",
    "duckdb",
    "IPython",
    "jinja2",
    "nbformat",
    "zmq",
}
