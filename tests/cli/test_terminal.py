"""Whatever is printed meanwhile, the terminal obeys none of it."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from bulletin.cli.main import main
from bulletin.cli.terminal import plain_terminal
from bulletin.facts.facts import COLUMNS
from tests.build.projects import CITY, JIA_XIAN, YI_QU, make_project, outputs


def test_what_is_printed_is_shown_and_not_obeyed(capsys: pytest.CaptureFixture[str]) -> None:
    with plain_terminal():
        sys.stdout.write("甲\x1b[2J\u202e县\r乙\n丙\t丁👨\u200d👩\n")
        sys.stderr.write("错误：\x9b31m\n")
    sys.stdout.write("\x1b")
    shown = capsys.readouterr()
    assert shown.out == "甲[U+001B][2J[U+202E]县[U+000D]乙\n丙\t丁👨\u200d👩\n\x1b"
    assert shown.err == "错误：[U+009B]31m\n"


def test_what_is_written_as_bytes_is_a_files_content(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    with plain_terminal():
        sys.stdout.buffer.write("\ufeff甲\r\n".encode())
    assert capfdbinary.readouterr().out == "\ufeff甲\r\n".encode()


@pytest.mark.parametrize(
    "arguments",
    [
        ["build", "2023\x1b[2J"],
        ["verify", "\u202e"],
        ["no\x1b[2J"],
        ["diff", "\x1b[2J", "2023"],
        ["proof", "\x1b[2J.txt"],
    ],
)
def test_no_command_repeats_what_a_terminal_obeys(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    try:
        status: object = main(arguments)
    except SystemExit as ended:
        status = ended.code
    shown = capsys.readouterr()
    assert status == 2
    assert "\x1b" not in shown.out + shown.err
    assert "\u202e" not in shown.out + shown.err


def read_little(
    arguments: list[str], folder: Path, lines: int, *, together: bool = False
) -> tuple[int, str, list[str]]:
    """Run a command whose reader leaves after so many lines: status, what stands on stderr, and the lines."""
    command = [sys.executable, "-m", "bulletin", *arguments]
    stderr = subprocess.STDOUT if together else subprocess.PIPE
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=stderr, encoding="utf-8") as run:
        assert run.stdout
        read = [run.stdout.readline() for _ in range(lines)]
        run.stdout.close()
        told = run.stderr.read() if run.stderr else ""
        return run.wait(), told, read


class DescribeAReaderThatLeaves:
    @pytest.mark.parametrize(
        ("arguments", "status", "lines", "together"),
        [  # each way of leaving with what prints more than a pipe holds, and each command with one of them
            ([], 0, 0, True),
            (["--help"], 0, 1, False),
            (["build", "--help"], 0, 0, False),
            (["proof", "稿.txt"], 1, 1, True),
            (["proof", "稿.txt", "--format", "json"], 1, 0, False),
            (["diff", "旧.csv", "新.csv"], 0, 1, False),
            (["diff", "旧.csv", "新.csv", "--format", "csv"], 0, 0, True),
        ],
    )
    def it_gets_no_traceback_and_the_command_its_own_status(
        self, tmp_path: Path, arguments: list[str], status: int, lines: int, together: bool
    ) -> None:
        for folder in ("params", "notebooks"):
            (tmp_path / folder).mkdir()
        (tmp_path / "稿.txt").write_text("甲县、乙县共3个县未整改。\n" * 400, encoding="utf-8")
        for name, count in (("旧", 1), ("新", 2)):
            places = ["city,全市", *(f"{code},甲县" for code in range(100001, 103001))]  # more than a pipe holds
            rows = [f"mines,{place},{count},,,count,{count},2023" for place in places]
            text = "\n".join([",".join(COLUMNS), *rows, ""])
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        assert read_little(arguments, tmp_path, lines, together=together)[:2] == (status, "")

    def it_doesnt_stop_a_build_half_way(self, tmp_path: Path) -> None:
        project = make_project(tmp_path)
        status, told, read = read_little(["build", "2023"], project, 1)
        assert (status, told) == (0, "")
        assert read == ["正在读取并核对 2023年度的数据……\n"]
        assert {f"{CITY}.docx", f"{JIA_XIAN}.docx", f"{YI_QU}.docx", "manifest.json"} <= outputs(project).keys()
        assert read_little(["verify", "2023"], project, 0)[:2] == (0, "")

    @pytest.mark.skipif(sys.platform == "win32", reason="a shell's >&-")
    def it_may_not_be_there_at_all(self, tmp_path: Path) -> None:
        command = ["sh", "-c", '"$0" -m bulletin >&- 2>&-', sys.executable]
        assert subprocess.run(command, cwd=tmp_path, check=False).returncode == 0

    def it_isnt_what_a_full_disk_is_taken_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(_text: str) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(sys.stdout, "write", full)
        with plain_terminal(), pytest.raises(OSError, match="No space"):
            sys.stdout.write("甲\n")
