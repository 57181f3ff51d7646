"""`bulletin verify` names all that was changed since the build, and trusts nothing in the manifest with a path."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import bulletin.build.verify
from bulletin.build.request import Request
from bulletin.project import fingerprint
from bulletin.project.digests import digest_of
from bulletin.project.errors import BulletinError
from bulletin.project.manifest import MANIFEST, read_manifest
from bulletin.project.paths import Project
from bulletin.project.periods import parse_period
from tests import warm
from tests.build.projects import PARAMS, build
from tests.builders import JIA, SMALL
from tests.records.sheets import small_sheets, write_workbook

CITY, COUNTY = "city/bulletin", f"counties/{JIA}-甲县/report"


@pytest.fixture
def project(built_project: Path) -> Path:
    """A copy of what was built elsewhere, so that a folder that moved is no change either."""
    return built_project


@pytest.fixture
def folder(project: Path) -> Path:
    return project / "outputs/2023"


def verify(project: Path, *options: str, period: str = "2023") -> tuple[int, str]:
    """The exit status and all that the command says."""
    done = warm.run("verify", period, *options, cwd=project)
    return done.returncode, done.stdout + done.stderr


def differences(said: str) -> list[str]:
    """The names of what differs, and how."""
    part = said.partition("\n没有核对")[0]
    return [line.removeprefix("  · ").partition("。")[0] for line in part.splitlines() if line.startswith("  · ")]


def tampered(folder: Path, change: Callable[[dict[str, Any]], None], *, sealed: bool = True) -> None:
    """Change the manifest; `sealed` as one would who knows how."""
    content = json.loads((folder / MANIFEST).read_text("utf-8"))
    change(content)
    if sealed:
        content["digest"] = _digest(content)
    (folder / MANIFEST).write_text(json.dumps(content), encoding="utf-8")


def _digest(content: dict[str, Any]) -> str:
    rest = {key: value for key, value in content.items() if key != "digest"}
    return digest_of(json.dumps(rest, ensure_ascii=False, sort_keys=True).encode("utf-8"))


def test_nothing_changed_ends_with_0_and_says_what_was_compared(project: Path) -> None:
    status, said = verify(project)
    assert status == 0
    assert "21 个输出文件、程序、程序库、参数、2 个笔记本、11 个数据文件。" in said
    assert said.endswith("\n没有发现改动。\n")


def test_every_file_of_the_outputs_is_compared(project: Path, folder: Path) -> None:
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST]
    assert len(files) == 21
    for path in files:
        path.write_bytes(path.read_bytes() + b" ")
    status, said = verify(project)
    assert status == 1
    assert sorted(differences(said)) == sorted(f"{path.relative_to(folder).as_posix()}：有改动" for path in files)
    advice = "请用 bulletin proof 校核；下次 bulletin build 2023 会重新生成，改过的另存为“bulletin.改动.docx”。"
    assert f"city/bulletin.docx：有改动。{advice}" in said


def test_what_is_gone_and_what_came_is_named(project: Path, folder: Path) -> None:
    shutil.rmtree((folder / COUNTY).parent)
    (folder / "facts.csv").unlink()
    (folder / "counties/999999-旧县").mkdir()
    (folder / "counties/999999-旧县/report.docx").write_bytes(b"")
    for name in (".hidden", "~$lletin.docx", "Thumbs.db"):
        (folder / name).write_bytes(b"")
    (folder / "review").mkdir()
    (folder / "review/全市通报.docx").write_bytes(b"")
    status, said = verify(project)
    assert status == 1
    of_county = [f"{COUNTY}.{kind}：不见了" for kind in ("docx", "html", "ipynb", "review.docx")]
    assert sorted(differences(said)) == sorted(
        [*of_county, "facts.csv：不见了", "counties/999999-旧县/report.docx：清单中没有"]
    )
    assert "运行 bulletin build 2023 补上" in said


def test_every_input_that_changed_is_named(project: Path) -> None:
    (project / "params/2023.yaml").write_text(
        PARAMS.replace("样例市", "另一市") + 'previous: "2022"\n', encoding="utf-8"
    )
    notebook = project / "notebooks/mines/city_bulletin.ipynb"
    notebook.write_text(notebook.read_text("utf-8").replace("为全面掌握", "为掌握"), encoding="utf-8")
    (project / "notebooks/mines/own.ipynb").write_bytes(b"{}")
    (project / "data/checkins.csv").write_bytes((project / "data/checkins.csv").read_bytes() + b"\n")
    (project / "data/exemptions.csv").unlink()
    (project / "data/2023").mkdir()
    (project / "data/2023/previous.csv").write_text("period\n2022\n", encoding="utf-8")
    (project / "data/乙区.xlsx").write_bytes(b"")
    (project / "data/企业名录.csv").write_bytes(b"")
    for name in ("README.md", "别的.csv", ".x.csv"):
        (project / "data" / name).write_bytes(b"read by nobody")
    status, said = verify(project)
    assert status == 1
    assert sorted(differences(said)) == sorted(
        [
            "params/2023.yaml：有改动",
            "notebooks/mines/city_bulletin.ipynb：有改动",
            "notebooks/mines/own.ipynb：清单中没有",
            "上一期指标 previous.csv：清单中没有",
            "checkins.csv：有改动",
            "exemptions.csv：不见了",
            "乙区.xlsx：清单中没有",
            "企业名录.csv：清单中没有",
        ]
    )
    assert "不同的项：bureau、previous" in said
    assert "有意改动的，运行 bulletin build 2023 重新生成" in said


def test_another_program_and_other_libraries_are_named(
    project: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    monkeypatch.setattr(fingerprint, "program_digest", lambda: "another")
    monkeypatch.setattr(fingerprint, "environment_digest", lambda: "another")
    monkeypatch.setattr(
        bulletin.build.verify, "_version", lambda name: "0.1" if name == "pandas" else _installed(folder, name)
    )
    found = bulletin.build.verify.verify(Project(project), Request(parse_period("2023")))
    assert [each.name for each in found.inputs] == ["程序 bulletin", "程序库"]
    assert found.inputs[0].how.endswith("代码有改动")
    assert found.inputs[1].how.startswith("pandas ")
    assert found.inputs[1].how.endswith(" → 0.1")
    assert found.outputs == []


def _installed(folder: Path, name: str) -> str:
    manifest = read_manifest(folder)
    assert manifest
    return manifest.packages[name]


def test_outputs_that_were_handed_on_alone_are_compared_and_the_rest_is_said_to_be_unchecked(
    folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "other/params").mkdir(parents=True)
    (tmp_path / "other/notebooks").mkdir()
    shutil.copytree(folder, tmp_path / "stick/2023")
    options = ("--outputs", str(tmp_path / "stick"))
    status, said = verify(tmp_path / "other", *options)
    assert status == 0
    assert "没有核对：\n  · 输入：这里没有 params/2023.yaml，参数、数据、笔记本和程序都没有核对。" in said
    (tmp_path / "stick/2023/city/bulletin.docx").write_bytes(b"")
    assert verify(tmp_path / "other", *options)[0] == 1


def test_records_that_are_not_there_are_said_to_be_unchecked(project: Path) -> None:
    (project / "data").rename(project / "elsewhere")
    status, said = verify(project)
    assert status == 0
    assert f"数据：{project / 'data'} 不在，没有核对。可用 --data 指明。" in said
    assert verify(project, "--data", "elsewhere")[0] == 0


def test_records_from_elsewhere_are_asked_for_by_data(project: Path) -> None:
    write_workbook(project / "other/甲县.xlsx", small_sheets())
    assert build(project, "--data", "other", "--city-only").returncode == 0
    assert verify(project, "--data", "other")[0] == 0
    status, said = verify(project)
    assert status == 1
    assert f"生成时的数据在 {project / 'other'}，这里核对的是 {project / 'data'}" in said


def test_records_in_a_database_are_said_to_have_no_digest(project: Path) -> None:
    with sqlite3.connect(project / "records.db") as connection:
        for name, rows in SMALL.items():
            header, *lines = (project / "data" / f"{name}.csv").read_text("utf-8").splitlines()
            columns = header.split(",")
            connection.execute(f"CREATE TABLE {name} ({', '.join(f'{each!r} TEXT' for each in columns)})")
            marks = ", ".join("?" for _ in columns)
            connection.executemany(f"INSERT INTO {name} VALUES ({marks})", [line.split(",") for line in lines])  # noqa: S608
            assert len(lines) == len(rows)
    url = f"sqlite:///{(project / 'records.db').as_posix()}"
    assert build(project, "--city-only", "--data", url).returncode == 0
    status, said = verify(project, "--data", url)
    assert status == 0, said
    assert f"数据：数据库 {url}。数据库中的记录没有摘要，不能核对" in said
    status, said = verify(project)
    assert (status, differences(said)) == (1, ["数据：换了来源"])


@pytest.mark.parametrize("content", [None, b"", b"{", b"[]", b'{"period": "2023"}', b"\xff"])
def test_without_a_manifest_that_can_be_read_it_ends_with_2(project: Path, folder: Path, content: bytes | None) -> None:
    (folder / MANIFEST).unlink()
    if content is not None:
        (folder / MANIFEST).write_bytes(content)
    status, said = verify(project)
    assert status == 2
    assert said.startswith("错误：")
    assert "无从核对" in said
    assert "bulletin build 2023" in said


def test_a_manifest_that_was_edited_ends_with_2(project: Path, folder: Path) -> None:
    def forget(content: dict[str, Any]) -> None:
        del content["files"]["facts.csv"]

    tampered(folder, forget, sealed=False)
    status, said = verify(project)
    assert status == 2
    assert f"{MANIFEST} 自身被改动过，不能作为依据，无从核对" in said


def test_the_manifest_of_another_period_ends_with_2(project: Path, folder: Path) -> None:
    folder.rename(project / "outputs/2022")
    status, said = verify(project, period="2022")
    assert status == 2
    assert "是 2023 的，不是 2022 的" in said


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "a/../../secret", "..", "", ".", "a\x1b[2J", "\u202ea"])
@pytest.mark.parametrize("place", ["files", "report", "folder"])
def test_no_name_in_a_manifest_leads_elsewhere(project: Path, folder: Path, name: str, place: str) -> None:
    """A digest that is right would tell that the file there has that content."""
    (folder.parent / "secret").write_bytes(b"secret")

    def lead(content: dict[str, Any]) -> None:
        entry = content["reports"][0]
        if place == "folder":
            entry["folder"] = name
        else:
            (content if place == "files" else entry)["files"][name] = digest_of(b"secret")

    tampered(folder, lead)
    found = read_manifest(folder)
    assert found is None
    with pytest.raises(BulletinError, match="无法识别"):
        bulletin.build.verify.verify(Project(project), Request(parse_period("2023")))


def test_a_sealed_change_is_read_so_that_the_names_alone_are_refused(project: Path, folder: Path) -> None:
    """The test above would pass for any manifest if its digests were wrong."""

    def add(content: dict[str, Any]) -> None:
        content["files"]["a/b.txt"] = digest_of(b"")

    tampered(folder, add)
    status, said = verify(project)
    assert (status, differences(said)) == (1, ["a/b.txt：不见了"])


def test_a_link_that_leads_out_of_the_folder_is_no_file_of_it(project: Path, folder: Path) -> None:
    content = (folder / "facts.csv").read_bytes()
    (project / "outside.csv").write_bytes(content)
    (folder / "facts.csv").unlink()
    try:
        (folder / "facts.csv").symlink_to(project / "outside.csv")
    except OSError:
        pytest.skip("this user may make no links")
    status, said = verify(project)
    assert (status, differences(said)) == (1, ["facts.csv：有改动"])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such files")
def test_what_is_no_file_is_not_waited_for_and_no_name_makes_a_line_of_its_own(project: Path, folder: Path) -> None:
    (folder / "facts.csv").unlink()
    os.mkfifo(folder / "facts.csv")
    (folder / "index.html").unlink()
    (folder / "index.html").mkdir()
    (folder / "新\n没有发现改动").write_bytes(b"")
    status, said = verify(project)
    found = ["facts.csv：有改动", "index.html：有改动", "新 没有发现改动：清单中没有"]
    assert (status, sorted(differences(said))) == (1, found)


def test_texts_of_a_manifest_say_nothing_that_a_terminal_obeys(project: Path, folder: Path) -> None:
    def speak(content: dict[str, Any]) -> None:
        content["generated_at"] = "\x1b[2J\u202e"
        content["reports"][0] |= {"name": "\x1b[31m", "state": "kept"}
        content["origin"] |= {"environment": "", "program": "", "data": {"/\x1b[2J/x.csv": ""}}
        content["packages"] = {"pan\x1b[2Jdas": "\x9b"}
        content["params"]["\x1b]0;x"] = 1

    tampered(folder, speak)
    status, said = verify(project)
    assert status == 1
    assert "Traceback" not in said
    assert all(char.isprintable() or char == "\n" for char in said)
    assert "[U+001B]" in said


def test_nothing_is_written_or_removed(project: Path) -> None:
    (project / "outputs/2023/.staging").mkdir()
    before = {path: path.stat().st_mtime_ns for path in project.rglob("*")}
    verify(project)
    assert {path: path.stat().st_mtime_ns for path in project.rglob("*")} == before
