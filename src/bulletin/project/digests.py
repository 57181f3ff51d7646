"""SHA-256 digests, as the manifest states them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any


def digest_of(content: bytes) -> str:
    """Of bytes."""
    return hashlib.sha256(content).hexdigest()


def digest_of_file(path: Path) -> str:
    """Of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest_of_data(data: Any) -> str:
    """Of plain data, whatever the order of its keys."""
    return digest_of(json.dumps(data, ensure_ascii=False, sort_keys=True).encode("utf-8"))


def digest_of_notebook(written: bytes) -> str:
    """Of what a notebook's file makes of a report; its bytes where they are no notebook.

    That's its cells in order, each with its type, source, tags and pictures. Running and saving it changes the rest:
    outputs, counts, the kernel (reports always run in Python's), what is folded or trusted, papermill's own notes, ids.
    The cell that papermill puts in below the parameters is replaced by each run.
    """
    try:
        cells = [_content(cell) for cell in json.loads(written)["cells"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        return digest_of(written)
    kept = [
        cell
        for n, cell in enumerate(cells)
        if not ("injected-parameters" in cell["tags"] and n and "parameters" in cells[n - 1]["tags"])
    ]
    return digest_of_data(kept)


def _content(cell: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": cell["cell_type"],
        "source": "".join(cell["source"]),
        "tags": sorted(cell.get("metadata", {}).get("tags", [])),
        "attachments": cell.get("attachments") or {},
    }
