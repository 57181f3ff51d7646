"""The exporter `gongwen`: an executed notebook as an official Word document, without pandoc."""

from __future__ import annotations

import base64
import io
from typing import Any, cast

import pandas as pd
from bs4 import BeautifulSoup
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.shared import Mm
from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import default

from bulletin.export.notebook import blocks, refuse_errors
from bulletin.export.office import clean, normalise_zip
from bulletin.export.word.frame import add_attachment, add_closing, add_imprint, add_letterhead
from bulletin.export.word.oxml import set_alt_text
from bulletin.export.word.page import TEXT_WIDTH, new_document, set_properties, turn_page
from bulletin.export.word.tables import add_grid, add_table, is_wide
from bulletin.export.word.text import ProseWriter
from bulletin.present.blocks import MIME, Attachment, Block, ChartBlock


class GongwenExporter(Exporter):
    """Exports .docx. All that it needs is in the notebook: no params file, no records."""

    export_from_notebook = "公文（.docx）"
    output_mimetype = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".docx"

    def from_notebook_node(  # type: ignore[override]  # a Word file is bytes
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """Export the notebook.

        Raises:
            BulletinError: `notebook-failed` where a cell failed.

        """
        refuse_errors(nb)
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        return write_document(notebook), resources


def write_document(notebook: NotebookNode) -> bytes:
    """The Word document of an executed notebook: the same bytes for the same outputs."""
    document = new_document()
    headed = bool(blocks(notebook, "letterhead"))
    set_properties(document, "", "", None)
    writer = _Writer(document, ProseWriter(document, has_letterhead=headed))
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            writer.prose.write(cell.source)
        for output in cell.get("outputs", []):
            writer.output(output)
    out = io.BytesIO()
    document.save(out)
    return normalise_zip(out.getvalue())


def _is_table(output: NotebookNode) -> bool:
    return bool(output.get("data", {}).get(MIME, {}).get("block") == "table")


class _Writer:
    """Puts one output after another into the document."""

    def __init__(self, document: Any, prose: ProseWriter) -> None:
        self.document = document
        self.prose = prose
        self._attachment: Attachment | None = None

    def output(self, output: NotebookNode) -> None:
        """Write what the output shows, in the form that keeps most of it."""
        if not _is_table(output):
            self._begin_attachment()
        if output.output_type == "stream":
            if output.name == "stdout":
                self._plain(output.text)
            return
        data = output.data
        picture = data.get("image/png") or data.get("image/jpeg")
        if MIME in data:
            self._block(cast("Block", data[MIME]), picture)
        elif "text/markdown" in data:
            self.prose.write(data["text/markdown"])
        elif picture:
            alt = output.metadata.get("image/png", {}).get("alt", "图")
            self._picture(picture, alt, TEXT_WIDTH.mm)
        elif "<table" in data.get("text/html", ""):
            self._html_table(data["text/html"])
        elif "text/plain" in data:
            self._plain(data["text/plain"])

    def _block(self, block: Block, picture: str | None) -> None:
        if block["block"] == "letterhead":
            add_letterhead(self.document, block)
        elif block["block"] == "table":
            if self._attachment and is_wide(block):
                # The attachment's title stands on the same page across as its table.
                turn_page(self.document, landscape=True)
            self._begin_attachment()
            add_table(self.document, block)
        elif block["block"] == "chart":
            self._chart(block, picture or "")
        elif block["block"] == "closing":
            add_closing(self.document, block)
        elif block["block"] == "attachment":
            self._attachment = block
        else:
            add_imprint(self.document, block)

    def _begin_attachment(self) -> None:
        """Write the attachment's title, which waited to see on what kind of page it stands."""
        if self._attachment:
            add_attachment(self.document, self._attachment, new_page=not self._at_page_start())
            self._attachment = None

    def _at_page_start(self) -> bool:
        """Whether a section has just begun and nothing stands on its page yet."""
        content = [child for child in self.document.element.body if not child.tag.endswith("}sectPr")]
        return bool(content) and content[-1].find(".//{*}sectPr") is not None

    def _chart(self, block: ChartBlock, picture: str) -> None:
        self._picture(picture, block["alt"], block["width_mm"])
        caption = self.document.add_paragraph(style="Caption")
        caption.add_run(f"图{block['number']}\u3000{clean(block['caption'])}")

    def _picture(self, picture: str, alt: str, width_mm: float) -> None:
        paragraph = self.document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        # Exact spacing would cut the picture to one line.
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        paragraph.paragraph_format.keep_with_next = True
        shape = paragraph.add_run().add_picture(io.BytesIO(base64.b64decode(picture)), width=Mm(min(width_mm, 156)))
        set_alt_text(shape, alt)

    def _html_table(self, html: str) -> None:
        table = BeautifulSoup(html, "html.parser").find("table")
        frame = pd.read_html(io.StringIO(str(table)), flavor="bs4")[0].fillna("")
        add_grid(self.document, [str(name) for name in frame.columns], frame.astype("str").to_numpy().tolist())

    def _plain(self, text: str) -> None:
        for line in text.splitlines():
            self.document.add_paragraph(clean(line))
