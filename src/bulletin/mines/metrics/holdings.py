"""Holdings: supervisors who hold several mines."""

from __future__ import annotations

import pandas as pd

from bulletin.facts.figures import Figure, counts
from bulletin.mines.register import Register


def mines_held(register: Register) -> pd.DataFrame:
    """A row a supervisor on the as-of day: supervisor_county and the number of different mines held."""
    return register.in_force.groupby(["supervisor_id", "supervisor_county"], as_index=False).agg(
        mines=("mine_id", "nunique")
    )


def holdings_figures(register: Register) -> list[Figure]:
    """supervisors_holding_2, _3, _4_plus."""
    held = mines_held(register)
    figures = []
    for metric, among in (
        ("supervisors_holding_2", held["mines"] == 2),
        ("supervisors_holding_3", held["mines"] == 3),
        ("supervisors_holding_4_plus", held["mines"] >= 4),
    ):
        figures += counts(metric, held.loc[among, "supervisor_county"].value_counts(), register.codes)
    return figures
