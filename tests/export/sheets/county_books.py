"""A county's workbook, as counties fill in the template."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from bulletin.export.sheets.template import template_xlsx
from bulletin.mines.schema import SCHEMA
from tests.builders import JIA, YI


def county_book(*, faulty: bool = True) -> Any:
    """The template filled in by two counties, with 13 faults in 12 cells if `faulty`."""
    book = load_workbook(io.BytesIO(template_xlsx(SCHEMA)))
    rows: dict[str, list[list[Any]]] = {
        "县区": [[JIA, "甲县"], [YI, "乙区"]],
        "企业名录": [
            ["M1", "甲一矿", JIA, "地下开采"],
            ["M2", "甲二矿", JIA, "露天开采"],
            ["M3", "乙库", YI, "独立尾矿库"],
        ],
        "专员名册": [["S1", "赵一", JIA], ["S2", "钱二", JIA], ["S3", "孙三", YI]],
        "监管分工": [[f"S{n}", f"M{n}", dt.date(2022, 1, 1), None] for n in (1, 2, 3)],
        "现场签到": [["S1", "M1", dt.datetime(2023, 1, 5, 9, 30), "是", 2, "否"]],
    }
    if faulty:
        rows["企业名录"] += [["M4", "甲四矿", JIA, "煤矿"], ["M4", "甲五矿", JIA, "露天开采", "也许"]]
        rows["专员名册"].append(["S4", "李四", "100009"])
        rows["监管分工"].append(["S2", "M4", dt.date(2022, 1, 1), dt.date(2021, 1, 1)])
        rows["现场签到"] += [
            ["S9", "M1", dt.datetime(2023, 1, 6, 9, 30)],
            ["S1", "M1", "昨天"],
            ["S1", "M9", None],
            ["S1", "M3", dt.datetime(2023, 1, 7, 9, 30)],
            ["S1", "M1", dt.datetime(2022, 1, 7, 9, 30)],
        ]
    for name, lines in rows.items():
        for line in lines:
            book[name].append(line)
    return book


def written(book: Any, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path
