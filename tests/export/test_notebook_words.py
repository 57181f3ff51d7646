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


def test_the_file_tells_nothing_of_when_it_was_written() -> None:
    assert notebooks_file({"n": [cell("甲")]})[4:8] == bytes(4)


def test_a_file_whose_compression_is_broken_is_none(tmp_path: Path) -> None:
    whole = notebooks_file({"n": [cell("甲")]})
    (tmp_path / NOTEBOOKS).write_bytes(whole[:10] + b"\xff" * 20)
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

    @pytest.mark.parametrize(
        ("old", "new", "told"),
        [
            # six of ten characters are those of the other, or five
            ([cell("甲乙丙丁戊己一二三四")], [cell("甲乙丙丁戊己五六七八")], [("changed", 1)]),
            ([cell("甲乙丙丁戊一二三四五")], [cell("甲乙丙丁戊六七八九十")], [("added", 1), ("removed", 1)]),
            ([cell("甲乙丙丁戊己")], [cell("甲乙丙丁戊己", kind="markdown")], [("added", 1), ("removed", 1)]),
            ([cell("全不同", "1")], [cell("另一格", "1")], [("changed", 1)]),
            ([cell("全不同", "1")], [cell("另一格", "1", "markdown")], [("added", 1), ("removed", 1)]),
            # who numbers the cells by their ids puts one in before the others
            ([cell("甲", "1"), cell("乙", "2")], [cell("丙", "1"), cell("甲", "2"), cell("乙", "3")], [("added", 1)]),
            # of two that say the same the one of its id is the same
            ([cell("甲", "1"), cell("甲", "2")], [cell("甲", "2")], [("removed", 1)]),
            ([cell("甲"), cell("乙"), cell("丙")], [cell("甲"), cell("丙")], [("removed", 2)]),
            ([cell("甲")], [cell("甲").model_copy(update={"tags": ["a"]})], [("changed", 1)]),
        ],
    )
    def it_knows_a_cell_again_by_its_words_then_its_id_then_what_is_alike(
        self, old: list[Cell], new: list[Cell], told: list[tuple[str, int]]
    ) -> None:
        found = notebook_change("n", old, new).cells
        assert sorted((each.how, each.number) for each in found) == told

    def it_shows_a_cell_that_is_gone_behind_the_one_that_stood_before_it(self) -> None:
        old = [cell(text, text) for text in "甲乙丙"]
        new = [cell("新一", "a"), cell("甲", "甲"), cell("新二二", "b"), cell("丙", "丙")]
        assert [(each.how, each.number) for each in notebook_change("n", old, new).cells] == [
            ("added", 1),
            ("removed", 2),
            ("added", 3),
        ]
        more = [old[0], cell("新一"), cell("另二二"), cell("三三三三"), *old[1:]]
        told = notebook_change("n", [*old, cell("丁", "丁")], more).cells
        assert [(each.how, each.number) for each in told] == [("added", 2), ("added", 3), ("added", 4), ("removed", 4)]

    def it_counts_what_it_does_not_show(self) -> None:
        found = notebook_change("n", [], [cell(f"第{number}格") for number in range(MOST_CELLS + 7)])
        assert (len(found.cells), found.more) == (MOST_CELLS, 7)
