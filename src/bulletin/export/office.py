"""What Word and Excel files share: the same bytes for the same content, and text that XML can hold."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docx.document import Document

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip entry can hold: python-docx and openpyxl write the clock there."""


def clean(text: str) -> str:
    """Text without the characters that XML forbids."""
    return _FORBIDDEN.sub("", text)


def normalise_zip(data: bytes, edit: Mapping[str, Callable[[bytes], bytes]] | None = None) -> bytes:
    """The same entries in the same order, without times or what tells of the machine.

    `edit` changes the content of entries by name.
    """
    edits = edit or {}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 0
            content = edits.get(name, bytes)(source.read(name))
            target.writestr(entry, content, zipfile.ZIP_DEFLATED, 6)
    return out.getvalue()


def saved(document: Document) -> bytes:
    """Return a Word document's file, the same bytes for the same content."""
    out = io.BytesIO()
    document.save(out)
    return normalise_zip(out.getvalue())
