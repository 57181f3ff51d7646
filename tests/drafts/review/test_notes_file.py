"""A file of notes is somebody else's: taken whole where every part of it is what it should be, else refused."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from bulletin.drafts.review.notes_file import NotesFile, read_notes
from bulletin.project.errors import BulletinError
from tests.drafts.review.notes import FILE, NOTE


def changed(place: str, value: object) -> dict[str, Any]:
    """The file with another value at `place`, such as notes.0.text."""
    made = copy.deepcopy(FILE)
    *way, last = [int(part) if part.isdigit() else part for part in place.split(".")]
    found: Any = made
    for part in way:
        found = found[part]
    found[last] = value
    return made


def read(folder: Path, content: object) -> NotesFile:
    path = folder / "审核意见.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode())
    return read_notes(path)


def refusal(folder: Path, content: object) -> str:
    with pytest.raises(BulletinError) as caught:
        read(folder, content)
    assert caught.value.code == "bad-notes"
    assert str(folder / "审核意见.json") in str(caught.value)
    return str(caught.value)


def test_a_file_is_read_as_it_was_saved(tmp_path: Path) -> None:
    found = read(tmp_path, FILE)
    assert found.model_dump() == FILE
    assert found == read(tmp_path, b"\xef\xbb\xbf" + json.dumps(FILE).encode())  # as Notepad saves it


@pytest.mark.parametrize(
    ("place", "value", "fault"),
    [
        ("path", "../../etc/passwd", "path：不认识的键，请检查拼写。此处可用的键：kind、version、page、notes"),
        ("page.folder", "/etc", "page.folder：不认识的键，请检查拼写。此处可用的键：bureau、period、scope、name"),
        (
            "notes.0.anchor.xpath",
            "//p",
            "notes.0.anchor.xpath：不认识的键，请检查拼写。此处可用的键：kind、quote、number、figure、cell",
        ),
        ("version", 2, "version：只能是 1，现为 2"),
        ("page.period", "../../2023", "page.period：应为期间，如 2023、2023Q4 或 2023-06，现为 '../../2023'"),
        ("page.scope", "", "page.scope：不能为空，现为 ''"),
        ("notes", {}, "notes：应为列表（每行以“- ”开头），现为 {}"),
        ("notes", [NOTE] * 501, "notes：最多 500 条，现有 501 条"),
        (
            "notes.0",
            "=cmd|' /C calc'!A0",
            "notes.0：应为一组键：id、text、reviewer、written、digest、anchor，现为 \"=cmd|' /C calc'!A0\"",
        ),
        ("notes.0.id", "", "notes.0.id：不能为空"),
        ("notes.0.text", " \n", "notes.0.text：不能为空，现为 ' \\n'"),
        ("notes.0.text", "长" * 350_000, "notes.0.text：最多 2000 个字，现有 350000 个"),
        ("notes.0.text", 7, "notes.0.text：应为文字，现为 7"),
        ("notes.0.text", None, "notes.0.text：应为文字，现为 空"),
        ("notes.0.reviewer", "名" * 21, "notes.0.reviewer：最多 20 个字，现有 21 个"),
        (
            "notes.0.written",
            "昨天\x1b[31m",
            "notes.0.written：应为时间，写作 2024-03-05T17:30:00，现为 '昨天\\x1b[31m'",
        ),
        ("notes.0.written", "早" * 1_000, f"notes.0.written：应为时间，写作 2024-03-05T17:30:00，现为 '{'早' * 59}……"),
        ("notes.0.written", "2024-02-30T00:00:00", "notes.0.written：应为时间"),
        ("notes.0.anchor", None, "notes.0.anchor：应为一组键：kind、quote、number、figure、cell，现为 空"),
        ("notes.0.anchor.kind", "script", "notes.0.anchor.kind：只能是 'paragraph', 'heading', 'row' 或 'chart'"),
        ("notes.0.anchor.quote", "", "notes.0.anchor.quote：不能为空"),
        ("notes.0.anchor.number", 0, "notes.0.anchor.number：不能小于 1，现为 0"),
        ("notes.0.anchor.number", "1", "notes.0.anchor.number：应为整数，现为 '1'"),
        ("notes.0.anchor.number", 10**30, "notes.0.anchor.number：不能大于 100000"),
        ("notes.0.anchor.figure.metric", "m" * 81, "notes.0.anchor.figure.metric：最多 80 个字，现有 81 个"),
    ],
)
def test_whatever_is_not_a_note_is_refused_with_its_place(
    tmp_path: Path, place: str, value: object, fault: str
) -> None:
    told = refusal(tmp_path, changed(place, value)).splitlines()
    assert told[0].endswith("有 1 处不符合格式，没有读入。请在网页上重新“保存为文件”：")
    (line,) = told[1:]
    assert line.startswith(f"  · {fault}")
    assert line.isprintable()
    assert len(line) < 150


def test_all_faults_are_told_at_once_but_not_endlessly(tmp_path: Path) -> None:
    content = changed("notes", [NOTE | {"text": 1, "id": 2} for _ in range(20)])
    told = refusal(tmp_path, content).splitlines()
    assert "有 40 处" in told[0]
    assert [told[1], told[2]] == ["  · notes.0.id：应为文字，现为 2", "  · notes.0.text：应为文字，现为 1"]
    assert told[31:] == ["  · 另有 10 处"]


def test_a_missing_part_is_named(tmp_path: Path) -> None:
    note = {name: value for name, value in NOTE.items() if name != "written"}
    assert refusal(tmp_path, changed("notes.0", note)).splitlines()[1:] == ["  · notes.0.written：缺少这一项，必须填写"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        "不是 JSON".encode("gb18030"),
        b"[" * 100_000,
        b"[]",
        b"null",
        b'{"kind": "\\ud800"}',
        {"kind": "bulletin-facts"},
        {"notes": []},
    ],
)
def test_a_file_of_another_kind_is_refused_in_one_sentence(tmp_path: Path, content: object) -> None:
    told = refusal(tmp_path, content)
    assert told.endswith("审核意见.json 不是批注文件。请选用报告网页上“保存为文件”存下的文件。")


def test_an_endless_file_is_not_even_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "审核意见.json"
    with path.open("wb") as file:
        file.truncate(10_000_001)
    monkeypatch.delattr(Path, "read_bytes")
    with pytest.raises(BulletinError, match="超过 10 MB"):
        read_notes(path)


@pytest.mark.parametrize("name", ["没有.json", "."])
def test_a_file_that_cant_be_read_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(BulletinError, match="无法读取批注文件"):
        read_notes(tmp_path / name)
