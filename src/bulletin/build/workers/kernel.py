"""A kernel in a fork of this process: all that is imported and computed here is there at once.

It's ipykernel's own kernel and shell. Only the way to it is another: a pipe in place of sockets, so that nbclient and
papermill run it as they run a plain kernel, and what they make of errors, timeouts, interrupts and a kernel that dies
is the same. Linux alone: Windows has no fork, and macOS's own libraries don't survive one.
"""

from __future__ import annotations

import asyncio
import atexit
import multiprocessing
import os
import random
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Empty
from types import SimpleNamespace
from typing import Any

import matplotlib as mpl
import numpy as np
import zmq
from ipykernel.inprocess.ipkernel import InProcessKernel
from ipykernel.inprocess.socket import DummySocket
from ipykernel.iostream import OutStream
from jupyter_client.client import KernelClient
from jupyter_client.session import Session
from jupyter_core.utils import ensure_event_loop
from tornado.ioloop import IOLoop
from traitlets import Any as AnyTrait
from traitlets import default
from traitlets.config import Config

from bulletin.build.workers.imports import DEBUGGER, left_out
from bulletin.build.workers.orphans import end_with

with left_out(DEBUGGER):
    import ipykernel.debugger  # noqa: F401

_PATIENCE = 1.0
"""Seconds in which a kernel has to end before it's killed."""

_INLINE = "module://matplotlib_inline.backend_inline"
"""The backend that ipykernel gives to a kernel."""

Frames = Sequence[bytes]


@contextmanager
def forked_kernel(folder: Path) -> Iterator[ForkedKernel]:
    """A kernel in a fork of this process that begins in `folder`; it's gone at the end.

    Nothing else may run in this process: a fork has only the thread that made it.
    """
    kernel = ForkedKernel(folder)
    try:
        yield kernel
    except BaseException:
        kernel.interrupt_kernel()
        raise
    finally:
        kernel.close()
        _close_loop()


def _close_loop() -> None:
    """Close nbclient's event loop: a later fork must not share it."""
    loop = ensure_event_loop()
    waiting = asyncio.all_tasks(loop)
    for task in waiting:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*waiting, return_exceptions=True))
    loop.close()


class ForkedKernel:
    """What nbclient calls a kernel manager, of a kernel that already runs."""

    has_kernel = True

    def __init__(self, folder: Path) -> None:
        context = multiprocessing.get_context("fork")
        self._connection, its_own = context.Pipe()
        self._process = context.Process(target=_serve, args=(its_own, self._connection, folder, os.getpid()))
        self._process.start()
        its_own.close()

    def client(self) -> _Client:
        """What sends requests to the kernel, and receives."""
        return _Client(connection=self._connection, is_running=self._process.is_alive)

    def interrupt_kernel(self) -> None:
        """Stop the cell that runs."""
        if self._process.pid and self._process.is_alive():
            os.kill(self._process.pid, signal.SIGINT)

    def close(self) -> None:
        """Let the kernel end; one that is busy is killed with what its cell has started."""
        self._connection.close()
        self._process.join(_PATIENCE)
        if self._process.is_alive():
            with suppress(ProcessLookupError):  # it has no group of its own yet
                os.killpg(self._process.pid or 0, signal.SIGKILL)
            self._process.kill()
        self._process.join()
        self._process.close()


class _Channel:
    """The messages of one kind that came and weren't fetched yet."""

    def __init__(self, connection: Connection, session: Session) -> None:
        self._connection, self._session = connection, session
        self._waiting: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def send(self, message: dict[str, Any]) -> None:
        """Send a request; one to a kernel that has just died is lost, and nbclient soon asks whether it's alive."""
        with suppress(OSError):
            self._connection.send(self._session.serialize(message))

    def receive(self, frames: Frames) -> None:
        """Put a message with those that wait."""
        _, content = self._session.feed_identities(list(frames))
        self._waiting.put_nowait(self._session.deserialize(content))

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """The next message.

        Raises:
            Empty: where none comes within so many seconds.

        """
        try:
            return await asyncio.wait_for(self._waiting.get(), timeout)
        except TimeoutError:
            raise Empty from None


class _Client(KernelClient):
    """jupyter_client's client, its channels a pipe's."""

    connection = AnyTrait()
    is_running = AnyTrait()
    shell_channel: Any = None
    iopub_channel: Any = None

    @default("session")
    def _default_session(self) -> Session:
        return Session(key=b"")

    def start_channels(self, *_: Any, **__: Any) -> None:
        """Listen to the kernel as long as the running loop runs."""
        self.shell_channel, self.iopub_channel = (_Channel(self.connection, self.session) for _ in range(2))
        asyncio.get_running_loop().add_reader(self.connection.fileno(), self._receive)

    def _receive(self) -> None:
        try:
            name, frames = self.connection.recv()
        except (EOFError, OSError):  # it died: nbclient asks whether it's alive
            asyncio.get_running_loop().remove_reader(self.connection.fileno())
        else:
            getattr(self, name).receive(frames)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Nothing to wait for: requests wait in the pipe."""

    async def is_alive(self) -> bool:
        """Whether the kernel's process runs."""
        return bool(self.is_running())


class _Socket(DummySocket):
    """What the kernel writes to in place of one of its sockets."""

    def __init__(self, channel: str, connection: Connection, lock: threading.Lock) -> None:
        super().__init__()
        self._channel, self._connection, self._lock = channel, connection, lock

    def send_multipart(self, msg_parts: Sequence[Any], *_: Any, **__: Any) -> None:
        with self._lock:  # output has a thread of its own
            self._connection.send((self._channel, [bytes(part) for part in msg_parts]))


class _Kernel(InProcessKernel):
    """ipykernel's kernel, with what a plain one has and it lacks: streams that see what subprocesses write, and `await`."""

    _supports_kernel_subshells = False
    shell_channel_thread = SimpleNamespace(parent_thread=threading.main_thread())

    @default("stdout")
    def _default_stdout(self) -> OutStream:
        return OutStream(self.session, self.iopub_thread, "stdout")

    @default("stderr")
    def _default_stderr(self) -> OutStream:
        return OutStream(self.session, self.iopub_thread, "stderr")


def _serve(connection: Connection, other_end: Connection, folder: Path, parent: int) -> None:
    """Be the kernel, in the fork, until the other end is closed."""
    other_end.close()
    _forget_parent(folder, parent)
    lock = threading.Lock()
    config = Config()
    config.HistoryManager.hist_file = ":memory:"  # as nbclient has it
    kernel: Any = _Kernel.instance(
        user_ns=None,
        session=Session(key=b""),
        _underlying_iopub_socket=_Socket("iopub_channel", connection, lock),
        shell_stream=_Socket("shell_channel", connection, lock),
        config=config,
    )
    sys.stdout, sys.stderr = kernel.stdout, kernel.stderr
    asyncio.new_event_loop().run_until_complete(_answer(kernel, connection))
    kernel.shell.user_ns.clear()  # files that the notebook left open are written
    atexit._run_exitfuncs()


def _forget_parent(folder: Path, parent: int) -> None:
    """Make the fork what a new process is, as far as a notebook can see."""
    atexit._clear()
    os.setsid()  # Ctrl-C is for the build, which then ends its kernels
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # but while a cell runs
    end_with(parent)
    os.chdir(folder)
    multiprocessing.current_process().name = "MainProcess"
    sys.argv = [""]
    sys.path[:] = ["", *(path for path in sys.path[1:] if path)]
    random.seed()
    np.random.seed()
    mpl.rcParams["backend"] = os.environ.setdefault("MPLBACKEND", _INLINE)


async def _answer(kernel: Any, connection: Connection) -> None:
    """Answer requests one after another."""
    loop = asyncio.get_running_loop()
    kernel.io_loop = IOLoop.current()
    arrived = asyncio.Event()
    loop.add_reader(connection.fileno(), arrived.set)
    while True:
        await arrived.wait()
        try:
            frames = connection.recv()
        except (EOFError, OSError):
            return
        arrived.clear()
        await kernel.dispatch_shell([zmq.Message(frame) for frame in frames])
