"""Ledger reviews and their faults."""

from __future__ import annotations

from bulletin.facts.figures import Figure, counts
from bulletin.mines.checks import CheckedRecords
from bulletin.mines.register import Register, county_of
from bulletin.mines.span import reviewed_in

LEDGER_FAULTS = ("no_recheck", "inaccurate", "illegible", "unsigned")


def ledger_figures(checked: CheckedRecords, register: Register) -> list[Figure]:
    """ledgers_reviewed, ledgers_faulty, ledger_<fault>, by the county of the mine."""
    rows = checked["ledger_reviews"]
    rows = rows[reviewed_in(rows, checked.window)]
    counties = county_of(checked["mines"], rows["mine_id"])
    faults = rows[list(LEDGER_FAULTS)].fillna(False).astype(bool)
    figures = counts("ledgers_reviewed", counties.value_counts(), register.codes)
    figures += counts("ledgers_faulty", counties[faults.any(axis=1)].value_counts(), register.codes)
    for fault in LEDGER_FAULTS:
        figures += counts(f"ledger_{fault}", counties[faults[fault]].value_counts(), register.codes)
    return figures
