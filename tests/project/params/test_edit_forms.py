"""Of a params file in whatever form, an edit changes the lines of its entry, and what that entry says; nothing else."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from bulletin.project.params.edit import places, with_empty_list, with_line_after, with_value
from bulletin.project.params.read import read_yaml
from tests.times import times

COMMENTS = st.sampled_from(["", "", " # 说明", "   # 甲：乙  # 丙", "          # 右边"])
BETWEEN = st.sampled_from(["", "", "\n", "# 一行说明\n", "\n  # 缩进的说明: 值\n\n"])
TEXTS = [
    "样例",
    "'样例'",
    '"样: 例 # 不是注释"',
    "《某文》# 不是注释",
    "|\n{0}  第一行 # 不是注释\n{0}  第二行",
    ">-\n{0}  第一行\n\n{0}  第二行",
    "第一行\n{0}  第二行",
    '"第一行\n{0}  第二行"',
    "",
    "~",
    "null",
    "&a 样例",
    "[甲,乙]",
    "{{ 甲: 乙 }}",
    "[\n{0}  甲, # 说\n{0}  乙\n{0}]",
]
LISTS = [
    "\n{0}- 甲\n{0}- 乙",
    "\n{0}# 前\n{0}- a: 1  # 中\n{0}  b: 2\n\n{0}-   a: 3",
    " [甲, 乙]",
    "\n{0}-\n{0}  - 甲\n{0}- {{a: 1}}",
]


@st.composite
def files(draw: st.DrawFn) -> str:
    """A file that people may have written: any indents, blanks, quotes, comments, line ends."""
    deep, dash = " " * draw(st.integers(1, 6)), " " * draw(st.integers(0, 4))

    def entry(key: str, indent: str) -> str:
        value = draw(st.sampled_from(TEXTS)).format(indent)
        blanks = " " * draw(st.integers(1, 5)) if value else ""
        comment = "" if "\n" in value and value[0] in "|>" else draw(COMMENTS)
        return f"{draw(BETWEEN)}{indent}{key}:{blanks}{value}{comment}\n"

    def items(key: str) -> str:
        value = draw(st.sampled_from(LISTS)).format(dash)
        return f"{draw(BETWEEN)}{key}:{value}{draw(COMMENTS)}\n"

    group = "document:" + draw(COMMENTS) + "\n" + "".join(entry(key, deep) for key in ("number", "basis", "date"))
    parts = draw(st.permutations([entry("period", ""), entry("data", ""), group, items("key_periods")]))
    text = "".join(parts) + draw(BETWEEN)
    text = text.removesuffix("\n") if draw(st.booleans()) else text
    text = text.replace("\n", "\r\n") if draw(st.booleans()) else text
    return ("\ufeff" if draw(st.booleans()) else "") + text


def lines_of(text: str) -> list[str]:
    return re.split(r"(?<=\n)", text)


def around(text: str, key: str) -> tuple[list[str], list[str]]:
    """The lines above a key's own and below them."""
    place, lines = places(text)[key], lines_of(text)
    return lines[: place.line - 1], lines[text.count("\n", 0, place.end) + 1 :]


def said(text: str) -> object:
    return read_yaml(text.encode())


KEYS = st.sampled_from(["period", "data", "document.number", "document.basis", "document.date"])


@given(files(), KEYS, st.sampled_from(["", "2024Q1", "data/2024Q1"]), st.sampled_from(["", "发文字号"]))
@settings(max_examples=times(150, 40), deadline=None, derandomize=True, database=None)
def test_another_value_changes_the_lines_of_its_key_alone(text: str, key: str, value: str, mark: str) -> None:
    above, below = around(text, key)
    wanted = said(text)
    assert isinstance(wanted, dict)
    group, _, name = key.rpartition(".")
    (wanted[group] if group else wanted)[name] = value or None
    edited = with_value(text, key, value, mark)
    lines = lines_of(edited)
    assert (lines[: len(above)], lines[len(above) + 1 :]) == (above, below)
    assert f"{name}:" in lines[len(above)]
    found = said(edited)
    assert found == wanted
    assert not mark or f"# 待填：{mark}" in lines[len(above)]


@given(files(), KEYS)
@settings(max_examples=times(100, 30), deadline=None, derandomize=True, database=None)
def test_a_line_more_stands_below_the_value_and_changes_no_other(text: str, key: str) -> None:
    above, below = around(text, key)
    lines, own = lines_of(text), lines_of(text)[len(above) : len(lines_of(text)) - len(below)]
    edited = with_line_after(text, key, "previous: 2023", "# 上一期")
    after = lines_of(edited)
    end = "\r\n" if "\r\n" in text else "\n"
    last = own[-1].rstrip("\r\n") + end
    assert after[: len(above) + len(own)] == [*above, *own[:-1], last]
    assert after[len(above) + len(own)].strip().startswith("previous: 2023")
    assert after[len(above) + len(own) + 1 :] == below
    assert len(after) == len(lines) + 1
    group = key.rpartition(".")[0]
    wanted, found = said(text), said(edited)
    assert isinstance(wanted, dict)
    (wanted[group] if group else wanted)["previous"] = 2023
    assert found == wanted


@given(files())
@settings(max_examples=times(100, 30), deadline=None, derandomize=True, database=None)
def test_a_list_becomes_comments_and_changes_no_other_line(text: str) -> None:
    above, below = around(text, "key_periods")
    wanted = said(text)
    assert isinstance(wanted, dict)
    edited = with_empty_list(text, "key_periods", "重点时段", re.compile("never"))
    lines = lines_of(edited)
    assert lines[: len(above)] == above
    assert lines[len(lines) - len(below) :] == below
    assert all(
        not line.strip() or line.lstrip().startswith("#") for line in lines[len(above) + 1 : len(lines) - len(below)]
    )
    assert said(edited) == wanted | {"key_periods": []}
