"""Rules on tables: rows and columns of figures."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bulletin.proof.finding import Finding
from bulletin.proof.reading import Reading

_SUMS = ("合计", "总计")


def table_sums(reading: Reading) -> Iterator[Finding]:
    """In a table, the whole numbers above 合计 sum to it."""
    for table in reading.draft.tables:
        rows = [row for row in table if row]
        total = next((row for row in rows if row[0].text in _SUMS), None)
        if total is None or rows[-1] is not total:
            continue
        above = [row for row in rows[:-1] if len(row) == len(total)]
        for column in range(1, len(total)):
            cells = [row[column] for row in above if re.fullmatch(r"\d+", row[column].text)]
            others = [row[column] for row in above[1:] if not re.fullmatch(r"\d+|[—-]?", row[column].text)]
            own = total[column]
            if not re.fullmatch(r"\d+", own.text) or len(cells) < 2 or others:
                continue
            if re.search("率|排名|名次|序号|得分|平均", above[0][column].text):
                continue
            sum_of = sum(int(cell.text) for cell in cells)
            if sum_of != int(own.text):
                yield reading.finding(
                    "parts",
                    own,
                    (0, len(own.text)),
                    f"{sum_of}",
                    f"“{above[0][column].text}”一列各行之和为{sum_of}，合计写的是{own.text}。",
                    [cell.place() for cell in cells],
                )
