"""What goes to the terminal: text that it shows and nothing that it obeys, wherever the text comes from."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from typing import Any

from bulletin.unseen import marked, visible


class _Shown:
    """A stream whose text can't move the cursor, colour, or turn the direction of what stands there."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return int(self._stream.write(visible(text).replace("\r", marked("\r"))))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def own_environment() -> Iterator[None]:
    """Give back the environment as it was: what a command tells its kernels by it is over with the command."""
    before = dict(os.environ)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def plain_terminal() -> Iterator[None]:
    """Let all that is printed meanwhile be plain text; what is written as bytes (`buffer`) is a file's content."""
    with ExitStack() as stack:
        for stream, redirect in ((sys.stdout, redirect_stdout), (sys.stderr, redirect_stderr)):
            # A console that can't show a character gets a question mark, not a traceback.
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace", line_buffering=True)
            stack.enter_context(redirect(_Shown(stream)))
        yield
