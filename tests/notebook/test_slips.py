"""What is mistyped in a prose cell is refused with its line, in Chinese; nothing of it is ever printed."""

from __future__ import annotations

import re

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from bulletin.facts.figures import CITY
from bulletin.notebook import load_ipython_extension
from bulletin.notebook.prose import render_prose
from bulletin.notebook.report import Report
from bulletin.notebook.slips import is_prose, refuse_lost_magic
from bulletin.project.errors import BulletinError
from tests.builders import JIA, report_of, report_over


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The small period, seen from the city."""
    return report_of(tmp_path_factory.mktemp("slips"), CITY)


def refusal(template: str, report: Report) -> str:
    """What is said of a template that is refused; Jinja's and Python's own sentences are in none."""
    with pytest.raises(BulletinError) as refused:
        render_prose(template, report)
    outside = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|“.*?”", "", str(refused.value))
    assert not re.search(r"[A-Za-z']+ [A-Za-z']+ [A-Za-z']+", outside), outside
    return str(refused.value)


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("{ mines }家", "第 2 行有多余或没有配对的花括号“{ mines }”"),
        ("甲\n乙{mines}}家", "第 3 行有多余或没有配对的花括号“{mines}}”"),
        ("{{ mines }}}家", "第 2 行有多余或没有配对的花括号“}”"),
        ("{ % if mines.value % }有", "第 2 行有多余或没有配对的花括号"),
        ("{% raw %}{{ mines }}{% endraw %}", "第 2 行有多余或没有配对的花括号"),
        ("甲\n\n｛｛ mines ｝｝家", "第 4 行的“｛｛ mines ｝｝”用了全角花括号"),
        ("{{mines}家", "第 2 行的花括号没有配对"),
        ("甲\n{{{ mines }}}", "第 3 行的花括号没有配对"),
        ("{{ mines 家", "第 2 行的花括号里少了运算符、引号或结尾的花括号"),
        ("{% if mines.value }\n有\n{% endif %}", "第 2 行的花括号没有配对"),
        ("% if mines.value %\n有\n% endif %", "第 2 行的“% if mines.value %”没有写在 {% %} 中"),
        ("有\nendif", "第 3 行的“endif”没有写在 {% %} 中"),
        ("##二、履职情况", "第 2 行的标题在 # 后缺少空格：“##二、履职情况”应写作“## 二、履职情况”"),
        ("甲\n\n  ###（一）配备", "第 4 行的标题在 # 后缺少空格"),
        ("＃＃ 二、履职情况", "第 2 行的 ＃ 是全角的：“＃＃ 二、履职情况”应写作“## 二、履职情况”"),
        ("####### 甲", "第 2 行的“#######”过多"),
        ("全市mines家", "第 2 行的 mines 没有写在 {{ }} 中，会原样印出：应写作 {{ mines }}"),
        ("【【 onsite_rate 】】", "第 2 行的 onsite_rate 没有写在 {{ }} 中"),
        ("甲\n%%prose\n乙", "第 3 行的“%%prose”会原样印出"),
        ("甲\n\n**全市：**各县", "第 4 行的“**”不起作用，会原样印出"),
        ("| 甲 | 乙 |", "第 2 行的“|”不起作用，会原样印出：表格须有第二行"),
    ],
)
def test_what_would_be_printed_as_it_stands_is_refused_with_its_line(city: Report, template: str, told: str) -> None:
    assert refusal(template, city).startswith(told)


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("甲\n{% if mines.value %}\n乙\n丙", "第 3 行的 {% if … %} 没有结尾：请在它的内容之后写上 {% endif %}"),
        ("{% if mines.value %}\n{% for x in did('mines') %}\n{% endif %}", "第 3 行的 {% for … %} 还没有 {% endfor %}，第 4 行就出现了 {% endif %}"),
        ("甲\n{% endif %}", "第 3 行多了一个 {% endif %}"),
        ("{% else %}", "第 2 行多了一个 {% else %}"),
        ("{% set x %}甲", "第 2 行的 {% set … %} 没有结尾"),
        ("{% iff mines.value %}甲{% endif %}", "第 2 行的 {% iff … %} 不认识。是否应为 if？"),
        ("{% if mines.value %}甲{% end if %}", "第 2 行的 {% end … %} 不认识。是否应为 endif 或 endfor？"),
        ("{% if mines.value %}甲{% else if mines %}乙{% endif %}", "第 2 行的 {% else if … %} 应写作 {% elif … %}"),
        ("{% if mines.value = 1 %}甲{% endif %}", "第 2 行的条件中比较相等要写两个等号"),
        ("{{ }}", "第 2 行的花括号里是空的"),
        ("{# 注", "第 2 行起的注释 {# 没有结尾"),
        ("{{ names(did('mines') }}", "第 2 行的括号没有配对"),
        ("甲\n{{ ranking(“onsite_rate”) }}", "第 3 行用了中文引号“，应为英文引号 \"。"),
        ("{{ ranking('onsite_rate’) }}", "第 2 行用了中文引号’，应为英文引号 '。"),
        ("{{ ranking（'onsite_rate') }}", "第 2 行的花括号里用了全角的（，应为半角的 ("),
        ("{{ share(mines，mines) }}", "第 2 行的花括号里用了全角的，，应为半角的 ,"),
        ("{{ city。mines }}", "第 2 行的花括号里用了全角的。，应为半角的 ."),
        ("{{ mines|lenght }}", "第 2 行竖线 | 后面的 lenght 不认识。是否应为 length？"),
        ("{% if mines is defind %}甲{% endif %}", "第 2 行 is 后面的 defind 不认识。是否应为 defined？"),
        ("{{ mines() }}", "第 2 行在指标或文字的名称后面写了括号"),
        ("{{ share(mines) }}", "第 2 行调用 share 时，括号中的内容缺少、过多或不对"),
        ("{{ share(1, 2) }}", "第 2 行的函数要的是指标"),
        ("{{ mines + 1 }}", "第 2 行拿指标作比较或计算时，名称后面要写 .value"),
        ("甲\n{{ mines.value / 0 }}", "第 3 行的除数为 0"),
        ("{{ onsite_rate_pooled.value.x }}", "第 2 行引用了不认识的名称 x"),
        ("{% include 'x' %}", "第 2 行的写法不对"),
        ("{{ attachment('无') }}", "第 2 行：没有名为“无”的附件"),
        ("{{ compared('mimes') }}", "第 2 行引用了不认识的名称 mimes。是否应为 mines？"),
        ("{{ movers('onsite_rang') }}", "第 2 行引用了不认识的名称 onsite_rang。是否应为 onsite_rank？"),
    ],
)  # fmt: skip
def test_what_jinja_or_python_refuses_is_told_in_chinese_with_its_line(city: Report, template: str, told: str) -> None:
    assert refusal(template, city).startswith(told)


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("{{ did }}", "第 2 行的 {{ did }} 是一个函数，后面要写括号"),
        ("{{ item }}", "第 2 行的 {{ item }} 是一个函数"),
        ("{{ city }}", "第 2 行的 {{ city }} 不是一个数，也不是文字"),
        ("{{ params }}", "第 2 行的 {{ params }} 不是一个数"),
        ("{{ did('mines') }}", "第 2 行的 {{ did('mines') }} 是名单，不能直接写入正文"),
        ("{{ previous }}", "第 2 行的 {{ previous }} 的值不存在（为空）"),
        ("{{ mines.value == 3 }}", "第 2 行的 {{ mines.value == 3 }} 是计算用的值"),
        ("{{ staffing_rate.value / 7 }}", "第 2 行的 {{ staffing_rate.value / 7 }} 是计算用的值"),
    ],
)
def test_what_is_no_text_and_no_figure_is_not_printed(city: Report, template: str, told: str) -> None:
    assert refusal(template, city).startswith(told)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("{{ 现场签到率 }}", "现场签到率写作 {{ onsite_rate }}。"),
        ("{{ 签到率 }}", "现场签到率写作 {{ onsite_rate }}。"),
        ("{{ 现场签到率（合并计算） }}", "现场签到率（合并计算）写作 {{ onsite_rate_pooled }}。"),
        ("{{ 期间 }}", "期间写作 {{ period }}。"),
        ("{{ 县 }}", "县写作 {{ county }}。"),
        ("{{ city.现场签到率 }}", "现场签到率写作 {{ city.onsite_rate }}。"),
        ("{{ ｍｉｎｅｓ }}", "是否应为 mines？"),
        ("{{ onsite_rank }}", "现场签到率排名只用于县级反馈。"),
    ],
)
def test_a_chinese_title_is_answered_with_its_name(city: Report, written: str, told: str) -> None:
    assert refusal(written, city).endswith(told)


def test_a_county_is_told_that_a_figure_is_the_citys(city: Report) -> None:
    jia = report_over(city.results, JIA)
    assert refusal("{{ counties }}", jia).endswith("县（市、区）数只有全市的数，写作 {{ city.counties }}。")
    assert refusal("{{ 县（市、区）数 }}", jia).endswith("县（市、区）数写作 {{ city.counties }}。")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("{% if mines.value %}\n    缩进的文字\n{% endif %}", "缩进的文字\n"),
        ("- 甲\n    - 乙", "- 甲\n    - 乙\n"),
        ("使用APP签到，见 GB/T 9704—2012", "使用APP签到，见 GB/T 9704—2012\n"),
        ("**全市**各县\n\n1.加强\n\n## 二、情况", "**全市**各县\n\n1.加强\n\n## 二、情况\n"),
        ("| 甲 | 乙 |\n| --- | --- |\n| 丙 | 丁 |", "| 甲 | 乙 |\n| --- | --- |\n| 丙 | 丁 |\n"),
    ],
)
def test_what_is_sound_is_rendered_as_meant(city: Report, written: str, shown: str) -> None:
    assert render_prose(written, city) == shown


PROSE = "## 一、总体情况\n\n截至年末，全市有企业{{ mines }}家。"
LOST = "这一单元格开头缺少 %%prose"


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (PROSE, LOST),
        ("为全面掌握情况，现将有关情况通报如下。", LOST),
        ("2023年，全市有企业{{ mines }}家。", LOST),
        ("## 二、履职情况", LOST),  # to Python a comment
        ("{% if mines.value %}\n有\n{% endif %}", LOST),
        ("show_closing(report)\n{% if mines.value %}有{% endif %}", LOST),
        (f"%prose\n{PROSE}", "第一行的“%prose”应写作 %%prose"),
        (f"%%Prose\n{PROSE}", "第一行的“%%Prose”应写作 %%prose"),
        (f"%% prose\n{PROSE}", "第一行的“%% prose”应写作 %%prose"),
        (f"％％prose\n{PROSE}", "第一行的“％％prose”应写作 %%prose"),
        (f"%%porse\n{PROSE}", "第一行的“%%porse”应写作 %%prose"),
        (f"%%prose 正文\n{PROSE}", "%%prose 应独占第一行"),
        ("%%prose\n", "%%prose 下面没有正文"),
    ],
)
def test_a_lost_magic_is_named(source: str, told: str) -> None:
    with pytest.raises(BulletinError) as refused:
        refuse_lost_magic(source)
    assert str(refused.value).startswith(told)


@pytest.mark.parametrize(
    "source",
    [
        f"%%prose\n{PROSE}",
        f"\n %%prose\n{PROSE}",
        "%load_ext bulletin.notebook\nfrom bulletin.mines.notebook import *",
        "%matplotlib inline",
        "%%time\nx = 1",
        "# 说明：以下为附件\nshow_closing(report)",
        "# 说明",
        '县 = "翼城县"',
        "县 = “翼城县”",
        'show_letterhead(report, "关于{{ 2023 }}年")',
        "show_table(report, ",
        "",
    ],
)
def test_python_is_no_lost_prose(source: str) -> None:
    refuse_lost_magic(source)
    assert not is_prose(source)


@pytest.fixture
def shell(city: Report) -> InteractiveShell:
    made = InteractiveShell()
    load_ipython_extension(made)
    load_ipython_extension(made)  # as %reload_ext does
    made.user_ns["report"] = city
    return made


def test_in_jupyter_a_lost_magic_is_refused_before_python_reads_the_cell(shell: InteractiveShell) -> None:
    with capture_output():
        result = shell.run_cell(PROSE, store_history=True)
    assert isinstance(result.error_before_exec, BulletinError)
    assert str(result.error_before_exec).startswith(LOST)
    assert sum("ProseMagics" in repr(each) for each in shell.input_transformers_cleanup) == 1


def test_lines_are_counted_as_the_cell_shows_them_blank_ones_too(shell: InteractiveShell) -> None:
    with capture_output():
        result = shell.run_cell("\n\n%%prose\n甲\n{ mines }")
    assert str(result.error_in_exec).startswith("第 5 行")
