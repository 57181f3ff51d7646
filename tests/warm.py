"""Whole commands in forks of one process that has loaded what they import: the seconds of a start are spent once a worker.

A fork begins where `python -m bulletin` begins: in a folder, with an environment, streams and a `__main__` of its own. It
ends as Python ends. Where nothing forks it's a new process. What is about starting, signals or imports runs the real command.
"""

from __future__ import annotations

import gc
import json
import os
import pkgutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
_LARGEST = 1 << 17
"""Bytes of a request: a command and an environment."""

_COLD = ("bulletin.__main__", "bulletin.build.workers.cluster")
"""What most commands never load."""

_parents: list[_Parent] = []
_one = threading.Lock()
"""A test may have several threads: their commands run one after another."""


def run(
    *arguments: str | Path,
    cwd: Path = ROOT,
    before: str = "",
    environment: Mapping[str, str] | None = None,
    seconds: float | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run `python -m bulletin` with these arguments to its end, after the code in `before`; killed after so many seconds."""
    own = dict(os.environ if environment is None else environment)
    command = ["bulletin", *map(str, arguments)]
    if sys.platform != "linux":
        return _run_anew(command, cwd, before, own, seconds)
    with _one, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        if not _parents:
            _parents.append(_Parent())
        asked = {"arguments": command, "cwd": str(cwd), "before": before, "environment": own}
        status = _parents[0].run(asked, [out.fileno(), err.fileno()], seconds)
        told = [_text(stream) for stream in (out, err)]
    return subprocess.CompletedProcess(command, status, *told)


def end() -> None:
    """End the process that the others are forks of."""
    while _parents:
        _parents.pop().end()


def _text(stream: Any) -> str:
    """All that was written, as `subprocess` reads it."""
    stream.seek(0)
    return str(stream.read().decode("utf-8").replace("\r\n", "\n"))


def _run_anew(
    command: list[str], cwd: Path, before: str, environment: dict[str, str], seconds: float | None
) -> subprocess.CompletedProcess[str]:
    code = f"{before}\nimport sys\nfrom bulletin.cli.main import main\nraise SystemExit(main(sys.argv[1:]))"
    program = ["-c", code] if before else ["-m", "bulletin"]
    return subprocess.run(
        [sys.executable, *program, *command[1:]],
        cwd=cwd,
        env=environment,
        timeout=seconds,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


class _Parent:
    """The process that forks, and the way to it."""

    def __init__(self) -> None:
        self._channel, its_own = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with its_own:
            command = [sys.executable, "-m", "tests.warm", str(its_own.fileno())]
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                pass_fds=[its_own.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the tests, which then end it
            )

    def run(self, asked: dict[str, Any], streams: list[int], seconds: float | None) -> int:
        """Have a fork do what is asked; its exit status, as `subprocess` gives it."""
        socket.send_fds(self._channel, [json.dumps(asked).encode()], streams)
        process = int(self._channel.recv(_LARGEST))
        self._channel.settimeout(seconds)
        try:
            return int(self._channel.recv(_LARGEST))
        except TimeoutError:
            with suppress(ProcessLookupError):
                os.kill(process, 9)
            self._channel.settimeout(None)
            return int(self._channel.recv(_LARGEST))
        finally:
            self._channel.settimeout(None)

    def end(self) -> None:
        """Close the way to it, which ends it."""
        self._channel.close()
        self._process.wait()


def _load() -> None:
    """Import all that commands import, and read what each would read anew."""
    import bulletin
    from bulletin.build.workers.imports import IRI_GRAMMAR, left_out

    with left_out(IRI_GRAMMAR):
        for module in pkgutil.walk_packages(bulletin.__path__, "bulletin.", onerror=lambda _: None):
            if not module.name.startswith(_COLD):
                import_module(module.name)
    _rehearse()
    gc.collect()
    gc.freeze()  # what is here isn't looked through, and so copied, in each fork


def _rehearse() -> None:
    """Read, compute and export a little: templates, patterns and the font are then at hand, as they are from a second report on."""
    from bulletin.build.run import _page_exporter
    from bulletin.export.word.exporter import GongwenExporter
    from bulletin.notebook.block_html import load_templates
    from bulletin.notebook.theme import theme
    from tests.builders import report_of
    from tests.export.notebooks import block, closing, letterhead, markdown, notebook, table

    load_templates()
    with theme():
        pass
    with tempfile.TemporaryDirectory() as folder:
        report_of(Path(folder), "city")
    shown = notebook(block(letterhead()), markdown("# 情况"), block(table()), block(closing()))
    _page_exporter().from_notebook_node(shown)
    GongwenExporter().from_notebook_node(shown)


def _serve(channel: socket.socket) -> dict[str, Any] | None:
    """Fork for each request; None once the tests are at their end, and in each fork what it's to do."""
    while True:
        message, streams, *_ = socket.recv_fds(channel, _LARGEST, 2)
        if not message:
            return None
        process = os.fork()
        if not process:
            channel.close()
            for number, stream in enumerate(streams, 1):
                os.dup2(stream, number)
                os.close(stream)
            return dict(json.loads(message))
        for stream in streams:
            os.close(stream)
        channel.send(str(process).encode())
        channel.send(str(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])).encode())


def _become(asked: dict[str, Any]) -> None:
    """Be a new process that runs the command, as far as the command can see."""
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["cwd"])
    tempfile.tempdir = None
    sys.argv = asked["arguments"]
    sys.path[0] = asked["cwd"]
    own = ModuleType("__main__")
    sys.modules["__main__"] = own
    exec(asked["before"], own.__dict__)  # noqa: S102 (a test's own code)
    from bulletin.cli.main import main

    raise SystemExit(main(sys.argv[1:]))


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as way:
        _load()
        own = _serve(way)
    if own is not None:
        _become(own)
