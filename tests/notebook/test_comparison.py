"""Year on year, by hand for three counties: 甲县 in both years, 丙县 new, 丁县 gone.

2023: each supervisor owes 52 weeks. S1 (甲县) fulfilled 13, S2 (甲县) none, S4 (丁县) 26. 2024 also has 52: S1 fulfilled 26,
S3 (丙县) 39 and S5 (乙区, none in 2023) 13.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bulletin.export.sheets.excel import tables_xlsx
from bulletin.facts.change import Change
from bulletin.facts.facts import facts_csv
from bulletin.facts.figures import CITY
from bulletin.facts.file import read_facts
from bulletin.mines import FIELD
from bulletin.mines.charts import rate_chart
from bulletin.mines.tables import (
    annex_tables,
    changes_table,
    comparison_table,
    definitions_table,
    ranking_table,
)
from bulletin.notebook.period import PeriodResults
from bulletin.notebook.previous import Previous, open_previous
from bulletin.notebook.prose import render_prose
from bulletin.notebook.table import Table
from bulletin.project.errors import BulletinError
from bulletin.project.paths import Project
from bulletin.project.periods import parse_period
from tests.builders import JIA, JIA_XIAN, YI, facts_of, params_of, report_over, results_of

BING, DING = "100003", "100004"


def weekly(pair: str, year: int, weeks: int) -> list[str]:
    """A check-in on the Thursday of each of the first weeks of a year."""
    first = dt.date(year, 1, 1)
    first += dt.timedelta(days=(3 - first.weekday()) % 7)
    return [f"{pair},{first + dt.timedelta(weeks=n)} 09:00,否,1,是" for n in range(weeks)]


def mines_of(*codes: str) -> dict[str, Any]:
    numbers = {JIA: "1", YI: "5", BING: "3", DING: "4"}
    names = {JIA: "甲县", YI: "乙区", BING: "丙县", DING: "丁县"}
    rows = [(code, numbers[code], names[code]) for code in codes]
    people = [*rows, (JIA, "2", "甲县")]
    return {
        "counties": [f"{code},{name}" for code, _, name in rows],
        "mines": [f"M{n},{name}{n}矿,{code},露天开采,否" for code, n, name in people],
        "supervisors": [f"S{n},某{n},{code}" for code, n, _ in people],
        "assignments": [f"S{n},M{n},2022-01-01," for _, n, _ in people],
    }


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> PeriodResults:
    folder = tmp_path_factory.mktemp("years")
    then = [*weekly("S1,M1", 2023, 13), *weekly("S4,M4", 2023, 26)]
    path = folder / "previous.csv"
    path.write_bytes(facts_csv(facts_of(folder / "2023", **mines_of(JIA, YI, DING), checkins=then)))
    now = [*weekly("S1,M1", 2024, 26), *weekly("S3,M3", 2024, 39), *weekly("S5,M5", 2024, 13)]
    params = params_of("2024", previous="2023")
    previous = Previous(parse_period("2023"), read_facts(path, FIELD.catalogue), path, "")
    return results_of(folder / "2024", params, previous, **mines_of(JIA, YI, BING), checkins=now)


def texts(table: Table) -> list[list[str]]:
    return table.block(1)["rows"]


def test_the_changes_of_three_counties_and_the_city_are_those_reckoned_by_hand(results: PeriodResults) -> None:
    # 甲县 (13/52 + 0)/2 = 12.5% → (26/52 + 0)/2 = 25%; the city (12.5 + 0 + 50)/3 = 20.8333…% → (25 + 25 + 75)/3 = 41.6666…%
    assert texts(changes_table(results)) == [
        ["甲县", "0", "0", "0.00", "0.00", "+12.50", "平", "0.00", "—", ""],
        ["乙区", "0", "0", "0.00", "0.00", "+25.00", "新进", "0.00", "—", ""],
        ["丙县", "—", "—", "—", "—", "—", "—", "—", "—", "新增"],
        ["丁县", "—", "—", "—", "—", "—", "—", "—", "—", "不再列入"],
        ["全市", "0", "0", "0.00", "0.00", "+20.83", "—", "0.00", "—", ""],
    ]


def test_the_ranking_sets_both_years_side_by_side(results: PeriodResults) -> None:
    table = ranking_table(results, "onsite")
    assert list(table.columns) == ["名次", "县（市、区）", "现场签到率", "2023年", "变化", "名次变化"]
    assert texts(table) == [
        ["1", "丙县", "75.00%", "—", "—", "—"],
        ["2", "甲县", "25.00%", "12.50%", "+12.50", "平"],
        ["2", "乙区", "25.00%", "0.00%", "+25.00", "新进"],
        ["—", "丁县（不再列入）", "—", "50.00%", "—", "—"],
        ["—", "全市", "41.67%", "20.83%", "+20.83", "—"],
    ]
    assert table.note == "率的变化以百分点计，由未取整的数计算；“—”表示无可比的数。"


@pytest.mark.parametrize(
    ("scope", "line"),
    [
        (JIA, ["现场签到率", "25.00%", "12.50%", "+12.50", "41.67%", "2"]),
        (BING, ["现场签到率", "75.00%", "—", "—", "41.67%", "1"]),
    ],
)
def test_a_county_sees_its_own_change(results: PeriodResults, scope: str, line: list[str]) -> None:
    table = comparison_table(report_over(results, scope))
    assert list(table.columns)[2:] == ["2023年", "变化", "全市", "名次"]
    assert line in texts(table)


def test_the_workbook_holds_changes_as_numbers_of_percentage_points(results: PeriodResults, tmp_path: Path) -> None:
    (tmp_path / "t.xlsx").write_bytes(tables_xlsx(annex_tables(results), [], dt.date(2025, 1, 1)))
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx")["各县（市、区）主要指标较2023年的变化"]
    rate, rank = sheet["F2"], sheet["G2"]
    assert (rate.value, rate.number_format, rank.value) == (12.5, "+0.00;-0.00;0.00", "平")
    assert sheet["F6"].value == pytest.approx(20.8333, abs=1e-4)


@pytest.mark.parametrize(
    ("scope", "template", "words"),
    [
        (CITY, "率{{ compared('onsite_rate') }}。", "率，同比上升20.83个百分点。"),
        (CITY, "{{ compared('mines', '家') }}", "，同比持平"),
        (CITY, "{{ movers('onsite_rank') }}", "与2023年相比，新进入排名的有乙区。"),
        (CITY, "{{ newcomers() }}", "与2023年相比，新增丙县，不再列入丁县。"),
        (JIA, "第2位{{ compared('onsite_rank') }}", "第2位，名次与2023年相同"),
        (YI, "第2位{{ compared('onsite_rank') }}", "第2位，新进入排名"),
        (BING, "{{ compared('onsite_rate') }}{{ compared('onsite_rank') }}。{% if is_new %}新{% endif %}", "。新"),
        (JIA, "{{ previous }}{% if is_new %}新{% endif %}", "2023年"),
    ],
)
def test_the_text_says_the_change_in_words(results: PeriodResults, scope: str, template: str, words: str) -> None:
    shown = render_prose(template, report_over(results, scope))
    plain = "".join(part.split(">")[-1] for part in shown.split("<"))
    assert plain.strip() == words


def test_the_words_of_a_change_carry_both_figures(results: PeriodResults) -> None:
    shown = render_prose("{{ compared('onsite_rate') }}", report_over(results, JIA))
    assert 'class="told"' in shown
    assert "现场签到率（甲县）：本期25.00%，2023年12.50%；变化由未取整的数计算" in shown


def test_names_from_the_earlier_file_are_inert(results: PeriodResults, tmp_path: Path) -> None:
    path = tmp_path / "previous.csv"
    path.write_bytes(
        results.previous.path.read_bytes().replace("丁县".encode(), b"<script>*x*") if results.previous else b""
    )
    hostile = replace(results, previous=Previous(parse_period("2023"), read_facts(path, FIELD.catalogue), path, ""))
    shown = render_prose("{{ newcomers() }}", report_over(hostile))
    assert "<script" not in shown
    assert "*" not in shown


def test_the_chart_marks_the_earlier_rates_and_keeps_the_county_that_is_gone(
    results: PeriodResults, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: dict[str, Any] = {}

    def keep(figure: Any) -> str:
        axes = figure.axes[0]
        drawn["marks"] = {(round(x, 2), y) for x, y in axes.collections[0].get_offsets().tolist()}
        drawn["names"] = [label.get_text() for label in axes.get_yticklabels()]
        drawn["legend"] = [text.get_text() for text in axes.get_legend().get_texts()]
        drawn["widest"] = axes.get_xlim()[1]
        return ""

    monkeypatch.setattr("bulletin.mines.charts.svg_text", keep)
    chart = rate_chart(report_over(results), "onsite")
    assert drawn["names"] == ["丙县", "甲县", "乙区", "丁县（不再列入）"]
    assert drawn["marks"] == {(12.5, 1), (0, 2), (50, 3)}
    assert drawn["legend"] == ["2023年"]
    assert chart.alt.endswith("与2023年相比，2个县（市、区）上升，0个下降。")
    assert "3个县（市、区）的现场签到率" in chart.alt
    assert chart.data["columns"] == ["县（市、区）", "现场签到率", "2023年"]
    then = {name: before for name, _, before in chart.data["rows"]}
    assert then == {"丙县": "—", "甲县": "12.50%", "乙区": "0.00%", "丁县（不再列入）": "50.00%", "全市": "20.83%"}
    assert [row[1] for row in chart.data["rows"] if row[0] == "丁县（不再列入）"] == ["—"]


def test_a_rank_that_rose_and_one_that_fell_are_told_and_names_are_inert(tmp_path: Path) -> None:
    path = tmp_path / "previous.csv"
    tables = mines_of(JIA, YI)
    then = facts_of(tmp_path / "a", **tables, checkins=[*weekly("S1,M1", 2023, 40), *weekly("S5,M5", 2023, 10)])
    path.write_bytes(facts_csv(then))
    tables["counties"][1] = f"{YI},<b>*乙*"
    now = [*weekly("S1,M1", 2024, 10), *weekly("S5,M5", 2024, 40)]
    previous = Previous(parse_period("2023"), read_facts(path, FIELD.catalogue), path, "")
    results = results_of(tmp_path / "b", params_of("2024"), previous, **tables, checkins=now)
    shown = render_prose("{{ movers('onsite_rank') }}", report_over(results))
    assert shown.strip() == ("与2023年相比，名次上升的有&#60;b&#62;&#42;乙&#42;（1位），名次下降的有甲县（1位）。")
    assert [row[5] for row in texts(ranking_table(results, "onsite"))] == ["升1", "降1", "—"]


def test_without_an_earlier_period_nothing_is_compared(tmp_path: Path) -> None:
    results = results_of(tmp_path, params_of("2024"))
    report = report_over(results)
    shown = render_prose(
        "a{{ compared('mines') }}{{ movers('onsite_rank') }}{{ newcomers() }}{% if previous %}有{% endif %}", report
    )
    assert shown.strip() == "a"
    assert changes_table(results).rows == []
    assert len(ranking_table(results, "onsite").columns) == 3
    assert results.previous is None
    assert "相比" not in rate_chart(report, "onsite").alt


def test_a_change_since_a_period_apart_is_called_by_its_title(results: PeriodResults) -> None:
    assert results.previous is not None
    apart = replace(results, previous=replace(results.previous, period=parse_period("2022")))
    shown = render_prose("{{ compared('onsite_rate') }}{{ compared('mines') }}", report_over(apart))
    assert re.sub("<[^>]*>", "", shown).strip() == "，较2022年上升20.83个百分点，与2022年持平"


def test_the_earlier_facts_are_opened_with_what_they_are_of(tmp_path: Path, results: PeriodResults) -> None:
    assert results.previous is not None
    content = results.previous.path.read_bytes()
    (tmp_path / "data/2024").mkdir(parents=True)
    (tmp_path / "data/2024/previous.csv").write_bytes(content)
    previous = open_previous(Project(tmp_path), params_of("2024", previous="2023"), FIELD.catalogue)
    assert previous is not None
    assert (previous.title, previous.facts.period, previous.stated) == ("2023年", "2023", True)
    assert previous.sha256 == hashlib.sha256(content).hexdigest()


def test_a_spoilt_file_stops_the_build_with_its_faults(tmp_path: Path) -> None:
    (tmp_path / "data/2024").mkdir(parents=True)
    (tmp_path / "data/2024/previous.csv").write_text("metric,scope\n", encoding="utf-8")
    with pytest.raises(BulletinError, match=r"previous\.csv"):
        open_previous(Project(tmp_path), params_of("2024", previous="2023"), FIELD.catalogue)


def test_a_file_that_only_the_params_call_a_period_is_noted_in_the_definitions(results: PeriodResults) -> None:
    assert results.previous is not None
    assert definitions_table(results).note is None
    told = replace(results, previous=replace(results.previous, stated=False))
    assert definitions_table(told).note == "与2023年比较所用的指标文件没有写明期间，按参数文件所写作为2023年的指标。"


def test_a_change_is_of_the_scope_that_was_asked(results: PeriodResults) -> None:
    assert results.previous is not None
    found = results.previous.change(results.facts, "onsite_rate", JIA)
    assert isinstance(found, Change)
    assert (found.metric.name, found.scope, found.text) == ("onsite_rate", JIA_XIAN, "+12.50")
