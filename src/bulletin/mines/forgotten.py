"""Counties and tables that may have been forgotten: what isn't there has no row that could be at fault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from bulletin.mines.schema import EVENTS, TABLES
from bulletin.mines.span import in_weeks
from bulletin.project.periods import Window
from bulletin.records.faults import Fault
from bulletin.records.read import FILE, Records, Source

_LATE = pd.DateOffset(months=1)
"""How much earlier than the others' a county's last event is a question."""


@dataclass(frozen=True)
class EarlierCounties:
    """The counties of the earlier period, by code, and what it's called."""

    title: str
    names: Mapping[str, str]


def forgotten(records: Records, events: pd.DataFrame, window: Window, earlier: EarlierCounties | None) -> list[Fault]:
    """Return the warnings; `events` are all those of `span.event_weeks`. Of what couldn't be read nothing is said."""
    faults = _empty_tables(records)
    if {"counties", "supervisors", "mines"} & records.broken:
        return faults
    counties = records["counties"].dropna(subset=["county_code", "county"]).drop_duplicates("county_code")
    names = dict(zip(counties["county_code"], counties["county"], strict=True))
    if earlier and earlier.names:
        faults += _other_counties(records, names, earlier)
    known = {code for register in ("mines", "supervisors") for code in records[register]["county_code"].dropna()}
    if known:
        faults += _without_register(records, {code: name for code, name in names.items() if code not in known})
    county = records["supervisors"].drop_duplicates("supervisor_id").set_index("supervisor_id")["county_code"]
    events = events[in_weeks(events["week"], window)]
    events = events.assign(county=events["supervisor_id"].map(county))
    for table in EVENTS:
        if table not in records.broken:
            last = events[events["table"] == table].groupby("county")["last"].max()  # missing where none counts
            own = {code: name for code, name in names.items() if code in known}
            faults += _without_events(records, table, own, last)
            faults += _early_ends(records, table, own, last)
    return faults


def _warning(kind: str, source: Source, expected: str, county: str = "", column: str = "", value: str = "") -> Fault:
    return Fault(kind, "warning", source.file, expected, None, column, value, source.sheet, county)


def _place(records: Records, table: str, code: str) -> Source | None:
    """Where the rows of a county should stand; None where its own workbook has no such sheet, a fault of its own."""
    sources, supervisors = _sources(records, table), records["supervisors"]
    own = set(supervisors.loc[supervisors["county_code"] == code, FILE])
    theirs = [source for source in sources if source.file in own]
    if theirs:
        return theirs[0]
    apart = own and {source.file for source in sources} & set(supervisors[FILE])
    return None if apart else _whole(records, table)


def _whole(records: Records, table: str) -> Source | None:
    """Where a table stands; of several workbooks none is sent back for what all of them lack."""
    sources = _sources(records, table)
    if len(sources) < 2:
        return next(iter(sources), None)
    return Source(table, "各工作簿", TABLES[table].title, "", sum(source.rows for source in sources))


def _sources(records: Records, table: str) -> list[Source]:
    return [source for source in records.sources if source.table == table]


def _empty_tables(records: Records) -> list[Fault]:
    """Tables without one row; one without counties is an error of its own."""
    found = []
    for name, table in TABLES.items():
        place = _whole(records, name)
        if place and not place.rows and not table.optional and name not in (*records.broken, "counties"):
            expected = f"“{table.title}”表没有一行数据。若是漏放，请补上；若确无这类记录，不必处理"
            found.append(_warning("empty-table", place, expected))
    return found


def _other_counties(records: Records, names: Mapping[str, str], earlier: EarlierCounties) -> list[Fault]:
    """Counties that the earlier period had and this one hasn't, and the other way round."""
    place = _whole(records, "counties")
    if place is None:
        return []
    gone = {code: name for code, name in earlier.names.items() if code not in names}
    new = {code: name for code, name in names.items() if code not in earlier.names}
    missing = "{title}有{name}（{code}），现在的县区表中没有。若是漏报，请补上它的各表；若已撤并或不再统计，不必处理"
    added = "{title}没有{name}（{code}）。请核对名称和代码；若确是新增，不必处理"
    return [
        _warning(kind, place, words.format(title=earlier.title, name=name, code=code), name)
        for kind, words, found in (("missing-county", missing, gone), ("new-county", added, new))
        for code, name in found.items()
    ]


def _without_register(records: Records, counties: Mapping[str, str]) -> list[Fault]:
    place = _whole(records, "counties")
    expected = (
        "企业名录和专员名册中没有{name}的一行，也就没有它的任何记录。若是漏报，请补上它的各表；若确无企业，不必处理"
    )
    return [
        _warning("no-events", place, expected.format(name=name), name)
        for name in counties.values()
        if place is not None
    ]


def _without_events(
    records: Records, table: str, counties: Mapping[str, str], last: pd.Series[pd.Timestamp]
) -> list[Fault]:
    """Counties without an event of the period where others have one; where none has any, the table as a whole."""
    title = TABLES[table].title
    if last.empty:
        place = _whole(records, table)
        if place is None or not place.rows:
            return []
        expected = f"“{title}”表有 {place.rows:,} 条记录，没有一条属于本期。请核对数据和期间；若本期确未开展，不必处理"
        return [_warning("no-events", place, expected)]
    others = f"其他 {len(last)} 个县（市、区）有。若是漏报，请补上；若确未开展，不必处理"
    return [
        _warning("no-events", place, f"{name}没有一条本期的{title}记录，{others}", name)
        for code, name in counties.items()
        if code not in last.index and (place := _place(records, table, code))
    ]


def _early_ends(
    records: Records, table: str, counties: Mapping[str, str], last: pd.Series[pd.Timestamp]
) -> list[Fault]:
    """Counties whose events of the period that count end a month or more before the last one's."""
    days, column = last.dt.normalize(), TABLES[table].column("at").heading
    expected = (
        f"{{name}}的{TABLES[table].title}记录到这一天为止，其他县（市、区）最晚到 {{latest}}。"
        "若是漏报或没有导出完整，请补上；若此后确未开展，不必处理"
    )
    found = []
    for code, name in counties.items():
        place = _place(records, table, code)
        if place and code in days.index and days[code] <= days.max() - _LATE:
            words = expected.format(name=name, latest=days.max().date())
            found.append(_warning("early-end", place, words, name, column, str(days[code].date())))
    return found
