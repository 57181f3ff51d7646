"""What the reviewers' page says of each figure: the block that carries it from the notebook to the page."""

from __future__ import annotations

from bulletin.facts import Fact, decimal_value
from bulletin.metrics.catalogue import METRICS, describe
from bulletin.metrics.figures import CITY
from bulletin.metrics.provenance import averaged, rows_behind
from bulletin.present.blocks import Sources
from bulletin.present.report import Report
from bulletin.records.faults import FAULT_TITLES
from bulletin.records.schema import TABLES


def sources_block(report: Report) -> Sources:
    """All figures that the report may show: the city's, and its own county's or, in the city bulletin, every county's."""
    metrics, facts = report.results.metrics, report.facts
    scopes = [CITY, *(facts.counties if report.scope == CITY else [report.scope])]
    rows = rows_behind(report.results.checked, metrics.weeks, metrics.register)
    means = averaged(metrics.weeks, report.params)
    return Sources(
        block="sources",
        base="../" if report.scope == CITY else "../../",
        metrics={
            name: [metric.title, describe(metric, report.params), list(metric.sources)]
            for name, metric in METRICS.items()
        },
        tables={name: table.title for name, table in TABLES.items()},
        reasons={kind: FAULT_TITLES[kind] for kind in ("outside-period", "unassigned-event", "repeated-event")},
        scopes={scope: facts("mines", scope).scope_name for scope in scopes},
        facts={scope: {name: _stated(fact) for name, fact in facts.of(scope).items()} for scope in scopes},
        rows={
            scope: {table: [each.used, dict(each.left_out)] for table, each in rows[scope].items()} for scope in scopes
        },
        means={
            **{
                f"{metric}|{county}": [[who, f"{done}/{owed}"] for who, done, owed in parts]
                for metric, by_county in means.items()
                for county, parts in by_county.items()
                if county in scopes
            },
            **{
                f"{metric}|{CITY}": [
                    [fact.scope_name, fact.text] for fact in facts.by_county(metric) if fact.value is not None
                ]
                for metric in means
            },
        },
    )


def _stated(fact: Fact) -> list[str | int | None]:
    """The text, the value to 12 digits for a rate that isn't pooled, the numerator and the denominator."""
    value = decimal_value(fact.value) if fact.unit == "rate" and fact.value and fact.denominator is None else None
    return [fact.text, value, fact.numerator, fact.denominator]
