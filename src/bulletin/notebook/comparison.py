"""What the text says of the change since the earlier period; nothing where there is none to compare with."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from bulletin.facts.change import Change
from bulletin.facts.facts import UnknownMetricError
from bulletin.notebook.previous import Previous
from bulletin.notebook.report import Report
from bulletin.notebook.spans import inert, told_span
from bulletin.project.periods import Period


def comparison_names(report: Report) -> dict[str, Any]:
    """`previous`, `compared`, `movers`, `newcomers` for `%%prose` cells."""
    previous, facts = report.results.previous, report.facts

    def compared(metric: str, unit: str = "") -> Markup:
        """Words to follow the figure of this scope: ，同比上升1.23个百分点."""
        _known(metric, report)
        if previous is None:
            return Markup("")
        found = previous.change(facts, metric, report.scope.code)
        words = _compared(found, previous, report.period, unit)
        return Markup("") if not words else Markup("，") + told_span(words, found.told(previous.title))

    def movers(metric: str) -> Markup:
        """A sentence: 与2023年相比，名次上升的有甲县（2位），名次下降的有乙县（1位）."""
        _known(metric, report)
        if previous is None:
            return Markup("")
        found = [previous.change(facts, metric, code) for code in facts.counties]
        moved = [each for each in found if each.amount]
        better = [each for each in moved if (each.amount or 0) < 0]
        worse = [each for each in moved if (each.amount or 0) > 0]
        parts = [
            Markup("{}的有{}").format(title, Markup("、").join(show(each) for each in those))
            for title, those, show in (
                ("名次上升", better, _places),
                ("名次下降", worse, _places),
                ("新进入排名", [each for each in found if each.text == "新进"], _name),
                ("不再列入排名", [each for each in found if each.text == "退出"], _name),
            )
            if those
        ]
        if not parts:
            return Markup("")
        return Markup("与{}相比，{}。").format(previous.title, Markup("，").join(parts))

    def _name(each: Change) -> Markup:
        return inert(each.scope.name)

    def _places(each: Change) -> Markup:
        return inert(each.scope.name) + Markup("（{}位）").format(abs(each.amount or 0))

    def newcomers() -> Markup:
        """A sentence: 与2023年相比，新增丙县，不再列入丁县."""
        if previous is None:
            return Markup("")
        lists = (("新增", previous.new(facts)), ("不再列入", previous.gone(facts)))
        parts = [Markup(word) + Markup("、").join(map(inert, those.values())) for word, those in lists if those]  # noqa: S704
        return Markup("与{}相比，{}。").format(previous.title, Markup("，").join(parts)) if parts else Markup("")

    return {
        "previous": previous.title if previous else None,
        "compared": compared,
        "movers": movers,
        "newcomers": newcomers,
        "is_new": previous is not None and report.scope.code in previous.new(facts),
    }


def _known(metric: str, report: Report) -> None:
    """Refuse a misspelled name even where there's nothing to compare with: next year there is."""
    if metric not in report.facts.catalogue:
        raise UnknownMetricError(metric)


def _compared(found: Change, previous: Previous, period: Period, unit: str) -> str:
    rank, then, since = found.unit == "rank", previous.title, previous.since(period)
    if found.amount is None:
        return found.words if rank and found.text in ("新进", "退出") else ""
    if not found.amount:
        if rank:
            return f"名次与{then}相同"
        return f"与{then}持平" if since.endswith(then) else f"{since}持平"
    return f"{'名次' if rank else ''}{since}{found.words}{unit}"
