"""Imports without what they take longest for."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

IRI_GRAMMAR = "rfc3987_syntax"
"""Read by jsonschema, where it's installed, for as long as all other imports of a build take; notebooks hold no IRIs."""

DEBUGGER = "debugpy"
"""Loaded by every kernel of ipykernel; nobody debugs a build."""


@contextmanager
def left_out(package: str) -> Iterator[None]:
    """Let an optional package look as if it weren't installed, for those that are imported meanwhile."""
    if package in sys.modules:
        yield
        return
    sys.modules[package] = None  # type: ignore[assignment]  # Python's own way to say so
    try:
        yield
    finally:
        del sys.modules[package]


@contextmanager
def uncollected() -> Iterator[None]:
    """Don't look for garbage meanwhile: what modules make stays, and looking through it takes a quarter of all imports."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
