"""Where each key of a params file stands, and which lines are still to be filled in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bulletin.project.params.edit import gap_lines, places, with_empty_list, with_value
from bulletin.project.paths import Project
from tests.builders import params_of

GAPS = params_of(document={"addressees": "各县"})


def gaps(folder: Path, content: str | None) -> list[str]:
    """The gaps of a period without number and date, over a params file of that content; None for no file."""
    (folder / "params").mkdir()
    if content is not None:
        (folder / "params/2023.yaml").write_text(content, encoding="utf-8")
    return gap_lines(Project(folder), GAPS)


def test_a_blank_is_named_with_its_line(tmp_path: Path) -> None:
    assert gaps(tmp_path, "# 头\ndocument:\n  date:\n  number:\n") == [
        "document.number（发文字号），见 params/2023.yaml 第 4 行",
        "document.date（成文日期），见 params/2023.yaml 第 3 行",
    ]


def test_a_key_that_isnt_there_is_to_be_added_below_its_group(tmp_path: Path) -> None:
    assert gaps(tmp_path, "\n\ndocument:\n  date:\n") == [
        "document.number（发文字号），见 params/2023.yaml 第 3 行，在 document 之下加上这一项",
        "document.date（成文日期），见 params/2023.yaml 第 4 行",
    ]


@pytest.mark.parametrize("content", [None, "document: [", "- 1\n"])
def test_a_file_that_was_changed_meanwhile_is_named_without_a_line(tmp_path: Path, content: str | None) -> None:
    assert gaps(tmp_path, content)[1] == "document.date（成文日期），见 params/2023.yaml"


def test_nothing_is_named_where_nothing_is_blank(tmp_path: Path) -> None:
    assert gap_lines(Project(tmp_path), params_of()) == []


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        ("a: b\nk: 值  # c\n", 8, 9),
        ("k:\n  - x\n  - y  # c\n\n# d\nl: 1\n", 5, 14),
        ("k: [x,\n y]\nl: 1\n", 3, 10),
        ("k:   # c\nl: 1\n", 2, 2),
        ("k: |\n  x\n\nl: 1\n", 3, 8),
        ("l: &a 1\nk: *a\n", 11, 13),
    ],
)
def test_a_value_is_placed_from_its_first_character_to_its_last(written: str, start: int, end: int) -> None:
    place = places(written)["k"]
    assert (place.start, place.end) == (start, end)


@pytest.mark.parametrize(
    ("old", "value", "new"),
    [
        ("k: 甲     # c\n", "乙丙", "k: 乙丙   # c\n"),
        ("k: 甲 # c\n", "乙丙丁", "k: 乙丙丁  # c\n"),
        ("k: 'x'\n", "y", "k: 'y'\n"),
        ("k:\n", "y", 'k: "y"\n'),
        ("k: &a x\nl: *a\n", "y", "k: &a y\nl: *a\n"),
        ("k: &a x\nl: *a\n", "", "k: &a\nl: *a\n"),
        ("k: x", "", "k:"),
        (
            "k: 甲   # c\nl: 1         # d\nm: 1         # e\n",
            "乙",
            "k: 乙   # c\nl: 1         # d\nm: 1         # e\n",
        ),
    ],
)
def test_a_value_is_replaced_and_its_comment_stays_at_its_column(old: str, value: str, new: str) -> None:
    assert with_value(old, "k", value) == new


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("k:\n  - n: 1\n    m: 2\nl: 1\n", "k: []  # 待填：M\n  # - n: 1\n  #   m: 2\nl: 1\n"),
        ("k:  # c\n- n: 1  # d\n\n# e\n- n: 2\n", "k: []  # 待填：M  # c\n# - n: 1  # d\n\n# e\n# - n: 2\n"),
        ("k: [n: 1,\n  n: 2]  # c\nl: 1\n", "k: []    # 待填：M\n# k: [n: 1,\n#   n: 2]  # c\nl: 1\n"),
        ("k:\n  # n: 0\n  - n: 1\n  # n: 2\n  # c\n", "k: []  # 待填：M\n  # - n: 1\n  # c\n"),
        ("k:\r\n- n: 1", "k: []  # 待填：M\r\n# - n: 1"),
    ],
)
def test_a_list_is_emptied_and_stays_below_as_comments(old: str, new: str) -> None:
    assert with_empty_list(old, "k", "M", re.compile(r" *# n: ")) == new
