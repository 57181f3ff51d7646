"""The registers as they stand on the as-of day: which mines are active, who is assigned to them."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from bulletin.mines.checks import CheckedRecords, in_force, suspended_mines

MINE_KINDS = ("underground", "open_pit", "tailings")


@dataclass(frozen=True)
class Register:
    """The as-of day (metrics.md, Terms).

    `counties`: county_code and county, in administrative order. `mines`: the active ones, with kind and
    county_code. `in_force`: a row an assignment in force, with supervisor_id, mine_id,
    supervisor_county and mine_county.
    """

    counties: pd.DataFrame
    mines: pd.DataFrame
    in_force: pd.DataFrame

    @property
    def codes(self) -> list[str]:
        """The counties' codes in administrative order."""
        return list(self.counties["county_code"])


def take_register(checked: CheckedRecords) -> Register:
    """Count out the registers on the window's as-of day."""
    day = pd.Timestamp(checked.window.as_of)
    mines = checked["mines"]
    active = mines[~mines["mine_id"].isin(suspended_mines(checked["mine_status"], day))]
    rows = checked["assignments"]
    held = rows[in_force(rows, day) & rows["mine_id"].isin(active["mine_id"])]
    held = held[["supervisor_id", "mine_id"]].reset_index(drop=True)
    held["supervisor_county"] = county_of(checked["supervisors"], held["supervisor_id"])
    held["mine_county"] = county_of(mines, held["mine_id"])
    return Register(checked["counties"].sort_values("county_code", ignore_index=True), active, held)


def county_of(register: pd.DataFrame, ids: pd.Series[str]) -> pd.Series[str]:
    """The county_code that a register (mines or supervisors) gives for each identifier of `ids`."""
    return ids.map(register.set_index(str(ids.name))["county_code"])
