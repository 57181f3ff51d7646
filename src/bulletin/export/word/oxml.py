"""What python-docx lacks, in one thin layer over its XML.

Chinese fonts (python-docx #154 sets only the Latin font), fields such as page numbers (#498), alt text,
repeated header rows, borders, bookmarks.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Length

from bulletin.export.marks import bookmark_name
from bulletin.export.office import clean

LATIN = "Times New Roman"
"""Digits and Latin letters: one choice for the whole document."""


def element(tag: str, **attributes: str | int) -> Any:
    """An element of the `w` namespace with `w` attributes."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    return made


# Element orders of ECMA-376 part 1, annex A, as far as this package writes them: Word calls a file damaged
# that doesn't keep them.
_ORDERS = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
    "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid "
    "vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em "
    "lang eastAsianLayout specVanish oMath",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing "
    "tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription",
}


def put(properties: Any, child: Any) -> None:
    """Put a property where the schema wants it, in place of one of the same kind."""
    order = _ORDERS[_local(properties)].split()
    old = properties.find(child.tag)
    if old is not None:
        properties.remove(old)
    after = order[order.index(_local(child)) + 1 :]
    properties.insert_element_before(child, *(f"w:{name}" for name in after))


def _local(found: Any) -> str:
    return str(found.tag).rpartition("}")[2]


def set_fonts(run_properties: Any, east_asia: str) -> None:
    """Name the Chinese and the Latin font; a theme font left beside them would win over both."""
    put(run_properties, element("rFonts", ascii=LATIN, hAnsi=LATIN, cs=LATIN, eastAsia=east_asia, hint="eastAsia"))


def set_indent(paragraph_properties: Any, size: Length, **chars: float) -> None:
    """Indents in characters of type of that size (`left=2`, `right=4`, `firstLine=2`, `hanging=5`).

    Word goes by the characters, LibreOffice by the lengths beside them.
    """
    indent = {f"{side}Chars": round(count * 100) for side, count in chars.items()}
    indent |= {side: round(count * size.pt * 20) for side, count in chars.items()}
    put(paragraph_properties, element("ind", **indent))


def add_field(paragraph: Any, instruction: str, shown: str) -> list[Any]:
    """A field that Word keeps up to date; `shown` stands there until it does. Returns its runs."""
    runs = []
    for part in (
        element("fldChar", fldCharType="begin"),
        _text("instrText", f" {instruction} "),
        element("fldChar", fldCharType="separate"),
        _text("t", shown),
        element("fldChar", fldCharType="end"),
    ):
        run = paragraph.add_run()
        run._r.append(part)
        runs.append(run)
    return runs


def _text(tag: str, text: str) -> Any:
    made = element(tag)
    made.text = text
    made.set(qn("xml:space"), "preserve")
    return made


def set_borders(properties: Any, tag: str, sides: Mapping[str, tuple[int, str]], space: int = 0) -> None:
    """Borders on a paragraph (`pBdr`) or table (`tblBorders`): eighths of a point and colour, from top to inside."""
    borders = element(tag)
    for side, (size, colour) in sides.items():
        borders.append(element(side, val="single", sz=size, space=space, color=colour))
    put(properties, borders)


def set_cell_margins(table: Any, above: int, beside: int) -> None:
    """Space round the text of every cell, in twentieths of a point."""
    margins = element("tblCellMar")
    for side, width in (("top", above), ("left", beside), ("bottom", above), ("right", beside)):
        margins.append(element(side, w=width, type="dxa"))
    put(table._tbl.tblPr, margins)


def repeat_header(row: Any) -> None:
    """Repeat a table's row at the top of each page."""
    row._tr.get_or_add_trPr().append(element("tblHeader"))


def keep_whole(row: Any) -> None:
    """Don't split a row between pages."""
    row._tr.get_or_add_trPr().append(element("cantSplit"))


def set_alt_text(inline_shape: Any, alt: str) -> None:
    """What a picture shows, for those who can't see it."""
    inline_shape._inline.docPr.set("descr", clean(alt))


def add_comment(document: Any, run: Any, text: str, day: dt.date) -> None:
    """A comment that says where a figure comes from, of that day."""
    comment_on(document, [run], text, "数据来源", f"{day.isoformat()}T00:00:00")


def comment_on(document: Any, runs: Sequence[Any], text: str, author: str, moment: str) -> None:
    """A comment from the first of these runs to the last.

    python-docx (since 1.2.0) stamps the clock; here `moment` stands for it: local time, as Word has it for all its Z.
    """
    comment = document.add_comment(runs, text, author=author, initials=author[:1])
    comment._comment_elm.set(qn("w:date"), f"{moment}Z")


class Bookmarks:
    """The bookmarks of one document: names within Word's 40 characters, each once, each with a number of its own."""

    def __init__(self) -> None:
        self._names: set[str] = set()

    def around(self, runs: Sequence[Any], name: str) -> None:
        """Put a bookmark round neighbouring runs; a second one of a name gets `_2` and on at its end."""
        base = bookmark_name(name)
        taken, count = base, 1
        while taken in self._names:
            count += 1
            taken = f"{base}_{count}"
        number = len(self._names)
        self._names.add(taken)
        runs[0]._r.addprevious(element("bookmarkStart", id=number, name=taken))
        runs[-1]._r.addnext(element("bookmarkEnd", id=number))


_TEXT_BOX = """
<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
    xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
    xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"
    xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">
  <mc:Choice Requires="wps"><w:drawing>
    <wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="2" behindDoc="0" locked="0"
        layoutInCell="1" allowOverlap="1">
      <wp:simplePos x="0" y="0"/>
      <wp:positionH relativeFrom="page"><wp:posOffset>{left}</wp:posOffset></wp:positionH>
      <wp:positionV relativeFrom="page"><wp:posOffset>{top}</wp:posOffset></wp:positionV>
      <wp:extent cx="{width}" cy="{height}"/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/>
      <wp:docPr id="1" name="页码"/><wp:cNvGraphicFramePr/>
      <a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>
        <wps:cNvSpPr txBox="1"/>
        <wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>
          <a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/><a:ln><a:noFill/></a:ln></wps:spPr>
        <wps:txbx><w:txbxContent><w:p/></w:txbxContent></wps:txbx>
        <wps:bodyPr vert="{direction}" lIns="0" tIns="0" rIns="0" bIns="0" anchor="t"/>
      </wps:wsp></a:graphicData></a:graphic>
    </wp:anchor>
  </w:drawing></mc:Choice>
</mc:AlternateContent>"""


def add_text_box(paragraph: Any, left: Length, top: Length, width: Length, height: Length, direction: str) -> Any:
    """An invisible text box at a place of the page; returns the paragraph element inside.

    `direction` is DrawingML's: `vert` turns the text a quarter to the right.
    """
    xml = _TEXT_BOX.format(left=int(left), top=int(top), width=int(width), height=int(height), direction=direction)
    box = parse_xml(re.sub(r">\s+<", "><", xml.strip()))
    paragraph.add_run()._r.append(box)
    return next(box.iter(qn("w:p")))


def set_grid(table: Any, widths: list[Length]) -> None:
    """Fix a table's column widths: neither Word nor LibreOffice then widens it to its content."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row in table._tbl.tr_lst:
        for cell, width in zip(row.tc_lst, widths, strict=True):
            cell.width = width
