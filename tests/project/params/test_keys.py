"""A params file's keys as its author knows them, each with its value."""

from __future__ import annotations

from typing import Any

import pytest

from bulletin.project.params.keys import flat_params


class DescribeFlatParams:
    @pytest.mark.parametrize(
        ("content", "flat"),
        [
            ({"notice": "样例"}, {"notice": "样例"}),
            ({"report_timeout": 600, "x": True}, {"report_timeout": "600", "x": "true"}),
            ({"a": None, "b": [], "c": {}, "d": ""}, {"d": ""}),
            ({"a": ["甲", "乙", 3]}, {"a": "甲、乙、3"}),
            ({"a": {"b": {"c": 1}}}, {"a.b.c": "1"}),
            ({"a": [{"name": "甲", "n": 1}, {"name": "乙", "n": 2}]}, {"a.甲.name": "甲", "a.甲.n": "1", "a.乙.name": "乙", "a.乙.n": "2"}),
            ({"a": [{"from": "2023-01-01"}, {"from": "2023-07-01"}]}, {"a.2023-01-01.from": "2023-01-01", "a.2023-07-01.from": "2023-07-01"}),
            ({"a": [{"name": "甲"}, {"name": "甲"}]}, {"a.1.name": "甲", "a.2.name": "甲"}),
            ({"a": [{"name": "甲"}, {"n": 1}]}, {"a.1.name": "甲", "a.2.n": "1"}),
            ({"a": [["x", "y"], "z"]}, {"a.1": "x、y", "a.2": "z"}),
        ],
    )  # fmt: skip
    def it_names_each_value_by_its_key_and_a_member_by_its_own_name(
        self, content: dict[str, Any], flat: dict[str, str]
    ) -> None:
        assert {key.name: value for key, value in flat_params(content).items()} == flat

    @pytest.mark.parametrize(
        ("content", "title"),
        [
            ({"period": "2023"}, "期间"),
            ({"notice": "x"}, "置于每份报告最前的声明"),
            ({"document": {"signer": "x"}}, "署名"),
            ({"document": {"cc": ["a"]}}, "抄送机关"),
            ({"document": {"unknown": 1}}, "公文要素"),
            ({"key_periods": [{"name": "国庆"}]}, "名称"),
            ({"rules": {"from": "2023-07-01"}}, "自哪一天起执行"),
            ({"unknown": {"period": 1}}, ""),
            ({"document": {"unknown": {"period": 1}}}, "公文要素"),
        ],
    )
    def it_calls_a_key_what_the_schema_does(self, content: dict[str, Any], title: str) -> None:
        ((key, _),) = flat_params(content).items()
        assert key.title == title
