"""What the reviewers' page says of each figure and of the whole report: blocks that go from the notebook to the page."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import bulletin
from bulletin.facts.facts import Fact, Facts, decimal_value
from bulletin.facts.figures import Scope
from bulletin.facts.sources import OTHER_PERIODS, Parts
from bulletin.notebook.blocks import Sources, Trace
from bulletin.notebook.report import Report
from bulletin.project.fingerprint import params_digest, program_digest
from bulletin.records.faults import fault_titles


def sources_block(report: Report) -> Sources:
    """Return all figures that the report may show: its own and those of the scopes above and below it."""
    facts, computed, field = report.facts, report.results.computed, report.results.field
    scopes = [scope for scope in facts.scopes.values() if _concerns(report.scope, scope)]
    folder, titles = report.kind.place(report.scope), fault_titles(field.schema)
    return Sources(
        block="sources",
        base="../" * len(folder.split("/")),
        place=f"{folder}/{report.kind.stem}",
        counties=len(facts.counties),
        metrics=[
            [name, metric.title, field.describe(metric, report.params), list(metric.sources)]
            for name, metric in facts.catalogue.items()
        ],
        tables={name: table.title for name, table in field.schema.tables.items()},
        reasons={kind: titles[kind] for kind in field.reasons} | {OTHER_PERIODS: "属于其他期间"},
        scopes={scope.code: scope.name for scope in scopes},
        facts={scope.code: {name: _stated(fact) for name, fact in facts.of(scope.code).items()} for scope in scopes},
        rows={scope.code: {table: each.plain for table, each in computed.rows[scope.code].items()} for scope in scopes},
        means={
            scope.code: {metric: _means(facts, metric, scope, parts) for metric, parts in computed.means.items()}
            for scope in scopes
        },
        exempt={scope.code: computed.exempt[scope.code] for scope in scopes if computed.exempt.get(scope.code)},
    )


def _concerns(own: Scope, other: Scope) -> bool:
    """Return whether a report of one scope may show the other's figures."""
    return other.code in (own.code, own.parent) or other.parent == own.code


def trace_block(report: Report) -> Trace:
    """What the report is made from."""
    results, tables = report.results, report.results.field.schema.tables
    commit, previous, computed = results.commits[report.kind.notebook], results.previous, results.computed
    used = computed.inputs_of[report.scope.code] if report.scope.parent else computed.inputs
    return Trace(
        block="trace",
        version=bulletin.__version__,
        program=program_digest(),
        commit=commit.sha if commit else None,
        changed=bool(commit and commit.changed),
        params=params_digest(report.params),
        inputs=[[tables[each.table].title, each.file, each.sheet, each.rows, each.sha256] for each in used],
        previous=[previous.file, previous.sha256] if previous else None,
        top=report.facts.top.code,
    )


def _stated(fact: Fact) -> list[str | int | None]:
    """The text, the value to 12 digits for a rate that isn't pooled, the numerator and the denominator."""
    mean = fact.unit == "rate" and fact.value is not None and fact.denominator is None
    return [fact.text, decimal_value(Fraction(fact.value or 0)) if mean else None, fact.numerator, fact.denominator]


def _means(facts: Facts, metric: str, scope: Scope, parts: Mapping[str, Parts]) -> list[list[str]]:
    """Return what a scope's rate is the mean of: the rates of the scopes in it, or its own units."""
    if any(each.parent == scope.code for each in facts.scopes.values()):
        return [[fact.scope.name, fact.text] for fact in facts.by_county(metric) if fact.value is not None]
    return [[who, f"{done}/{owed}"] for who, done, owed in parts.get(scope.code, [])]
