"""Prose cells: facts as spans, strict names, inert text; and the real cells of both notebooks over small periods."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from IPython.core.interactiveshell import InteractiveShell

from bulletin.facts.figures import CITY
from bulletin.notebook.prose import ProseMagics, chinese_number, render_prose
from bulletin.notebook.report import Report
from bulletin.notebook.spans import inert
from bulletin.project.errors import BulletinError
from bulletin.project.params import Params
from tests.builders import JIA, ROOT, YI, params_of, report_of, report_over

ATTACHMENTS = (
    "各县（市、区）履职情况一览表",
    "现场签到率和远程监管率排名表",
    "一人监管多家企业情况表",
    "图表",
    "指标口径说明",
)
ONE_WEEK = ["S1,M1,2023-01-05 09:00,是,2,是"]
THURSDAYS = ("2023-06-01", "2023-06-08", "2023-06-15", "2023-06-22", "2023-06-29")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The small period, seen from the city."""
    return report_of(tmp_path_factory.mktemp("city"), CITY)


@pytest.fixture(scope="module")
def jia(city: Report) -> Report:
    """The small period, seen from 甲县."""
    return report_over(city.results, JIA)


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """甲县 with one week of check-ins, 乙区 with two, and 丁区 without any mine."""
    checkins = ["S1,M1,2023-01-05 09:00,是,,", "S3,M3,2023-01-05 09:00,是,,", "S3,M3,2023-01-12 09:00,是,,"]
    counties = [f"{JIA},甲县", f"{YI},乙区", "100009,丁区"]
    return report_of(tmp_path_factory.mktemp("three"), CITY, counties=counties, checkins=checkins)


def plain(text: str) -> str:
    """The words of rendered prose, as a reader sees them."""
    return BeautifulSoup(text, "html.parser").get_text()


def rendered(template: str, report: Report) -> str:
    """A template's words, its last line break dropped."""
    return plain(render_prose(template, report)).removesuffix("\n")


def prose_cells(notebook: str) -> list[str]:
    """The `%%prose` cells of a notebook of the project, as its templates."""
    cells = json.loads((ROOT / "notebooks/mines" / f"{notebook}.ipynb").read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells]
    return [source.split("\n", 1)[1] for source in sources if source.startswith("%%prose")]


def whole_text(report: Report) -> str:
    """All prose of the report's own notebook; what may stand in no text is refused on the way."""
    report.attachments = () if report.scope.parent else ATTACHMENTS
    text = "\n".join(plain(render_prose(cell, report)) for cell in prose_cells(report.kind.notebook))
    for absurd in (
        "None",
        "nan",
        "{{",
        "{%",
        "：。",
        "、、",
        "，，",
        "。。",
        "，。",
        "：，",
        "：、",
        "、。",
        " ，",
        "（）",
        "—",
    ):
        assert absurd not in text, absurd
    assert not re.search(r"(涉及|有|其中)0|(?<!\d)0(家|个县)", text), text
    assert not re.search(r"\n(?![#\n]).*[^。\n]\n", f"\n{text}"), "a paragraph ends without a full stop"
    return text


def weekly(table: str, holder: str, times: int = 1) -> list[str]:
    """`times` events of a holder (`S1,M1`) in each of the five weeks of June 2023, as lines of `table`."""
    rest = ",是,2,是" if table == "checkins" else ""
    return [f"{holder},{day} {9 + n:02d}:00{rest}" for day in THURSDAYS for n in range(times)]


HOLDERS = ("S1,M1", "S2,M2", "S3,M3")
JUNE = params_of("2023-06", rules={"posts": {"underground": 1}})
ALL_DONE: dict[str, Sequence[str]] = {
    "checkins": [line for holder in HOLDERS for line in weekly("checkins", holder)],
    "remote_inspections": [line for holder in HOLDERS for line in weekly("remote_inspections", holder, 5)],
    "task_lists": ["M1,2023,", "M2,2023,", "M3,2023,"],
}


def test_a_fact_is_a_span_that_says_its_metric_and_scope(jia: Report) -> None:
    span = BeautifulSoup(render_prose("{{ staffing_rate }}", jia), "html.parser").find("span", class_="fact")
    assert span is not None
    assert (span["data-metric"], span["data-scope"], span.get_text()) == ("staffing_rate", JIA, "66.67%")
    assert str(span["title"]).splitlines() == [
        "专员配备率（甲县）：66.67%",
        "口径：已配岗位数÷应配岗位数",
        "分子÷分母：2÷3",
        "来源：监管分工、企业名录、生产状态、专员名册",
    ]


def test_a_fact_that_is_no_ratio_has_no_division_in_its_hover_text(city: Report) -> None:
    span = BeautifulSoup(render_prose("{{ mines }}", city), "html.parser").find("span", class_="fact")
    assert span is not None
    assert str(span["title"]).splitlines() == [
        "非煤矿山企业数（全市）：3",
        "口径：统计时点未处于停产停建状态的企业数",
        "来源：企业名录、生产状态",
    ]


def test_the_city_is_named_beside_the_county(city: Report) -> None:
    html = render_prose("{{ mines }}／{{ city.mines }}", report_over(city.results, YI))
    assert plain(html) == "1／3\n"
    assert f'data-scope="{YI}"' in html
    assert 'data-scope="city"' in html


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ period }}", "2023年度"),
        ("{{ year }}", "2023"),
        ("{{ county }}", "甲县"),
        ("{{ first_day }}至{{ last_day }}", "2023年1月1日至2023年12月31日"),
        ("{{ as_of }}", "2023年12月31日"),
        ("{{ params.bureau }}", "样例市应急管理局"),
        ("{{ mean_note }}", "各县（市、区）率的简单平均，未开展的县（市、区）按0计入"),
        ("{{ mines.title }}", "非煤矿山企业数"),
        ("{{ share(filled_posts, required_posts) }}", "66.67%"),
        ("{{ share(mines, stationed_mines) }}", "—"),
        ("{% if staffing_rate.value < 1 %}不足{% endif %}", "不足"),
        ("{{ onsite_rank }}", "—"),
        ("{{ stationing_app_used }}", "否"),
    ],
)
def test_what_a_cell_may_name(jia: Report, template: str, text: str) -> None:
    assert rendered(template, jia) == text


def test_the_params_say_the_averaging_and_the_days(tmp_path: Path) -> None:
    report = report_of(tmp_path, CITY, params_of(averaging="pooled", effective_from="2023-03-01", as_of="2023-06-30"))
    text = rendered("{{ mean_note }}，{{ first_day }}，{{ as_of }}", report)
    assert text == "全部完成数与全部应完成数之比，2023年3月1日，2023年6月30日"


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ('{{ names(did("onsite_rate")) }}', "乙区、甲县"),  # from high to low
        ('{{ ranking("onsite_rate") }}', "乙区（3.85%）、甲县（0.96%）"),
        ('{{ names(did("mines_underground")) }}', "甲县"),
        ('{{ names(did_not("mines_underground")) }}', "乙区、丁区"),
        ('{{ names(did_not("onsite_rate")) }}', ""),  # 丁区 owes nothing, so it isn't idle
        ('{{ names(did_not("remote_rate")) }}', "甲县、乙区"),
        ('{{ names(did_not("onsite_rate", "remote_rate")) }}', ""),
        ('{{ names(did_not("remote_rate", "mines_tailings")) }}', "甲县"),
        ('{{ names(below("onsite_rate", onsite_rate)) }}', "甲县"),
        ('{{ names(below("onsite_rate", 1)) }}', "甲县、乙区"),
        ('{{ names(below("staffing_rate", staffing_rate)) }}', "甲县"),
        ('{{ names(below("mines", underground_rate)) }}', "丁区"),
        ('{{ below("mines", evidence_rate)|length }}', "0"),  # a bound that doesn't exist has nothing below it
        ('{{ itemised("家", 地下开采=mines_underground, 停产=stationed_mines, 尾矿库=mines_tailings) }}', "地下开采1家、尾矿库1家"),
        ('{{ itemised("家", 驻矿=stationed_mines) }}', ""),
        ('{{ shares("个", required_posts, 已配=filled_posts, 驻矿=stationed_mines) }}', "已配3个（75.00%）"),
    ],
)  # fmt: skip
def test_the_helpers_pick_and_order_counties_and_parts(three: Report, template: str, text: str) -> None:
    assert rendered(template, three) == text


def test_every_figure_in_a_list_is_a_fact(three: Report) -> None:
    template = (
        '{{ ranking("onsite_rate") }}{{ itemised("家", 甲=mines) }}{{ shares("个", required_posts, 乙=filled_posts) }}'
    )
    spans = BeautifulSoup(render_prose(template, three), "html.parser").select("span.fact")
    assert [(span["data-metric"], span["data-scope"]) for span in spans] == [
        ("onsite_rate", YI),
        ("onsite_rate", JIA),
        ("mines", CITY),
        ("filled_posts", CITY),
    ]


@pytest.mark.parametrize(
    ("number", "text"), [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一")]
)
def test_items_are_numbered_in_chinese(number: int, text: str) -> None:
    assert chinese_number(number) == text


def test_items_count_on_and_begin_anew_in_each_cell(city: Report) -> None:
    template = "{% for n in range(11) %}{{ item() }}{% endfor %}共{{ item.count }}"
    for _ in range(2):
        assert rendered(template, city) == "（一）（二）（三）（四）（五）（六）（七）（八）（九）（十）（十一）共11"


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{ onsite_rat }}", "第 2 行引用了不认识的名称 onsite_rat。是否应为 onsite_rate？"),
        ("{{ city.onsite_rat }}", "第 2 行引用了不认识的名称 onsite_rat。是否应为 onsite_rate？"),
        ("{% if onsite_rat %}有{% endif %}", "第 2 行引用了不认识的名称 onsite_rat。是否应为 onsite_rate？"),
        ("{{ qqqqqqq }}", "第 2 行引用了不认识的名称 qqqqqqq。可用的名称见 docs/prose.md 和 docs/methodology.md。"),
        ("{{ mines.valu }}", "不认识的名称 valu"),
        ("{{ params.documents.date }}", "不认识的名称 documents"),
        ("{{ counties }}", "不认识的名称 counties"),  # a city metric in a county's report
        ("第一行\n{{ 1 + }}", "第 3 行的花括号里是空的，或少写了名称"),
        ("第一行\n{% if mines.value %}\n没有结尾", "第 3 行的 {% if … %} 没有结尾"),
        ("{{ did('onsite_rat') }}", "不认识的名称 onsite_rat。是否应为 onsite_rate？"),
        ("{{ ranking('onsite_rat') }}", "不认识的名称 onsite_rat。是否应为 onsite_rate？"),
    ],
)
def test_an_unknown_name_or_bad_syntax_is_refused_in_chinese(jia: Report, template: str, message: str) -> None:
    with pytest.raises(BulletinError) as refused:
        render_prose(template, jia)
    assert refused.value.code == "bad-prose"
    assert message in str(refused.value)


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "{{7*7}}", "**bold**", "[a](javascript:x)", "`x`", "=cmd|x"]
)
def test_text_from_records_has_no_mark_that_markdown_or_html_would_read(tmp_path: Path, name: str) -> None:
    report = report_of(tmp_path, JIA, counties=[f"{JIA},{name}", f"{YI},乙区"], checkins=ONE_WEEK)
    text = render_prose('{{ county }}，{{ names(did("mines")) }}，{{ ranking("onsite_rate") }}', report)
    outside = re.sub(r"</?span[^>]*>|&#\d+;", "", text).replace("0.96%", "")
    assert not re.search(r"[!-/:-@\[-`{-~]", outside)
    assert plain(text) == f"{name}，{name}、乙区，{name}（0.96%）\n"


def test_a_record_cannot_break_out_of_the_hover_text(tmp_path: Path) -> None:
    report = report_of(tmp_path, JIA, counties=[f'{JIA},"甲 \' onclick=x <b>"', f"{YI},乙区"])
    span = BeautifulSoup(render_prose("{{ mines }}", report), "html.parser").find("span")
    assert span is not None
    assert set(span.attrs) == {"class", "data-metric", "data-scope", "title"}


def test_inert_text_stays_on_one_line() -> None:
    assert inert(" 甲\n# 乙\t丙 ") == "甲 &#35; 乙 丙"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("甲县\n乙县", "甲县乙县\n"),
        ("甲县、\n乙县、\n丙县", "甲县、乙县、丙县\n"),
        ("甲县，\n“乙县”", "甲县，“乙县”\n"),
        ("甲县。\n（乙县）", "甲县。（乙县）\n"),
        ("到\n2023年", "到2023年\n"),
        ("共{{ mines }}\n家", "共3家\n"),
        ("共\n{{ mines }}家", "共3家\n"),
        ("甲县\n\n乙县", "甲县\n\n乙县\n"),
        ("甲县\n\n\n\n乙县", "甲县\n\n乙县\n"),
        ("甲县\n- 乙县", "甲县\n- 乙县\n"),
        ("甲县\n1. 乙县", "甲县\n1. 乙县\n"),
        ("a word\nanother", "a word\nanother\n"),
        ("## 标题\n正文", "## 标题\n正文\n"),
    ],
)
def test_a_line_break_inside_a_chinese_paragraph_is_no_space(city: Report, written: str, shown: str) -> None:
    assert plain(render_prose(written, city)) == shown


def test_a_cell_before_the_report_is_open_says_what_to_run() -> None:
    magics: Any = ProseMagics(InteractiveShell())
    with pytest.raises(BulletinError, match="请先运行笔记本开头的单元格"):
        magics.prose("", "正文")


FOUR_MINES = [f"M{n},矿{n},{JIA},露天开采,否" for n in (1, 2, 3, 4)]

EVERYTHING: dict[str, tuple[str, Params, dict[str, Sequence[str]]]] = {
    "one county": (CITY, JUNE, {"counties": [f"{JIA},甲县"], "mines": [f"M1,甲一矿,{JIA},地下开采,否"], "supervisors": [f"S1,赵一,{JIA}"], "assignments": ["S1,M1,2022-01-01,"]}),
    "no supervisors": (CITY, JUNE, {"supervisors": [], "assignments": []}),
    "no supervisors in the county": (JIA, JUNE, {"supervisors": [f"S3,孙三,{YI}"], "assignments": ["S3,M3,2022-01-01,"]}),
    "no mines": (CITY, JUNE, {"mines": [], "assignments": []}),
    "no mines in the county": (YI, JUNE, {"mines": [f"M1,甲一矿,{JIA},地下开采,否"], "assignments": ["S1,M1,2022-01-01,"]}),
    "all at 100%": (CITY, JUNE, ALL_DONE),
    "all at 100% in the county": (JIA, JUNE, ALL_DONE),
    "no zero counties": (CITY, JUNE, {"checkins": weekly("checkins", "S1,M1") + weekly("checkins", "S3,M3")}),
    "all zero": (CITY, JUNE, {}),
    "all zero in the county": (JIA, JUNE, {}),
    "pooled": (CITY, params_of("2023-06", averaging="pooled"), {"checkins": weekly("checkins", "S1,M1")}),
    "stationed on the app": (CITY, JUNE, {"stationing": ["端午,S1,M1,2023-06-22,2023-06-24,是"]}),
    "stationed without the app": (CITY, JUNE, {"stationing": ["端午,S1,M1,2023-06-22,2023-06-24,否"]}),
    "stationed from another county": (JIA, JUNE, {"stationing": ["端午,S3,M1,2023-06-22,2023-06-24,是"]}),
    "a ledger without fault": (CITY, JUNE, {"ledger_reviews": ["M1,2023-06-05,S1,否,否,否,否"]}),
    "a faulty ledger": (CITY, JUNE, {"ledger_reviews": ["M1,2023-06-05,S1,否,是,否,否"]}),
    "a faulty ledger in the county": (JIA, JUNE, {"ledger_reviews": ["M1,2023-06-05,S1,否,是,否,否"]}),
    "several mines in one hand": (CITY, JUNE, {"assignments": ["S1,M1,2022-01-01,", "S1,M2,2022-01-01,", "S3,M3,2022-01-01,"]}),
    "several mines in one hand in the county": (JIA, JUNE, {"assignments": ["S1,M1,2022-01-01,", "S1,M2,2022-01-01,"]}),
    "three mines in one hand": (CITY, JUNE, {"assignments": [f"S1,M{n},2022-01-01," for n in (1, 2, 3)]}),
    "four mines in one hand": (CITY, JUNE, {"mines": FOUR_MINES, "assignments": [f"S1,M{n},2022-01-01," for n in (1, 2, 3, 4)]}),
    "four mines in one hand in the county": (JIA, JUNE, {"mines": FOUR_MINES, "assignments": [f"S1,M{n},2022-01-01," for n in (1, 2, 3, 4)]}),
    "never at the face": (CITY, JUNE, {"checkins": ["S1,M1,2023-06-01 09:00,否,,"]}),
}  # fmt: skip


@pytest.mark.parametrize("case", EVERYTHING)
def test_no_edge_case_leaves_an_empty_list_or_an_absurd_zero(tmp_path: Path, case: str) -> None:
    scope, params, tables = EVERYTHING[case]
    assert "2023年6月" in whole_text(report_of(tmp_path, scope, params, **tables))


PROBLEMS: dict[str, dict[str, Sequence[str]]] = {
    "手机应用程序未得到使用": {},
    "一名专员监管多家企业": {"assignments": ["S1,M1,2022-01-01,", "S1,M2,2022-01-01,", "S3,M3,2022-01-01,"]},
    "现场监管频次不足": {"checkins": ALL_DONE["checkins"][1:]},
    "远程监管频次不足": {"remote_inspections": ALL_DONE["remote_inspections"][1:]},
    "现场监管台账记录不规范": {"ledger_reviews": ["M1,2023-06-05,S1,否,是,否,否"]},
    "监管任务清单未全部制定": {"task_lists": ALL_DONE["task_lists"][1:]},
    "专员岗位未配齐": {"assignments": ["S1,M1,2022-01-01,", "S3,M3,2022-01-01,"]},
    "深入作业面检查不够": {"checkins": [line.replace(",是,2", ",否,2") for line in ALL_DONE["checkins"]]},
}


@pytest.mark.parametrize(
    ("scope", "tables", "stated"),
    [
        (CITY, {"supervisors": [], "assignments": []}, ["没有应履职的专员，不计算现场签到率。", "没有应履职的专员，不计算远程监管率。"]),
        (JIA, {"supervisors": [], "assignments": []}, ["不计算现场签到率，不参加排名。", "不计算远程监管率，不参加排名。", "没有在岗的专员。"]),
        (JIA, {}, ["统计期间未进行现场签到，全市现场签到率为0.00%。", "统计期间未开展远程监管，", "没有驻矿盯守记录。"]),
        (CITY, {}, ["甲县、乙区2个县（市、区）的专员均未进行现场签到。", "2个县（市、区）的专员均未开展远程监管。"]),
        (JIA, ALL_DONE, ["现场签到率为100%，全市为100%，在有签到的2个县（市、区）中排第1位。", "远程监管率为100%，"]),
        (CITY, ALL_DONE, ["由高到低为：甲县（100%）、乙区（100%）。", "2个县（市、区）的专员开展了远程监管，"]),
        (YI, {"mines": [f"M1,甲一矿,{JIA},地下开采,否"], "assignments": []}, ["没有正常生产建设的非煤矿山企业", "没有可列的企业和专员。"]),
        (CITY, {"mines": [], "assignments": []}, ["全市没有正常生产建设的非煤矿山企业。", "全市没有需要制定监管任务清单的企业。"]),
        (CITY, {"stationing": ["端午,S1,M1,2023-06-22,2023-06-24,是"]}, ["1名专员进驻1家企业驻矿盯守。其中，甲县1个县（市、区）使用"]),
        (CITY, {"stationing": ["端午,S1,M1,2023-06-22,2023-06-24,否"]}, ["均未使用手机应用程序进行驻矿签到。"]),
        (JIA, {"stationing": ["端午,S1,M1,2023-06-22,2023-06-24,否"]}, ["1名专员进驻1家企业驻矿盯守，未使用手机应用程序"]),
    ],
)  # fmt: skip
def test_what_was_done_is_stated_as_it_was(
    tmp_path: Path, scope: str, tables: dict[str, Sequence[str]], stated: list[str]
) -> None:
    text = whole_text(report_of(tmp_path, scope, JUNE, **tables))
    assert [sentence for sentence in stated if sentence not in text] == []


UNTOUCHED = ["手机应用程序未得到使用", "现场监管频次不足", "远程监管频次不足", "监管任务清单未全部制定"]
"""The problems of the small period as it is: nothing was done."""


@pytest.mark.parametrize("problem", PROBLEMS)
def test_a_problem_is_stated_where_the_figures_show_it_and_no_other(tmp_path: Path, problem: str) -> None:
    broken = ALL_DONE | PROBLEMS[problem] if PROBLEMS[problem] else {}
    text = whole_text(report_of(tmp_path, CITY, JUNE, **broken))
    assert [other for other in PROBLEMS if other in text] == ([problem] if broken else UNTOUCHED)


def test_a_city_and_a_county_without_problems_say_so(tmp_path: Path) -> None:
    assert "统计期间的记录未反映出突出问题。" in whole_text(report_of(tmp_path / "city", CITY, JUNE, **ALL_DONE))
    county = whole_text(report_of(tmp_path / "county", JIA, JUNE, **ALL_DONE))
    assert "统计期间的记录未反映出需要整改的问题。" in county
    assert "逐项整改" not in county


def test_a_county_whose_supervisors_left_before_the_as_of_day_is_not_said_to_have_none_to_list(tmp_path: Path) -> None:
    status = ["M1,停产停建,2023-06-20,", "M2,停产停建,2023-06-20,"]
    report = report_of(tmp_path, JIA, JUNE, mine_status=status)
    assert "没有可列的企业和专员" not in whole_text(report)


def test_the_problems_are_numbered_without_a_gap(tmp_path: Path) -> None:
    tables = ALL_DONE | {"task_lists": [], "ledger_reviews": ["M1,2023-06-05,S1,否,是,否,否"]}
    text = whole_text(report_of(tmp_path, CITY, JUNE, **tables))
    assert "### （一）现场监管台账记录不规范" in text
    assert "### （二）监管任务清单未全部制定" in text
    assert "抽查现场监管台账1份，1份存在问题，占100%。其中，隐患描述不准确1份（100%）；" in text
