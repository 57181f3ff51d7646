"""The bulletin's tables: cells, order, totals, alignment."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulletin.facts.figures import CITY
from bulletin.mines.catalogue import METRICS
from bulletin.mines.tables import (
    annex_tables,
    comparison_table,
    definitions_table,
    holdings_table,
    mines_table,
    overview_table,
    ranking_table,
    supervisors_table,
)
from bulletin.notebook.report import Report
from bulletin.notebook.table import Table
from tests.builders import JIA, SMALL, YI, params_of, report_of, report_over

BING, DING, WU = "100003", "100004", "100005"
CHECKINS = [
    "S1,M1,2023-01-05 09:00,是,2,是",
    "S3,M3,2023-01-05 09:00,否,,",
    "S4,M4,2023-01-05 09:00,否,,",
    "S3,M3,2023-01-12 09:00,否,,",
    "S4,M4,2023-01-12 09:00,否,,",
    "S4,M4,2023-01-13 09:00,否,,",
]


@pytest.fixture(scope="module")
def five(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """乙区 and 丙县 are equal first, 甲县 third, 丁县 did nothing, 戊县 has neither mine nor supervisor."""
    return report_of(
        tmp_path_factory.mktemp("five"),
        CITY,
        counties=[f"{DING},丁县", f"{JIA},甲县", f"{WU},戊县", f"{YI},乙区", f"{BING},丙县"],
        mines=[
            *SMALL["mines"],
            f"M4,丙矿,{BING},地下开采,是",
            f"M5,丁矿,{DING},露天开采,否",
            f"M6,停矿,{JIA},露天开采,否",
        ],
        supervisors=[*SMALL["supervisors"], f"S4,李四,{BING}", f"S5,,{DING}"],
        assignments=[*SMALL["assignments"], "S4,M4,2022-01-01,", "S5,M5,2022-01-01,", "S1,M2,2022-01-01,"],
        mine_status=["M6,停产停建,2022-06-01,"],
        task_lists=["M1,2023,", "M3,2022,"],
        checkins=CHECKINS,
        remote_inspections=["S1,M2,2023-01-05 09:00", "S1,M2,2023-01-05 10:00"],
        stationing=["国庆,S1,M1,2023-09-29,2023-10-06,是"],
    )


def texts(table: Table) -> list[list[str]]:
    return table.block(1)["rows"]


def aligns(table: Table) -> list[str]:
    return [column["align"] for column in table.block(1)["columns"]]


def test_the_overview_has_a_row_a_county_in_administrative_order_and_one_for_the_city(five: Report) -> None:
    assert texts(overview_table(five.results)) == [
        ["甲县", "2", "2", "66.67%", "1", "50.00%", "0.96%", "3", "0.38%", "1", "1", "是"],
        ["乙区", "1", "1", "100%", "0", "0.00%", "3.85%", "1", "0.00%", "—", "0", "否"],
        ["丙县", "1", "1", "50.00%", "0", "0.00%", "3.85%", "1", "0.00%", "—", "0", "否"],
        ["丁县", "1", "1", "100%", "0", "0.00%", "0.00%", "—", "0.00%", "—", "0", "否"],
        ["戊县", "0", "0", "—", "0", "—", "—", "—", "—", "—", "0", "否"],
        ["全市", "5", "5", "71.43%", "1", "20.00%", "2.16%", "—", "0.10%", "—", "1", "—"],
    ]


def test_the_overview_says_what_its_columns_and_its_dash_are(five: Report) -> None:
    table = overview_table(five.results)
    assert table.caption == "各县（市、区）履职情况一览表"
    assert list(table.columns) == [
        "县（市、区）", "企业（家）", "专员（名）", "配备率", "任务清单（份）", "制定率",
        "现场签到率", "现场排名", "远程监管率", "远程排名", "驻矿企业（家）", "驻矿手机签到",
    ]  # fmt: skip
    assert aligns(table) == ["left", *["right"] * 6, "center", "right", "center", "right", "center"]
    assert table.total_rows == 1
    assert table.note == "“—”表示该数不存在：没有应履职的专员，或不参加排名。"


def test_a_ranking_goes_from_high_to_low_then_zero_then_absent(five: Report) -> None:
    table = ranking_table(five.results, "onsite")
    assert texts(table) == [
        ["1", "乙区", "3.85%"],
        ["1", "丙县", "3.85%"],
        ["3", "甲县", "0.96%"],
        ["—", "丁县", "0.00%"],
        ["—", "戊县", "—"],
        ["—", "全市", "2.16%"],
    ]
    assert (table.caption, list(table.columns)) == ("现场签到率排名", ["名次", "县（市、区）", "现场签到率"])
    assert (aligns(table), table.total_rows) == (["center", "left", "right"], 1)


def test_the_remote_ranking_is_over_the_remote_rate(five: Report) -> None:
    table = ranking_table(five.results, "remote")
    assert texts(table)[0] == ["1", "甲县", "0.38%"]
    assert (table.key, table.caption) == ("remote-ranking", "远程监管率排名")


def test_holdings_count_supervisors_by_the_mines_that_they_hold(five: Report) -> None:
    table = holdings_table(five.results)
    assert texts(table)[0] == ["甲县", "2", "1", "1", "0", "0"]
    assert texts(table)[-2:] == [["戊县", "0", "0", "0", "0", "0"], ["全市", "5", "4", "1", "0", "0"]]
    assert (table.unit, table.total_rows, aligns(table)) == ("单位：名", 1, ["left", *["right"] * 5])


def test_definitions_explain_every_metric_with_the_averaging_used(five: Report) -> None:
    rows = dict(texts(definitions_table(five.results)))
    assert list(rows) == [metric.title for metric in METRICS.values()]
    assert "全市的率是各县（市、区）率的简单平均数" in rows["现场签到率"]
    assert "有效现场签到不少于1次" in rows["现场签到率"]
    assert "远程监管次数÷5计" in rows["远程监管率"]
    assert not any("{" in text for text in rows.values())
    assert aligns(definitions_table(five.results)) == ["left", "left"]


def test_the_annex_tables_come_in_the_order_of_the_attachments(five: Report) -> None:
    keys = [table.key for table in annex_tables(five.results)]
    assert keys == ["overview", "onsite-ranking", "remote-ranking", "holdings", "definitions"]


def test_a_county_is_compared_with_the_city(five: Report) -> None:
    table = comparison_table(report_over(five.results, JIA))
    rows = {row[0]: row[1:] for row in texts(table)}
    assert (table.caption, list(table.columns)) == ("甲县与全市对照", ["指标", "甲县", "全市", "名次"])
    assert rows["非煤矿山企业数"] == ["2", "5", ""]
    assert rows["现场签到率"] == ["0.96%", "2.16%", "3"]
    assert rows["远程监管率"] == ["0.38%", "0.10%", "1"]
    assert "现场签到率排名" not in rows
    assert "县（市、区）数" not in rows
    assert aligns(table) == ["left", "right", "right", "center"]


def test_a_county_lists_its_active_mines(five: Report) -> None:
    table = mines_table(report_over(five.results, JIA))
    assert list(table.columns) == ["企业", "类型", "岗位（已配/应配）", "任务清单", "现场签到周数", "远程监管次数"]
    assert texts(table) == [
        ["甲一矿", "地下开采", "1/2", "有", "1", "0"],
        ["甲二矿", "露天开采", "1/1", "无", "0", "2"],
    ]
    assert aligns(table)[-2:] == ["right", "right"]


def test_two_checkins_in_a_week_are_one_week_on_site(five: Report) -> None:
    assert texts(mines_table(report_over(five.results, BING))) == [["丙矿", "地下开采", "1/2", "无", "2", "0"]]


def test_supervisors_are_listed_by_number_never_by_name(five: Report) -> None:
    table = supervisors_table(report_over(five.results, JIA))
    assert list(table.columns) == [
        "专员编号",
        "监管企业（家）",
        "应履职周数",
        "签到完成周数",
        "现场签到率",
        "远程监管率",
    ]
    assert texts(table) == [["S1", "2", "52", "1", "1.92%", "0.77%"], ["S2", "1", "52", "0", "0.00%", "0.00%"]]
    assert aligns(table) == ["left", *["right"] * 5]


def test_supervisors_are_named_where_the_params_allow_it(tmp_path_factory: pytest.TempPathFactory) -> None:
    supervisors = [f"S1,赵一,{JIA}", f"S2,,{JIA}", f"S3,孙三,{YI}"]
    params = params_of(publish_names=True)
    table = supervisors_table(report_of(tmp_path_factory.mktemp("named"), JIA, params, supervisors=supervisors))
    assert [row[:2] for row in texts(table)] == [["S1", "赵一"], ["S2", "—"]]
    assert list(table.columns)[:2] == ["专员编号", "姓名"]


def test_rates_of_a_supervisor_follow_the_averaging(tmp_path_factory: pytest.TempPathFactory) -> None:
    tables = {"assignments": ["S1,M1,2022-01-01,", "S1,M2,2023-06-29,"], "checkins": CHECKINS[:1]}
    rates, words = {}, {}
    for averaging in ("county_mean", "pooled"):
        params = params_of(averaging=averaging, duty_unit="assignment")
        report = report_of(tmp_path_factory.mktemp(averaging), JIA, params, **tables)
        rates[averaging] = texts(supervisors_table(report))[0][1:5]
        words[averaging] = told(supervisors_table(report), 0)[4]
    assert rates["county_mean"] == ["2", "79", "1", "0.96%"]  # the mean of 1/52 and 0/27
    assert rates["pooled"] == ["2", "79", "1", "1.27%"]  # 1/79
    assert words == {
        "county_mean": "现场签到率（S1）：所监管各企业完成率的平均；合计为1÷79",
        "pooled": "现场签到率（S1）：1÷79",
    }


def test_a_county_without_mines_has_tables_without_rows(five: Report) -> None:
    report = report_over(five.results, WU)
    assert texts(mines_table(report)) == []
    assert texts(supervisors_table(report)) == []


def told(table: Table, place: int) -> list[str | None]:
    """What is said of the figures of one row."""
    return [source.get("told") if source else None for source in table.block(1)["sources"][place]]


def test_the_cells_of_facts_say_which_facts_they_are(five: Report) -> None:
    block = ranking_table(five.results, "onsite").block(1)
    first, last = block["sources"][0], block["sources"][-1]
    assert first == [
        {"metric": "onsite_rank", "scope": YI},
        None,
        {"metric": "onsite_rate", "scope": YI},
    ]
    assert last == [None, None, {"metric": "onsite_rate", "scope": CITY}]


def test_every_other_figure_says_what_it_was_reckoned_from(five: Report) -> None:
    jia = report_over(five.results, JIA)
    assert told(holdings_table(five.results), 0)[2] == "专员数减去监管2家及以上的专员数：2−1−0−0"
    assert [bool(words) for words in told(mines_table(jia), 0)] == [False] * 4 + [True] * 2
    supervisor = told(supervisors_table(jia), 0)
    assert supervisor[2:] == [
        "统计期间应履职的周数，按每名专员计",
        "其中现场签到达到每周要求的周数，按每名专员计",
        "现场签到率（S1）：1÷52",
        "远程监管率（S1）：2÷260",
    ]


def test_a_supervisor_who_owed_no_week_has_that_said_of_the_rate(tmp_path: Path) -> None:
    late = report_of(tmp_path, JIA, assignments=["S1,M1,2023-12-30,"])
    assert told(supervisors_table(late), 0)[-2:] == [
        "现场签到率（S1）：统计期间没有应履职周",
        "远程监管率（S1）：统计期间没有应履职周",
    ]
