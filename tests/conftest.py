"""Programs that some tests need and that a user's machine may lack."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from tests import warm
from tests.build.built_year import BuiltYear, build_small, build_year
from tests.build.faults import Built, Note, build_both, table


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files at the top, which build with the whole command: the last must be short, for one worker has it alone."""
    items.sort(key=lambda item: len(item.path.parents))


def pytest_sessionfinish() -> None:
    """End the process that commands are forks of."""
    warm.end()


def needed(program: str, title: str) -> Path:
    """The program's path; without it the test skips on a user's machine and fails in CI."""
    found = shutil.which(program)
    if found is None:
        missing(f"{title} ({program})")
    return Path(found)


def missing(title: str) -> NoReturn:
    """Skip the test on a user's machine, and fail it in CI."""
    reason = f"{title} is not installed"
    if os.environ.get("BULLETIN_CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def soffice() -> Path:
    """LibreOffice."""
    return needed("soffice", "LibreOffice")


@pytest.fixture
def calc(soffice: Path, tmp_path: Path) -> Callable[[Path, str], Path]:
    """LibreOffice's spreadsheets: what it makes of a file in another format. Some machines have only its Writer."""

    def convert(source: Path, kind: str) -> Path:
        folder = tmp_path / f"to-{kind}"
        home = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        command: list[str | Path] = [soffice, home, "--headless", "--convert-to", kind, "--outdir", folder, source]
        subprocess.run(command, check=True, capture_output=True)
        made = folder / f"{source.stem}.{kind}"
        if not made.is_file():
            missing("LibreOffice Calc")
        return made

    return convert


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Chromium."""
    return needed("chromium", "Chromium")


PASSWORD = "s3cr:t/@%"  # noqa: S105 (of a server that lives as long as the tests)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server of our own, as a URL of an empty database; its user's password is PASSWORD.

    Nothing of a server that may already run on the machine is touched.
    """
    known = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    programs = known[-1] if known else needed("initdb", "PostgreSQL").parent
    # The server refuses to run as root. PostgreSQL's package brings a user that it may run as.
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if is_root else []
    with tempfile.TemporaryDirectory(prefix="pg") as name, socket.socket() as free:
        folder = Path(name)
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        (folder / "password").write_text(PASSWORD, encoding="utf-8")
        if as_user:
            for path in (folder, folder / "password"):
                shutil.chown(path, "postgres")

        def run(program: str, *arguments: str) -> None:
            command = [*as_user, str(programs / program), "-D", str(folder / "data"), *arguments]
            subprocess.run(command, check=True, capture_output=True, cwd=folder)

        run(
            "initdb",
            "-U",
            "bureau",
            "-A",
            "scram-sha-256",
            f"--pwfile={folder / 'password'}",
            "-E",
            "UTF8",
            "--no-locale",
        )
        options = f"-p {port} -k {folder} -c fsync=off -c listen_addresses=127.0.0.1"
        run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgresql+psycopg://bureau:${{BULLETIN_TEST_PASSWORD}}@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "-w", "-m", "immediate", "stop")


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of this run of the tests, the same for all workers."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def year(shared: Path) -> BuiltYear:
    """The sample year, built once for all workers."""
    return build_year(shared / "year")


@pytest.fixture(scope="session")
def small_year(shared: Path) -> Path:
    """A project of the small period with its outputs, built once for all workers: nobody changes it."""
    return build_small(shared / "small")


@pytest.fixture
def built_project(small_year: Path, tmp_path: Path) -> Path:
    """A copy of it to work on."""
    return Path(shutil.copytree(small_year, tmp_path / "project"))


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A built project for the tests of faults, each of which harms a copy."""
    return build_both(tmp_path_factory.mktemp("built"))


@pytest.fixture
def survived(record_property: Callable[[str, object], None]) -> Note:
    """Note a line of the fault table."""

    def note(fault: str, tries: int, whole: int, message: str) -> None:
        record_property("fault", (fault, tries, whole, message))

    return note


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the fault table where tests of it have run."""
    reports = [report for state in ("passed", "failed") for report in terminalreporter.stats.get(state, [])]
    lines = [value for report in reports for name, value in report.user_properties if name == "fault"]
    if lines:
        terminalreporter.section("what was survived")
        terminalreporter.write_line(table(lines))
