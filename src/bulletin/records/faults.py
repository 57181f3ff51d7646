"""A fault in the records: where it is, what stands there, what was expected."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from bulletin.project.errors import BulletinError
from bulletin.project.severity import SEVERITY_TITLES, Severity
from bulletin.project.spreadsheet import spreadsheet_csv
from bulletin.project.unseen import UNSEEN, one_line, visible
from bulletin.records.cells import fold
from bulletin.records.headings import table_named
from bulletin.records.schema import Schema

if TYPE_CHECKING:
    from bulletin.records.read import Records

FAULT_TITLES = {
    "missing-table": "缺少数据表",
    "duplicate-table": "数据表重复",
    "unreadable": "文件无法读取",
    "empty-table": "数据表为空",
    "missing-column": "缺少列",
    "duplicate-column": "列重复",
    "empty": "必填项为空",
    "bad-value": "内容无法识别",
    "duplicate-key": "编号重复",
    "unknown-id": "编号不在名册中",
    "end-before-start": "结束早于开始",
}
"""The kinds of fault that any table may have, in the order in which they're listed; a field's own come after them."""


def fault_titles(schema: Schema) -> Mapping[str, str]:
    """Return all kinds of fault that the records of a field may have, with their titles, in the order of lists."""
    return {**FAULT_TITLES, **schema.faults}


SHOWN_PER_KIND = 3
"""How many of each kind an error message shows; the rest are in quality.xlsx."""

_SHOWN_LENGTH = 60
"""How much of a found value a message shows."""


@dataclass(frozen=True)
class Fault:
    """One fault. `row` is the row as the analyst's own program numbers it (the first row is 1)."""

    kind: str
    severity: Severity
    file: str
    expected: str
    row: int | None = None
    column: str = ""
    value: str = ""
    sheet: str = ""
    scope: str = ""

    def __str__(self) -> str:
        place = [
            self.file,
            self.sheet,
            f"第{self.row}行" if self.row else "",
            f"“{self.column}”列" if self.column else "",
        ]
        found = f"现为“{one_line(self.value, _SHOWN_LENGTH)}”，" if self.value else ""
        return visible(f"{' '.join(part for part in place if part)}：{found}{self.expected}")


class RecordsError(BulletinError):
    """Records with errors: nothing is built. `faults` holds all of them, warnings included.

    `records` are those that the faults are in, `apart` says which of them are of other periods; `told` says where the
    faults' list is, once it's written.
    """

    def __init__(self, faults: Sequence[Fault], records: Records, told: str = "", apart: str = "") -> None:
        errors = [fault for fault in faults if fault.severity == "error"]
        lines = [f"数据有 {len(errors)} 处错误，未生成任何报告：", *summary_lines(errors, records.schema)]
        super().__init__("bad-records", "\n".join([*lines, told] if told else lines))
        self.faults = list(faults)
        self.records = records
        self.apart = apart


def summary_lines(faults: Sequence[Fault], schema: Schema) -> list[str]:
    """The faults grouped by kind and counted, with the first few of each kind."""
    lines, titles = [], fault_titles(schema)
    for kind, count in counts_by_kind(faults, schema):
        of_kind = [fault for fault in faults if fault.kind == kind]
        lines.append(f"  {titles[kind]}（{count} 处）")
        lines += [f"    · {fault}" for fault in of_kind[:SHOWN_PER_KIND]]
        if count > SHOWN_PER_KIND:
            lines.append(f"    · 其余 {count - SHOWN_PER_KIND} 处略，见 quality.xlsx")
    return lines


def counts_by_kind(faults: Iterable[Fault], schema: Schema) -> list[tuple[str, int]]:
    """Count the faults of each kind, in the order of `fault_titles`."""
    counts = Counter(fault.kind for fault in faults)
    return [(kind, counts[kind]) for kind in fault_titles(schema) if counts[kind]]


HIDDEN = "（姓名，不显示）"
"""What stands in the place of a text that holds a person's name; a copy that comes back has it among the names."""


def hide(faults: Iterable[Fault], secrets: set[str], schema: Schema) -> list[Fault]:
    """The faults with every found value that holds a person's name, or may be one, blanked out.

    Where columns are shifted or headed otherwise, the names are in none of `secrets` (data.md: names never leave).
    """
    named = name_finder(secrets)
    return [
        replace(fault, value=HIDDEN) if _may_be_name(fault, schema) or named(fault.value) else fault for fault in faults
    ]


def _may_be_name(fault: Fault, schema: Schema) -> bool:
    """Say whether a value stands where a person is meant and looks like a name."""
    if fault.column in {column.heading for column in schema.names}:
        return bool(fault.value)
    if fault.column != _identifier_of_people(schema) and not _is_register(fault.sheet, fault.file, schema):
        return False
    return looks_like_name(fault.value)


@lru_cache(maxsize=4)
def _identifier_of_people(schema: Schema) -> str:
    register = schema.tables[schema.people]
    return next(column.heading for column in register.columns if column.name == register.key)


@lru_cache(maxsize=1000)
def _is_register(sheet: str, file: str, schema: Schema) -> bool:
    table = table_named(sheet or Path(file).stem, schema)
    return table is not None and table.name == schema.people


def looks_like_name(text: str) -> bool:
    """Whether a text is more like a person's name than like a number or a date."""
    letters = [char for char in text if char.isalpha()]
    return any(char >= "\u3400" for char in letters) or (bool(letters) and not re.search("[0-9]", fold(text)))


def name_finder(secrets: Iterable[str]) -> Callable[[str], bool]:
    """What tells whether a text holds one of these names of people, however it's spaced or its letters are wide."""
    names = {_bare(secret) for secret in secrets} - {""}
    lengths = sorted({len(name) for name in names})

    @lru_cache(maxsize=100_000)
    def named(text: str) -> bool:
        # A name of one character is looked for as a whole cell only: it stands inside too many words.
        bare = _bare(text)
        parts = (bare[at : at + size] for size in lengths if size > 1 for at in range(len(bare) - size + 1))
        return bare in names or any(part in names for part in parts)

    return named


def _bare(text: str) -> str:
    """Text as it's compared with names: half-width, without blanks and what can't be seen."""
    return re.sub(r"\s", "", UNSEEN.sub("", fold(text)))


def headings(schema: Schema) -> tuple[str, ...]:
    """Return the columns of the list of faults, in quality.csv and quality.xlsx."""
    return ("级别", "类别", "文件", "工作表", "行", "列", "现有内容", "要求", schema.scope)


def fault_rows(faults: Iterable[Fault], schema: Schema) -> list[tuple[str | int, ...]]:
    """The list of faults: a row each under `headings`, errors first; the row number is a number, or empty."""
    titles = fault_titles(schema)
    return [
        (
            SEVERITY_TITLES[fault.severity],
            titles[fault.kind],
            visible(fault.file),
            visible(fault.sheet),
            fault.row or "",
            visible(fault.column),
            visible(fault.value),
            visible(fault.expected),
            visible(fault.scope),
        )
        for fault in sorted(faults, key=lambda fault: fault.severity)
    ]


def faults_csv(faults: Iterable[Fault], schema: Schema) -> bytes:
    """quality.csv: a row a fault."""
    return spreadsheet_csv([headings(schema), *fault_rows(faults, schema)])
