"""YAML read into plain values by ruamel.yaml: nothing but texts, numbers, lists and groups of keys, each fault in Chinese.

What a word without quotes means stays as YAML 1.1 has it (docs/decisions/0030-yaml.md).
"""

from __future__ import annotations

import re
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode
from ruamel.yaml.reader import ReaderError
from ruamel.yaml.resolver import BaseResolver

from bulletin.project.params.slips import COLON, MANY, TAG, YamlFaultError, entry_swallowed, fault_of, lines_of
from bulletin.project.unseen import visible

_MOST_PARTS = 10_000
"""Keys and values of a file, those that aliases repeat counted each time."""

_MOST_LEVELS = 50
"""Lists and groups inside each other."""


class _Resolver(BaseResolver):
    """What text without quotes is, whatever version a file says that it's of; dates stay text for pydantic."""

    processing_version = (1, 1)

    def __init__(self, version: object = None, loader: object = None) -> None:
        super().__init__(loader)


for _kind, _form, _first in (
    ("null", r"(~|null|Null|NULL|)", ["~", "n", "N", ""]),
    ("bool", r"(yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)", list("yYnNtTfFoO")),
    (
        "int",
        r"[-+]?(0b[01_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+|[1-9][0-9_]*(:[0-5]?[0-9])+)",
        list("-+0123456789"),
    ),
    (
        "float",
        r"[-+]?([0-9][0-9_]*\.[0-9_]*([eE][-+][0-9]+)?|[0-9][0-9_]*(:[0-5]?[0-9])+\.[0-9_]*|\.(inf|Inf|INF))"
        r"|\.[0-9][0-9_]*([eE][-+][0-9]+)?|\.(nan|NaN|NAN)",
        list("-+0123456789."),
    ),
):
    _Resolver.add_implicit_resolver_base(f"tag:yaml.org,2002:{_kind}", re.compile(rf"(?:{_form})\Z"), _first)


class _Composer(Composer):
    """Refuse tags, what aliases multiply beyond any memory, and entries that a value before them swallowed."""

    def __init__(self, loader: Any = None) -> None:
        super().__init__(loader)
        self.warn_double_anchors = False
        self._parts = 0
        self._sizes: dict[int, int] = {}

    def compose_node(self, parent: Node | None, index: object) -> Node:
        event = self.parser.peek_event()
        if getattr(event, "tag", None):
            raise YamlFaultError(event.start_mark, TAG)
        self._parts += 1
        if self._parts > _MOST_PARTS:
            raise YamlFaultError(event.start_mark, MANY)
        node: Node = super().compose_node(parent, index)
        if not isinstance(event, AliasEvent):
            self._measure(node)
        # A plain text in brackets that aren't closed takes in the lines below too: the parser tells of the bracket.
        if isinstance(node, ScalarNode) and (node.style or not getattr(parent, "flow_style", False)):
            fault = entry_swallowed(node, self.loader.lines)
            if fault:
                raise fault
        return node

    def _measure(self, node: Node) -> None:
        """Count the parts of a node as often as aliases repeat them: a few lines can stand for more than any memory."""
        inner = node.value if isinstance(node, CollectionNode) else []
        parts = [part for item in inner for part in (item if isinstance(item, tuple) else (item,))]
        # A node that isn't measured yet is this one or one around it: it holds itself.
        size = 1 + sum(self._sizes.get(id(part), _MOST_PARTS) for part in parts)
        if size > _MOST_PARTS:
            raise YamlFaultError(node.start_mark, MANY)
        self._sizes[id(node)] = size


class _Constructor(SafeConstructor):
    """Refuse keys that are no text, stand twice or aren't what they seem, and numbers longer than any."""

    def check_mapping_key(self, node: MappingNode, key_node: Node, mapping: Any, key: Any, value: object) -> bool:
        shown = visible(str(key))
        if not isinstance(key_node, ScalarNode):
            raise YamlFaultError(key_node.start_mark, "键应为文字。请写作“键: 值”")
        if shown != shown.strip():
            raise YamlFaultError(key_node.start_mark, f"键 {shown.strip()} 的前后有全角空格。请改为半角空格")
        if shown.endswith((":", "：")):
            raise YamlFaultError(key_node.start_mark, COLON)
        if key in mapping:
            first = node.value[list(mapping).index(key)][0].start_mark.line + 1
            raise YamlFaultError(key_node.start_mark, f"键 {shown} 出现了两次，前一处在第 {first} 行。请只留一处")
        return True

    def construct_yaml_int(self, node: ScalarNode) -> int:
        try:
            return super().construct_yaml_int(node)
        except ValueError:
            raise YamlFaultError(node.start_mark, "数字过长，或写法有误。要作文字的请加上英文引号") from None


_Constructor.add_default_constructor("int")


class _Yaml(YAML):
    """A reader for one text."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(typ="safe", pure=True)
        self.lines = lines
        self.Resolver, self.Composer, self.Constructor = _Resolver, _Composer, _Constructor
        self.max_depth = _MOST_LEVELS


def read_yaml(written: bytes) -> Any:
    """Return what a file says: texts, numbers, true or false, None, lists and dicts of these.

    Raises:
        YamlFaultError: with the line, what is wrong there and what to write.

    """
    try:
        text = written.decode("utf-8")
    except UnicodeDecodeError as error:
        line = written.count(b"\n", 0, error.start) + 1
        raise YamlFaultError(line, "文件编码应为 UTF-8，请另存为 UTF-8") from None
    if found := re.search("[\x85\u2028\u2029]", text):  # lines end there in YAML 1.1, and in no editor
        raise _hidden(text, found.start())
    lines = lines_of(text)
    try:
        return _Yaml(lines).load(text)
    except ReaderError as error:
        raise _hidden(text, error.position) from None
    except YamlFaultError:
        raise
    except (YAMLError, ValueError) as error:
        raise fault_of(error, lines) from None


def _hidden(text: str, place: int) -> YamlFaultError:
    line = len(lines_of(text[:place]))
    return YamlFaultError(line, f"有看不见的控制字符 {visible(text[place])}。请删去这一行，重新录入")
