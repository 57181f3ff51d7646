"""Office files with the same bytes each time they are made from the same content."""

from __future__ import annotations

import io
import zipfile

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip entry can hold: python-docx and openpyxl write the clock there."""


def normalise_zip(data: bytes) -> bytes:
    """The same entries in the same order, without times or what tells of the machine."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 0
            entry.external_attr = 0
            target.writestr(entry, source.read(name), zipfile.ZIP_DEFLATED, 6)
    return out.getvalue()
