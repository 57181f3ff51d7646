"""Task lists: one a mine and year (一矿一清单)."""

from __future__ import annotations

import pandas as pd

from bulletin.facts.figures import Figure, counts, ratios
from bulletin.mines.register import Register


def mines_with_list(task_lists: pd.DataFrame, year: int) -> pd.Series[str]:
    """The mines that have a task list of that year."""
    return task_lists.loc[task_lists["year"] == year, "mine_id"]


def task_list_figures(register: Register, task_lists: pd.DataFrame, year: int) -> list[Figure]:
    """task_lists_required, task_lists_made, task_list_rate."""
    required = register.mines["county_code"].value_counts()
    listed = register.mines["mine_id"].isin(mines_with_list(task_lists, year))
    made = register.mines.loc[listed, "county_code"].value_counts()
    return [
        *counts("task_lists_required", required, register.codes),
        *counts("task_lists_made", made, register.codes),
        *ratios("task_list_rate", made, required, register.codes),
    ]
