"""Python's errors in a cell, as a real kernel gives them, in Chinese with the line in the cell."""

from __future__ import annotations

import re

import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode, v4

from bulletin.export.notebook import refuse_errors
from bulletin.notebook.python_errors import explained
from bulletin.project.errors import BulletinError
from tests.builders import ROOT

CASES = [
        ("x = 1\nshow_tabel(x)", "第 2 行的名称 show_tabel 没有定义。是否应为 show_table？"),
        ("\n\nx = 1\nqqqqq", "第 4 行的名称 qqqqq 没有定义。请检查拼写，并先运行笔记本开头的单元格。"),
        ("show(翼城县, 1)", "第 1 行的“翼城县”没有定义：文字要写在英文引号里"),
        ("x = 1\nshow（report, 1)", "第 2 行用了全角的（，应为半角的 ("),
        ("show(report, “甲”)", "第 1 行用了中文引号“，应为英文引号 \"。"),
        ("\nshow(report,\u3000 1，2)", "第 2 行用了全角空格"),
        ("show(report, '甲，乙'，1)", "第 1 行用了全角的，，应为半角的 ,"),
        ("x = 1\nshow(report, 1", "第 2 行的括号没有配对的右括号，请改正。"),
        ("x = '甲", "第 1 行的引号没有配对，请改正。"),
        ("if report\n    x = 1", "第 1 行的行末少了冒号 :，请改正。"),
        ("x = 1\n  y = 2", "第 2 行的行首空格不对"),
        ("show(report)", "第 1 行调用 <lambda> 时缺少参数 table。"),
        ("show(report, 1, 2)", "第 1 行调用 <lambda> 时给的参数过多（3 个）。"),
        ("show(report, tabel=1)", "第 1 行调用 <lambda> 时写了它没有的参数 tabel。"),
        ("'甲'()", "第 1 行的括号用错"),
        ("1 + '甲'", "第 1 行把不能相互计算或比较的东西放在了一起"),
        ("report.resuts", "第 1 行的 .resuts 不存在。是否应为 results？"),
        ("import fooo", "第 1 行引入的程序库 fooo 没有安装"),
        ("from bulletin.mines.notebook import show_tabel", "第 1 行要引入的名称 show_tabel 不存在。是否应为 show_table？"),
        ("{}['甲']", "第 1 行取用的项 '甲' 不存在"),
        ("{}[chr(30002)]", "第 1 行取用的项不存在：请检查方括号中的名称。"),  # a name out of the records stays out
        ("[][0]", "第 1 行取用的序号超出了范围。"),
        ("1 / 0", "第 1 行除数为 0"),
        ("open('/nowhere')", "第 1 行要读取的文件不存在"),
        ("assert False, '单元格里的错误'", "第 1 行出现错误：单元格里的错误"),
        ("raise ValueError('could not convert string to float: 甲')", "第 1 行运行时出现未预料的错误（ValueError）"),
        ("class E(Exception): pass\nraise E('some words of it')", "第 2 行运行时出现未预料的错误（E）"),
]  # fmt: skip


@pytest.fixture(scope="module")
def cells() -> dict[str, NotebookNode]:
    """Each source's cell, run in one kernel."""
    first = v4.new_code_cell("report, show = object(), lambda report, table: None")
    made = [v4.new_code_cell(source) for source, _ in CASES]
    notebook = v4.new_notebook(cells=[first, *made])
    NotebookClient(notebook, allow_errors=True, kernel_name="python3", resources={"metadata": {"path": ROOT}}).execute()
    return {cell.source: cell for cell in made}


@pytest.mark.parametrize(("source", "message"), CASES)
def test_an_error_is_told_in_chinese_with_its_line(cells: dict[str, NotebookNode], source: str, message: str) -> None:
    with pytest.raises(BulletinError) as refused:
        refuse_errors(v4.new_notebook(cells=[cells[source]]))
    said = str(refused.value).split("）出错：", 1)[1]
    assert said.startswith(message)
    assert not re.search(r"[A-Za-z']+ [A-Za-z']+ [A-Za-z']+", said)


def test_a_message_of_ours_says_all() -> None:
    assert explained("BulletinError", "第 2 行的标题有误", "%%prose\n##二") == "第 2 行的标题有误"


def test_prose_without_its_magic_is_named_in_place_of_pythons_error() -> None:
    said = explained("SyntaxError", "invalid character '，' (U+FF0C) (1.py, line 1)", "全市有企业，{{ mines }}家。")
    assert said.startswith("这一单元格开头缺少 %%prose")
