"""What both exporters ask of an executed notebook."""

from __future__ import annotations

import re

import pytest
from nbformat import NotebookNode

from bulletin.export.notebook import blocks, content, digest, refuse_errors
from bulletin.project.errors import BulletinError
from tests.export.notebooks import block, closing, code, data, error, letterhead, markdown, notebook, stream, table


def test_a_sound_notebook_is_not_refused() -> None:
    refuse_errors(notebook(markdown("正文"), code(stream("ValueError"), data(plain="error"))))


def test_a_failed_cell_is_refused_by_its_number_among_all_cells() -> None:
    with pytest.raises(BulletinError) as refused:
        refuse_errors(notebook(markdown("正文"), code(), code(stream("好"), error("KeyError", "乙区")), code(error())))
    assert refused.value.code == "notebook-failed"
    assert str(refused.value) == (
        "笔记本第 3 个单元格（x）出错：取用的项不存在：请检查方括号中的名称。改正并重新运行后才能导出。"
    )


def test_blocks_of_one_kind_come_in_reading_order() -> None:
    cells = [
        block(table(number=1)),
        markdown("正文"),
        block(closing()),
        code(stream("x"), data(plain="y")),
        block(table(number=2)),
    ]
    source = notebook(*cells)
    assert [found["number"] for found in blocks(source, "table")] == [1, 2]
    assert [found["signer"] for found in blocks(source, "closing")] == ["样例市应急管理局"]
    assert blocks(source, "chart") == []


def test_the_digest_is_of_what_is_shown_and_of_nothing_else() -> None:
    def made(*, text: str = "正文", html: str = "<b>", plain: str = "<X at 0x1>", **head: str) -> NotebookNode:
        return notebook(markdown(text), code(stream("甲"), data(html=html, plain=plain)), block(letterhead(**head)))

    shown = made()
    injected = notebook(
        *shown.cells[:1], code(source="x = 1"), code(stream("警告", "stderr"), stream("乙")), *shown.cells[1:]
    )
    assert digest(shown) == digest(made(plain="<X at 0x2>")) == digest(injected)
    others = [
        made(text="正文。"),
        made(html="<i>"),
        made(number="二号"),
    ]
    assert len({digest(each) for each in [shown, *others]}) == 4
    assert re.fullmatch("[0-9a-f]{16}", digest(shown))


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        (code(data(plain="<Report>"), source="x = 1\nreport"), "第 2 个单元格（x = 1）出错：最后一行“report”留下的只是程序对象的文字"),
        (code(data(plain="Table"), source="mines_table(report)"), "请改为 show_table(report, mines_table(report))"),
        (markdown("共{{ mines }}家"), "第 2 个单元格（共{{ mines }}家）出错：第 1 行有“{{ mines }}”，但这一单元格是 Markdown 单元格"),
        (markdown("甲\n{ mines }家"), "第 2 行有多余或没有配对的花括号"),
        (markdown("##二、履职情况"), "第 1 行的标题在 # 后缺少空格"),
        (code(source="## 二、履职情况"), "这一单元格开头缺少 %%prose"),
    ],
)  # fmt: skip
def test_what_is_no_content_is_refused_with_its_cell(cell: NotebookNode, told: str) -> None:
    injected = code(source="period = '2023'", tags=("injected-parameters",))  # the analyst doesn't count papermill's
    with pytest.raises(BulletinError, match=re.escape(told)):
        content(notebook(markdown("正文"), injected, cell))


def test_what_a_cell_writes_and_the_object_of_a_plot_are_left_out_and_content_stays() -> None:
    plot = code(stream("写出"), data(plain="[<Line2D>]"), data(png="AA==", plain="<Figure>"))
    frame = code(data(html="<table></table>", plain="frame"))
    source = notebook(plot, frame, block(table()))
    before = str(source)
    shown = content(source)
    assert [[set(output.data) for output in cell.outputs] for cell in shown.cells[:2]] == [
        [{"image/png", "text/plain"}],
        [{"text/html", "text/plain"}],
    ]
    assert len(blocks(shown, "table")) == 1
    assert str(source) == before
