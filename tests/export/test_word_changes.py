"""Which words of a text went and which came."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulletin.export.word_changes import Piece, word_changes


def marked(old: str, new: str) -> str:
    """The change with [-gone-] and {+come+}."""
    marks = {"same": "{}", "gone": "[-{}-]", "come": "{{+{}+}}"}
    return "".join(marks[each.how].format(each.text) for each in word_changes(old, new))


class DescribeWordChanges:
    @pytest.mark.parametrize(
        ("old", "new", "shown"),
        [
            ("现将情况反馈如下。", "现将情况反馈于下。", "现将情况反馈[-如-]{+于+}下。"),
            ("每周1次", "每周12次", "每周[-1-]{+12+}次"),  # a number is one word
            ("{{ onsite_rate }}", "{{ onsite_rank }}", "{{ [-onsite_rate-]{+onsite_rank+} }}"),
            ("甲\n乙\n丙\n", "甲\n丙\n", "甲\n[-乙\n-]丙\n"),
            ("", "新的一格", "{+新的一格+}"),
            ("旧的一格", "", "[-旧的一格-]"),
            ("全市有矿山企业", "全市共有非煤矿山企业", "全市{+共+}有{+非煤+}矿山企业"),
            ("甲、乙", "丙、丁", "[-甲、乙-]{+丙、丁+}"),  # a lone comma that stayed helps nobody
            ("甲、乙", "、丙", "[-甲-]、[-乙-]{+丙+}"),  # but beside what only went it does
        ],
    )
    def it_shows_what_went_and_what_came(self, old: str, new: str, shown: str) -> None:
        assert marked(old, new) == shown

    def it_shows_what_stayed_beside_the_change_alone(self) -> None:
        before, after = "前" * 100, "后" * 100
        assert marked(f"{before}甲{after}", f"{before}乙{after}") == f"……{'前' * 24}[-甲-]{{+乙+}}{'后' * 24}……"

    def it_cuts_what_nobody_reads_and_says_how_long_it_is(self) -> None:
        assert marked("", "字" * 5000) == f"{{+{'字' * 600}……（共 5000 字）+}}"
        many = word_changes(
            "".join(f"同一句话{n}。\n" for n in range(500)), "".join(f"同一句话{n}x。\n" for n in range(500))
        )
        assert len(many) == 61
        assert many[-1] == Piece("same", "……（改动较多，以下从略）")

    @settings(max_examples=200, deadline=None, derandomize=True, database=None)
    @given(old=st.text("甲乙1 \n", max_size=40), new=st.text("甲乙1 \n", max_size=40))
    def it_loses_no_character_of_either_side(self, old: str, new: str) -> None:
        pieces = word_changes(old, new)
        assert "……" in "".join(each.text for each in pieces) or (
            "".join(each.text for each in pieces if each.how != "come"),
            "".join(each.text for each in pieces if each.how != "gone"),
        ) == (old, new)

    def it_takes_no_time_over_texts_made_to_take_it(self) -> None:
        started = time.monotonic()
        word_changes("ab甲" * 20_000, "甲ba" * 20_000)
        word_changes("甲\n乙\n" * 20_000, "乙\n甲\n" * 20_001)
        assert time.monotonic() - started < 2
