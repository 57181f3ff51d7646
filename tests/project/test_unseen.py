"""What can't be seen is told by its number; all that can be seen stays, in any script."""

from __future__ import annotations

import unicodedata

import pytest

from bulletin.project.unseen import UNSEEN, one_line, visible
from tests.build.hostile import ANYWHERE, STARTS
from tests.build.hostile import UNSEEN as CASES


@pytest.mark.parametrize("text", CASES.values(), ids=CASES)
def test_each_is_shown_by_its_number(text: str) -> None:
    assert visible(f"甲{text}县") == f"甲[U+{ord(text[0]):04X}]{text[1:]}县"


@pytest.mark.parametrize(
    "text", [*ANYWHERE, *STARTS, "甲\u3000县", "a\tb\nc", "\ue000", "\ufffd", "\U00020000", "①②Ⅲ㈠"]
)
def test_all_that_can_be_seen_stays(text: str) -> None:
    assert visible(text) == text


def test_every_control_and_every_mark_of_direction_is_among_them() -> None:
    kept = {"\t", "\n", "\r", "\u200c", "\u200d"}
    hidden = {chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) in ("Cc", "Cs", "Zl", "Zp")}
    hidden |= {
        chr(code)
        for code in range(0x3000)
        if unicodedata.bidirectional(chr(code)) in ("LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI")
    }
    assert {char for char in hidden - kept if not UNSEEN.fullmatch(char)} == set()
    assert not [char for char in kept if UNSEEN.fullmatch(char)]


def test_one_line_is_one_and_no_longer_than_it_may_be() -> None:
    assert one_line("甲\r\n乙\u2028\t丙") == "甲 乙 丙"
    assert one_line("长" * 10_000, 40) == "长" * 40 + "……"
    assert one_line("\x1b" * 3, 2) == "[U+001B][U+001B]……"
