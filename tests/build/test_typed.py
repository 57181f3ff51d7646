"""Figures typed by hand in prose are told with the fact that should stand there; numbers that are no figures aren't."""

from __future__ import annotations

import nbformat
import pytest
from nbformat import v4

from bulletin.build.typed import TypedFigure, chinese_value, typed_figures
from bulletin.facts.facts import Facts
from bulletin.facts.figures import CITY
from bulletin.notebook.period import open_period
from tests.builders import ROOT

YICHENG = "翼城县"


@pytest.fixture(scope="module")
def facts() -> Facts:
    """The sample year's facts: 13 counties, 183 mines, 278 supervisors, 4.62% on site."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        return open_period("2023").facts


def typed(text: str, facts: Facts, scope: str = CITY) -> list[TypedFigure]:
    """What is told of a prose cell, the third of its notebook."""
    cells = [v4.new_code_cell("x"), v4.new_markdown_cell(""), v4.new_code_cell(f"%%prose\n{text}")]
    return typed_figures(v4.new_notebook(cells=cells), facts, scope)


def test_the_issues_own_figure_is_told_with_its_cell_line_words_and_fact(facts: Facts) -> None:
    (found,) = typed("## 一、总体情况\n\n截至年末，全市14个县。", facts)
    assert str(found) == (
        "第 3 个单元格第 4 行“全市14个县”中的 14 是手工填写的："
        "指标 counties（县（市、区）数）为 13，请写作 {{ counties }}"
    )


@pytest.mark.parametrize(
    ("text", "number", "name"),
    [
        ("全市17个县（市、区）", "17", "counties"),
        ("十四个县（市、区）", "十四", "counties"),
        ("共173家", "173", "mines"),
        ("173余家", "173", "mines"),
        ("173 家", "173", "mines"),
        ("全市企业 1,173 家", "1,173", "mines"),
        ("一百七十三家企业", "一百七十三", "mines"),
        ("企业数：173", "173", "mines"),
        ("地下开采146家", "146", "mines_underground"),
        ("露天开采21家", "21", "mines_open_pit"),
        ("共有专员205名", "205", "supervisors"),
        ("三百二十九个岗位", "三百二十九", "required_posts"),
        ("抽查台账70份", "70", "ledgers_reviewed"),
        ("12份存在问题", "12", "ledgers_faulty"),
        ("7个县（市、区）的专员均未进行现场签到", "7", "onsite_zero_counties"),
        ("全市现场签到率为5.98%", "5.98%", "onsite_rate"),
        ("现场签到率５．９８％", "５．９８％", "onsite_rate"),
        ("4.62%", "4.62%", "onsite_rate"),  # by its value alone
        ("远程监管率100%", "100%", "remote_rate"),  # 100% is the staffing rate's by chance
        ("专员配备率为66.67", "66.67", "staffing_rate"),
        ("现场签到率上升5.98个百分点", "5.98", 'compared("onsite_rate")'),
        ("非煤矿山企业较上年增加10家", "10", 'compared("mines", "家")'),
        ("5.98%", "5.98%", ""),
        ("百分之五点九八", "百分之五点九八", ""),
        ("仍有3家企业未制定", "3", ""),  # not all of the mines
        ("同比下降3.2%", "3.2%", ""),
        ("排第3位", "3", ""),
        ("隐患326条", "326", ""),
        ("事故2起", "2", ""),
        ("平均每县14家", "14", "mines"),
    ],
)
def test_a_typed_figure_is_told_with_the_fact_that_should_stand_there(
    facts: Facts, text: str, number: str, name: str
) -> None:
    (found,) = typed(text, facts)
    assert (found.number, found.name) == (number, name)


NO_FIGURES = """第3季度|2024年3月|2024 年 3 月|2024年度|2024年3月5日|2023年1月1日至2023年12月31日|1月至3月|一至六月|十月一日|二〇二四年三月五日
一矿一清单|两人一矿、两人两矿、两人两库|每周1次|不少于5次|每2周1次|每季度末月25日前|3日内|5个工作日内|1个月内|3年内|6月30日前|30分钟内
附件1|附件1至3|图2|图1和图2|表3|表1—3|〔2024〕20号|临应急发〔2024〕20号|安委办〔2023〕1号|《规定》（应急〔2018〕19号）|GB/T 9704—2012
1. 加强领导|1.加强领导|（一）配备情况|第十二条|第二十条第一款|第1至3项|第5号令|第3页|第1批|第2名联系人|第三次会议|第十四届|二十届三中全会
监管2家企业|同时监管4家及以上企业|一名专员监管多家企业|9时至17时|8:30|10时30分|7×24小时|24小时值守|12350|0357-2091234|邮编041000
{{ mines }}家|{% if mines.value > 3 %}有{% endif %}|{{ itemised("名", 监管2家企业=supervisors_holding_2) }}|每家地下开采企业配2名专员|不得超过3家|至少5次|不低于90%|达到90%以上
连续3次未签到的|2人以上|三个方面|3个方面|五项措施|十项重点任务|十个必须|十条措施|七项制度|统筹推进十个方面|四个意识|八项规定|“三个一”活动|一岗双责
百分之百落实|万无一失|千方百计|百日攻坚|“十四五”规划|一票否决|三管三必须|双随机一公开|按1:3配备|国庆7天假期|100分制|60周岁""".replace(
    "\n", "|"
).split("|")


@pytest.mark.parametrize("text", NO_FIGURES)
def test_a_number_that_is_no_figure_is_not_told(facts: Facts, text: str) -> None:
    assert typed(text, facts) == []


def test_a_county_is_told_its_own_figure_and_the_citys_where_the_words_say_so(facts: Facts) -> None:
    code = next(code for code, name in facts.counties.items() if name == YICHENG)
    own, citys = typed("现场签到率为5.98%，全市现场签到率为3.00%", facts, code)
    assert (own.name, citys.name) == ("onsite_rate", "city.onsite_rate")
    assert "指标 onsite_rate（现场签到率，翼城县）为 37.89%，请写作 {{ onsite_rate }}" in str(own)
    (rank,) = typed("现场签到率排第9位", facts, code)
    assert rank.name == "onsite_rank"


def test_a_markdown_cell_is_looked_at_and_code_is_not(facts: Facts) -> None:
    cells = [v4.new_markdown_cell("共173家"), v4.new_code_cell("x = '共173家'")]
    (found,) = typed_figures(v4.new_notebook(cells=cells), facts, CITY)
    assert (found.cell, found.line) == (1, 1)


@pytest.mark.parametrize("name", ["city_bulletin", "county_report"])
def test_our_own_notebooks_have_none_for_the_city_and_every_county(facts: Facts, name: str) -> None:
    notebook = nbformat.read(ROOT / "notebooks/mines" / f"{name}.ipynb", as_version=4)
    scopes = [CITY] if name == "city_bulletin" else list(facts.counties)
    assert [str(each) for scope in scopes for each in typed_figures(notebook, facts, scope)] == []


@pytest.mark.parametrize(
    ("text", "value"), [("十", 10), ("十四", 14), ("二十", 20), ("一百零五", 105), ("两千", 2000), ("一万二千", 12000), ("一二", None)]
)  # fmt: skip
def test_a_chinese_numeral_has_its_value(text: str, value: int | None) -> None:
    assert chinese_value(text) == value
