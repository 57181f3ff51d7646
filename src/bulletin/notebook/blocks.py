"""The blocks that a notebook hands to the exporters.

A notebook's cells display ordinary Jupyter output (HTML, Markdown, PNG). Beside it, each structured
piece carries one JSON payload under `MIME`, so that an exporter needs the executed notebook and
nothing else: no params file, no records, no package state. `text` in a payload is plain text, never
markup. The payloads are TypedDicts below; `block` tells them apart. What the params leave blank is None:
both exporters then mark its place with `gap`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict

MIME = "application/vnd.bulletin+json"

Align = Literal["left", "center", "right"]


class Letterhead(TypedDict):
    """Head of the document: everything above the body text, and the document's properties."""

    block: Literal["letterhead"]
    period: str  # 2023Q4
    scope: str  # city or the county's code
    scope_name: str  # 全市 or the county's name
    bureau: str  # 甲市某局; also the author in the document properties
    mark: str  # 发文机关标志, 甲市某局文件
    numbered: bool  # whether the document has a 发文字号: a county's report has none
    number: str | None  # 发文字号 甲某发〔2024〕20号; None while it isn't fixed
    title: str  # 标题, without the bureau
    addressees: str  # 主送机关, with its full-width colon
    date: str  # 成文日期 as ISO date, for the document properties; the period's last day while it isn't fixed
    notice: str | None  # a line that must be seen before anything else, such as 样例数据


class Column(TypedDict):
    """One column of a table: heading and alignment of its cells."""

    title: str
    align: Align


class Source(TypedDict, total=False):
    """Where a cell's figure comes from: a fact by its metric and scope, of any other figure some words."""

    metric: str
    scope: str
    told: str


class TableBlock(TypedDict):
    """A table as printed: strings only, exactly as they are to appear."""

    block: Literal["table"]
    key: str  # what a reference in the text names it by: table("overview")
    number: int  # 表1, 表2 …
    caption: str  # without its number
    unit: str | None  # the 单位 line above the table, such as 单位：家; None for no line
    columns: list[Column]
    rows: list[list[str]]
    sources: list[list[Source | None]]  # of each cell, where it's a figure
    total_rows: int  # how many of the last rows are totals (合计, 全市)
    note: str | None  # 注：… below the table


class ChartData(TypedDict):
    """The figures that a chart draws, as printed; each row begins with what its figures belong to."""

    columns: list[str]
    rows: list[list[str]]


class ChartBlock(TypedDict):
    """A chart: the picture itself is the same output's image/png, for pages also its image/svg+xml."""

    block: Literal["chart"]
    key: str  # what a reference in the text names it by: figure("rates")
    number: int  # 图1, 图2 …
    caption: str
    alt: str  # says the finding
    width_mm: float
    data: ChartData


class Closing(TypedDict):
    """What ends the body: 附件说明, 署名, 成文日期."""

    block: Literal["closing"]
    attachments: list[str]  # titles in order; empty where there are none
    signer: str
    date: str | None  # ISO date; None while it isn't fixed
    sealed: bool
    note: str | None  # 附注, without its brackets


class Attachment(TypedDict):
    """The start of 附件N; everything up to the next attachment or imprint belongs to it."""

    block: Literal["attachment"]
    number: int | None  # None where it's the only one: 附件
    title: str


class Imprint(TypedDict):
    """版记: 抄送, 印发机关 and 印发日期."""

    block: Literal["imprint"]
    cc: list[str]  # empty where nobody is copied
    printer: str
    printed_on: str | None  # ISO date; None while it isn't fixed


class Sources(TypedDict):
    """What the figures are and where they come from; the reviewers' page shows it at a figure, nothing else does."""

    block: Literal["sources"]
    base: str  # from the page to the period's folder
    place: str  # the page's own path in there, without its ending
    counties: int  # how many the period has: with many, their figures are on pages of their own
    metrics: list[list[str | list[str]]]  # name, title, definition, names of the source tables; as catalogued
    tables: dict[str, str]  # titles of the tables
    reasons: dict[str, str]  # why rows are left out, by kind
    scopes: dict[str, str]  # names by scope
    facts: dict[str, dict[str, list[str | int | None]]]  # scope, metric: text, value, numerator, denominator
    rows: dict[str, dict[str, list[int | dict[str, int]]]]  # scope, table: rows used, rows left out by reason
    means: dict[str, dict[str, list[list[str]]]]  # scope, metric: what the mean was taken of, each with its part
    exempt: dict[str, int]  # scope: unit weeks that exemptions took away


class Trace(TypedDict):
    """What the report was made from; the reviewers' page says it at its foot, so that a print can be traced."""

    block: Literal["trace"]
    version: str  # of the package
    program: str  # digests are SHA-256 in hex
    commit: str | None  # None outside a git checkout
    changed: bool  # whether code, notebooks or params aren't as committed
    params: str
    inputs: list[list[str | int]]  # title of the table, file, sheet, rows, digest
    previous: list[str] | None  # the earlier period's file and its digest
    top: str  # the code of the period's topmost scope


class Nothing(TypedDict):
    """What a table or chart leaves that has nothing to show: it was asked for, and no exporter prints it."""

    block: Literal["nothing"]
    of: Literal["table", "chart"]


Block = Nothing | Trace | Sources | Letterhead | TableBlock | ChartBlock | Closing | Attachment | Imprint


def gap(title: str) -> str:
    """What stands in the place of what isn't fixed yet: 〔待填：成文日期〕; exporters highlight it."""
    return f"〔待填：{title}〕"


def block_payloads(cells: Sequence[Mapping[str, Any]], kind: str) -> list[dict[str, Any]]:
    """Return the payloads of that kind in a notebook's cells, in reading order."""
    return [
        dict(output["data"][MIME])
        for cell in cells
        for output in cell.get("outputs", [])
        if MIME in output.get("data", {}) and output["data"][MIME]["block"] == kind
    ]
