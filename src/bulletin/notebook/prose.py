"""`%%prose` cells: Markdown with Jinja over the facts.

A figure printed by a template is a `<span class="fact">` that carries its metric and scope, so that the
exporters know it from typed text. Everything else that a template prints is data and comes out inert:
neither HTML nor Markdown in it has any effect. Names that a template uses and that don't exist are errors,
and so is all that would be printed and isn't meant (slips.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import jinja2
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, cell_magic, magics_class
from IPython.display import display
from markupsafe import Markup

from bulletin.facts.facts import ABSENT, Fact, format_rate
from bulletin.notebook.comparison import comparison_names
from bulletin.notebook.report import Report
from bulletin.notebook.slips import refuse_left_over, refuse_lost_magic, refuse_slips, refuse_unclosed, unindented
from bulletin.notebook.spans import fact_span, inert, reference, told_span
from bulletin.notebook.template_errors import Known, printable, template_message
from bulletin.project.errors import BulletinError
from bulletin.project.periods import chinese_date

# A line break inside a Chinese paragraph is no space: after a mark or the end of a figure, before a line
# that opens with a Chinese character or a figure. A heading's line stays a line of its own.
_SOFT_BREAK = re.compile(r"^(?!#)(.*[\u3000-\u9fff\uff00-\uffef>])\n(?=[\u4e00-\u9fff《（“<]|\d+[^.)\d])", re.MULTILINE)
_NUMERALS = "一二三四五六七八九十"


class _Items:
    """The running number of （一）, （二） … within one cell, so that a problem left out leaves no gap."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> str:
        self.count += 1
        return f"（{chinese_number(self.count)}）"


def chinese_number(number: int) -> str:
    """1 to 99 in Chinese numerals, as headings are numbered."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _NUMERALS[ones - 1]
    return ("" if tens == 1 else _NUMERALS[tens - 1]) + "十" + (_NUMERALS[ones - 1] if ones else "")


def prose_names(report: Report) -> dict[str, Any]:
    """Return all that a `%%prose` cell may name: this scope's facts, the topmost's, the field's words, the helpers below."""
    facts = report.facts

    def listed(metric: str, test: Callable[[Fact], bool]) -> list[Fact]:
        return [fact for fact in facts.by_county(metric) if fact.value is not None and test(fact)]

    def did(metric: str) -> list[Fact]:
        """The counties whose figure is above zero; for rates from high to low."""
        found = listed(metric, lambda fact: bool(fact.value))
        return facts.ranking(metric) if facts.catalogue[metric].unit == "rate" else found

    def did_not(*metrics: str) -> list[Fact]:
        """The counties all of whose figures exist and are zero."""
        idle = [listed(metric, lambda fact: not fact.value) for metric in metrics]
        common = set.intersection(*({fact.scope.code for fact in found} for found in idle))
        return [fact for fact in idle[0] if fact.scope.code in common]

    def itemised(unit: str, **parts: Fact) -> Markup:
        """甲类146家、乙类20家: each part that isn't zero."""
        there = ((label, fact) for label, fact in parts.items() if fact.value)
        return Markup("、").join(inert(label) + fact_span(fact, report) + inert(unit) for label, fact in there)

    def below(metric: str, bound: Fact | int) -> list[Fact]:
        limit = bound.value if isinstance(bound, Fact) else bound
        return [] if limit is None else listed(metric, lambda fact: Fraction(fact.value or 0) < limit)

    def ranking(metric: str) -> Markup:
        """甲县（12.34%）、乙县（5.67%）, from high to low."""
        each = (inert(fact.scope.name) + Markup("（") + fact_span(fact, report) + Markup("）") for fact in did(metric))
        return Markup("、").join(each)

    def share(part: Fact, whole: Fact) -> Markup:
        """What part of `whole` the count `part` is, as a rate."""
        if not whole.value:
            return inert(ABSENT)
        told = f"{part.title}÷{whole.title}（{part.scope.name}）：{part}÷{whole}"
        return told_span(format_rate(Fraction(part.value or 0, whole.value)), told)

    def shares(unit: str, whole: Fact, **parts: Fact) -> Markup:
        """甲类7份（10.00%）、…: each part that isn't zero, and what part of `whole` it is."""
        there = ((label, fact) for label, fact in parts.items() if fact.value)
        each = (
            inert(label) + fact_span(fact, report) + inert(f"{unit}（") + share(fact, whole) + inert("）")
            for label, fact in there
        )
        return Markup("、").join(each)

    return {
        **facts.of(report.scope.code),
        **comparison_names(report),
        **report.results.field.prose(report),
        facts.top.level: SimpleNamespace(**facts.of(facts.top.code)),
        "period": report.period.title,
        "year": report.period.year,
        "params": report.params,
        "did": did,
        "did_not": did_not,
        "itemised": itemised,
        "first_day": chinese_date(report.params.window.first.isoformat()),
        "last_day": chinese_date(report.params.window.last.isoformat()),
        "as_of": chinese_date(report.params.window.as_of.isoformat()),
        "exempt_weeks": report.results.computed.exempt.get(report.scope.code, 0),
        "below": below,
        "names": lambda found: Markup("、").join(inert(fact.scope.name) for fact in found),
        "ranking": ranking,
        "share": share,
        "shares": shares,
        "item": _Items(),
        "attachment": lambda title: reference("attachment", title, report.attachment_label(title)),
        "figure": lambda key: reference("figure", key, f"图（{key}）"),
        "table": lambda key: reference("table", key, f"表（{key}）"),
    }


def render_prose(template: str, report: Report, before: int = 1) -> str:
    """Render one cell's template to Markdown; `before` counts the cell's lines before it, `%%prose` being one.

    Raises:
        BulletinError: `bad-prose` with the line and what is at fault in it.

    """
    names = prose_names(report)
    known = Known(names, report.facts.catalogue, report.results.field.names, report.facts.top)

    def printed(value: object) -> object:
        value = printable(value, known)
        if isinstance(value, Fact):
            return fact_span(value, report)
        if isinstance(value, Markup | jinja2.Undefined):
            return value
        return inert(value)

    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, finalize=printed, trim_blocks=True, lstrip_blocks=True
    )
    try:
        lexemes = [(line + before, kind, text) for line, kind, text in environment.lex(template)]
    except jinja2.TemplateSyntaxError as error:
        raise BulletinError("bad-prose", template_message(error, template, known, before)) from None
    refuse_unclosed(lexemes)
    refuse_slips(lexemes, report.facts.catalogue)
    try:
        text = environment.from_string(template).render(names)
    except Exception as error:  # whatever a template can do: Jinja's and Python's own words are no message
        code = error.code if isinstance(error, BulletinError) else "bad-prose"
        raise BulletinError(code, template_message(error, template, known, before)) from None
    text = unindented(_SOFT_BREAK.sub(r"\1", re.sub(r"\n{3,}", "\n\n", text)).strip() + "\n")
    refuse_left_over(text, "\n" * before + template)
    return text


@magics_class
class ProseMagics(Magics):
    """The `%%prose` cell magic over the notebook's `report`."""

    _blank_lines = 0  # before `%%prose` in the cell that runs: IPython takes them off

    @cell_magic
    def prose(self, _line: str, cell: str) -> None:
        """Render the cell over the facts of the notebook's `report` and show it."""
        report = self.shell.user_ns.get("report") if self.shell else None
        if not isinstance(report, Report):
            raise BulletinError("no-report", "还没有 report：请先运行笔记本开头的单元格。")
        display({"text/markdown": render_prose(cell, report, self._blank_lines + 1)}, raw=True)

    def see_cell(self, lines: list[str]) -> list[str]:
        """Look at each cell as it was typed, before Python reads it.

        Raises:
            BulletinError: `bad-prose` where it's prose without `%%prose`.

        """
        source = "".join(lines)
        self._blank_lines = source.count("\n", 0, len(source) - len(source.lstrip()))
        refuse_lost_magic(source)
        return lines


def register(shell: InteractiveShell) -> None:
    """Register `%%prose`, once however often it's asked."""
    seen = shell.input_transformers_cleanup
    seen[:] = [each for each in seen if not isinstance(getattr(each, "__self__", None), ProseMagics)]  # of a reload
    magics = ProseMagics(shell)
    shell.register_magics(magics)
    seen.insert(0, magics.see_cell)
