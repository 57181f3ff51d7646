"""The exporter `gongwen`: an executed notebook as an official Word document, without pandoc."""

from __future__ import annotations

import base64
import io
from datetime import date
from typing import Any, cast

from bs4 import BeautifulSoup
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.shared import Length, Mm
from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import Bool, default

from bulletin.export import TITLES
from bulletin.export.notebook import blocks, content, html_words, targets
from bulletin.export.office import clean, saved
from bulletin.export.word.captions import add_caption
from bulletin.export.word.frame import add_attachment, add_closing, add_letterhead
from bulletin.export.word.imprint import add_imprint
from bulletin.export.word.oxml import Bookmarks, set_alt_text
from bulletin.export.word.page import (
    PICTURE_HEIGHT,
    TEXT_WIDTH,
    UNDATED,
    at_page_start,
    is_upright,
    new_document,
    set_properties,
    state_styles,
    turn_page,
)
from bulletin.export.word.tables import add_grid, add_table, html_cells, is_wide
from bulletin.export.word.text import ProseWriter
from bulletin.notebook.blocks import MIME, Attachment, Block, ChartBlock


class GongwenExporter(Exporter):
    """Exports .docx. All that it needs is in the notebook: no params file, no records."""

    export_from_notebook = TITLES["gongwen"]
    output_mimetype = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

    review = Bool(False, help="审核稿：每个数字加批注，说明口径、分子分母和来源").tag(config=True)

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".docx"

    def from_notebook_node(  # type: ignore[override]  # a Word file is bytes
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """Export the notebook.

        Raises:
            BulletinError: as `content`.

        """
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        return write_document(content(notebook), review=self.review), resources


def write_document(notebook: NotebookNode, *, review: bool = False) -> bytes:
    """The Word document of an executed notebook: the same bytes for the same outputs.

    With `review` each figure in the text has a comment that says what it is and where it comes from.
    """
    document = new_document()
    heads = blocks(notebook, "letterhead")
    day = date.fromisoformat(heads[0]["date"]) if heads else UNDATED
    set_properties(document, "", "", day)
    bookmarks = Bookmarks()
    prose = ProseWriter(
        document, bookmarks, targets(notebook), has_letterhead=bool(heads), review=day if review else None
    )
    writer = _Writer(document, prose, bookmarks)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            writer.markdown(cell.source)
        for output in cell.get("outputs", []):
            writer.output(output)
    writer.close()
    state_styles(document)
    return saved(document)


class _Writer:
    """Puts one output after another into the document, each on a page that it fits."""

    def __init__(self, document: Any, prose: ProseWriter, bookmarks: Bookmarks) -> None:
        self._document = document
        self._prose = prose
        self._bookmarks = bookmarks
        self._attachment: Attachment | None = None  # waits to see on what kind of page its content stands

    def markdown(self, text: str) -> None:
        """Write a Markdown text."""
        self._turn(wide=False)
        self._prose.write(text)

    def output(self, output: NotebookNode) -> None:
        """Write what the output shows, in the form that keeps most of it."""
        data = output.data
        picture = data.get("image/png") or data.get("image/jpeg")
        if MIME in data:
            self._block(cast("Block", data[MIME]), picture)
        elif "text/markdown" in data:
            self.markdown(data["text/markdown"])
        elif picture:
            told = output.metadata.get("image/png") or output.metadata.get("image/jpeg") or {}
            alt = told.get("alt", "图")
            self._turn(wide=False)
            self._picture(picture, alt, TEXT_WIDTH)
        elif "<table" in data["text/html"]:
            self._html_tables(data["text/html"])
        else:
            self._turn(wide=False)
            self._document.add_paragraph(clean(html_words(data)))

    def close(self) -> None:
        """Write the title of an attachment that has no content."""
        self._begin_attachment()

    def _turn(self, *, wide: bool) -> None:
        """Come to a page of the kind that the next content needs; a waiting attachment begins there."""
        if wide == is_upright(self._document):
            turn_page(self._document, landscape=wide)
        self._begin_attachment()

    def _begin_attachment(self) -> None:
        if self._attachment:
            new_page = not at_page_start(self._document)
            add_attachment(self._document, self._attachment, self._bookmarks, new_page=new_page)
            self._attachment = None

    def _block(self, block: Block, picture: str | None) -> None:
        # These are the page's: in Word the review draft's comments say what a figure is.
        if block["block"] == "sources" or block["block"] == "trace" or block["block"] == "nothing":
            return
        if block["block"] == "attachment":
            self._begin_attachment()
            self._attachment = block
            return
        self._turn(wide=block["block"] == "table" and is_wide(block))
        if block["block"] == "letterhead":
            add_letterhead(self._document, block)
        elif block["block"] == "table":
            add_table(self._document, block, self._bookmarks)
        elif block["block"] == "chart":
            self._chart(block, picture or "")
        elif block["block"] == "closing":
            add_closing(self._document, block)
        else:
            add_imprint(self._document, block)

    def _chart(self, block: ChartBlock, picture: str) -> None:
        self._picture(picture, block["alt"], Mm(block["width_mm"]))
        add_caption(self._document, block, self._bookmarks)

    def _picture(self, picture: str, alt: str, width: Length) -> None:
        paragraph = self._document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        # Exact spacing would cut the picture to one line.
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        paragraph.paragraph_format.keep_with_next = True
        shape = paragraph.add_run().add_picture(io.BytesIO(base64.b64decode(picture)))
        scale = min(min(width, TEXT_WIDTH) / shape.width, PICTURE_HEIGHT / shape.height)
        shape.width, shape.height = Length(int(shape.width * scale)), Length(int(shape.height * scale))
        set_alt_text(shape, alt)

    def _html_tables(self, html: str) -> None:
        self._turn(wide=False)
        for table in BeautifulSoup(html, "html.parser").find_all("table"):
            cells = html_cells(table)
            if cells:
                add_grid(self._document, cells[0], cells[1:])
