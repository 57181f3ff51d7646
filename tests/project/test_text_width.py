"""Chinese characters take two columns; what is of either width depends on where the text stands."""

from __future__ import annotations

import pytest

from bulletin.project.text_width import text_width


class DescribeTextWidth:
    @pytest.mark.parametrize(
        ("text", "on_a_screen", "printed"),
        [
            ("", 0, 0),
            ("abc 12.3%", 9, 9),
            ("翼城县", 6, 6),
            ("（１）", 6, 6),
            ("“甲”—", 5, 8),
            ("25℃", 3, 4),
        ],
    )
    def it_counts_a_chinese_character_as_two(self, text: str, on_a_screen: int, printed: int) -> None:
        assert text_width(text) == on_a_screen
        assert text_width(text, printed=True) == printed
