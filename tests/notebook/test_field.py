"""A field is found by its entry point, and says which reports it makes of whom."""

from __future__ import annotations

import pickle
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest

from bulletin.facts.figures import CITY, WHOLE, Scope
from bulletin.facts.metric import ABOVE, COUNTY
from bulletin.mines import FIELD
from bulletin.notebook import field as module
from bulletin.notebook.field import ENTRY_POINTS, ReportKind, field_names, find_field
from bulletin.notebook.period import open_period
from bulletin.project.errors import BulletinError
from tests.builders import JIA_XIAN, params_of, write_tables

LETTER = ReportKind("letter", COUNTY, "致{name}", "letters", "letter", parameter="county", addressee="{name}河长办")
CIRCULAR = ReportKind("circular", ABOVE, "全市通报", "city", "bulletin", numbered=True)


class DescribeFindingAField:
    """By the name that the params give."""

    def it_is_the_one_that_its_distribution_declares(self) -> None:
        assert find_field("mines") is FIELD
        assert find_field(params_of().field) is FIELD

    def it_is_the_params_default_where_none_is_named(self) -> None:
        assert find_field() is FIELD

    def it_is_the_one_there_where_it_goes_to_another_process(self) -> None:
        assert pickle.loads(pickle.dumps(FIELD)) is FIELD  # noqa: S301

    def it_is_told_which_there_are_where_there_is_none_of_that_name(self) -> None:
        with pytest.raises(BulletinError) as refused:
            find_field("rivers")
        assert refused.value.code == "unknown-field"
        assert str(refused.value) == "没有名为“rivers”的业务领域，请改正参数文件中的 field。可用的有：mines。"

    def it_is_read_from_the_params_of_the_period(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write_tables(tmp_path / "data")
        (tmp_path / "params").mkdir()
        (tmp_path / "notebooks").mkdir()
        params = 'period: "2023"\nfield: rivers\nbureau: 局\ndata: data\ndocument: {addressees: 各县}\n'
        (tmp_path / "params/2023.yaml").write_text(params, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        with pytest.raises(BulletinError, match="没有名为“rivers”的业务领域"):
            open_period("2023")

    def it_is_listed_by_name_with_all_that_are_installed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert "mines" in field_names()
        installed = EntryPoints(EntryPoint(name, f"{name}:FIELD", ENTRY_POINTS) for name in ("rivers", "mines"))
        monkeypatch.setattr(module, "entry_points", lambda group: installed.select(group=group))
        assert field_names() == ["mines", "rivers"]


class DescribeAKindOfReport:
    """One notebook, made for each scope of its levels."""

    def it_is_found_by_its_notebook(self) -> None:
        assert [FIELD.kind(kind.notebook) for kind in FIELD.kinds] == list(FIELD.kinds)

    def it_lies_in_its_folder_and_each_scopes_in_one_of_its_own_where_the_notebook_takes_one(self) -> None:
        assert CIRCULAR.place(WHOLE) == "city"
        assert LETTER.place(JIA_XIAN) == "letters/100001-甲县"

    @pytest.mark.parametrize("name", ["../../x", "甲/乙", "a\\b", "a-b"])
    def it_lies_nowhere_else_whatever_a_scope_is_called(self, name: str) -> None:
        place = LETTER.place(Scope("100001", name, "county", CITY))
        assert place.startswith("letters/100001-")
        assert place.count("/") == place.count("-") == 1
        assert not set(".\\") & set(place)

    def it_is_run_with_the_period_and_with_the_scopes_code_where_it_takes_one(self) -> None:
        assert CIRCULAR.parameters("2023Q4", WHOLE) == {"period": "2023Q4"}
        assert LETTER.parameters("2023Q4", JIA_XIAN) == {"period": "2023Q4", "county": "100001"}
