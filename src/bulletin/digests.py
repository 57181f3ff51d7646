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
