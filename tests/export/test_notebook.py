"""What both exporters ask of an executed notebook."""

from __future__ import annotations

import re

import pytest
from nbformat import NotebookNode

from bulletin.errors import BulletinError
from bulletin.export.notebook import blocks, digest, refuse_errors
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
