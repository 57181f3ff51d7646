"""A params file as text: the line of each key, and changes that leave all else in it as it was written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode

from bulletin.project.params.model import Params
from bulletin.project.paths import Project
from bulletin.project.text_width import text_width

_MARK = "# 待填："
"""How the comment begins on the line of a key that's to be filled in."""


@dataclass(frozen=True)
class Place:
    """Where a key stands (`line`, counted from 1; `column`, from 0) and its value: characters `start` to `end`.

    `colon` is the character behind the key's colon; a blank value starts and ends there.
    """

    line: int
    column: int
    colon: int
    start: int
    end: int
    node: Node


class _Composer(Composer):
    """An alias stands for itself, where it is: else there would be what it names, with the place where that stands."""

    def compose_node(self, parent: Node | None, index: object) -> Node:
        if self.parser.check_event(AliasEvent):
            event = self.parser.get_event()
            return ScalarNode("alias", f"*{event.anchor}", event.start_mark, event.end_mark)
        node: Node = super().compose_node(parent, index)
        return node


def places(text: str) -> dict[str, Place]:
    """Every key by its dotted name (`document.number`) with its place, in order; keys inside lists aren't named.

    Raises:
        YAMLError: where the text isn't YAML.

    """
    yaml = YAML(typ="safe", pure=True)
    yaml.Composer = _Composer
    yaml.composer.warn_double_anchors = False
    root = yaml.compose(text)
    return dict(_places(root, "", text)) if isinstance(root, MappingNode) else {}


def _places(mapping: MappingNode, group: str, text: str) -> Iterator[tuple[str, Place]]:
    for key, value in mapping.value:
        if isinstance(key, ScalarNode):
            line, colon = text.count("\n", 0, key.start_mark.index) + 1, text.index(":", key.end_mark.index) + 1
            start, end = value.start_mark.index, max(_ends(value))
            # To the parser a blank stands where the next key begins, and a text of several lines ends there.
            start, end = (colon, colon) if start == end else (start, start + len(text[start:end].rstrip()))
            yield f"{group}{key.value}", Place(line, key.start_mark.column, colon, start, end, value)
            if isinstance(value, MappingNode):
                yield from _places(value, f"{group}{key.value}.", text)


def _ends(node: Node) -> Iterator[int]:
    """The ends of a value's innermost parts: to the parser an indented list ends where the next key begins."""
    if isinstance(node, CollectionNode) and not node.flow_style:
        for item in node.value:
            for part in item if isinstance(item, tuple) else (item,):
                yield from _ends(part)
    else:
        yield node.end_mark.index


def gap_lines(project: Project, params: Params) -> list[str]:
    """Each blank that leaves a gap in the draft: its key, what it's called, and the line to fill in."""
    path = project.params / f"{params.period}.yaml"
    try:
        known = places(path.read_bytes().decode("utf-8"))
    except (OSError, UnicodeDecodeError, YAMLError):  # it was read before; somebody is changing it
        known = {}
    lines = []
    for key, title in params.gaps.items():
        where = f"见 {path.relative_to(project.root).as_posix()}"
        group = key.rpartition(".")[0]
        if key in known:
            where += f" 第 {known[key].line} 行"
        elif group in known:
            where += f" 第 {known[group].line} 行，在 {group} 之下加上这一项"
        lines.append(f"{key}（{title}），{where}")
    return lines


def marked_lines(text: str, marks: Mapping[str, str]) -> list[str]:
    """Each key whose line has its mark, as 第 8 行 document.number：发文字号, in the file's order."""
    lines = text.split("\n")
    return [
        f"第 {place.line} 行 {key}：{marks[key].partition('；')[0]}"
        for key, place in places(text).items()
        if key in marks and f"{_MARK}{marks[key]}" in lines[place.line - 1]
    ]


def with_value(text: str, key: str, value: str, mark: str = "") -> str:
    """The text with another value of a key, or a blank one, and a mark in the comment on its line.

    Quotes, anchor and comments stay; a mark that's there already isn't put twice.

    Raises:
        KeyError: where the key doesn't stand in the text.

    """
    place = places(text)[key]
    anchor = re.match(r"&\S+", text[place.start : place.end])
    style = '"' if place.start == place.end else getattr(place.node, "style", "")
    quote = style if value and style in ('"', "'") else ""
    new = " ".join(part for part in (anchor[0] if anchor else "", f"{quote}{value}{quote}") if part)
    start, end = _line_start(text, place.colon), _line_end(text, place.end)
    rest, comment = _split(text[place.end : end])
    column = text_width(text[_line_start(text, place.end) : end].rstrip()) - text_width(comment)
    between = [line.strip() for line in text[place.colon : place.start].split("\n") if "#" in line]
    comments = "  ".join(part for part in (*between, comment) if part)
    line = _line(
        f"{text[start : place.colon]} {new}{rest}".rstrip(),
        _with_mark(comments, mark),
        column if comment else _comment_column(text),
    )
    return f"{text[:start]}{line}{text[end:]}"


def with_line_after(text: str, key: str, written: str, comment: str) -> str:
    """The text with one more line below a key and its value, as far in as the key.

    Raises:
        KeyError: where the key doesn't stand in the text.

    """
    place = places(text)[key]
    end = _line_end(text, place.end)
    line = _line(f"{' ' * place.column}{written}", comment, _comment_column(text))
    return f"{text[:end]}{_newline(text)}{line}{text[end:]}"


def with_empty_list(text: str, key: str, mark: str, kept: re.Pattern[str]) -> str:
    """The text with an empty list in a key's place; the list's own lines stay below as comments to copy from.

    Comments in and right below the list that match `kept` were kept so the time before: they go.

    Raises:
        KeyError: where the key doesn't stand in the text.

    """
    place = places(text)[key]
    lines = re.split(r"(?<=\n)", text)
    head, last = place.line - 1, text.count("\n", 0, place.end)
    while last + 1 < len(lines) and kept.match(lines[last + 1]):
        last += 1
    begins_here = text.count("\n", 0, place.start) == head  # [{name: 国庆, …}]
    comment = "" if begins_here else _split(lines[head].rstrip())[1]
    written = f"{' ' * place.column}{key}: []"
    new = _line(written, _with_mark(comment, mark), _comment_column(text)) + _newline(text)
    indent = place.column if begins_here else place.start - _line_start(text, place.start)
    below = [line for line in lines[head + (not begins_here) : last + 1] if not kept.match(line)]
    return "".join([*lines[:head], new, *(_as_comment(line, indent) for line in below), *lines[last + 1 :]])


def _as_comment(line: str, indent: int) -> str:
    if not line.strip() or line.lstrip().startswith("#"):
        return line
    return f"{line[:indent]}# {line[indent:]}"


def _with_mark(comment: str, mark: str) -> str:
    return comment if not mark or f"{_MARK}{mark}" in comment else f"{_MARK}{mark}  {comment}".rstrip()


def _line(written: str, comment: str, column: int) -> str:
    """A line with its comment at a column, or two blanks behind what is written."""
    return f"{written}{' ' * max(2, column - text_width(written))}{comment}" if comment else written


def _split(line: str) -> tuple[str, str]:
    """What is written on a line, without the blanks behind it, and its comment."""
    found = re.search(r"(?:^|(?<=\s))#", line)
    return (line[: found.start()].rstrip(), line[found.start() :].rstrip()) if found else (line.rstrip(), "")


def _comment_column(text: str) -> int:
    """The column at which most comments behind a value stand; 0 where there are none."""
    parts = [(line.rstrip(), *_split(line)) for line in text.split("\n")]
    columns = Counter(text_width(line) - text_width(comment) for line, written, comment in parts if written and comment)
    return columns.most_common(1)[0][0] if columns else 0


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _line_end(text: str, at: int) -> int:
    """Where the line that holds a character ends, before its line end."""
    return at + len(text[at:].split("\n", 1)[0].rstrip("\r"))


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
