"""The keys of a params file as people know them: each with its value, and what its description calls it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bulletin.project.params.model import Params

_NAMES = ("name", "from")
"""What tells the members of a list apart, where each has one of its own."""


class Key(NamedTuple):
    """A key with dots, a member of a list by its own name; what the schema calls it, empty where it says nothing."""

    name: str
    title: str


def flat_params(content: Mapping[str, Any]) -> dict[Key, str]:
    """Each value that isn't blank, as text; a list of plain values is one."""
    return dict(_flat(content, [], []))


def _flat(value: Any, shown: Sequence[str], known: Sequence[str]) -> Iterator[tuple[Key, str]]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _flat(each, [*shown, str(name)], [*known, str(name)])
    elif isinstance(value, list) and any(isinstance(each, Mapping | list) for each in value):
        for name, each in zip(_member_names(value), value, strict=True):
            yield from _flat(each, [*shown, name], known)
    elif value is not None and value != []:
        parts = value if isinstance(value, list) else [value]
        yield Key(".".join(shown), _title(known)), "、".join(map(_text, parts))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _member_names(members: Sequence[Any]) -> list[str]:
    for key in _NAMES:
        names = [str(each.get(key) or "") if isinstance(each, Mapping) else "" for each in members]
        if all(names) and len(set(names)) == len(names):
            return names
    return [str(number) for number in range(1, len(members) + 1)]


def _title(path: Sequence[str]) -> str:
    """The first clause of the description nearest to the key: `posts.underground` is one of `posts`."""
    models: list[type[BaseModel]] = [Params]
    title = ""
    for part in path:
        fields = fields_of(models, part)
        title = next((field.description for field in fields if field.description), title)
        models = [model for field in fields for model in models_of(field.annotation)]
    return re.split("[：；，。（]", title)[0]


def fields_of(models: Iterable[type[BaseModel]], key: object) -> list[FieldInfo]:
    """Return the fields that a key of a file is in any of the models."""
    return [field for model in models for name, field in model.model_fields.items() if key in (name, field.alias)]


def models_of(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the models that a field's value may be, itself or inside a list."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from models_of(inner)
