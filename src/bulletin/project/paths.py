"""Where things are: params/, data/, notebooks/, outputs/."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bulletin.project.errors import BulletinError
from bulletin.project.periods import Period, parse_period

PREVIOUS = "previous.csv"
"""The earlier period's facts.csv, beside the new period's records."""

DATA_ADVICE = "请检查参数文件中的 data，或用 --data 指定。"
"""What to do where there are no records."""

DATA_VARIABLE = "BULLETIN_DATA"
"""Environment variable by which `bulletin build --data` tells its notebooks which records to read."""

OUTPUTS_VARIABLE = "BULLETIN_OUTPUTS"
"""Environment variable by which `--outputs` tells notebooks where the periods' results are."""

MEMORY_VARIABLE = "BULLETIN_MEMORY"
"""Environment variable that limits the memory for counting large files of events, as 2GB; `--memory` sets it."""

SECRET = re.compile(r"\$\{(\w+)\}")
"""An environment variable in a database's URL."""


SECRET_PREFIX = "BULLETIN_"  # noqa: S105 (of names)
"""How the names of those variables begin that a params file may name."""


def is_url(location: str) -> bool:
    """Whether records are named by a URL, or by `${NAME}`, an environment variable that holds one."""
    return "://" in location or bool(SECRET.fullmatch(location))


def has_password(url: str) -> bool:
    """Whether a password stands in a URL, other than as `${NAME}`."""
    written = re.findall(r"://[^:/@]*:(.*)@|[?&]\w*password=([^&]*)", url, re.IGNORECASE)
    return bool(SECRET.sub("", "".join(part for parts in written for part in parts)))


def public_name(url: str) -> str:
    """A URL without user, password and options, for messages."""
    if SECRET.fullmatch(url):
        return url
    scheme, rest = url.split("://", 1)
    return f"{scheme}://{rest.rsplit('@', 1)[-1].split('?', 1)[0]}"


@dataclass(frozen=True)
class Project:
    """One checkout: the folder that holds params/ and notebooks/."""

    root: Path

    @property
    def params(self) -> Path:
        """Folder of the params files."""
        return self.root / "params"

    @property
    def periods(self) -> list[Period]:
        """The periods that have a params file, by name."""
        periods = []
        for path in sorted(self.params.glob("*.yaml")):
            with suppress(BulletinError):  # another file that somebody put there
                periods.append(parse_period(path.stem))
        return [period for period in periods if (self.params / f"{period.name}.yaml").is_file()]

    @property
    def notebooks(self) -> Path:
        """Folder of the notebooks."""
        return self.root / "notebooks"

    @property
    def outputs(self) -> Path:
        """Folder of everything that is built: the environment's override, or outputs/."""
        return Path(os.environ.get(OUTPUTS_VARIABLE) or self.root / "outputs")

    def data(self, named: str) -> Path | str:
        """Where the records are: the environment's override, or `named` (from the params).

        A path is below the root; a database's URL is as it stands.
        """
        location = os.environ.get(DATA_VARIABLE, named)
        return location if is_url(location) else (self.root / location).resolve()


def find_project(start: Path | None = None) -> Project:
    """Find the project from `start` (default: the current folder) upwards.

    A notebook executed elsewhere (`papermill … /tmp/o.ipynb` from any folder) falls back on the checkout
    that the package itself was installed from.

    Raises:
        BulletinError: `no-project` where neither leads to a folder with params/ and notebooks/.

    """
    here = (start or Path.cwd()).resolve()
    checkout = Path(__file__).resolve().parents[3]
    for folder in (here, *here.parents, checkout):
        if (folder / "params").is_dir() and (folder / "notebooks").is_dir():
            return Project(folder)
    raise BulletinError(
        "no-project",
        f"在 {here} 及其上级文件夹中找不到 params/ 和 notebooks/。请在项目文件夹内运行本命令。",
    )
