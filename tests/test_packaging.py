"""What a newcomer installs: the lists of requirements agree, and nothing names where packages come from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from ruamel.yaml import YAML

from tests.builders import ROOT
from tools.documents import documents

CONDA_NAMES = {"python-duckdb": "duckdb", "playwright-python": "playwright"}


def pyproject_requirements() -> dict[str, Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    return {canonicalize_name(each.name): each for each in map(Requirement, lines)}


def locked() -> list[Requirement]:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    return [Requirement(line.rstrip(" \\")) for line in lines if re.match(r"[a-z0-9]", line)]


def test_environment_yml_asks_for_the_same_as_pyproject() -> None:
    environment = YAML(typ="safe").load(ROOT / "environment.yml")
    *conda, by_pip = environment["dependencies"]
    asked = [Requirement(line) for line in [*conda, *by_pip["pip"]] if line not in ("pip", "-e .")]
    found = {CONDA_NAMES.get(each.name, canonicalize_name(each.name)): str(each.specifier) for each in asked}
    assert found.pop("python") == ">=3.11"
    assert environment["channels"] == ["conda-forge"]
    assert found == {name: str(each.specifier) for name, each in pyproject_requirements().items()}


def test_the_lock_pins_every_requirement_within_its_range() -> None:
    pins: dict[str, list[Requirement]] = {}
    for pin in locked():
        pins.setdefault(canonicalize_name(pin.name), []).append(pin)
    for name, wanted in pyproject_requirements().items():
        for pin in pins[name]:
            (only,) = pin.specifier
            assert only.operator == "=="
            assert wanted.specifier.contains(only.version), f"{wanted} is locked at {only.version}"


def test_the_lock_has_hashes_and_no_addresses() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[a-z0-9])", text.split("\n\n", 1)[1])
    assert len(blocks) == len(locked())
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in text
    assert "index-url" not in text


@pytest.mark.parametrize("path", list(documents()), ids=lambda path: path.name)
def test_generated_documents_are_current(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == documents()[path], "run python -m tools.documents"


def test_the_params_point_editors_to_their_schema() -> None:
    for path in (ROOT / "params").glob("*.yaml"):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first == "# yaml-language-server: $schema=params.schema.json"
