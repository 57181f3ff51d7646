"""The figures that differ between two facts files, as text for a terminal and as CSV for a spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from bulletin.facts.change import Change, all_scopes, differences, renamed
from bulletin.facts.facts import Fact, Facts, decimal_value
from bulletin.facts.figures import Scope
from bulletin.project.spreadsheet import Cell, spreadsheet_csv
from bulletin.project.text_width import text_width
from bulletin.project.unseen import one_line

SAME = "没有差异。"
NOTE = "率的变化为百分点；“未列”指该处没有这项指标，“—”指没有数值。"

_UNSTATED = "未列"
_NAME, _RENAMED = "名称", "更名"
_GAP = "  "

HEADINGS = ("指标", "原", "现", "变化")

_CSV_HEADINGS = (
    "范围代码",
    "范围",
    "指标",
    "指标代码",
    "原值",
    "原分子",
    "原分母",
    "现值",
    "现分子",
    "现分母",
    "变化",
    "变化量（率为百分点）",
)

Line = tuple[str, str, str, str]
"""The cells under HEADINGS."""


@dataclass(frozen=True)
class Section:
    """What differs in one scope. `former_name` is set where it is called otherwise now."""

    scope: Scope
    note: str
    former_name: str | None
    changes: list[Change]

    @property
    def title(self) -> str:
        """The scope as a heading: 全市, or another's name with its code and whether it's new or gone."""
        scope = self.scope
        if scope.parent is None:
            return scope.name
        return f"{scope.name}（{'，'.join(part for part in (scope.code, self.note) if part)}）"

    @property
    def lines(self) -> list[Line]:
        """A line a difference; a new name is the first."""
        lines = [(each.title, _shown(each.old), _shown(each.new), each.text) for each in self.changes]
        return [(_NAME, self.former_name, self.scope.name, _RENAMED), *lines] if self.former_name else lines


@dataclass(frozen=True)
class Comparison:
    """Two facts files, what they're called, and what differs, scope by scope."""

    old_title: str
    new_title: str
    sections: list[Section]

    @property
    def count(self) -> str:
        """How many differences there are, as a sentence."""
        lines = sum(len(section.lines) for section in self.sections)
        return f"共 {lines} 项差异，涉及 {len(self.sections)} 个范围。" if lines else SAME


def compare(old: Facts, old_title: str, new: Facts, new_title: str) -> Comparison:
    """Compare two facts files; the scopes are in the order of `differences`."""
    scopes = all_scopes(old, new)
    changes: dict[str, list[Change]] = {code: [] for code in scopes}
    for change in differences(old, new):
        changes[change.scope.code].append(change)
    former = renamed(old, new)
    notes = dict.fromkeys(new.counties.keys() - old.counties, "新增")
    notes |= dict.fromkeys(old.counties.keys() - new.counties, "不再列入")
    sections = [
        Section(scopes[code], notes.get(code, ""), former.get(code), of_scope)
        for code, of_scope in changes.items()
        if of_scope or code in former
    ]
    return Comparison(old_title, new_title, sections)


def diff_text(comparison: Comparison) -> str:
    """The differences for a terminal, in columns that line up where Chinese is twice as wide."""
    head = [f"原：{one_line(comparison.old_title)}", f"现：{one_line(comparison.new_title)}", comparison.count]
    if not comparison.sections:
        return "\n".join(head) + "\n"
    every = [HEADINGS, *(line for section in comparison.sections for line in section.lines)]
    widths = [max(text_width(one_line(line[place])) for line in every) for place in range(len(HEADINGS))]
    text = [*head, NOTE, "", _row(HEADINGS, widths)]
    for section in comparison.sections:
        text += ["", f"{one_line(section.title)} {len(section.lines)} 项"]
        text += [_row(line, widths) for line in section.lines]
    return "\n".join(text) + "\n"


def diff_csv(comparison: Comparison) -> bytes:
    """The differences as a table: figures as printed, their parts, and the change in words and as a number."""
    rows: list[tuple[Cell, ...]] = [_CSV_HEADINGS]
    for section in comparison.sections:
        scope = (section.scope.code, section.scope.name)
        if section.former_name:
            rows.append((*scope, _NAME, "", section.former_name, "", "", section.scope.name, "", "", _RENAMED, ""))
        for change in section.changes:
            figures = (*_figure(change.old), *_figure(change.new))
            rows.append((*scope, change.title, change.metric.name, *figures, change.words, _amount(change)))
    return spreadsheet_csv(rows)


def _shown(fact: Fact | None) -> str:
    """A figure as printed, a pooled rate with its parts."""
    if fact is None:
        return _UNSTATED
    return str(fact) if fact.denominator is None else f"{fact} ({fact.numerator}/{fact.denominator})"


def _figure(fact: Fact | None) -> tuple[Cell, Cell, Cell]:
    """A figure as printed, its numerator and its denominator."""
    if fact is None:
        return _UNSTATED, "", ""
    if fact.numerator is None or fact.denominator is None:
        return fact.text, "", ""
    return fact.text, fact.numerator, fact.denominator


def _amount(change: Change) -> Cell:
    amount = change.amount
    if amount is None:
        return ""
    return Decimal(decimal_value(Fraction(amount) * 100)) if change.unit == "rate" else int(amount)


def _row(line: Line, widths: list[int]) -> str:
    title, *figures = (one_line(cell) for cell in line)
    left = title + " " * (widths[0] - text_width(title))
    right = (" " * (width - text_width(cell)) + cell for cell, width in zip(figures, widths[1:], strict=True))
    return _GAP + _GAP.join([left, *right])
