"""Whatever is printed meanwhile, the terminal obeys none of it."""

from __future__ import annotations

import sys

import pytest

from bulletin.cli import main
from bulletin.terminal import plain_terminal


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
