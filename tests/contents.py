"""Every byte of a folder of outputs, for tests that look for what must stand nowhere."""

from __future__ import annotations

import base64
import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def contents(folder: Path) -> Iterator[bytes]:
    """The paths and bytes of all files; Word, Excel and compressed files unzipped, what notebooks hold in base64 decoded too."""
    for path in sorted(folder.rglob("*")):
        yield str(path.relative_to(folder)).encode()
        if path.is_file():
            yield from _inside(path.suffix, path.read_bytes())


def _inside(suffix: str, content: bytes) -> Iterator[bytes]:
    yield content
    if suffix in (".docx", ".xlsx"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield from _inside(Path(name).suffix, archive.read(name))
    elif suffix == ".gz":
        yield gzip.decompress(content)
    elif suffix == ".ipynb":
        # JSON may write any character as \\uXXXX: once more with each as it's read.
        notebook = json.loads(content)
        yield json.dumps(notebook, ensure_ascii=False).encode()
        yield from _pictures(notebook)


def _pictures(part: Any) -> Iterator[bytes]:
    if isinstance(part, dict):
        if isinstance(part.get("image/png"), str):
            yield base64.b64decode(part["image/png"])
        for each in part.values():
            yield from _pictures(each)
    elif isinstance(part, list):
        for each in part:
            yield from _pictures(each)
