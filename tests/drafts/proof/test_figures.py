"""Ratios, means, parts, repeats and changes in many wordings, right and wrong.

In figures.txt a text stands below its findings' rules, or below `clean`.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from bulletin.drafts.proof.draft import Draft
from bulletin.drafts.proof.foreign import find
from bulletin.drafts.proof.markdown import read_markdown
from bulletin.drafts.proof.numbers import Number, counts, is_slip
from bulletin.drafts.proof.reading import Reading
from bulletin.drafts.proof.tables import grids
from tests.drafts.proof.corpus import proofread

CASES = [
    case.partition("\n")[::2]
    for case in Path(__file__).with_name("figures.txt").read_text(encoding="utf-8").strip().split("\n--\n")
]


@pytest.mark.parametrize(("rules", "text"), CASES, ids=[f"{rules[2:]}-{text[:16]}" for rules, text in CASES])
def test_a_figure_is_held_against_those_that_it_is_of(rules: str, text: str) -> None:
    expected = [] if rules == "# clean" else rules[2:].split()
    assert [each.rule for each in proofread(text)] == expected


def test_no_tricky_text_is_faulted() -> None:
    texts = Path(__file__).with_name("tricky.txt").read_text(encoding="utf-8").strip().split("\n--\n")
    assert len(texts) > 150
    assert [(each.found, each.message) for text in texts for each in proofread(text)] == []


def test_nor_is_any_that_stands_behind_others() -> None:
    texts = Path(__file__).with_name("tricky.txt").read_text(encoding="utf-8").strip().split("\n--\n")
    together = "\n\n".join(texts[112:152])
    assert [(each.found, each.message) for each in proofread(together)] == []


def test_most_figures_have_their_right_and_their_wrong_wording() -> None:
    clean = sum(rules == "# clean" for rules, _ in CASES)
    assert len(CASES) > 100
    assert 2 * clean > 0.8 * len(CASES)


@pytest.mark.parametrize(
    ("text", "unit", "size", "slack"),
    [
        ("1.86亿元", "元", 186_000_000, 500_000),
        ("7420万元", "元", 74_200_000, 5_000),
        ("12件", "件", 12, 0),
        ("2.5吨", "吨", Fraction(5, 2), Fraction(1, 20)),
        ("3.12万户", "户", 31_200, 50),
    ],
)
def test_a_count_knows_its_size_and_how_far_it_was_rounded(
    text: str, unit: str, size: Fraction, slack: Fraction
) -> None:
    (number,) = counts(text)
    assert (number.base, number.size, number.slack) == (unit, size, slack)


@pytest.mark.parametrize("text", ["第3家", "日均3家", "约3家", "增加3家", "3家多", "商超3家"])
def test_only_exact_counts_of_things_are_counts(text: str) -> None:
    assert len(list(counts(text))) == (text in ("3家多", "商超3家"))


@pytest.mark.parametrize(
    ("stands", "right", "slip"),
    [
        (3380, 3308, True),
        (496, 469, True),
        (94, 84, True),
        (8, 9, False),
        (42, 43, True),
        (120, 375, False),
        (996, 1003, True),
    ],
)
def test_a_slip_of_the_pen_is_a_digit_or_two_changed_about(stands: int, right: int, slip: bool) -> None:
    assert is_slip(Number(Fraction(stands), "件", 0, 0), Fraction(right)) is slip


TABLE = """| 县区 | 应签 | 实签 | 签到率 |
|---|---|---|---|
| 东区 | 100 | 90 | 90.0% |
| 西区 | 100 | 80 | 80.0% |
| 北县 | 50 | 35 | 71.0% |
| 合计 | 250 | 205 | 82.0% |"""


def test_a_table_is_the_same_in_markdown_and_in_plain_text() -> None:
    in_markdown = [(each.rule, each.expected) for each in find(Reading(read_markdown(TABLE)))]
    assert in_markdown == [(each.rule, each.expected) for each in proofread(TABLE)] == [("ratio", "70.0%")]


def test_a_draft_without_tables_has_no_grids() -> None:
    assert list(grids(Draft([]))) == []


def test_a_sum_names_the_units_that_differ() -> None:
    (finding,) = proofread("资金1.96亿元，由两部分组成：中央资金1.20亿元、市级资金6500万元。")
    assert (finding.expected, finding.message) == ("1.85亿元", "1.20＋6500万元＝1.85亿元，写的是1.96亿元。")
