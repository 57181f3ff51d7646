"""What a notebook holds in its hands: one period's facts, seen from the city or from one county."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from bulletin.errors import BulletinError
from bulletin.facts import Facts, make_facts
from bulletin.file_names import county_folder
from bulletin.listing import shortened
from bulletin.metrics import Metrics, compute
from bulletin.metrics.figures import CITY
from bulletin.metrics.inputs import county_tables, county_weeks, input_tables
from bulletin.metrics.provenance import Parts, Rows, averaged, rows_behind
from bulletin.nearest import asked, nearest
from bulletin.origin import Commit, InputTable, last_commit
from bulletin.params import Params, load_params
from bulletin.periods import Period, parse_period
from bulletin.present.parameters import check_injected
from bulletin.present.previous import Previous, open_previous
from bulletin.project import DATA_VARIABLE, Project, find_project
from bulletin.records import CheckedRecords, EarlierCounties, check_records, read_records

CITY_NOTEBOOK, COUNTY_NOTEBOOK = "city_bulletin.ipynb", "county_report.ipynb"
"""The notebooks of the city bulletin and of the counties' reports."""


@dataclass(frozen=True)
class PeriodResults:
    """Everything that one period's records give, computed once, and the earlier period to compare it with."""

    params: Params
    checked: CheckedRecords
    metrics: Metrics
    facts: Facts
    previous: Previous | None = None

    @cached_property
    def inputs(self) -> list[InputTable]:
        """The sheets that all this was made from."""
        return input_tables(self.checked, self.metrics)

    @cached_property
    def county_inputs(self) -> dict[str, list[InputTable]]:
        """The rows that each county's report uses."""
        return county_tables(self.checked, self.metrics, names=self.params.publish_names)

    @cached_property
    def county_weeks(self) -> dict[str, str]:
        """A digest of what each county's supervisors owed and did."""
        return county_weeks(self.checked, self.metrics)

    @cached_property
    def commits(self) -> dict[str, Commit | None]:
        """The last commit of all that isn't records, by the notebook of a report; None outside a git checkout."""
        root, period = find_project().root, self.params.period
        return {name: last_commit(root, period, f"notebooks/{name}") for name in (CITY_NOTEBOOK, COUNTY_NOTEBOOK)}

    @cached_property
    def rows(self) -> dict[str, dict[str, Rows]]:
        """The rows behind each scope's figures, by table."""
        return rows_behind(self.checked, self.metrics.weeks, self.metrics.register)

    @cached_property
    def means(self) -> dict[str, dict[str, Parts]]:
        """What the counties' official rates are the mean of, by metric and county."""
        return averaged(self.metrics.weeks, self.params)

    def complete(self) -> None:
        """Find now what is else found when it's first asked for: once, and not in each fork."""
        for name, each in vars(PeriodResults).items():
            if isinstance(each, cached_property):
                getattr(self, name)


_shared: dict[tuple[Path, str, str | None], PeriodResults] = {}
"""What `share_period` holds, by what tells one opening of a period from another."""


@contextmanager
def share_period(period: str, results: PeriodResults) -> Iterator[None]:
    """Let `open_period` give these results, here and in processes forked from this one, instead of reading again."""
    key = _key(find_project(), parse_period(period))
    _shared[key] = results
    try:
        yield
    finally:
        del _shared[key]


def is_shared() -> bool:
    """Whether a period is shared in this process."""
    return bool(_shared)


def _key(project: Project, period: Period) -> tuple[Path, str, str | None]:
    return project.root, period.name, os.environ.get(DATA_VARIABLE)


def open_period(period: str | int) -> PeriodResults:
    """Read, check and compute a period, unless the build that this process belongs to has.

    Raises:
        BulletinError: for a period, params or records that can't be used, with all faults at once.

    """
    project = find_project()
    key = _key(project, parse_period(period))
    if key in _shared:
        return _shared[key]
    params = load_params(project, parse_period(period))
    previous = open_previous(project, params)
    records = read_records(project.data(params.data))
    try:
        earlier = EarlierCounties(previous.title, previous.facts.counties) if previous else None
        checked = check_records(records, params.window, earlier)
        metrics = compute(checked, params)
    finally:
        records.close()
    return PeriodResults(
        params, checked, metrics, make_facts(metrics.figures, metrics.register, params.period), previous
    )


def find_county(facts: Facts, county: str | int) -> str:
    """The code of a county given by name or code.

    Raises:
        BulletinError: `unknown-county`, with the nearest that there is, and all.

    """
    wanted = str(county).strip()
    for code, name in facts.counties.items():
        if wanted in (code, name):
            return code
    titles = {code: f"{name}（{code}）" for code, name in facts.counties.items()}
    codes = {each: code for code, name in facts.counties.items() for each in (name, code)}
    near = [titles[code] for code in dict.fromkeys(codes[each] for each in nearest(wanted, codes))]
    known = list(titles.values())
    told = "、".join(shortened(known, lambda more: f"以及另外 {more} 个，见数据中的“县区”表"))
    raise BulletinError("unknown-county", f"没有县（市、区）“{wanted}”。{asked(near)}可用的有：{told}。")


def report_place(scope: str, name: str) -> tuple[str, str]:
    """Where a report stands below its period's folder: the folder, and the name of its files without their endings."""
    return ("city", "bulletin") if scope == CITY else (f"counties/{county_folder(scope, name)}", "report")


@dataclass
class Report:
    """One document: its scope, its attachments, and the numbers of its tables and figures.

    Tables and figures are numbered in the order in which their keys first appear, so that running a cell
    again in JupyterLab doesn't number it anew.
    """

    results: PeriodResults
    scope: str
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
        """全市 or the county's name."""
        return "全市" if self.scope == CITY else self.facts.counties[self.scope]

    def number(self, series: str, key: str) -> int:
        """The number of a table or figure in its series, the same each time it is asked."""
        keys = self._numbers.setdefault(series, [])
        if key not in keys:
            keys.append(key)
        return keys.index(key) + 1

    def attachment_label(self, title: str) -> str:
        """附件2, or 附件 where there is only one.

        Raises:
            BulletinError: `unknown-attachment`.

        """
        if title not in self.attachments:
            known = "、".join(self.attachments) or "无"
            raise BulletinError("unknown-attachment", f"没有名为“{title}”的附件。笔记本开头列出的附件有：{known}。")
        return "附件" if len(self.attachments) == 1 else f"附件{self.attachments.index(title) + 1}"


def open_city(period: str | int, attachments: Sequence[str] = ()) -> Report:
    """Open the city bulletin of a period.

    Raises:
        BulletinError: as `open_period`; `bad-parameters` where papermill runs the notebook with other parameters.

    """
    check_injected({"period": str(period).strip()})
    return Report(open_period(period), CITY, attachments)


def open_county(period: str | int, county: str | int, attachments: Sequence[str] = ()) -> Report:
    """Open the report of one county, given by name or code.

    Raises:
        BulletinError: as `open_city`; `unknown-county`.

    """
    check_injected({"period": str(period).strip(), "county": str(county).strip()})
    results = open_period(period)
    return Report(results, find_county(results.facts, county), attachments)
