"""What goes to the terminal: text that it shows and nothing that it obeys, wherever the text comes from."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from bulletin.project.unseen import marked, visible


class _Kept:
    """What takes text or bytes for a stream, and goes on taking them once nobody reads on: as `bulletin build 2023 | head`.

    Who has seen enough hasn't asked for half a build: the command goes on to its end, in silence, with its own status.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, content: Any) -> int:
        with self._unread():
            self._stream.write(content)
        return len(content)

    def flush(self) -> None:
        with self._unread():
            self._stream.flush()

    @contextmanager
    def _unread(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            # Windows says of a pipe whose reader is gone that the argument is invalid.
            if not (isinstance(error, BrokenPipeError) or (sys.platform == "win32" and error.errno == errno.EINVAL)):
                raise
            # Into nothing goes what still waits in buffers, Python's own last flush, and what subprocesses write.
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, self._stream.fileno())
            os.close(nothing)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class _Shown(_Kept):
    """A stream whose text can't move the cursor, colour, or turn the direction of what stands there."""

    def write(self, content: str) -> int:
        return super().write(visible(content).replace("\r", marked("\r")))

    @property
    def buffer(self) -> _Kept:
        """The stream for bytes."""
        return _Kept(self._stream.buffer)


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
        for given, redirect in ((sys.stdout, redirect_stdout), (sys.stderr, redirect_stderr)):
            # There's none at all where it was closed, as by `>&-`.
            stream: Any = given or stack.enter_context(Path(os.devnull).open("w", encoding="utf-8"))
            # A console that can't show a character gets a question mark, not a traceback.
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace", line_buffering=True)
            shown = _Shown(stream)
            stack.callback(shown.flush)
            stack.enter_context(redirect(shown))
        yield
