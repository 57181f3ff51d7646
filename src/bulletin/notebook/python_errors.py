"""Python's errors in a notebook's cell, in Chinese: what is wrong and what to write, and never Python's own sentence."""

from __future__ import annotations

import builtins
import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from functools import cache
from importlib import import_module

from bulletin.facts.facts import Fact
from bulletin.notebook.field import field_names, find_field
from bulletin.notebook.period import PeriodResults
from bulletin.notebook.report import Report
from bulletin.notebook.slips import is_prose
from bulletin.project.params import Params
from bulletin.project.periods import Period

OURS = ("BulletinError", "RecordsError")
"""The errors whose message says all."""

_SYNTAX = ("SyntaxError", "IndentationError", "TabError")

FULL_WIDTH = {"（": "(", "）": ")", "，": ",", "：": ":", "；": ";", "。": ".", "！": "!", "＝": "=", "＋": "+", "－": "-", "【": "[", "】": "]", "［": "[", "］": "]", "、": ",", "＂": '"', "＇": "'", "｜": "|", "＜": "<", "＞": ">", "％": "%", "．": ".", "\u3000": " "}  # fmt: skip
"""Full-width marks that code can't hold, and what they stand for."""

CHINESE_QUOTES = {"“": '"', "”": '"', "‘": "'", "’": "'", "「": '"', "」": '"', "『": '"', "』": '"'}

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_FRAME = re.compile(r"Cell In\s?\[\d+\], line (\d+)")
_LATIN_SENTENCE = re.compile(r"[A-Za-z']+ [A-Za-z']+")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_STRINGS = re.compile(r"(\"\"\"|''')(?:.|\n)*?\1|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|#[^\n]*")


def wrong_mark(code: str) -> tuple[int, str] | None:
    """Find a Chinese quotation mark or a full-width mark in code, outside its strings: its line and what to say."""
    bare = _STRINGS.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), code)
    for number, line in enumerate(bare.split("\n"), start=1):
        for char in line:
            if char in CHINESE_QUOTES:
                return number, f"用了中文引号{char}，应为英文引号 {CHINESE_QUOTES[char]}。"
            if char in FULL_WIDTH:
                shown = "全角空格" if char == "\u3000" else f"全角的{char}"
                return number, f"用了{shown}，应为半角的 {FULL_WIDTH[char]}" + (
                    "（空格）。" if char == "\u3000" else " 。"
                )
    return None


def explained(name: str, value: str, source: str, traceback: Sequence[str] = ()) -> str:
    """What went wrong in a cell, with the line in it; `name`, `value` and `traceback` are as Jupyter keeps them."""
    if name in OURS:
        return value
    if is_prose(source):
        return "这一单元格开头缺少 %%prose：请在单元格的第一行单独写上 %%prose，正文从第二行起。"
    line = _line(value if name in _SYNTAX else "", source, traceback)
    if name in _SYNTAX:
        found = wrong_mark(source)
        return f"第 {found[0]} 行{found[1]}" if found else f"{_at(line)}{_syntax(name, value)}"
    return f"{_at(line)}{_told(name, value, source)}"


def _at(line: int) -> str:
    return f"第 {line} 行" if line else ""


def _line(value: str, source: str, traceback: Sequence[str]) -> int:
    """The line in the cell, as the analyst counts it: IPython takes off the blank lines before the first."""
    found = re.search(r"line (\d+)\)$", value) or _FRAME.search(_COLOURS.sub("", "\n".join(traceback)))
    before = len(source) - len(source.lstrip())
    return int(found[1]) + source.count("\n", 0, before) if found else 0


_SYNTAX_WORDS = (
    (r"unterminated .*string|EOL while", "的引号没有配对"),
    (r"was never closed|incomplete input|unexpected EOF", "的括号没有配对的右括号"),
    (r"unmatched|does not match", "的括号不配对"),
    (r"forgot a comma", "少了逗号，或引号、括号不配对"),
    (r"expected ':'", "的行末少了冒号 :"),
    (r"cannot assign|Maybe you meant '=='", "的等号用错：比较用 == ，赋值的左边应为名称"),
    (r"unexpected indent|unindent", "的行首空格不对：同一段代码的行首应对齐"),
    (r"expected an indented block", "的行首应比上一行多空 4 格"),
    (r"inconsistent use of tabs", "的行首混用了制表符和空格"),
    (r"leading zeros", "的数字不能以 0 开头"),
    (r"invalid decimal literal", "的数字后面紧跟着文字；文字要写在英文引号里"),
    (r"invalid (non-printable )?character", "有 Python 不认识的符号"),
    (r"keyword argument repeated", "的同一个参数写了两次"),
    (r"positional argument follows", "的参数次序不对：不带名称的参数应在前"),
)


def _syntax(name: str, value: str) -> str:
    if name != "SyntaxError":
        return "的行首空格不对：同一段代码的行首应对齐。"
    return next((told for known, told in _SYNTAX_WORDS if re.search(known, value)), "的 Python 语法有误") + "，请改正。"


def _told(name: str, value: str, source: str) -> str:
    for known, tell in _KNOWN:
        found = re.search(known, value) if known else None
        if found:
            return tell(found, source)
    return plain(name, value, source)


def plain(name: str, value: str, source: str) -> str:
    """Words for an error by its type alone."""
    if name == "KeyError" and value and value in source:  # typed, so it's no text of the records
        return f"取用的项 {value} 不存在：请检查方括号中的名称。"
    if name in _BY_NAME:
        return _BY_NAME[name]
    if value and _CHINESE.search(value) and not _LATIN_SENTENCE.search(value):
        return f"出现错误：{value}"  # somebody's own words
    return f"运行时出现未预料的错误（{name}）。请对照最近的修改检查这一行，或从备份恢复这一单元格。"


def suggestion(name: str, known: Iterable[str]) -> str:
    """是否应为 …？ with the nearest of the known names; nothing where none is near."""
    near = difflib.get_close_matches(name, sorted(set(known)), n=1)
    return f"是否应为 {near[0]}？" if near else ""


def _unknown_name(found: re.Match[str], source: str) -> str:
    name = found[1]
    if _CHINESE.search(name):
        return f'的“{name}”没有定义：文字要写在英文引号里，如 "{name}"；如果这一单元格是正文，请在第一行写上 %%prose。'
    near = suggestion(name, [*_vocabulary(), *re.findall(r"^\s*(\w+)\s*=", source, re.MULTILINE)])
    return f"的名称 {name} 没有定义。{near or '请检查拼写，并先运行笔记本开头的单元格。'}"


@cache
def _vocabulary() -> tuple[str, ...]:
    known = [find_field(each) for each in field_names()]
    names = {name for each in known for name in import_module(each.notebook).__all__}
    names |= {kind.parameter for each in known for kind in each.kinds if kind.parameter}
    return (*sorted(names), *dir(builtins), "report", "period")


@cache
def _attributes() -> tuple[str, ...]:
    own = {name for each in (Report, Period, PeriodResults) for name in dir(each) if not name.startswith("_")}
    own |= {
        each.name for kind in (Fact, Report, PeriodResults) for each in fields(kind) if not each.name.startswith("_")
    }
    return (*sorted(own), *Params.model_fields)


def _unknown_attribute(found: re.Match[str], _: str) -> str:
    return f"的 .{found[1]} 不存在。{suggestion(found[1], _attributes()) or '请检查拼写。'}"


def _no_import(found: re.Match[str], _: str) -> str:
    near = suggestion(found[1], _vocabulary())
    return f"要引入的名称 {found[1]} 不存在。{near or '请检查拼写。'}"


def short(name: str) -> str:
    """A function's name as an analyst writes it."""
    return name.rsplit(".", 1)[-1]


def _missing(found: re.Match[str], _: str) -> str:
    missing = "、".join(re.findall(r"'(\w+)'", found[2]))
    return f"调用 {short(found[1])} 时缺少参数 {missing}。"


_KNOWN: Sequence[tuple[str, Callable[[re.Match[str], str], str]]] = (
    (r"^(?:name|(?:cannot access )?(?:local|free) variable) '(\w+)' ", _unknown_name),
    (r"(?:no attribute|undefined attribute) '(\w+)'", _unknown_attribute),
    (r"^cannot import name '(\w+)'", _no_import),
    (r"^No module named '([\w.]+)'", lambda found, _: f"引入的程序库 {found[1]} 没有安装。请检查拼写，或改用已安装的程序库。"),
    (r"([\w.<>]+)\(\) missing \d+ required .*argument.?: (.*)", _missing),
    (r"([\w.<>]+)\(\) got an unexpected keyword argument '(\w+)'", lambda found, _: f"调用 {short(found[1])} 时写了它没有的参数 {found[2]}。"),
    (r"([\w.<>]+)\(\) got multiple values for argument '(\w+)'", lambda found, _: f"调用 {short(found[1])} 时参数 {found[2]} 给了两次。"),
    (r"([\w.<>]+)\(\) takes .* positional arguments? but (\d+) ", lambda found, _: f"调用 {short(found[1])} 时给的参数过多（{found[2]} 个）。"),
    (r"object is not callable", lambda *_: "的括号用错：前面的名称不是函数，不能加括号。"),
    (r"not supported between|unsupported operand|can only concatenate|must be str", lambda *_: "把不能相互计算或比较的东西放在了一起：指标要写 .value，文字和数字要先转换。"),
    (r"object is not (?:iterable|subscriptable)|not enough values|too many values", lambda *_: "取用的内容形式不对：请检查名称是否写错，或少写了下标、括号。"),
)  # fmt: skip

_BY_NAME: Mapping[str, str] = {
    "ZeroDivisionError": "除数为 0：请先判断除数不为 0 再相除。",
    "KeyError": "取用的项不存在：请检查方括号中的名称。",
    "IndexError": "取用的序号超出了范围。",
    "TypeError": "使用的值类型不对（TypeError）：请检查括号中的参数。",
    "AttributeError": "取用的属性不存在（AttributeError）：请检查点号后面的名称。",
    "NameError": "使用的名称没有定义（NameError）：请检查拼写。",
    "ImportError": "引入程序库时出错（ImportError）：请检查名称，或改用已安装的程序库。",
    "FileNotFoundError": "要读取的文件不存在：请检查路径。",
    "PermissionError": "要用的文件没有权限，或正被其他程序打开：请关闭后重试。",
    "IsADirectoryError": "要读取的是文件夹，不是文件：请检查路径。",
    "UnicodeDecodeError": "要读取的文件编码不是 UTF-8：请另存为 UTF-8 后重试。",
    "RecursionError": "函数无休止地调用自己（RecursionError）。",
    "MemoryError": "内存不足：请减小 --jobs，或减少一次处理的数据。",
    "KeyboardInterrupt": "运行被中断：请重新运行。",
    "SystemExit": "调用了 exit 或 quit，中止了运行：请删去。",
    "CellExecutionError": "以 % 开头的命令写错：请检查它的拼写和后面的内容。",
    "UsageError": "以 % 开头的命令写错：请检查它的拼写和后面的内容。",
}
