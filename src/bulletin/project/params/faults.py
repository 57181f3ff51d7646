"""What pydantic finds wrong with what people wrote, in Chinese: the key, what stands there, what is allowed."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from pydantic import BaseModel, ValidationError

from bulletin.project.nearest import asked, nearest
from bulletin.project.params.keys import fields_of, models_of
from bulletin.project.unseen import one_line

_SHOWN_LENGTH = 60
"""How much of a key or a value a message shows."""

_WHOLE = {
    "missing": "缺少这一项，必须填写",
    "invalid_key": "键应为文字",
    "impossible": "{message}",
    "string_too_long": "最多 {max_length} 个字，现有 {length} 个",
    "too_long": "最多 {max_length} 条，现有 {length} 条",
}
"""The faults of which the value that stands there isn't shown."""

_WANTED = {
    "string_type": "应为文字",
    "int_type": "应为整数",
    "bool_type": "应为 true 或 false",
    "list_type": "应为列表（每行以“- ”开头）",
    "string_too_short": "不能为空",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "wanted": "{message}",
    "date_type": "应为日期，写作 2024-03-05",
}


def fault_lines(error: ValidationError, model: type[BaseModel], unsaid: Collection[str] = ()) -> list[str]:
    """Return a line for each fault of what was to be a `model`; of `unsaid` keys no value is shown."""
    return [_fault_line(fault, model, unsaid) for fault in error.errors()]


def _fault_line(fault: Any, model: type[BaseModel], unsaid: Collection[str]) -> str:
    kind, context, value = fault["type"], fault.get("ctx", {}), fault["input"]
    names, known = _place(fault, model)
    key = ".".join(one_line(name, _SHOWN_LENGTH) for name in names) or "（全文）"
    if kind == "extra_forbidden":
        meant = asked(nearest(names[-1], known)) or "请检查拼写。"
        return f"{key}：不认识的键，{meant}此处可用的键：{'、'.join(known)}"
    if kind in _WHOLE:
        length = len(value) if kind.endswith("too_long") else 0
        return f"{key}：{_WHOLE[kind].format_map(context | {'length': length})}"
    meant = ""
    if kind == "literal_error":
        wanted = f"只能是 {context['expected'].replace(' or ', ' 或 ')}"
        question = asked(nearest(str(value), re.findall(r"'([^']*)'", context["expected"])))
        meant = f"，{question}" if question else ""
    elif kind in ("model_type", "model_attributes_type"):
        wanted = f"应为一组键：{'、'.join(known)}"
    else:
        wanted = _WANTED.get("date_type" if kind.startswith("date") else kind, "不符合要求").format_map(context)
    return f"{key}：{wanted}" if key in unsaid else f"{key}：{wanted}，现为 {_as_written(value)}{meant}"


def _place(fault: Any, model: type[BaseModel]) -> tuple[list[str], list[str]]:
    """Return a fault's place as the file has it and the keys that are known there.

    Where a key takes several forms pydantic's word for the form stands in the place too: it's no key of any model.
    """
    names: list[str] = []
    models: list[type[BaseModel]] = [model]
    *_, last = fault["loc"] or [None]
    for part in fault["loc"]:
        fields = fields_of(models, part)
        if isinstance(part, int) or fields or (part == last and fault["type"] in ("extra_forbidden", "invalid_key")):
            names.append(str(part))
        models = [each for field in fields for each in models_of(field.annotation)] or models
    return names, list(
        dict.fromkeys(field.alias or name for each in models for name, field in each.model_fields.items())
    )


def _as_written(value: object) -> str:
    """A value as it stands in YAML, not as Python shows it."""
    if value is None:
        return "空"
    written = str(value).lower() if isinstance(value, bool) else repr(value)
    return written if len(written) <= _SHOWN_LENGTH else f"{written[:_SHOWN_LENGTH]}……"
