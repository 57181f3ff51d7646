"""The house (architecture.md): which room may import which, that no module goes in a circle, and whose words are whose."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest

from bulletin.mines import FIELD
from tests.builders import ROOT

SRC = ROOT / "src" / "bulletin"

ROOMS = (
    "project",
    "records",
    "facts",
    "duties",
    "notebook",
    "mines",
    "export",
    "drafts",
    "build",
    "workbench",
    "cli",
)
"""From the top of the house down: a room imports from itself and from those above it."""

FIELDS = ("mines",)
"""Rooms that know a field: nobody imports them."""

WORDS_LEFT: Mapping[str, int] = {
    # What people are held to goes to duties/ with the regimes.
    "project/params/keys.py": 1,
    "project/params/model.py": 7,
    "project/params/rules.py": 9,
    # The proof-reader knows words of many trades, for anyone's texts.
    "drafts/proof/lists.py": 1,
    "drafts/proof/members.py": 3,
    "drafts/proof/names.py": 4,
    "drafts/proof/place.py": 1,
    "drafts/proof/rules/means.py": 1,
    "drafts/proof/rules/order.py": 1,
    "drafts/proof/rules/parts.py": 1,
    "drafts/proof/rules/rates.py": 1,
    "drafts/proof/rules/stray.py": 2,
    "drafts/proof/rules/terms.py": 7,
    # Where a title may break into lines.
    "export/word/frame.py": 1,
}
"""Lines outside the fields' rooms that still hold a word of the field: these may only become fewer."""


@cache
def modules() -> dict[str, ast.Module]:
    """Each module's tree by its name below the package."""
    found = {}
    for path in sorted(SRC.rglob("*.py")):
        name = ".".join(path.relative_to(SRC).with_suffix("").parts).removesuffix("__init__").rstrip(".")
        found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def imported(tree: ast.AST, known: Mapping[str, ast.Module], *, late: bool) -> Iterator[str]:
    """The package's own modules that a module imports; `late` ones too, inside functions and for types alone."""
    for node in _nodes(tree, late=late):
        if isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{each.name}" for each in node.names]
        else:
            continue
        for name in names:
            if not name.startswith("bulletin."):
                continue
            own = name.removeprefix("bulletin.")
            yield own if own in known else own.rpartition(".")[0]


def _nodes(tree: ast.AST, *, late: bool) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        is_late = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or (
            isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        )
        if late or not is_late:
            yield node
            yield from _nodes(node, late=late)


def wrong_arrows(known: Mapping[str, ast.Module]) -> list[str]:
    """The imports that lead down the house, or into a field's room from outside."""
    found = []
    for name, tree in known.items():
        room = name.split(".")[0]
        for other in imported(tree, known, late=True):
            there = other.split(".")[0]
            if room not in ROOMS or there not in ROOMS or there == room:
                continue
            if there in FIELDS or ROOMS.index(there) > ROOMS.index(room):
                found.append(f"{name} ← {other}")
    return found


def circles(known: Mapping[str, ast.Module]) -> list[Sequence[str]]:
    """The ways on which a module, as it's loaded, comes back to itself: one of each."""
    graph = {name: sorted({*imported(tree, known, late=False)} - {name}) for name, tree in known.items()}
    done: set[str] = set()
    found: list[Sequence[str]] = []

    def walk(name: str, way: list[str]) -> None:
        if name in way:
            found.append([*way[way.index(name) :], name])
        elif name not in done:
            for other in graph.get(name, ()):
                walk(other, [*way, name])
            done.add(name)

    for name in graph:
        walk(name, [])
    return found


def lines_with(words: Sequence[str]) -> dict[str, list[str]]:
    """The lines outside the fields' rooms that hold one of the words, by file."""
    latin = [word for word in words if word.isascii()]
    others = [word for word in words if not word.isascii()]
    said = re.compile("|".join([rf"(?<![A-Za-z])(?:{'|'.join(map(re.escape, latin))})", *map(re.escape, others)]))
    found: dict[str, list[str]] = {}
    for path in sorted(SRC.rglob("*")):
        own = path.relative_to(SRC)
        if path.suffix not in (".py", ".j2", ".js", ".css") or own.parts[0] in FIELDS:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if said.search(line):
                found.setdefault(own.as_posix(), []).append(f"{number}: {line.strip()}")
    return found


def test_every_module_stands_in_a_room() -> None:
    assert {name.split(".")[0] for name in modules()} - {"", "__main__"} <= set(ROOMS)


def test_no_arrow_leads_down_the_house_and_nobody_imports_a_field() -> None:
    assert wrong_arrows(modules()) == []


def test_no_module_comes_back_to_itself() -> None:
    assert circles(modules()) == []


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("from bulletin.cli.main import main", ["facts.x ← cli.main"]),
        ("import bulletin.mines.tables", ["facts.x ← mines.tables"]),
        ("def f():\n    from bulletin.export import office", ["facts.x ← export.office"]),
        (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from bulletin.mines import FIELD",
            ["facts.x ← mines"],
        ),
        ("from bulletin.project.errors import BulletinError\nfrom bulletin.facts.facts import Fact", []),
    ],
)
def test_a_wrong_arrow_is_seen_wherever_it_stands(code: str, wrong: list[str]) -> None:
    assert wrong_arrows({**modules(), "facts.x": ast.parse(code)}) == wrong


def test_a_circle_is_seen() -> None:
    made = {"facts.a": ast.parse("import bulletin.facts.b"), "facts.b": ast.parse("from bulletin.facts import a")}
    assert circles(made) == [["facts.a", "facts.b", "facts.a"]]
    late = ast.parse("def f():\n    import bulletin.facts.a")
    assert circles({**made, "facts.b": late}) == []


def test_the_fields_words_stand_in_its_own_room() -> None:
    found = lines_with(FIELD.words)
    told = {name: lines for name, lines in found.items() if len(lines) > WORDS_LEFT.get(name, 0)}
    assert told == {}
    assert {name: len(found.get(name, ())) for name in WORDS_LEFT} == WORDS_LEFT  # what is mended is counted down here


def test_a_word_is_seen_where_it_begins_a_word(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "mines").mkdir()
    (tmp_path / "mines/a.py").write_text("mine", encoding="utf-8")
    (tmp_path / "b.py").write_text("determine\na mine\n_mines\n矿山\n", encoding="utf-8")
    monkeypatch.setattr("tests.house.test_rooms.SRC", tmp_path)
    assert lines_with(("mine", "矿")) == {"b.py": ["2: a mine", "3: _mines", "4: 矿山"]}
