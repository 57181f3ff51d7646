"""Workbooks written by hand, part by part, with what no well-behaved program writes.

Each builder takes the sheets by name; a sheet is its cells as that format writes them.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from bulletin.records.sources import compound

Parts = Mapping[str, bytes | str]

_XLSX_TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def zipped(parts: Parts, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of those parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def parts_of(archive: bytes) -> dict[str, bytes]:
    """An archive's parts, to change some."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def _links(count: int, place: str) -> str:
    numbers = range(1, count + 1)
    return "".join(f'<Relationship Id="r{n}" Type="{_OFFICE}/worksheet" Target="{place.format(n)}"/>' for n in numbers)


def row(number: int, *cells: str) -> str:
    """A row of an xlsx sheet."""
    return f'<row r="{number}">{"".join(cells)}</row>'


def text(place: str, shown: str) -> str:
    """An xlsx cell with a text of its own."""
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(shown)}</t></is></c>'


def line(number: int, *texts: str) -> str:
    """A row of an xlsx sheet with nothing but texts."""
    return row(number, *(text(f"{'ABCDEFGH'[place]}{number}", shown) for place, shown in enumerate(texts)))


def sheet(rows: str, before: str = "") -> str:
    """An xlsx sheet with those rows."""
    return f'{before}<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def xlsx(sheets: Mapping[str, str], strings: str | None = None, **parts: str) -> bytes:
    """An xlsx workbook: each sheet as its whole XML, and the shared strings as theirs."""
    names = enumerate(sheets, start=1)
    listed = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, name in names)
    links = _links(len(sheets), "worksheets/s{}.xml")
    content: dict[str, str] = {
        "[Content_Types].xml": _XLSX_TYPES,
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f"<Relationships>{links}</Relationships>",
        "_rels/.rels": f'<Relationships><Relationship Id="r" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    }
    content |= {f"xl/worksheets/s{n}.xml": xml for n, xml in enumerate(sheets.values(), start=1)}
    if strings is not None:
        content["xl/sharedStrings.xml"] = strings
    return zipped(content | parts)


def xls_record(kind: int, content: bytes = b"") -> bytes:
    """A record of an xls stream."""
    return struct.pack("<HH", kind, len(content)) + content


def xls_text(row: int, column: int, shown: str) -> bytes:
    letters = shown.encode("utf-16-le")
    return xls_record(0x204, struct.pack("<HHHHB", row, column, 0, len(shown), 1) + letters)


def xls_number(row: int, column: int, value: float) -> bytes:
    return xls_record(0x203, struct.pack("<HHHd", row, column, 0, value))


def xls_error(row: int, column: int, code: int) -> bytes:
    return xls_record(0x205, struct.pack("<HHHBB", row, column, 0, code, 1))


def xls_failed_formula(row: int, column: int, code: int) -> bytes:
    result = bytes([2, 0, code, 0, 0, 0, 0xFF, 0xFF])
    return xls_record(0x06, struct.pack("<HHH", row, column, 0) + result + struct.pack("<HIH", 0, 0, 0))


def xls_stream(sheets: Mapping[str, Sequence[bytes]], *first: bytes) -> bytes:
    """The stream of an xls workbook: each sheet as its records, `first` before all of them."""
    begin = struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0)
    head = xls_record(0x809, begin) + b"".join(first)
    bodies = [xls_record(0x809, begin) + b"".join(records) + xls_record(0x0A) for records in sheets.values()]
    at = len(head) + sum(12 + 2 * len(name) for name in sheets) + 4
    for name, body in zip(sheets, bodies, strict=True):
        head += xls_record(0x85, struct.pack("<IHBB", at, 0, len(name), 1) + name.encode("utf-16-le"))
        at += len(body)
    return head + xls_record(0x0A) + b"".join(bodies)


def xls(sheets: Mapping[str, Sequence[bytes]], *first: bytes) -> bytes:
    """An xls workbook."""
    return compound.packed(xls_stream(sheets, *first))
