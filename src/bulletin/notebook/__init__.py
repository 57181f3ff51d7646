"""What a notebook shows: prose, tables and charts over one period's facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Register `%%prose` (called by `%load_ext bulletin.notebook`)."""
    from bulletin.notebook.prose import register  # noqa: PLC0415 (who only reads a notebook's blocks needs no IPython)

    register(shell)
