"""Stationing at mines in key periods."""

from __future__ import annotations

from bulletin.facts.figures import Figure, counts, ratios
from bulletin.mines.checks import CheckedRecords
from bulletin.mines.register import Register, county_of
from bulletin.mines.span import touches


def stationing_figures(checked: CheckedRecords, register: Register) -> list[Figure]:
    """stationed_supervisors, stationed_mines, stationing_rate, stationing_app_used."""
    codes, rows = register.codes, checked["stationing"]
    rows = rows[touches(rows, checked.window)]
    supervisors = county_of(checked["supervisors"], rows["supervisor_id"].drop_duplicates())
    mine_counties = county_of(checked["mines"], rows["mine_id"])
    mines = rows["mine_id"].drop_duplicates()
    active = register.mines["mine_id"].isin(mines)
    on_app = set(mine_counties[rows["app_checkin"].fillna(False)])
    return [
        *counts("stationed_supervisors", supervisors.value_counts(), codes),
        *counts("stationed_mines", county_of(checked["mines"], mines).value_counts(), codes),
        *ratios(
            "stationing_rate",
            register.mines.loc[active, "county_code"].value_counts(),
            register.mines["county_code"].value_counts(),
            codes,
        ),
        *(Figure("stationing_app_used", code, int(code in on_app)) for code in codes),
    ]
