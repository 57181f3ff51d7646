"""What prose is made of: text that does nothing, and figures and references that the exporters find again."""

from __future__ import annotations

import re

from markupsafe import Markup

from bulletin.facts.facts import Fact
from bulletin.notebook.report import Report

_MARKS = re.compile(r"[!-/:-@\[-`{-~]")


def inert(text: object) -> Markup:
    """Text from records as Markdown that shows it and does nothing else.

    Each ASCII mark becomes a character reference, which no rule of Markdown, HTML or Jinja reads.
    """
    one_line = " ".join(str(text).split())
    return Markup(_MARKS.sub(lambda found: f"&#{ord(found[0])};", one_line))  # noqa: S704 (nothing active is left)


def fact_span(fact: Fact, report: Report) -> Markup:
    """A figure as the exporters find it again; its title says what it is and where it comes from."""
    metric, field = fact.metric, report.results.field
    lines = [f"{metric.title}（{fact.scope.name}）：{fact.text}", f"口径：{field.describe(metric, report.params)}"]
    if fact.denominator is not None:
        lines.append(f"分子÷分母：{fact.numerator}÷{fact.denominator}")
    lines.append(f"来源：{'、'.join(field.schema.tables[table].title for table in metric.sources)}")
    return Markup('<span class="fact" data-metric="{}" data-scope="{}" title="{}">{}</span>').format(
        # A line break as a character reference: a real one would end the Markdown's inline tag for some readers.
        metric.name,
        fact.scope.code,
        Markup("&#10;").join(lines),
        fact.text,
    )


def told_span(text: str, told: str) -> Markup:
    """A figure that is no fact of its own, and what is to be said of it: what it was reckoned from."""
    return Markup('<span class="told" title="{}">{}</span>').format(told, text)


def reference(kind: str, key: str, shown: str) -> Markup:
    """A reference to an attachment, figure or table by its title or key.

    Tables and figures are numbered as they are shown, which may be later: the exporters put the number in place
    of `shown`.
    """
    return Markup('<span class="ref" data-target="{}">{}</span>').format(f"{kind}:{key}", shown)
