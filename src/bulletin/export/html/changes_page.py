"""changes.html: which figures changed since the last build, and which inputs and rows did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bulletin.export.diff import HEADINGS, NOTE, Comparison, Section
from bulletin.export.html.page import render_page
from bulletin.export.notebook_words import CellChange, NotebookChange
from bulletin.notebook.period import PeriodResults
from bulletin.project.unseen import visible
from bulletin.records.history import SHOWN_ROWS, Kind, RowChange

MOST_LINES = 3000
"""Scopes beyond so many changed figures are only counted: more make a page that nobody reads."""

_KINDS: dict[Kind, str] = {"added": "增加", "removed": "删除", "changed": "改动"}


@dataclass(frozen=True)
class InputChange:
    """One input that isn't as it was; `old` or `new` is empty where it wasn't there, or isn't any more."""

    what: str
    name: str
    old: str
    new: str


@dataclass(frozen=True)
class Changes:
    """What changed since the last build. Of the first build `last_built` is empty.

    `figures` is None where the earlier facts can't be compared with; `notes` say why something can't.
    """

    last_built: str
    figures: Comparison | None
    inputs: Sequence[InputChange]
    rows: Sequence[RowChange]
    notes: Sequence[str]
    words: Sequence[NotebookChange] = ()

    @property
    def summary(self) -> str:
        """All of it in one sentence."""
        if not self.last_built:
            return "这是第一次生成，没有可比较的上次结果。"
        said = []
        if self.figures and self.figures.sections:
            said.append(f"{sum(len(each.lines) for each in self.figures.sections)} 项指标有变化")
        if self.inputs:
            said.append(f"{len(self.inputs)} 项输入有变化")
        if not said:
            same = "输入没有变化，指标未能比较" if self.figures is None else "指标和输入都没有变化"
            return f"与上次（{self.last_built}）生成相比，{same}。"
        if self.figures and not self.figures.sections:
            said.append("指标没有变化")
        return f"与上次（{self.last_built}）生成相比，{'，'.join(said)}。"


def changes_html(changes: Changes, results: PeriodResults, generated_at: str) -> str:
    """Return the page as HTML, self-contained."""
    params, titles = results.params, {name: table.title for name, table in results.field.schema.tables.items()}
    sections = list(changes.figures.sections) if changes.figures else []
    lines, shown = 0, list[Section]()
    for section in sections:
        lines += len(section.lines)
        if lines > MOST_LINES and shown:
            break
        shown.append(section)
    return render_page(
        "changes.html.j2",
        changes=changes,
        period_title=params.window.period.title,
        notice=params.notice,
        generated_at=generated_at,
        headings=HEADINGS,
        note=NOTE,
        shown=shown,
        hidden=sections[len(shown) :],
        words=[
            (each.name, len(each.cells) + each.more, [*map(_cell, each.cells)], each.more) for each in changes.words
        ],
        rows=[(titles[each.table], each.file, each.sheet, _KINDS[each.kind], _rows(each)) for each in changes.rows],
    )


def _cell(change: CellChange) -> tuple[str, str, list[tuple[str, str]]]:
    """Which cell, what became of its tags, and its words: of each piece what became of it and the text, all visible."""
    prose = change.cell.kind == "markdown" or change.cell.source.lstrip().startswith("%%prose")
    what = "文字" if prose else "代码"
    if change.how == "removed":
        which = f"原第 {change.number} 个（{what}），删去"
    else:
        came = "，新增" if change.how == "added" else f"，原为第 {change.was} 个" if change.was else ""
        which = f"第 {change.number} 个（{what}）{came}"
    tags = "" if change.tags is None else f"标签：{' → '.join('、'.join(each) or '没有' for each in change.tags)}"
    return which, visible(tags), [(piece.how, visible(piece.text)) for piece in change.pieces]


def _rows(change: RowChange) -> str:
    """`3 行：第5、9、12行`, of rows that are gone `原第5行`."""
    told = f"{change.count} 行"
    if not change.rows:
        return told
    numbers = "、".join(str(row) for row in change.rows)
    more = "等" if change.count > SHOWN_ROWS else ""
    return f"{told}：{'原' if change.kind == 'removed' else ''}第{numbers}行{more}"
