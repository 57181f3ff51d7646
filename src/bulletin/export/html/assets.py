"""The style and the scripts that pages hold: written once a page, allowed by their digest and nothing else."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

_HERE = Path(__file__).parent


def page_style() -> str:
    """The style sheet that all pages share."""
    return (_HERE / "style.css").read_text(encoding="utf-8")


def page_script(*names: str) -> str:
    """Scripts of the folder `script/`, one after the other; nothing for none."""
    parts = [(_HERE / "script" / f"{name}.js").read_text(encoding="utf-8") for name in names]
    return '"use strict";\n' + "".join(parts) if parts else ""


def content_policy(script: str) -> str:
    """What a page may do: show pictures that it holds, and run this one script. Nothing loads, nothing is sent."""
    shown = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    if not script:
        return shown
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    return f"{shown}; script-src 'sha256-{digest}'"
