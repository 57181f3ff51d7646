"""Review notes as Word comments: each on the figure, paragraph, cell or picture that its reviewer meant."""

from __future__ import annotations

import difflib
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import docx
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from bulletin.drafts.review.notes_file import Anchor, Cell, Figure, Note
from bulletin.export.marks import bookmark_name, figure_name
from bulletin.export.office import saved
from bulletin.export.word.oxml import comment_on
from bulletin.project.unseen import visible

_NOBODY = "审核人"
"""The author of a note whose reviewer gave no name."""

_NEAR = 0.75
"""From how alike on a text is taken for an edited form of another."""

_MARKS = re.compile(r"(附件：)?(•|\d+\.)?")
"""What stands before an item of a list in Word and not on the page."""

_QUOTED = 80
"""Characters of the page's text that a comment repeats."""


@dataclass(frozen=True)
class Annotated:
    """A review draft with notes as comments, and the notes whose place wasn't found: those stand on its title."""

    content: bytes
    placed: int
    lost: Sequence[Note]


@dataclass
class _Block:
    """What a note may be on: a paragraph, a picture's paragraph, or a row with its cells."""

    kind: str
    text: str
    paragraphs: list[Any]
    cells: list[tuple[str, list[Any]]] = field(default_factory=list)


def annotate(draft: bytes, notes: Sequence[Note], digest: str) -> Annotated:
    """Put notes into a Word file, which may have been edited since it was made; the same bytes for the same notes.

    `digest` is the draft's own; a note on another one says so.
    """
    document = docx.Document(io.BytesIO(draft))
    places = _Places(document)
    lost = []
    for note in notes:
        found = places.find(note.anchor)
        told = ["" if note.digest == digest else "这条意见针对另一稿。"]
        if found:
            runs, remark = found
            told.append(remark)
        else:
            runs = places.title()
            told.append(f"没有找到所指之处（原文已改动）：{_named(note.anchor)}“{_short(note.anchor.quote)}”")
            lost.append(note)
        said = f"（{remarks}）\n" if (remarks := "".join(told)) else ""
        comment_on(document, runs, visible(said + note.text), visible(note.reviewer).strip() or _NOBODY, note.written)
    document.core_properties.identifier = _digest(saved(document))
    return Annotated(saved(document), len(notes) - len(lost), lost)


def is_untouched(copy: bytes) -> bool:
    """Whether an annotated file is as `annotate` made it: nobody has answered a comment in it, say."""
    try:
        return bool(docx.Document(io.BytesIO(copy)).core_properties.identifier == _digest(copy))
    except (KeyError, ValueError, SyntaxError, zipfile.BadZipFile):
        return False


def _digest(content: bytes) -> str:
    """Of all parts but the properties, in which it's kept."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [archive.read(name) for name in archive.namelist() if name != "docProps/core.xml"]
    return hashlib.sha256(b"".join(parts)).hexdigest()


def _named(anchor: Anchor) -> str:
    if anchor.figure:
        return f"数字 {anchor.figure.text}，"
    return f"{anchor.cell.title} {anchor.cell.text}，" if anchor.cell else ""


def _short(text: str) -> str:
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}……"


_Found = tuple[list[Run], str]
"""The runs that a comment is on, and what it says of their having changed."""


class _Places:
    """The blocks and figures of a document."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._blocks = list(_blocks(document))
        self._figures: dict[str, list[tuple[str, Any, list[Any]]]] = {}
        for start in document.element.body.iter(qn("w:bookmarkStart")):
            marked = _marked(start)
            if marked:
                name = str(start.get(qn("w:name")))
                self._figures.setdefault(name, []).append((_words(marked), _paragraph_of(start), marked))

    def title(self) -> list[Run]:
        """The document's title; of a document without one, its first words."""
        paragraphs = [block.paragraphs[0] for block in self._blocks if block.kind in ("heading", "paragraph")]
        titled = [each for each in paragraphs if _style(each, self._document) == "Title"]
        return _runs([*titled, *paragraphs][:1] or [self._document.add_paragraph()._p], self._document)

    def find(self, anchor: Anchor) -> _Found | None:
        """Where a note belongs."""
        block, changed = self._block(anchor)
        if anchor.figure:
            return self._figure(anchor.figure, block)
        if block is None:
            return None
        paragraphs = block.paragraphs
        remark = f"原文已改动，写意见时为：{_short(anchor.quote)}。" if changed else ""
        if anchor.cell:
            cell = self._cell(anchor.cell, block)
            if cell is None:
                return None
            text, paragraphs = cell
            changed = _bare(text) != _bare(anchor.cell.text)
            remark = f"写意见时为 {anchor.cell.text}，现为 {text}。" if changed else ""
        return _runs(paragraphs, self._document), remark

    def _block(self, anchor: Anchor) -> tuple[_Block | None, bool]:
        """The block that a note is on, and whether its text has changed since."""
        pool = [block for block in self._blocks if block.kind == anchor.kind] or self._blocks
        wanted = _bare(anchor.quote)
        same = [block for block in pool if wanted in _forms(block)]
        if not same and anchor.kind in ("paragraph", "heading"):
            same = [block for block in self._blocks if block.kind != "chart" and wanted in _forms(block)]
        if same:
            return same[min(anchor.number, len(same)) - 1], False
        if anchor.kind == "row":
            head = _bare(anchor.quote.partition("｜")[0])
            alike = [block for block in pool if block.cells and _bare(block.cells[0][0]) == head]
            alike = [block for block in alike if len(block.cells) == anchor.quote.count("｜") + 1]
            return (alike[0], True) if len(alike) == 1 else (None, True)
        texts = {_bare(block.text)[: len(wanted) * 2]: block for block in reversed(pool)}
        near = difflib.get_close_matches(wanted, texts, 1, _NEAR)
        return (texts[near[0]] if near else None), True

    def _figure(self, figure: Figure, block: _Block | None) -> _Found | None:
        base = bookmark_name(figure_name(figure.metric, figure.scope))
        known = [
            place
            for name, places in self._figures.items()
            if name == base or re.fullmatch(rf"{base}_\d+", name)
            for place in places
        ]
        inside = [place for place in known if block and place[1] in block.paragraphs]
        if inside:
            text, _, runs = inside[min(figure.number, len(inside)) - 1]
        else:  # its paragraph is another now: the figure itself tells, where it stands once
            alike = [place for place in known if _bare(place[0]) == _bare(figure.text)]
            alone = alike if len(alike) == 1 else known
            if len(alone) != 1:
                return None
            text, _, runs = alone[0]
        changed = _bare(text) != _bare(figure.text)
        return _as_runs(runs, self._document), f"写意见时为 {figure.text}，现为 {text}。" if changed else ""

    def _cell(self, cell: Cell, block: _Block) -> tuple[str, list[Any]] | None:
        if cell.column <= len(block.cells):
            return block.cells[cell.column - 1]
        return None


def _blocks(document: Any) -> Iterator[_Block]:
    """The blocks in reading order. Text boxes are left out: Word allows no comment there."""
    body = document.element.body
    paragraphs = [each for each in body.iter(qn("w:p")) if not _inside(each, "txbxContent")]
    for place, paragraph in enumerate(paragraphs):
        for picture in paragraph.iter(qn("wp:docPr")):
            caption = next((text for each in paragraphs[place + 1 : place + 2] if (text := _words(each))), "")
            yield _Block("chart", caption, [paragraph])
            yield _Block("chart", str(picture.get("descr", "")), [paragraph])
        if text := _words(paragraph):
            style = _style(paragraph, document)
            kind = "heading" if style == "Title" or style.startswith("Heading") else "paragraph"
            yield _Block(kind, text, [paragraph])
    for row in body.iter(qn("w:tr")):
        cells = [(_words(cell), list(cell.iter(qn("w:p")))) for cell in row.iterchildren(qn("w:tc"))]
        yield _Block("row", "｜".join(text for text, _ in cells), [each for _, own in cells for each in own], cells)


def _forms(block: _Block) -> tuple[str, str]:
    """A block's text for comparing, with and without the mark before it."""
    text = _bare(block.text)
    return text, _MARKS.sub("", text, count=1)


def _bare(text: str) -> str:
    return "".join(text.split())[:2000]


def _words(found: Any) -> str:
    """The text in an element, or in a list of them; what a change that Word tracks has struck out isn't in it."""
    elements = found if isinstance(found, list) else [found]
    return "".join(text.text or "" for element in elements for text in element.iter(qn("w:t")))


def _inside(element: Any, tag: str) -> bool:
    return any(element.iterancestors(qn(f"w:{tag}")))


def _style(paragraph: Any, document: Any) -> str:
    style = Paragraph(paragraph, document).style
    return str(style.name) if style is not None else ""


def _paragraph_of(element: Any) -> Any:
    return next(element.iterancestors(qn("w:p")), None)


def _marked(start: Any) -> list[Any]:
    """The runs with text between a bookmark's start and its end in the same paragraph."""
    number = start.get(qn("w:id"))
    runs: list[Any] = []
    for follower in start.itersiblings():
        if follower.tag == qn("w:bookmarkEnd") and follower.get(qn("w:id")) == number:
            return runs
        runs += [run for run in follower.iter(qn("w:r")) if _words(run)]
    return []


def _runs(paragraphs: Sequence[Any], document: Any) -> list[Run]:
    """All runs of the first of these paragraphs that has any words or a picture; an empty one gets a run.

    A comment that began or ended at the words alone could do so inside a field.
    """
    for paragraph in paragraphs:
        if _words(paragraph) or next(paragraph.iter(qn("w:drawing")), None) is not None:
            return _as_runs([run for run in paragraph.iter(qn("w:r")) if not _inside(run, "txbxContent")], document)
    return [Paragraph(paragraphs[0], document).add_run()]


def _as_runs(runs: Sequence[Any], document: Any) -> list[Run]:
    return [Run(run, document) for run in runs]
