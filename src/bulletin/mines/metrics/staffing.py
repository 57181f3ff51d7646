"""Mines, supervisors, posts."""

from __future__ import annotations

import pandas as pd

from bulletin.facts.figures import Figure, counts, ratios
from bulletin.mines.register import MINE_KINDS, Register
from bulletin.project.params import Posts


def mine_posts(register: Register, posts: Posts) -> pd.DataFrame:
    """The active mines with `required` posts and `filled` ones: no mine fills more posts than it needs."""
    needed = {kind: getattr(posts, kind) for kind in MINE_KINDS}
    assigned = register.in_force.groupby("mine_id")["supervisor_id"].nunique()
    mines = register.mines.assign(required=register.mines["kind"].map(needed).astype("int64"))
    held = mines["mine_id"].map(assigned).fillna(0).astype("int64")
    return mines.assign(assigned=held, filled=held.clip(upper=mines["required"]))


def staffing_figures(register: Register, posts: Posts) -> list[Figure]:
    """counties, mines*, supervisors, required_posts, filled_posts, staffing_rate."""
    codes, mines = register.codes, mine_posts(register, posts)
    by_county = mines.groupby("county_code")
    required, filled = by_county["required"].sum(), by_county["filled"].sum()
    figures = [Figure("counties", "city", len(codes)), *counts("mines", by_county.size(), codes)]
    for kind in MINE_KINDS:
        figures += counts(f"mines_{kind}", mines.loc[mines["kind"] == kind, "county_code"].value_counts(), codes)
    supervisors = register.in_force.groupby("supervisor_county")["supervisor_id"].nunique()
    return [
        *figures,
        *counts("supervisors", supervisors, codes),
        *counts("required_posts", required, codes),
        *counts("filled_posts", filled, codes),
        *ratios("staffing_rate", filled, required, codes),
    ]
