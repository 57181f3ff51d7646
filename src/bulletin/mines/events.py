"""What makes an event count, as one SQL text for DuckDB and PostgreSQL: the server runs it where the events live."""

from __future__ import annotations

from bulletin.project.periods import Window

KNOWN_YEARS = (1900, 2200)
"""From the first and before the second year a database counts events itself; what says another goes through the parsers."""

# In a week of the period, under an assignment whose dates hold that day, and once for equal supervisor, mine and time. Rows
# of one event that differ in the other columns count as the one that records most, so that the order of rows
# doesn't matter.
_VALID = """
SELECT e.supervisor_id, e.mine_id, e."at", COUNT(*) AS times{details}
FROM events AS e
JOIN assignments AS a
  ON a.supervisor_id = e.supervisor_id AND a.mine_id = e.mine_id
 AND CAST(a.first_day AS DATE) <= CAST(e."at" AS DATE) AND CAST(e."at" AS DATE) <= CAST(a.last_day AS DATE)
WHERE e."at" >= TIMESTAMP '{monday}' AND e."at" < TIMESTAMP '{after}'
GROUP BY e.supervisor_id, e.mine_id, e."at"
"""

_CHECKIN_DETAILS = """,
       MAX(CASE WHEN e.underground THEN 1 ELSE 0 END) AS underground,
       MAX(e.evidence) AS evidence,
       MAX(CASE WHEN e.uploaded THEN 1 WHEN NOT e.uploaded THEN 0 END) AS uploaded"""


def valid_events(table: str, window: Window) -> str:
    """The query over `events` and `assignments` that gives the valid events of `checkins` or `remote_inspections`.

    A row each, with supervisor_id, mine_id, at, and in `times` how many rows say it; check-ins also with
    `underground` (1 or 0), `evidence` and `uploaded` (1, 0 or NULL).
    """
    details = _CHECKIN_DETAILS if table == "checkins" else ""
    return _VALID.format(details=details, monday=window.monday, after=window.after)
