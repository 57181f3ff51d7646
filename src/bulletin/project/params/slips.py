"""What people slip into YAML, in Chinese: the line where it was slipped in, what is wrong there, what to write.

A parser stops where it can't go on, lines below what made it stop, or not at all: a quote left open takes the next
entries into the value. So what it says is read together with the lines around.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ruamel.yaml.error import MarkedYAMLError, StreamMark, YAMLError
from ruamel.yaml.nodes import ScalarNode

_KEY = r"\s*(?:-\s+)?[A-Za-z_]{2,}\s*"
_ENTRY = re.compile(rf"{_KEY}(?:：|:(?:\s|$))|\s*-\s+\S")
"""A line that is an entry of its own, or a list's."""

_BAD_COLON = re.compile(rf"{_KEY}(?:：|:(?![ \t\r/]|$))")
_BAD_DASH = re.compile(r"\s*-[^\s\d.-]")
_BAD_INDENT = re.compile(r" *[\u3000\xa0]")
_EMPTY = re.compile(r"\s*([A-Za-z_]+):\s*(\[\s*\]|\{\s*\})\s*(?:#.*)?$")
_VALUE = re.compile(r"( *)[A-Za-z_]+: +[^\s#]")

TAG = "不能使用以 ! 开头的标签。请去掉它，文字以 ! 开头的请给整个值加上英文引号"
MANY = "内容过多，或引用（*）层层相套。请直接写出内容，不用引用"
COLON = "冒号应为英文冒号，后面空一格"
_AS_TEXT = "请给整个值加上英文引号"


_HERE = "\uffff"
"""Where the parser stopped, in a line."""

_SAID = (
    ("depth", "", False, "层次过深。请检查方括号、花括号和缩进"),
    ("unhashable", "", False, "键应为文字。请写作“键: 值”"),
    ("an? tag|tag handle", "", True, TAG),
    ("escape", "", False, "双引号里的反斜杠 \\ 有特殊含义。请把两端的双引号改为单引号，路径也可用 / 代替 \\"),
    (r"'\\t'", "", False, "有制表符（Tab）。请改为空格"),
    ("a flow", rf"\w：.*{_HERE}", False, COLON),
    ("a flow", rf"[，、].*{_HERE}", False, "方括号、花括号内的各项请用英文逗号分开"),
    ("a flow", "", True, f"这里的括号没有合上，或各项之间缺英文逗号。请补上；要作文字的，{_AS_TEXT}"),
    ("", rf"[]\"'}}]\s*{_HERE}", False, f"{{1}} 后面还有文字。{_AS_TEXT}，值里的引号改用中文引号"),
    ("document", "", False, "一份参数文件里不能有 --- 或 ... 分开的几份。请删去这一行和多余的内容"),
    ("mapping values", rf":\s.*{_HERE}", False, f"值里有冒号加空格，被当成了又一项。{_AS_TEXT}"),
    ("simple key", "", True, "这一行缺少“键:”，或上一行的值没有写完。键写作英文，后接英文冒号和空格"),
    (
        "sequence entries",
        rf"\S.*{_HERE}",
        False,
        f"列表不能与键写在同一行。请另起一行，每项以“- ”开头；要作文字的，{_AS_TEXT}",
    ),
    ("block scalar|directive|scanning an", "", True, f"不加引号的值不能以 {{}} 开头。{_AS_TEXT}"),
    ("", rf"{_HERE}[]*&@`%>|?}},]", False, f"不加引号的值不能以 {{}} 开头。{_AS_TEXT}"),
    ("", rf"^\s*{_HERE}?-\s", False, "列表项的位置不对。请让同一列表的各项左端对齐，并在键的下一行起列出"),
    ("<block end>|mapping values", "", False, "缩进与同组各行不一致。请让同组各行左端对齐"),
)
"""What the parser says, how its line looks, whether the place is where the part began, and what people are told."""


class YamlFaultError(YAMLError):
    """A fault with its place, in Chinese."""

    def __init__(self, where: StreamMark | int, message: str) -> None:
        place = f"第 {where} 行" if isinstance(where, int) else f"第 {where.line + 1} 行第 {where.column + 1} 列"
        super().__init__(f"{place}，{message}。")


def lines_of(text: str) -> list[str]:
    """Return the lines as parser and editors count them."""
    return re.split(r"\r\n?|\n", text)


def entry_swallowed(value: ScalarNode, lines: Sequence[str]) -> YamlFaultError | None:
    """Return the fault of a value of several lines of which one was to be an entry of its own."""
    style, start, last = value.style, value.start_mark, value.end_mark.line
    if style in ("|", ">") or last == start.line:
        return None
    if style:
        is_open = any(_ENTRY.match(line) for line in lines[start.line + 1 : last + 1])
        return _open_quote(start, lines) if is_open else None
    for number, line in enumerate(lines[start.line : last + 1], start=start.line + 1):
        if slip := _slip(line):
            return YamlFaultError(number, slip)
        if number > start.line + 1 and _ENTRY.match(line):
            return _list_below_value(number - 1, lines) or YamlFaultError(
                number, f"比上一行缩进更深，会被当成第 {number - 1} 行的后半句。请与同组各项左端对齐"
            )
    return None


def fault_of(error: Exception, lines: Sequence[str]) -> YamlFaultError:
    """Return what a parser's error comes from."""
    if not isinstance(error, MarkedYAMLError) or not error.problem_mark:
        return YamlFaultError(1, "写法有误。请对照其他期间的参数文件修改")
    problem, during, mark = str(error.problem), str(error.context), error.problem_mark
    context, at = error.context_mark or mark, min(mark.line, len(lines) - 1)
    if "quoted scalar" in during and "escape" not in problem:
        return _open_quote(context, lines)
    if "flow" not in during:
        for number in (context.line, at, *_above(lines, at)):
            if slip := _slip(lines[number]):
                return YamlFaultError(number + 1, slip)
        if fault := _list_below_value(at, lines):
            return fault
    return _told(error, lines)


def _above(lines: Sequence[str], number: int) -> list[int]:
    """The nearest line above a line that is neither blank nor a comment."""
    return [at for at in range(number - 1, -1, -1) if lines[at].strip() and not lines[at].lstrip().startswith("#")][:1]


def _slip(line: str) -> str:
    """What is wrong with how a line begins, whatever it says."""
    if _BAD_INDENT.match(line):
        return "行首有全角空格。请改为半角空格"
    if _BAD_COLON.match(line):
        return COLON
    return "列表项的“-”后面应空一格" if _BAD_DASH.match(line) else ""


def _open_quote(start: StreamMark, lines: Sequence[str]) -> YamlFaultError:
    line = lines[start.line]
    quote, chinese = line[start.column], "，中文引号不算" if re.search("[“”‘’]", line) else ""
    return YamlFaultError(start, f"这里的引号 {quote} 没有合上{chinese}。请在值的末尾补上英文引号 {quote}")


def _list_below_value(at: int, lines: Sequence[str]) -> YamlFaultError | None:
    """Return the fault of a key that has a value already, and a list on the lines below."""
    line = lines[at]
    for above in _above(lines, at) if line.lstrip().startswith("- ") else []:
        if found := _EMPTY.match(lines[above]):
            what = f"{found[1]} 后面的 {found[2]} 表示没有内容，下面却又列了内容。请删去这一行的 {found[2]}"
            return YamlFaultError(above + 1, what)
        if (found := _VALUE.match(lines[above])) and len(found[1]) <= len(line) - len(line.lstrip()):
            return YamlFaultError(above + 1, "冒号后面已经有值，下面又列了内容。请把这个值也另起一行，以“- ”开头")
    return None


def _told(error: MarkedYAMLError, lines: Sequence[str]) -> YamlFaultError:
    mark = error.problem_mark
    line = lines[mark.line] if mark.line < len(lines) else ""
    said, shown = f"{error.context}: {error.problem}", f"{line[: mark.column]}{_HERE}{line[mark.column :]}"
    for of, looks, begins, message in _SAID:
        if re.search(of, said) and re.search(looks, shown):
            where = error.context_mark if begins and error.context_mark else mark
            there = lines[where.line][where.column :] if where.line < len(lines) else ""
            return YamlFaultError(where, message.format(there[:1], line[: mark.column].rstrip()[-1:]))
    return YamlFaultError(mark, "写法有误。请检查缩进、冒号和引号")
