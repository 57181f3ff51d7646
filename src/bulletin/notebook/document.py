"""The parts of the document round its prose: letterhead, closing, attachments, imprint, and showing them."""

from __future__ import annotations

import base64
import datetime as dt

from IPython.display import display

from bulletin.facts.figures import CITY
from bulletin.mines.charts import Chart
from bulletin.mines.tables import Table
from bulletin.notebook.block_html import block_html
from bulletin.notebook.blocks import MIME, Attachment, Block, Closing, Imprint, Letterhead
from bulletin.notebook.report import Report
from bulletin.notebook.sources import sources_block, trace_block


def _show(block: Block) -> None:
    display({MIME: block, "text/html": block_html(block)}, metadata={}, raw=True)


def show_letterhead(report: Report, title: str) -> None:
    """The document's head; `title` follows the bureau's name, unless the params give the city bulletin another."""
    document = report.params.document
    city = report.scope == CITY
    addressees = document.addressees if city else f"{report.name}应急管理局"
    _show(
        Letterhead(
            block="letterhead",
            period=report.params.period,
            scope=report.scope,
            scope_name=report.name,
            bureau=report.params.bureau,
            mark=f"{report.params.bureau}文件" if city else report.params.bureau,
            numbered=city,
            number=document.number if city else None,
            title=(document.title if city else None) or title,
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
    """A table with its number; nothing where it has no rows."""
    if table.rows:
        _show(table.block(report.number("表", table.key)))


def show_chart(report: Report, chart: Chart | None) -> None:
    """A chart with its number; nothing where there's nothing to draw."""
    if chart:
        data = {
            MIME: chart.block(report.number("图", chart.key)),
            "image/png": base64.b64encode(chart.png).decode("ascii"),
            "image/svg+xml": chart.svg,
        }
        display(data, metadata={"image/png": {"alt": chart.alt}}, raw=True)
