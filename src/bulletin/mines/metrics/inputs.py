"""What a report uses of the records: for the city every sheet, for a county its own rows, each by a digest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bulletin.mines.checks import CheckedRecords
from bulletin.mines.register import county_of
from bulletin.mines.schema import EVENTS, PERSONAL, TABLES
from bulletin.project.digests import digest_of
from bulletin.project.fingerprint import InputTable
from bulletin.records.read import FILE

if TYPE_CHECKING:
    from bulletin.mines.metrics import Metrics

_BY_SUPERVISOR, _BY_MINE = "supervisor_id", "mine_id"


def input_tables(checked: CheckedRecords, metrics: Metrics) -> list[InputTable]:
    """Every sheet that was read, in the order of reading."""
    return [
        InputTable(
            table=source.table,
            file=source.file,
            sheet=source.sheet,
            sha256=source.sha256 or _counted(checked, metrics, source.table),
            rows=source.rows,
        )
        for source in checked.records.sources
    ]


def _counted(checked: CheckedRecords, metrics: Metrics, table: str) -> str:
    """The digest of what a table of events in a database gave: the weekly counts, what was left out, what is of others."""
    parts = (_weekly(metrics)[table], *(each[each["table"] == table] for each in (checked.left_out, checked.apart)))
    return digest_of("".join(part.to_csv(index=False) for part in parts).encode("utf-8"))


def _weekly(metrics: Metrics) -> Mapping[str, pd.DataFrame]:
    return dict(zip(EVENTS, (metrics.weeks.checkins, metrics.weeks.remote), strict=True))


def county_tables(checked: CheckedRecords, metrics: Metrics, *, names: bool) -> dict[str, list[InputTable]]:
    """For each county the tables that it has rows in; `names` says whether people's names count.

    A row is the county's where its supervisor or its mine is.
    """
    found: dict[str, list[InputTable]] = {code: [] for code in metrics.register.codes}
    for table, rows in _tables(checked, metrics, names=names):
        belongs = _counties(checked, rows)
        files = _files(checked, table, belongs)
        for code, (digest, count) in _digests(rows, belongs).items():
            if code in found:
                file = files if isinstance(files, str) else files.get(code, "")
                found[code].append(InputTable(table=table, file=file, sheet="", sha256=digest, rows=count))
    return found


def county_weeks(checked: CheckedRecords, metrics: Metrics) -> dict[str, str]:
    """For each county a digest of what its supervisors owed and did, exemptions and mines elsewhere included."""
    units = metrics.weeks.units
    held = metrics.register.in_force[[_BY_SUPERVISOR, _BY_MINE]]
    owed = _digests(units.drop(columns=["unit"]), units[["county_code"]])
    own = _digests(held, _counties(checked, held))
    exempt = metrics.weeks.exempt.to_dict()
    return {
        code: digest_of(repr([owed.get(code), own.get(code), exempt.get(code, 0)]).encode("utf-8"))
        for code in metrics.register.codes
    }


def _tables(checked: CheckedRecords, metrics: Metrics, *, names: bool) -> Iterator[tuple[str, pd.DataFrame]]:
    """Each table's rows with the columns that count; of events the weekly counts and those that count in none."""
    for name, table in TABLES.items():
        if name in EVENTS:
            gone = checked.left_out[checked.left_out["table"] == name]
            apart = checked.apart.loc[checked.apart["table"] == name, [_BY_SUPERVISOR, "month", "number"]]
            apart = apart.rename(columns={"number": "events"})
            yield name, pd.concat([_weekly(metrics)[name], gone.drop(columns=["table"]), apart], ignore_index=True)
        elif name != "exemptions":  # they count by what they take away (county_weeks)
            personal = set() if names else {PERSONAL}
            columns = [column.name for column in table.columns if column.name not in personal]
            yield name, checked[name][columns]


def _counties(checked: CheckedRecords, rows: pd.DataFrame) -> pd.DataFrame:
    """The counties that each row belongs to, one a column."""
    if "county_code" in rows:
        return rows[["county_code"]]
    registers = {_BY_SUPERVISOR: checked["supervisors"], _BY_MINE: checked["mines"]}
    by = {column: county_of(register, rows[column]) for column, register in registers.items() if column in rows}
    return pd.DataFrame(by, index=rows.index)


def _digests(rows: pd.DataFrame, belongs: pd.DataFrame) -> dict[str, tuple[str, int]]:
    """For each county the digest of its rows, whatever their order, and their number; of weekly counts the events'."""
    counts = rows["events"].fillna(1) if "events" in rows else 1
    each = pd.DataFrame(
        {"hash": pd.util.hash_pandas_object(rows, index=False), "count": counts, "row": np.arange(len(rows))}
    )
    long = pd.concat([each.assign(county=belongs[column]) for column in belongs])
    long = long.dropna(subset=["county"]).drop_duplicates(["county", "row"]).sort_values(["county", "hash"])
    return {
        str(code): (digest_of(own["hash"].to_numpy(dtype="<u8").tobytes()), int(own["count"].sum()))
        for code, own in long.groupby("county")
    }


def _files(checked: CheckedRecords, table: str, belongs: pd.DataFrame) -> str | dict[str, str]:
    """Where the rows stand: the one file that has them all, or those of each county."""
    all_files = list(dict.fromkeys(source.file for source in checked.records.sources if source.table == table))
    if len(all_files) <= 1 or table in EVENTS:
        return "、".join(all_files)
    long = pd.concat([pd.DataFrame({"county": belongs[each], FILE: checked[table][FILE]}) for each in belongs])
    return {str(code): "、".join(sorted(set(each))) for code, each in long.dropna().groupby("county")[FILE]}
