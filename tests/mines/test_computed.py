"""What the field makes of a period, as the machine asks for it: scopes, inputs, what was owed, months."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import cast

import pytest

from bulletin.facts.figures import CITY, WHOLE
from bulletin.mines.computed import compute_period, of_mines, prose_words
from bulletin.mines.schema import SCHEMA, TABLES
from bulletin.notebook.field import Computed
from bulletin.notebook.period import PeriodResults
from bulletin.notebook.previous import Previous
from bulletin.project.periods import parse_period
from bulletin.records.read import read_records
from tests.builders import (
    JIA,
    JIA_XIAN,
    YI,
    YI_QU,
    fact_of,
    facts_made,
    params_of,
    report_over,
    results_of,
    write_tables,
)

JUNE = params_of("2023-06")
CHECKINS = ["S1,M1,2023-06-01 09:00,是,2,是", "S1,M1,2023-05-01 09:00,是,2,是"]


@pytest.fixture(scope="module")
def june(tmp_path_factory: pytest.TempPathFactory) -> PeriodResults:
    """One check-in in June and one in May; S1 is excused for a week and 乙区 for two."""
    exemptions = [",S1,,2023-06-08,2023-06-08,病假", f"{YI},,,2023-06-12,2023-06-25,停产"]
    return results_of(tmp_path_factory.mktemp("june"), JUNE, checkins=CHECKINS, exemptions=exemptions)


class DescribeWhatTheMachineAsks:
    """Each property of Computed over a month reckoned by hand."""

    def it_has_as_scopes_the_city_and_the_counties_in_it(self, june: PeriodResults) -> None:
        assert june.computed.scopes == [WHOLE, JIA_XIAN, YI_QU]

    def it_says_what_was_forgiven_in_each_scope_that_has_any(self, june: PeriodResults) -> None:
        assert june.computed.exempt == {CITY: 3, JIA: 1, YI: 2}

    def it_has_the_rate_of_each_month_by_duty_and_county(self, june: PeriodResults) -> None:
        # S1 owes four of June's five weeks and did one, S2 five and did none.
        assert june.computed.months == {
            "onsite_rate": {JIA: {6: Fraction(1, 4) / 2}, YI: {6: Fraction(0)}},
            "remote_rate": {JIA: {6: Fraction(0)}, YI: {6: Fraction(0)}},
        }

    def it_has_as_inputs_all_sheets_and_of_a_county_its_own_rows(self, june: PeriodResults) -> None:
        rows = {each.table: each.rows for each in june.computed.inputs}
        assert list(rows) == list(TABLES)
        assert (rows["counties"], rows["mines"], rows["checkins"], rows["exemptions"]) == (2, 3, 2, 2)
        own = {code: {each.table: each.rows for each in found} for code, found in june.computed.inputs_of.items()}
        assert own == {
            JIA: {"counties": 1, "mines": 2, "supervisors": 2, "assignments": 2, "checkins": 2},
            YI: {"counties": 1, "mines": 1, "supervisors": 1, "assignments": 1},
        }

    def it_says_which_rows_are_of_other_periods(self, june: PeriodResults) -> None:
        assert june.computed.apart.startswith("另有 1 条记录属于其他期间（2023年5月）")

    def it_has_the_records_that_were_checked_and_what_they_were_warned_of(self, june: PeriodResults) -> None:
        computed = of_mines(june)
        assert computed.records is computed.checked.records
        assert computed.warnings == computed.checked.warnings
        assert computed.figures == computed.metrics.figures

    @pytest.mark.parametrize("name", ["inputs", "inputs_of", "owed", "rows", "means", "exempt", "months"])
    def it_finds_each_once(self, june: PeriodResults, name: str) -> None:
        assert getattr(june.computed, name) is getattr(june.computed, name)


def test_what_a_county_owed_changes_with_its_own_exemptions_and_no_others(tmp_path: Path, june: PeriodResults) -> None:
    fewer = results_of(tmp_path, JUNE, checkins=CHECKINS, exemptions=[",S1,,2023-06-08,2023-06-08,病假"])
    assert fewer.computed.owed.keys() == {JIA, YI}
    assert fewer.computed.owed[JIA] == june.computed.owed[JIA]
    assert fewer.computed.owed[YI] != june.computed.owed[YI]
    assert fewer.computed.inputs_of == june.computed.inputs_of


def test_a_county_that_only_the_earlier_period_had_is_asked_after(tmp_path: Path) -> None:
    then = facts_made([fact_of("mines", WHOLE, 1), fact_of("mines", JIA_XIAN, 1)])
    previous = Previous(parse_period("2022"), then, tmp_path / "previous.csv", "")
    records = read_records(write_tables(tmp_path), SCHEMA)
    asked = [fault.scope for fault in compute_period(records, JUNE, previous).warnings if fault.kind == "new-county"]
    assert asked == ["乙区"]
    assert not [fault for fault in compute_period(records, JUNE, None).warnings if fault.kind == "new-county"]


def test_the_words_of_prose_are_the_params_and_the_scopes(june: PeriodResults) -> None:
    assert prose_words(report_over(june)) == {
        "county": "全市",
        "onsite_times": "1次",
        "remote_times": "5次",
        "mean_note": "各县（市、区）率的简单平均，未开展的县（市、区）按0计入",
    }
    assert prose_words(report_over(june, JIA))["county"] == "甲县"


def test_another_fields_results_are_no_mines(june: PeriodResults) -> None:
    with pytest.raises(TypeError):
        of_mines(PeriodResults(june.field, june.params, cast(Computed, object()), june.facts))
