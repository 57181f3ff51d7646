"""What a notebook holds in its hands: one period's facts, seen from one scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bulletin.facts.facts import Facts
from bulletin.facts.figures import Scope
from bulletin.notebook.field import ReportKind
from bulletin.notebook.parameters import check_injected
from bulletin.notebook.period import PeriodResults, open_period
from bulletin.project.errors import BulletinError
from bulletin.project.listing import shortened
from bulletin.project.nearest import asked, nearest
from bulletin.project.params import Params
from bulletin.project.periods import Period


def find_county(facts: Facts, county: str | int) -> Scope:
    """Find a county given by name or code.

    Raises:
        BulletinError: `unknown-county`, with the nearest that there is, and all.

    """
    wanted = str(county).strip()
    for code, name in facts.counties.items():
        if wanted in (code, name):
            return facts.scopes[code]
    titles = {code: f"{name}（{code}）" for code, name in facts.counties.items()}
    codes = {each: code for code, name in facts.counties.items() for each in (name, code)}
    near = [titles[code] for code in dict.fromkeys(codes[each] for each in nearest(wanted, codes))]
    known = list(titles.values())
    told = "、".join(shortened(known, lambda more: f"以及另外 {more} 个，见数据中的“县区”表"))
    raise BulletinError("unknown-county", f"没有县（市、区）“{wanted}”。{asked(near)}可用的有：{told}。")


@dataclass
class Report:
    """One document: its scope, its attachments, and the numbers of its tables and figures.

    Tables and figures are numbered in the order in which their keys first appear, so that running a cell
    again in JupyterLab doesn't number it anew.
    """

    results: PeriodResults
    kind: ReportKind
    scope: Scope
    attachments: Sequence[str] = ()
    _numbers: dict[str, list[str]] = field(default_factory=dict)

    @property
    def params(self) -> Params:
        """The period's params."""
        return self.results.params

    @property
    def facts(self) -> Facts:
        """The period's facts."""
        return self.results.facts

    @cached_property
    def period(self) -> Period:
        """The period."""
        return self.params.window.period

    @property
    def name(self) -> str:
        """The scope's name: 全市, or a county's."""
        return self.scope.name

    def number(self, series: str, key: str) -> int:
        """Return the number of a table or figure in its series, the same each time it is asked."""
        keys = self._numbers.setdefault(series, [])
        if key not in keys:
            keys.append(key)
        return keys.index(key) + 1

    def attachment_label(self, title: str) -> str:
        """Return 附件2, or 附件 where there is only one.

        Raises:
            BulletinError: `unknown-attachment`.

        """
        if title not in self.attachments:
            known = "、".join(self.attachments) or "无"
            raise BulletinError("unknown-attachment", f"没有名为“{title}”的附件。笔记本开头列出的附件有：{known}。")
        return "附件" if len(self.attachments) == 1 else f"附件{self.attachments.index(title) + 1}"


def open_report(
    notebook: str, period: str | int, county: str | int | None = None, attachments: Sequence[str] = ()
) -> Report:
    """Open a period's report of the kind that `notebook` makes: the topmost scope's, or that of one below, by name or code.

    Raises:
        BulletinError: as `open_period`; `unknown-county`; `bad-parameters` where papermill runs the notebook with other
            parameters.

    """
    given = {"period": str(period).strip()}
    check_injected(given if county is None else given | {"county": str(county).strip()})
    results = open_period(period)
    scope = results.facts.top if county is None else find_county(results.facts, county)
    return Report(results, results.field.kind(notebook), scope, attachments)
