"""The parts of the document round its prose: letterhead, closing, attachments, imprint, and showing them."""

from __future__ import annotations

import base64
import datetime as dt

from IPython.display import display

from bulletin.notebook.block_html import block_html
from bulletin.notebook.blocks import MIME, Attachment, Block, Closing, Imprint, Letterhead, Nothing
from bulletin.notebook.chart import Chart
from bulletin.notebook.report import Report
from bulletin.notebook.sources import sources_block, trace_block
from bulletin.notebook.table import Table


def _show(block: Block) -> None:
    display({MIME: block, "text/html": block_html(block)}, metadata={}, raw=True)


def show_letterhead(report: Report, title: str) -> None:
    """The document's head; `title` follows the bureau's name, unless the params give a numbered report another."""
    document, kind = report.params.document, report.kind
    addressees = kind.addressee.format(name=report.name) or document.addressees
    _show(
        Letterhead(
            block="letterhead",
            period=report.params.period,
            scope=report.scope.code,
            scope_name=report.name,
            bureau=report.params.bureau,
            mark=f"{report.params.bureau}文件" if kind.numbered else report.params.bureau,
            numbered=kind.numbered,
            number=document.number if kind.numbered else None,
            title=(document.title if kind.numbered else None) or title,
            addressees=f"{addressees}：",
            date=report.params.day.isoformat(),
            notice=report.params.notice,
        )
    )


def show_closing(report: Report) -> None:
    """附件说明, 署名 and 成文日期; and, for the reviewers' page, where the figures and the report come from."""
    document = report.params.document
    _show(
        Closing(
            block="closing",
            attachments=list(report.attachments),
            signer=report.params.signer,
            date=_iso(document.date),
            sealed=document.sealed,
            note=document.note,
        )
    )
    _show(sources_block(report))
    _show(trace_block(report))


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def show_attachment(report: Report, title: str) -> None:
    """The start of an attachment; all up to the next one belongs to it."""
    label = report.attachment_label(title)
    number = int(label.removeprefix("附件")) if label != "附件" else None
    _show(Attachment(block="attachment", number=number, title=title))


def show_imprint(report: Report) -> None:
    """版记."""
    document = report.params.document
    _show(
        Imprint(
            block="imprint",
            cc=list(document.cc),
            printer=document.printer or f"{report.params.bureau}办公室",
            printed_on=_iso(document.printed_on or document.date),
        )
    )


def show_table(report: Report, table: Table) -> None:
    """Show a table with its number; nothing is seen of one without rows."""
    _show(table.block(report.number("表", table.key)) if table.rows else Nothing(block="nothing", of="table"))


def show_chart(report: Report, chart: Chart | None) -> None:
    """Show a chart with its number; nothing is seen where there's nothing to draw."""
    if chart is None:
        _show(Nothing(block="nothing", of="chart"))
    else:
        data = {
            MIME: chart.block(report.number("图", chart.key)),
            "image/png": base64.b64encode(chart.png).decode("ascii"),
            "image/svg+xml": chart.svg,
        }
        display(data, metadata={"image/png": {"alt": chart.alt}}, raw=True)
