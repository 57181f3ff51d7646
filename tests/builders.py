"""A small period for tests: tables as lines of CSV, read, checked and computed like any other.

`SMALL` has two counties: 甲县 (100001) with an underground mine M1 and an open pit M2, held by S1 and S2, and
乙区 (100002) with a tailings mine M3, held by S3; all assignments are in force since 2022. A test replaces
the tables that it is about:

    facts = facts_of(tmp_path, checkins=["S1,M1,2023-01-05 09:00,是,2,是"])
    assert facts("onsite_rate", JIA).value == Fraction(1, 104)
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from bulletin.facts.facts import Fact, Facts, facts_csv, make_facts
from bulletin.facts.figures import CITY, Scope
from bulletin.mines import FIELD
from bulletin.mines.checks import CheckedRecords, check_records
from bulletin.mines.computed import compute_period
from bulletin.mines.schema import SCHEMA, TABLES
from bulletin.notebook.period import PeriodResults
from bulletin.notebook.previous import Previous
from bulletin.notebook.report import Report
from bulletin.project.params import Params, load_params
from bulletin.project.paths import Project
from bulletin.project.periods import parse_period
from bulletin.records.faults import Fault
from bulletin.records.read import Records, read_records

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = {name: table for name, table in TABLES.items() if name != "exemptions"}
"""The tables that the sample year has: nobody was exempt in it."""

JIA, YI = "100001", "100002"
JIA_XIAN, YI_QU = Scope(JIA, "甲县", "county", CITY), Scope(YI, "乙区", "county", CITY)

Value = int | Fraction | None

SMALL: Mapping[str, Sequence[str]] = {
    "counties": [f"{JIA},甲县", f"{YI},乙区"],
    "mines": [f"M1,甲一矿,{JIA},地下开采,否", f"M2,甲二矿,{JIA},露天开采,否", f"M3,乙库,{YI},独立尾矿库,否"],
    "mine_status": [],
    "supervisors": [f"S1,赵一,{JIA}", f"S2,钱二,{JIA}", f"S3,孙三,{YI}"],
    "assignments": ["S1,M1,2022-01-01,", "S2,M2,2022-01-01,", "S3,M3,2022-01-01,"],
    "task_lists": [],
    "checkins": [],
    "remote_inspections": [],
    "stationing": [],
    "ledger_reviews": [],
    "exemptions": [],
}


def write_tables(folder: Path, **tables: Sequence[str] | None) -> Path:
    """Write `SMALL` with `tables` in place of its own; None leaves a table's file out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in {**SMALL, **tables}.items():
        if lines is not None:
            header = ",".join(column.name for column in TABLES[name].columns)
            (folder / f"{name}.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return folder


def params_of(period: str = "2023", **changes: Any) -> Params:
    """Params with the defaults of the rules; `changes` are further keys of the file."""
    document = {"addressees": "各县（市、区）应急管理局", "date": "2024-03-05", "number": "样应急发〔2024〕1号"}
    content = {"period": period, "bureau": "样例市应急管理局", "data": "data", "document": document}
    return Params.model_validate(content | changes)


def checked_of(folder: Path, params: Params | None = None, **tables: Sequence[str] | None) -> CheckedRecords:
    """The small period, read and checked."""
    return check_records(read_records(write_tables(folder, **tables), SCHEMA), (params or params_of()).window)


_GAPS = ("empty-table", "no-events", "early-end")


def without_gaps(faults: Sequence[Fault]) -> list[Fault]:
    """The faults but for the warnings of what isn't there: `SMALL` has hardly anything."""
    return [fault for fault in faults if fault.severity == "error" or fault.kind not in _GAPS]


def results_of(
    folder: Path, params: Params | None = None, previous: Previous | None = None, /, **tables: Sequence[str] | None
) -> PeriodResults:
    """The small period with all that a notebook works on."""
    return results_from(read_records(write_tables(folder, **tables), SCHEMA), params or params_of(), previous)


def results_from(records: Records, params: Params, previous: Previous | None = None) -> PeriodResults:
    """These records with all that a notebook works on. No county is missed that an earlier period had."""
    computed = compute_period(records, params, None)
    facts = make_facts(computed.figures, computed.scopes, FIELD.catalogue, params.period)
    return PeriodResults(FIELD, params, computed, facts, previous)


def facts_of(folder: Path, params: Params | None = None, **tables: Sequence[str] | None) -> Facts:
    """The small period's facts."""
    return results_of(folder, params, **tables).facts


def sample_facts(records: Records) -> bytes:
    """facts.csv of these records under the params of the sample year; lets go of a database."""
    params = load_params(Project(ROOT), parse_period("2023"))
    try:
        return facts_csv(results_from(records, params).facts)
    finally:
        records.close()


def csv_rows(folder: Path, table: str) -> list[dict[str, str]]:
    """A table's rows in a folder of CSV files, as text by heading."""
    with (folder / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def report_of(folder: Path, scope: str, params: Params | None = None, **tables: Sequence[str] | None) -> Report:
    """The report of one scope (CITY, JIA or YI) over the small period."""
    results = results_of(folder, params, **tables)
    return report_over(results, scope)


def report_over(results: PeriodResults, scope: str = CITY, attachments: Sequence[str] = ()) -> Report:
    """The report of one scope over these results."""
    kind = FIELD.kinds[0 if scope == CITY else 1]
    return Report(results, kind, results.facts.scopes[scope], attachments)


def fact_of(
    metric: str, scope: Scope, value: Value, numerator: int | None = None, denominator: int | None = None
) -> Fact:
    """A fact by the metric's name."""
    return Fact(FIELD.catalogue[metric], scope, value, numerator, denominator)


def facts_made(facts: Sequence[Fact], period: str | None = None) -> Facts:
    """Facts of the field."""
    return Facts(facts, FIELD.catalogue, period)
