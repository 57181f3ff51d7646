"""No two counties share a folder on any system, and none has one elsewhere."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulletin.project.file_names import code_name, scope_folder

fuzz = settings(deadline=None, derandomize=True, database=None)

CODES = (
    st.text("aA1-_./\\:é\u0301ſK中 ", min_size=1, max_size=4)
    | st.text(min_size=1)
    | st.sampled_from(["CON", "nul", "LPT1"])
)


def test_a_plain_code_and_name_are_themselves() -> None:
    assert scope_folder("141022", "翼城县") == "141022-翼城县"
    assert scope_folder("JKQ-1", "甲 县（区）") == "JKQ-1-甲_县_区_"
    assert code_name("141022") == "141022"


@pytest.mark.parametrize("code", ["../../etc", "CON", "NUL", "a1", "A" * 41, "-1", ".", "A.", "A ", "甲", "x\\y"])
def test_any_other_code_has_a_digest_beside_it(code: str) -> None:
    assert re.fullmatch(r"\w*-[0-9a-f]{8}", code_name(code).replace("--", "-"))


@fuzz
@given(CODES, CODES)
def test_two_codes_are_never_one_name_where_case_and_accents_written_otherwise_count_for_nothing(
    one: str, other: str
) -> None:
    def folded(name: str) -> str:
        return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())

    assert (folded(code_name(one)) == folded(code_name(other))) == (one == other)
    assert (folded(scope_folder(one, "甲")) == folded(scope_folder(other, "甲"))) == (one == other)


@fuzz
@given(CODES, st.text(max_size=60))
def test_the_name_is_one_short_part_of_a_path_on_every_system(code: str, name: str) -> None:
    folder = scope_folder(code, name)
    for path in (PurePosixPath("a", folder), PureWindowsPath("a", folder)):
        assert path.parts == ("a", folder)
    assert not PureWindowsPath(folder).is_reserved()
    assert len(folder) <= 40 + 9 + 1 + 40
    assert not folder.endswith((".", " "))
