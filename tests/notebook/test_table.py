"""A table's typed cells: as printed, and where their figures come from."""

from __future__ import annotations

from fractions import Fraction

import pytest

from bulletin.notebook.table import Table, Value, cell_text
from tests.builders import JIA, JIA_XIAN, fact_of


def test_a_block_holds_the_text_of_every_cell_and_its_own_number() -> None:
    table = Table(
        "k",
        "表题",
        ["甲", "乙", "丙"],
        [["x", Value(Fraction(1, 3), "rate", "1÷3"), Value(None, "rank")]],
        "单位：家",
        1,
        "注",
    )
    assert table.block(7) == {
        "block": "table",
        "key": "k",
        "number": 7,
        "caption": "表题",
        "unit": "单位：家",
        "columns": [
            {"title": "甲", "align": "left"},
            {"title": "乙", "align": "right"},
            {"title": "丙", "align": "center"},
        ],
        "rows": [["x", "33.33%", "—"]],
        "sources": [[None, {"told": "1÷3"}, None]],
        "total_rows": 1,
        "note": "注",
    }


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Value(0, "count"), "0"),
        (Value(None, "count"), "—"),
        (Value(1, "flag"), "是"),
        (Value(0, "flag"), "否"),
        (Value(Fraction(1), "rate"), "100%"),
    ],
)
def test_a_typed_cell_prints_like_a_fact(value: Value, text: str) -> None:
    assert value.text == text


def test_a_fact_in_a_cell_is_printed_as_it_is_and_named_by_metric_and_scope() -> None:
    fact = fact_of("onsite_rate", JIA_XIAN, Fraction(1, 8), 1, 8)
    assert cell_text(fact) == "12.50%"
    assert Table("k", "表题", ["甲"], [[fact]]).block(1)["sources"] == [[{"metric": "onsite_rate", "scope": JIA}]]
