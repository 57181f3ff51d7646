"""On-site check-ins and remote inspections: what was done of what each week asked."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm
from typing import Literal, cast

import pandas as pd

from bulletin.facts.figures import CITY, Figure, each_scope, ratio, ratios
from bulletin.mines.checks import CheckedRecords
from bulletin.mines.register import Register, county_of
from bulletin.mines.weeks import assigned_weeks, mondays, named, obliged_weeks, weekly_counts
from bulletin.project.params import Params

Duty = Literal["onsite", "remote"]
DUTIES: tuple[Duty, ...] = ("onsite", "remote")


@dataclass(frozen=True)
class DutyWeeks:
    """The weekly frames that every duty figure comes from.

    `units`: a row a unit (supervisor, or supervisor and mine) and obliged week, with `unit`,
    supervisor_id, county_code, week, and in `onsite` and `remote` the fulfilled parts of that week, of
    which `whole[duty]` make the week whole. `checkins`, `remote`: the valid events (weekly.weekly_counts).
    `exempt`: how many unit weeks exemptions took away, by county_code.
    """

    units: pd.DataFrame
    whole: Mapping[Duty, int]
    checkins: pd.DataFrame
    remote: pd.DataFrame
    weeks: pd.DatetimeIndex
    exempt: pd.Series[int]


def duty_weeks(checked: CheckedRecords, params: Params) -> DutyWeeks:
    """Set the weeks that were owed against the events that were done."""
    checkins = weekly_counts(checked, "checkins")
    remote = weekly_counts(checked, "remote_inspections")
    keys = ["supervisor_id"] if params.duty_unit == "supervisor" else ["supervisor_id", "mine_id"]
    assigned = assigned_weeks(checked)
    before, units = (
        each[[*keys, "week"]].drop_duplicates(ignore_index=True)
        for each in (assigned, obliged_weeks(checked, assigned))
    )
    onsite_events, remote_events = (_events(units, keys, weekly) for weekly in (checkins, remote))
    asked = _asked(params, mondays(checked.window)).reindex(units["week"]).set_axis(units.index)
    # Weeks that ask for different numbers are counted in parts that all of them divide.
    parts = lcm(*asked["remote"].unique()) if len(asked) else 1
    units = units.assign(
        unit=units.groupby(keys).ngroup(),
        county_code=county_of(checked["supervisors"], units["supervisor_id"]),
        onsite=(onsite_events >= asked["onsite"]).astype("int64"),
        # A surplus in one week never makes up for another.
        remote=remote_events.clip(upper=asked["remote"]) * (parts // asked["remote"]),
    )
    whole: dict[Duty, int] = {"onsite": 1, "remote": parts}
    owed_before = county_of(checked["supervisors"], before["supervisor_id"]).value_counts()
    exempt = owed_before.sub(units["county_code"].value_counts(), fill_value=0).astype("int64")
    units, checkins, remote = (named(frame) for frame in (units, checkins, remote))
    return DutyWeeks(units, whole, checkins, remote, mondays(checked.window), exempt)


def _asked(params: Params, weeks: pd.DatetimeIndex) -> pd.DataFrame:
    """What each week asks for, `onsite` and `remote` events, by the rules of its Thursday."""
    rules = [params.rules_on((week + pd.Timedelta(days=3)).date()) for week in weeks]
    asked = {"onsite": [each.onsite_per_week for each in rules], "remote": [each.remote_per_week for each in rules]}
    return pd.DataFrame(asked, index=weeks, dtype="int64")


def _events(units: pd.DataFrame, keys: list[str], weekly: pd.DataFrame) -> pd.Series[int]:
    """The number of valid events in each unit's week."""
    done = weekly.groupby([*keys, "week"], as_index=False)["events"].sum()
    return units.merge(done, on=[*keys, "week"], how="left")["events"].fillna(0).astype("int64")


@dataclass(frozen=True)
class Fulfilment:
    """What a group of unit weeks did of one duty: `done` of `owed` parts, and the mean of its units."""

    done: int
    owed: int
    mean: Fraction

    def rate(self, averaging: str) -> Fraction:
        """The official rate under the params' averaging."""
        return Fraction(self.done, self.owed) if averaging == "pooled" else self.mean


def fulfilments(weeks: DutyWeeks, duty: Duty, by: str | list[str]) -> dict[Hashable, Fulfilment]:
    """Fulfilment for each group of the unit weeks; a group with no obliged week isn't there.

    The mean is exact: units with equally many obliged weeks share a denominator, so their numerators are
    summed as integers first.
    """
    groups = [by] if isinstance(by, str) else by
    whole = weeks.whole[duty]
    units = weeks.units.groupby([*groups, "unit"], as_index=False).agg(done=(duty, "sum"), weeks=(duty, "size"))
    alike = units.groupby([*groups, "weeks"], as_index=False).agg(done=("done", "sum"), units=("done", "size"))
    # The rows of each group by plain loop: a frame a group would take longer than all the sums.
    together: dict[Hashable, list[tuple[int, int, int]]] = {}
    for *key, each_owed, done, count in alike[[*groups, "weeks", "done", "units"]].itertuples(index=False, name=None):
        together.setdefault(key[0] if isinstance(by, str) else tuple(key), []).append((each_owed * whole, done, count))
    return {
        key: Fulfilment(
            sum(done for _, done, _ in rows),
            sum(owed * count for owed, _, count in rows),
            sum((Fraction(done, owed) for owed, done, _ in rows), Fraction(0)) / sum(count for _, _, count in rows),
        )
        for key, rows in together.items()
    }


def weeks_of(weeks: DutyWeeks, county: str) -> DutyWeeks:
    """The same with the units of one county alone."""
    return replace(weeks, units=weeks.units[weeks.units["county_code"] == county])


def monthly_rates(weeks: DutyWeeks, duty: Duty, averaging: str) -> dict[str, dict[int, Fraction]]:
    """Each county's official rate by the month of each week's Thursday; a month with no obliged week isn't there."""
    months = (weeks.units["week"] + pd.Timedelta(days=3)).dt.month
    by_month = replace(weeks, units=weeks.units.assign(month=months))
    rates: dict[str, dict[int, Fraction]] = {}
    for key, each in fulfilments(by_month, duty, ["county_code", "month"]).items():
        code, month = cast("tuple[str, int]", key)
        rates.setdefault(code, {})[int(month)] = each.rate(averaging)
    return rates


def duty_figures(weeks: DutyWeeks, register: Register, params: Params) -> list[Figure]:
    """onsite_* and remote_* for the city and each county."""
    figures = []
    for duty in DUTIES:
        done = fulfilments(weeks, duty, "county_code")
        rates = {code: done[code].rate(params.averaging) for code in register.codes if code in done}
        all_done, all_owed = (sum(getattr(each, part) for each in done.values()) for part in ("done", "owed"))
        ranks = _ranks(rates)
        pooled = params.averaging == "pooled"
        if pooled:
            figures.append(ratio(f"{duty}_rate", CITY, all_done, all_owed))
        else:
            mean = sum(rates.values(), Fraction(0)) / len(rates) if rates else None
            figures.append(Figure(f"{duty}_rate", CITY, mean))
        figures.append(ratio(f"{duty}_rate_pooled", CITY, all_done, all_owed))
        idle = sum(1 for code in rates if done[code].done == 0)
        figures.append(Figure(f"{duty}_zero_counties", CITY, idle))
        for code in register.codes:
            each = done.get(code, Fulfilment(0, 0, Fraction(0)))
            together = ratio(f"{duty}_rate_pooled", code, each.done, each.owed)
            official = ratio(f"{duty}_rate", code, each.done, each.owed) if pooled else None
            figures.append(official or Figure(f"{duty}_rate", code, rates.get(code)))
            figures.append(together)
            figures.append(Figure(f"{duty}_rank", code, ranks.get(code)))
    return figures


def _ranks(rates: Mapping[str, Fraction]) -> dict[str, int]:
    """1 is the highest; equal rates share a rank and the next is skipped; none for a zero rate."""
    first: dict[Fraction, int] = {}
    for place, rate in enumerate(sorted(rates.values(), reverse=True), start=1):
        first.setdefault(rate, place)
    return {code: first[rate] for code, rate in rates.items() if rate}


def underground_figures(weeks: DutyWeeks, register: Register, mines: pd.DataFrame) -> list[Figure]:
    """underground_rate: mine-weeks with a check at the working face among those with any check-in."""
    mine_county = mines.loc[mines["kind"] == "underground"].set_index("mine_id")["county_code"]
    rows = weeks.checkins
    rows = rows[rows["mine_id"].isin(mine_county.index)]
    mine_weeks = rows.groupby(["mine_id", "week"], as_index=False)["underground"].sum()
    counties = mine_weeks["mine_id"].map(mine_county)
    return ratios(
        "underground_rate",
        counties[mine_weeks["underground"] > 0].value_counts(),
        counties.value_counts(),
        register.codes,
    )


def evidence_figures(weeks: DutyWeeks, register: Register, supervisors: pd.DataFrame) -> list[Figure]:
    """evidence_rate and uploaded_rate over the valid check-ins that fill the column."""
    counties = county_of(supervisors, weeks.checkins["supervisor_id"])
    sums = weeks.checkins.groupby(counties)[["evidence_given", "evidence_filled", "uploaded", "uploaded_filled"]].sum()
    return [
        *ratios("evidence_rate", sums["evidence_given"], sums["evidence_filled"], register.codes),
        *ratios("uploaded_rate", sums["uploaded"], sums["uploaded_filled"], register.codes),
    ]


def left_out_figures(checked: CheckedRecords, register: Register) -> list[Figure]:
    """events_left_out, by the county of the supervisor; events of other periods are none of them."""
    counties = county_of(checked["supervisors"], checked.left_out["supervisor_id"])
    each = each_scope(counties.value_counts(), register.codes)
    return [Figure("events_left_out", scope, count) for scope, count in each.items()]
