"""Reading a params file: YAML, validated, with every fault at once in Chinese."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from bulletin.project.errors import BulletinError
from bulletin.project.nearest import asked, nearest
from bulletin.project.params.base import Model
from bulletin.project.params.model import Document, KeyPeriod, Params
from bulletin.project.params.rules import Posts, Rules
from bulletin.project.paths import Project
from bulletin.project.periods import Period, parse_period
from bulletin.project.unseen import UNSEEN, marked, visible

_MOST_PARTS = 10_000
"""Keys and values of a params file, those that aliases repeat counted each time."""

_MOST_BYTES = 1_000_000
"""Of a params file."""

_SHOWN_LENGTH = 60
"""How much of a value a message shows."""


class _Loader(yaml.SafeLoader):
    """PyYAML lets the last of two equal keys win in silence; here it's an error. Dates stay text for pydantic."""

    yaml_implicit_resolvers = {  # noqa: RUF012 (PyYAML reads it off the class)
        first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._sizes: dict[int, int] = {}

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if getattr(event, "tag", None):
            raise _YamlError(None, None, "不能使用以 ! 开头的标签", event.start_mark)
        node = super().compose_node(parent, index)
        if node is not None and not isinstance(event, yaml.AliasEvent):
            self._measure(node)
        return node

    def _measure(self, node: yaml.Node) -> None:
        """Count the parts of a node as often as aliases repeat them: a few lines can stand for more than any memory."""
        inner = node.value if isinstance(node, yaml.CollectionNode) else []
        parts = [part for item in inner for part in (item if isinstance(item, tuple) else (item,))]
        # A node that isn't measured yet is this one or one around it: it holds itself.
        size = 1 + sum(self._sizes.get(id(part), _MOST_PARTS) for part in parts)
        if size > _MOST_PARTS:
            raise _YamlError(None, None, "内容过多，或引用（*）层层相套", node.start_mark)
        self._sizes[id(node)] = size

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise _YamlError(None, None, "键应为文字", key_node.start_mark)
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise _YamlError(None, None, f"键 {key} 出现了两次", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


class _YamlError(yaml.constructor.ConstructorError):
    """A fault whose text is ours, in Chinese."""


def known_periods(project: Project) -> str:
    """The periods that have a params file, for messages; 无 where there are none."""
    return "、".join(sorted(path.stem for path in project.params.glob("*.yaml"))) or "无"


def _way_on(project: Project, period: Period) -> str:
    """What to do where a period has no params file: take the nearest that has, or begin with what an earlier one says."""
    for path in project.params.glob("*.yaml"):
        with suppress(BulletinError):  # it's named after no period
            if parse_period(path.stem) == period:
                return f"请把 {path.name} 改名为 {period.name}.yaml。"
    periods = project.periods
    earlier = [each for each in periods if each.first <= period.first]
    near = sorted(periods, key=lambda each: (*_apart(each, period), -each.first.toordinal()))
    told = asked([each.name for each in near[:1]])
    if earlier:
        source = min(earlier, key=lambda each: _apart(each, period))
        told += f"确要新建 {period.name} 的，请运行 bulletin new {period.name} --from {source.name}。"
    return told


def _apart(one: Period, other: Period) -> tuple[bool, int]:
    """How far two periods are from each other: a year is nearer to any year than to a month."""
    return len(one.name) != len(other.name), abs((one.first - other.first).days)


def load_params(project: Project, period: Period) -> Params:
    """Read and validate params/<period>.yaml.

    Raises:
        BulletinError: `no-params` where the file is missing, `bad-params` with every fault at once, each
            with its file, its key and what is allowed.

    """
    path = project.params / f"{period.name}.yaml"
    if not path.is_file():
        known = known_periods(project)
        raise BulletinError("no-params", f"找不到 {path}。已有参数文件的期间：{known}。{_way_on(project, period)}")
    return parse_params(path.read_bytes(), path, period)


def parse_params(written: bytes, path: Path, period: Period) -> Params:
    """Validate what is written in a period's params file; `path` is what messages call it.

    Raises:
        BulletinError: `bad-params`, as `load_params`.

    """
    if len(written) > _MOST_BYTES:
        raise BulletinError("bad-params", f"{path} 超过 1 MB，不会是参数文件，没有读入。")
    try:
        content = yaml.load(written.decode("utf-8"), Loader=_Loader)  # noqa: S506 (a SafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        told = f"{path} 不是有效的 YAML：{_yaml_place(error)}"
        raise BulletinError("bad-params", told + _colon_hint(written)) from error
    hidden = list(_unseen(content))
    if hidden:
        lines = "\n".join(f"  · {line}" for line in hidden)
        raise BulletinError("bad-params", f"参数文件 {path} 有 {len(hidden)} 处错误：\n{lines}")
    try:
        params = Params.model_validate(content)
    except ValidationError as error:
        faults = "\n".join(f"  · {_fault_line(fault)}" for fault in error.errors())
        raise BulletinError("bad-params", f"参数文件 {path} 有 {error.error_count()} 处错误：\n{faults}") from None
    if params.period != period.name:
        raise BulletinError(
            "bad-params",
            f"参数文件 {path} 的 period 为 {params.period}，与文件名不符，应为 {period.name}。",
        )
    return params


def _unseen(content: object, place: tuple[str, ...] = ()) -> Iterator[str]:
    """What can't be seen in any text, with its key: a report would show something else than the file."""
    if isinstance(content, str):
        if found := UNSEEN.search(content):
            yield f"{'.'.join(place)}：含有看不见的字符 {marked(found[0])}，请清空后重新录入，不要粘贴"
    elif isinstance(content, dict):
        for key, value in content.items():
            name = visible(str(key))
            yield from _unseen(str(key), (*place, name))
            yield from _unseen(value, (*place, name))
    elif isinstance(content, list):
        for number, value in enumerate(content):
            yield from _unseen(value, (*place, str(number)))


def _yaml_place(error: Exception) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        what = error.problem if isinstance(error, _YamlError) else "写法有误"
        return f"第 {error.problem_mark.line + 1} 行第 {error.problem_mark.column + 1} 列，{what}。请检查缩进、冒号和引号。"
    if isinstance(error, UnicodeDecodeError):
        return "文件编码应为 UTF-8，请另存为 UTF-8。"
    return "其中有不可见的控制字符，数字过长，或层次过深。"


def _colon_hint(written: bytes) -> str:
    """The first line whose colon is a Chinese one or has no blank behind it: YAML finds fault only with a later line."""
    for number, line in enumerate(written.decode("utf-8", "replace").splitlines(), start=1):
        if re.match(r"\s*(- +)?[A-Za-z_]+\s*(：|:(?=[^\s#/]))", line):
            return f"第 {number} 行的冒号应为英文冒号，后面空一格。"
    return ""


_TYPE_HINTS = {
    "missing": "缺少这一项，必须填写",
    "string_type": "应为文字",
    "int_type": "应为整数",
    "bool_type": "应为 true 或 false",
    "list_type": "应为列表（每行以“- ”开头）",
    "string_too_short": "不能为空",
    "invalid_key": "键应为文字",
}


def _fault_line(fault: Any) -> str:
    """One pydantic error as a line: key, what stands there, what is allowed."""
    place = _place(fault["loc"])
    key = ".".join(str(part) for part in place) or "（全文）"
    kind, context = fault["type"], fault.get("ctx", {})
    if kind == "extra_forbidden":
        allowed = _allowed_keys(place[:-1])
        meant = asked(nearest(str(place[-1]), allowed)) or "请检查拼写。"
        return f"{key}：不认识的键，{meant}此处可用的键：{'、'.join(allowed)}"
    if kind == "impossible":
        return f"{key}：{context['message']}"
    if kind == "secret":
        return f"{key}：数据库密码不能写在参数文件里，请写作 ${{BULLETIN_PASSWORD}}，并设置同名的环境变量"
    if kind == "missing":
        return f"{key}：{_TYPE_HINTS[kind]}"
    if kind == "literal_error":
        wanted = f"只能是 {context['expected'].replace(' or ', ' 或 ')}"
    elif kind in ("greater_than_equal", "less_than_equal"):
        wanted = f"不能小于 {context['ge']}" if "ge" in context else f"不能大于 {context['le']}"
    elif kind.startswith("date"):
        wanted = "应为日期，写作 2024-03-05"
    elif kind in ("model_type", "model_attributes_type"):
        wanted = f"应为一组键：{'、'.join(_allowed_keys(place))}"
    else:
        wanted = _TYPE_HINTS.get(kind, "不符合要求")
    if key == "data":  # it may be an address with a password in it
        return f"{key}：{wanted}"
    return f"{key}：{wanted}，现为 {_as_written(fault['input'])}{_meant(fault)}"


def _meant(fault: Any) -> str:
    """The question whether one of the few words was meant that are allowed, if one is near."""
    allowed = re.findall(r"'([^']*)'", fault["ctx"]["expected"]) if fault["type"] == "literal_error" else []
    question = asked(nearest(str(fault["input"]), allowed))
    return f"，{question}" if question else ""


def _place(location: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """A fault's place as the file has it: without pydantic's word for which form `rules` takes."""
    return location[:1] + location[2:] if location[:1] == ("rules",) else location


def _as_written(value: object) -> str:
    """A value as it stands in YAML, not as Python shows it."""
    if value is None:
        return "空"
    written = str(value).lower() if isinstance(value, bool) else repr(value)
    return written if len(written) <= _SHOWN_LENGTH else f"{written[:_SHOWN_LENGTH]}……"


def _allowed_keys(location: tuple[int | str, ...]) -> list[str]:
    """The keys that the model at `location` knows."""
    models: dict[str, type[Model]] = {"document": Document, "rules": Rules, "posts": Posts, "key_periods": KeyPeriod}
    named = [part for part in location if isinstance(part, str)]
    model = models.get(named[-1], Params) if named else Params
    return [field.alias or name for name, field in model.model_fields.items()]
