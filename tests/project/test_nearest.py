"""What is near is asked after; what isn't, isn't."""

from __future__ import annotations

import pytest

from bulletin.project.nearest import asked, nearest

COUNTIES = [
    "尧都区",
    "侯马市",
    "翼城县",
    "襄汾县",
    "安泽县",
    "浮山县",
    "乡宁县",
    "大宁县",
    "永和县",
    "蒲县",
    "汾西县",
    "隰县",
]


class DescribeNearest:
    @pytest.mark.parametrize(
        ("wanted", "found"),
        [
            ("翼城", ["翼城县"]),
            ("翼成县", ["翼城县"]),
            ("翼城 县", ["翼城县"]),
            ("城县", ["翼城县"]),
            ("汾西", ["汾西县"]),
            ("隰县县", ["隰县"]),
            ("大", ["大宁县"]),
            ("吉县", []),
            ("县", []),
            ("太原市", []),
            ("", []),
            ("宁", []),
        ],
    )
    def it_finds_the_county(self, wanted: str, found: list[str]) -> None:
        assert nearest(wanted, COUNTIES) == found

    @pytest.mark.parametrize(
        ("wanted", "found"), [("141022", ["141022"]), ("14103", ["141034"]), ("1410", []), ("141023", [])]
    )
    def it_takes_a_number_for_the_beginning_of_a_code_alone(self, wanted: str, found: list[str]) -> None:
        assert nearest(wanted, ["141002", "141021", "141022", "141034"]) == found

    def it_names_no_more_than_three(self) -> None:
        assert nearest("甲", ["甲一", "甲二", "甲三"]) == ["甲一", "甲二", "甲三"]
        assert nearest("甲", ["甲一", "甲二", "甲三", "甲四"]) == []
        assert nearest("二甲", ["一二甲", "三二甲", "四二甲", "五二甲"]) == []
        assert nearest("甲二丙", ["甲一丙", "甲三丙", "甲四丙", "甲五丙"]) == []

    def it_takes_no_number_for_one_that_holds_it(self) -> None:
        assert nearest("21", ["141021", "141022"]) == []

    @pytest.mark.parametrize("wanted", ["BUILD", "ｂｕｉｌｄ", " build "])
    def it_reads_letters_of_any_case_and_width(self, wanted: str) -> None:
        assert nearest(wanted, ["build", "check"]) == ["build"]


class DescribeAsked:
    @pytest.mark.parametrize(
        ("names", "question"), [([], ""), (["甲"], "是否为 甲？"), (["甲", "乙", "丙"], "是否为 甲、乙 或 丙？")]
    )
    def it_asks(self, names: list[str], question: str) -> None:
        assert asked(names) == question
