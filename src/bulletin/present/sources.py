"""What the reviewers' page says of each figure and of the whole report: blocks that go from the notebook to the page."""

from __future__ import annotations

from fractions import Fraction

import bulletin
from bulletin.facts import Fact, Facts, decimal_value
from bulletin.metrics.catalogue import METRICS, describe
from bulletin.metrics.figures import CITY
from bulletin.metrics.provenance import OTHER_PERIODS, Parts
from bulletin.origin import params_digest, program_digest
from bulletin.present.blocks import Sources, Trace
from bulletin.present.report import CITY_NOTEBOOK, COUNTY_NOTEBOOK, Report, report_place
from bulletin.records.faults import FAULT_TITLES
from bulletin.records.schema import TABLES


def sources_block(report: Report) -> Sources:
    """All figures that the report may show: the city's, and its own county's or, in the city bulletin, every county's."""
    facts, rows, means = report.facts, report.results.rows, report.results.means
    scopes = [CITY, *(facts.counties if report.scope == CITY else [report.scope])]
    by_county = report.results.metrics.weeks.exempt
    exempt = {CITY: int(by_county.sum()), **{str(code): int(n) for code, n in by_county.items()}}
    folder, stem = report_place(report.scope, report.name)
    return Sources(
        block="sources",
        base="../" * len(folder.split("/")),
        place=f"{folder}/{stem}",
        counties=len(facts.counties),
        metrics=[
            [name, metric.title, describe(metric, report.params), list(metric.sources)]
            for name, metric in METRICS.items()
        ],
        tables={name: table.title for name, table in TABLES.items()},
        reasons={kind: FAULT_TITLES[kind] for kind in ("unassigned-event", "repeated-event")}
        | {OTHER_PERIODS: "属于其他期间"},
        scopes={scope: facts("mines", scope).scope_name for scope in scopes},
        facts={scope: {name: _stated(fact) for name, fact in facts.of(scope).items()} for scope in scopes},
        rows={scope: {table: each.plain for table, each in rows[scope].items()} for scope in scopes},
        means={
            scope: {metric: _means(facts, metric, scope, parts) for metric, parts in means.items()} for scope in scopes
        },
        exempt={scope: exempt[scope] for scope in scopes if exempt.get(scope)},
    )


def trace_block(report: Report) -> Trace:
    """What the report is made from."""
    results = report.results
    notebook = CITY_NOTEBOOK if report.scope == CITY else COUNTY_NOTEBOOK
    commit, previous = results.commits[notebook], results.previous
    used = results.inputs if report.scope == CITY else results.county_inputs[report.scope]
    return Trace(
        block="trace",
        version=bulletin.__version__,
        program=program_digest(),
        commit=commit.sha if commit else None,
        changed=bool(commit and commit.changed),
        params=params_digest(report.params),
        inputs=[[TABLES[each.table].title, each.file, each.sheet, each.rows, each.sha256] for each in used],
        previous=[previous.file, previous.sha256] if previous else None,
    )


def _stated(fact: Fact) -> list[str | int | None]:
    """The text, the value to 12 digits for a rate that isn't pooled, the numerator and the denominator."""
    mean = fact.unit == "rate" and fact.value is not None and fact.denominator is None
    return [fact.text, decimal_value(Fraction(fact.value or 0)) if mean else None, fact.numerator, fact.denominator]


def _means(facts: Facts, metric: str, scope: str, by_county: dict[str, Parts]) -> list[list[str]]:
    """The city's rate is the mean of the counties' rates, a county's that of its units."""
    if scope == CITY:
        return [[fact.scope_name, fact.text] for fact in facts.by_county(metric) if fact.value is not None]
    return [[who, f"{done}/{owed}"] for who, done, owed in by_county.get(scope, [])]
