"""Params files as texts, read or refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulletin.project.errors import BulletinError
from bulletin.project.params import Params, load_params
from bulletin.project.paths import Project
from bulletin.project.periods import parse_period

SMALLEST = """\
period: 2023
bureau: 样例市应急管理局
data: data/2023
document:
  addressees: 各县（市、区）应急管理局
  date: 2024-03-05
"""


def load(folder: Path, content: str | bytes, period: str = "2023") -> Params:
    path = folder / "params" / f"{period}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return load_params(Project(folder), parse_period(period))


def refused(folder: Path, content: str | bytes, period: str = "2023") -> str:
    """The message with which a file is refused, from the file's name on."""
    with pytest.raises(BulletinError) as caught:
        load(folder, content, period)
    assert caught.value.code == "bad-params"
    assert f"{period}.yaml" in str(caught.value)
    return str(caught.value).split(f"{period}.yaml", 1)[1]
