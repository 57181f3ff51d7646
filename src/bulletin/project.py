"""Where things are: params/, data/, notebooks/, outputs/."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from bulletin.errors import BulletinError

DATA_VARIABLE = "BULLETIN_DATA"
"""Environment variable by which `bulletin build --data` tells its notebooks which records to read."""


@dataclass(frozen=True)
class Project:
    """One checkout: the folder that holds params/ and notebooks/."""

    root: Path

    @property
    def params(self) -> Path:
        """Folder of the params files."""
        return self.root / "params"

    @property
    def notebooks(self) -> Path:
        """Folder of the notebooks."""
        return self.root / "notebooks"

    @property
    def outputs(self) -> Path:
        """Default folder of everything that is built."""
        return self.root / "outputs"

    def data(self, named: str) -> Path:
        """Folder of the records: the environment's override, or `named` (from the params), under the root."""
        return (self.root / os.environ.get(DATA_VARIABLE, named)).resolve()


def find_project(start: Path | None = None) -> Project:
    """Find the project from `start` (default: the current folder) upwards.

    A notebook executed elsewhere (`papermill … /tmp/o.ipynb` from any folder) falls back on the checkout
    that the package itself was installed from.

    Raises:
        BulletinError: `no-project` where neither leads to a folder with params/ and notebooks/.

    """
    here = (start or Path.cwd()).resolve()
    checkout = Path(__file__).resolve().parents[2]
    for folder in (here, *here.parents, checkout):
        if (folder / "params").is_dir() and (folder / "notebooks").is_dir():
            return Project(folder)
    raise BulletinError(
        "no-project",
        f"在 {here} 及其上级文件夹中找不到 params/ 和 notebooks/。请在项目文件夹内运行本命令。",
    )
