"""The notebooks' words as a build leaves them: the same bytes for the same words, and nothing else is read."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from bulletin.export import notebook_words
from bulletin.export.notebook_words import (
    MOST_CELLS,
    NOTEBOOKS,
    Cell,
    notebook_change,
    notebooks_file,
    read_notebooks,
    take_notebooks,
)


def cell(source: str, number: str = "", kind: str = "code") -> Cell:
    return Cell(id=number, kind=kind, tags=[], source=source)


def written(folder: Path, name: str, content: object) -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


class DescribeTheFile:
    def it_holds_what_the_author_wrote_and_nothing_that_was_shown(self, tmp_path: Path) -> None:
        own = {"cell_type": "code", "id": "a", "metadata": {"tags": ["parameters"]}, "source": ["x = 1\n", "x"]}
        shown = {"outputs": [{"output_type": "stream", "name": "stdout", "text": "李四"}], "execution_count": 3}
        plain, run = (
            take_notebooks([written(tmp_path, "city.ipynb", {"cells": [each]})]) for each in (own, own | shown)
        )
        assert run == plain == {"city.ipynb": [Cell(id="a", kind="code", tags=["parameters"], source="x = 1\nx")]}
        assert notebooks_file(run) == notebooks_file(plain)
        (tmp_path / NOTEBOOKS).write_bytes(notebooks_file(plain))
        assert read_notebooks(tmp_path / NOTEBOOKS) == plain

    @pytest.mark.parametrize(
        "content",
        [
            *("", "[]", "{}", "[" * 9999, '{"cells": 1}', '{"cells": [1]}', '{"cells": [{"cell_type": "code"}]}'),
            '{"cells": [{"cell_type": "code", "source": 1}]}',
            '{"cells": [{"cell_type": "code", "source": "\\ud800"}]}',
        ],
    )
    def it_leaves_out_what_is_no_notebook(self, tmp_path: Path, content: str) -> None:
        found = take_notebooks([written(tmp_path, "city.ipynb", content), tmp_path / "gone.ipynb"])
        assert found == {}
        assert notebooks_file(found)

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"no gzip",
            gzip.compress(b"[]", mtime=0),
            gzip.compress(b'{"a": [{"id": 1}]}', mtime=0),
            gzip.compress(b"{}", mtime=0)[:-9],
        ],
    )
    def it_reads_nothing_else(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / NOTEBOOKS).write_bytes(content)
        assert read_notebooks(tmp_path / NOTEBOOKS) is None
        assert read_notebooks(tmp_path / "none") is None

    def it_unpacks_no_more_than_a_build_leaves(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / NOTEBOOKS).write_bytes(notebooks_file({"a.ipynb": [cell("x" * 1000)]}))
        assert read_notebooks(tmp_path / NOTEBOOKS)
        monkeypatch.setattr(notebook_words, "MAX_UNPACKED", 1000)
        assert read_notebooks(tmp_path / NOTEBOOKS) is None


class DescribeTheChange:
    def it_is_nothing_where_the_words_are_the_same(self) -> None:
        cells = [cell("甲", "1"), cell("乙", "2")]
        assert notebook_change("n", cells, [each.model_copy(update={"id": ""}) for each in cells]).cells == []

    def it_takes_a_rewritten_cell_without_an_id_for_the_same(self) -> None:
        old = [cell("甲"), cell("全市共有企业二百七十八家，专员九十五名"), cell("乙")]
        new = [cell("甲"), cell("全市共有企业二百八十家，专员九十五名"), cell("乙"), cell("完全不同的一格")]
        changed, added = notebook_change("n", old, new).cells
        assert [(each.how, each.number, each.was) for each in (changed, added)] == [("changed", 2, 0), ("added", 4, 0)]

    def it_names_one_cell_that_moved_and_not_all_behind_it(self) -> None:
        old = [cell(text, text) for text in "甲乙丙丁戊"]
        new = [old[number] for number in (1, 2, 3, 0, 4)]
        assert [(each.number, each.was) for each in notebook_change("n", old, new).cells] == [(4, 1)]

    def it_counts_what_it_does_not_show(self) -> None:
        found = notebook_change("n", [], [cell(f"第{number}格") for number in range(MOST_CELLS + 7)])
        assert (len(found.cells), found.more) == (MOST_CELLS, 7)
