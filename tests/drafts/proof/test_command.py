"""`bulletin proof`: its exit status, and findings as text, JSON and comments."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bulletin.cli.main import main

CLEAN, WRONG = "甲县、乙县共2个县已完成整改。", "甲县、乙县共3个县已完成整改。"


def draft(folder: Path, text: str) -> str:
    path = folder / "draft.txt"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_clean_draft_ends_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = draft(tmp_path, CLEAN)
    assert main(["proof", path]) == 0
    assert capsys.readouterr().out == f"{path}：没有发现问题。\n"


def test_findings_end_with_1_and_obey_no_control_characters(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = draft(tmp_path, WRONG)
    assert main(["proof", path]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{path}：发现 1 处问题。",
        "1. 第1段，名单与个数不符（list-count，错误）",
        "   原文：甲县、乙县共3个县",
        "   应为：2",
        "   说明：写的是3个县，列出的有2个：甲县、乙县。",
    ]
    assert main(["proof", draft(tmp_path, "甲县、乙县（\x1b[31m\u202e）共3个县已完成整改。")]) == 1
    shown = capsys.readouterr().out
    assert "乙县（[U+001B][31m[U+202E]）共3个县" in shown
    assert not {"\x1b", "\u202e"} & {*shown}


def test_json_has_an_object_a_finding(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["proof", draft(tmp_path, CLEAN), "--format", "json"]) == 0
    assert json.loads(capfdbinary.readouterr().out) == []
    assert main(["proof", draft(tmp_path, WRONG), "--format", "json"]) == 1
    assert json.loads(capfdbinary.readouterr().out) == [
        {
            "rule": "list-count",
            "paragraph": 1,
            "place": "第1段",
            "found": "甲县、乙县共3个县",
            "expected": "2",
            "severity": "error",
            "message": "写的是3个县，列出的有2个：甲县、乙县。",
        }
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.txt"], "无法读取 nowhere.txt"),
        (["a.odt"], "不是 .docx、.md 或 .txt 文件"),
        (["{draft}", "--facts", "nowhere"], "找不到“nowhere”的指标"),
        (["{draft}", "--annotate", "b.docx"], "不是 Word 文件，不能写批注"),
    ],
)
def test_what_cant_be_read_ends_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    path = draft(tmp_path, CLEAN)
    assert main(["proof", *(each.replace("{draft}", path) for each in arguments)]) == 2
    assert message in capsys.readouterr().err
