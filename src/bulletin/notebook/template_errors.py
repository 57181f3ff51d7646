"""What goes wrong in a `%%prose` cell's template, in Chinese with its line; Jinja's own words never come out."""

from __future__ import annotations

import difflib
import re
import traceback
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import jinja2
from jinja2.filters import FILTERS
from jinja2.tests import TESTS
from markupsafe import Markup

from bulletin.facts.facts import Fact, UnknownMetricError
from bulletin.facts.figures import Scope
from bulletin.facts.metric import COUNTY, Catalogue, Unit
from bulletin.notebook.python_errors import CHINESE_QUOTES, FULL_WIDTH, plain, short, suggestion
from bulletin.notebook.slips import TAGS
from bulletin.project.errors import BulletinError

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_NAMES = {
    "期间": "period",
    "年度": "year",
    "年份": "year",
    "统计期间首日": "first_day",
    "首日": "first_day",
    "统计期间末日": "last_day",
    "末日": "last_day",
    "统计时点": "as_of",
    "名册统计时点": "as_of",
    "上一期": "previous",
    "发文机关": "params.bureau",
    "依据": "params.document.basis",
    "应履职周": "exempt_weeks",
}
"""What is known by a Chinese name in every field, and how a template names it."""


@dataclass(frozen=True)
class Known:
    """What a template may name: its `names`, and those of its field's metrics that other scopes have (catalogue).

    `also` are the field's own Chinese names for some of them. `top` is the topmost scope, named by its level.
    """

    names: Mapping[str, object]
    catalogue: Catalogue
    also: Mapping[str, str]
    top: Scope

    @property
    def titles(self) -> dict[str, str]:
        """What is known by a Chinese name, and how a template names it."""
        return {metric.title: metric.name for metric in self.catalogue.values()} | _NAMES | dict(self.also)

    def example(self, unit: Unit) -> str:
        """Return a metric that the template may name, best a headline of that unit, to show how such a name is written."""
        here = [metric for metric in self.catalogue.values() if metric.name in self.names]
        best = sorted(here, key=lambda metric: (metric.unit != unit, not metric.headline))
        return best[0].name if best else "名称"


class UnprintableError(Exception):
    """A value that is no text and no figure; the message says what to write."""


def printable(value: object, known: Known) -> object:
    """Give back the value where a reader may see it.

    Raises:
        UnprintableError: for what would come out as Python's own words.

    """
    if isinstance(value, Fraction) and value.denominator == 1:
        return value.numerator
    if isinstance(value, Fact | Markup | jinja2.Undefined | str | date | float) or type(value) is int:
        return value
    rate = known.example("rate")
    if callable(value):
        raise UnprintableError("是一个函数，后面要写括号和参数，如 {{ item() }}。")
    if value is None:
        raise UnprintableError("的值不存在（为空），不能写入正文：请用 {% if … %} 包起来。")
    if isinstance(value, bool | Fraction):
        raise UnprintableError(f"是计算用的值，不能写入正文：写指标本身（如 {{{{ {rate} }}}}）即为印出的数。")
    if isinstance(value, list | tuple):
        raise UnprintableError(
            f'是名单，不能直接写入正文：请写作 {{{{ names(…) }}}}，如 {{{{ names(did("{rate}")) }}}}。'
        )
    raise UnprintableError(
        f"不是一个数，也不是文字：后面应有点号和名称，如 {{{{ {known.top.level}.{rate} }}}}、{{{{ params.bureau }}}}。"
    )


def template_message(error: Exception, template: str, known: Known, before: int) -> str:
    """What went wrong, with its line in the cell; `before` counts the cell's lines before the template."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        line = error.lineno
    else:
        frames = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "<template>"]
        line = frames[-1] or 0 if frames else 0
    lines = template.split("\n")
    source = lines[line - 1] if 0 < line <= len(lines) else ""
    where = f"第 {line + before} 行" if line else "正文"
    return where + _told(error, source, known)


def _told(error: Exception, source: str, known: Known) -> str:
    if isinstance(error, BulletinError):  # of a helper
        return f"：{error}"
    if isinstance(error, jinja2.TemplateSyntaxError | jinja2.TemplateRuntimeError) and "named '" in str(error):
        return _filter(str(error))
    if isinstance(error, jinja2.TemplateSyntaxError):
        return _syntax(error.message or "", source, known)
    return _name_or_run(error, source, known)


def _filter(said: str) -> str:
    kind, name = re.findall(r"(filter|test) named '([^']+)'", said)[0]
    known, what = (FILTERS, "竖线 | 后面") if kind == "filter" else (TESTS, " is 后面")
    return f"{what}的 {name} 不认识。{suggestion(name, known) or '用法见 docs/prose.md。'}"


def _name_or_run(error: Exception, source: str, known: Known) -> str:
    if isinstance(error, UnknownMetricError):
        return unknown_name(error.name, known, source)
    if isinstance(error, UnprintableError):
        return f"{_expression(source)}{error}"
    found = re.search(r"'([^']+)' is undefined|no attribute '([^']+)'", str(error))
    if isinstance(error, jinja2.UndefinedError) and found:
        return unknown_name(found[1] or found[2], known, source)
    return _run(error, source, known)


def _expression(source: str) -> str:
    """The only expression of a line, to be named; of several, none."""
    found = re.findall(r"\{\{.*?\}\}", source)
    return f"的 {found[0]} " if len(found) == 1 else "有一处"


_AT_RUN: Sequence[tuple[str, str, str]] = (
    ("TypeError", r"not callable", "在指标或文字的名称后面写了括号：只有函数才写括号，指标写作 {{ <指标> }}。"),
    ("TypeError", r"missing \d+ required|\) (?:takes|got)", "调用函数时，括号中的内容缺少、过多或不对，用法见 docs/prose.md。"),
    ("TypeError", r"Fact", "拿指标作比较或计算时，名称后面要写 .value，如 <指标>.value。"),
    ("TypeError", r"NoneType", "用不存在（为空）的值作了比较或计算：请先用 {% if 名称.value is not none %} 判断。"),
    ("AttributeError", r"^'(?:int|str|float)' object", "的函数要的是指标，应写指标的名称，不加引号，如 share(部分, 总数)。"),
    ("ZeroDivisionError", "", "的除数为 0：请先用 {% if 名称.value %} 判断，或改用 {{ share(部分, 总数) }}。"),
    ("KeyError|IndexError", "", "取用了不存在的项：请检查方括号中的名称或序号。"),
    ("TypeError|ValueError|AttributeError|UndefinedError", "", "的写法不对：函数的参数应为指标的名称或英文引号中的名称，用法见 docs/prose.md。"),
)  # fmt: skip
"""What goes wrong while a template runs: the error's type, its words, and ours; <指标> stands for a metric's name."""


def _run(error: Exception, source: str, known: Known) -> str:
    said, name = str(error), type(error).__name__
    function = re.search(r"([\w.<>]+)\(\) (?:missing|takes|got)", said)
    told = next((told for kind, words, told in _AT_RUN if re.fullmatch(kind, name) and re.search(words, said)), "")
    told = told.replace("<指标>", known.example("count"))
    if function and told:
        return told.replace("函数", f" {short(function[1])} ", 1)
    return told or plain(name, "", source)


_SYNTAX: Sequence[tuple[str, str]] = (
    (r"end of comment", "起的注释 {# 没有结尾 #}。"),
    (r"end of raw", "的 {% raw %} 没有结尾 {% endraw %}。"),
    (r"^(?:Expected an expression, got|unexpected) 'end of", "的花括号里是空的，或少写了名称：应写作 {{ 名称 }}、{% if 名称.value %}。"),
    (r"got '='", "的条件中比较相等要写两个等号 == 。"),
    (r"expected token 'in'", "的 {% for … %} 应写作 {% for 每一项 in 名单 %}。"),
    (r"unexpected '[)\]]'|expected '[)\]]'", "的括号没有配对。"),
    (r"unexpected '[}%]'|unexpected end of template|expected token ':', got '}'|tag name expected|got 'end of (?:template|file)", "的花括号没有配对：数字应写作 {{ 名称 }}，条件应写作 {% if … %}，两边成对。"),
    (r"expected token 'end of", "的花括号里少了运算符、引号或结尾的花括号：应写作 {{ 名称 }}、{% if … %}。"),
    (r"", "的模板写法有误：数字应写作 {{ 名称 }}，条件应写作 {% if … %}，写法见 docs/prose.md。"),
)  # fmt: skip
"""What Jinja can't read: its words, and ours."""


def _syntax(said: str, source: str, known: Known) -> str:
    titled = [inner for inner in re.findall(r"\{\{\s*([^{}]*?)\s*\}\}", source) if inner in known.titles]
    if titled:
        return unknown_name(titled[0], known, source)
    if found := re.search(r"unexpected char (?:'(.)'|\"(.)\")", said):
        return _mark(found[1] or found[2], source)
    if found := re.search(r"unknown tag '([^']+)'", said):
        return _tag(found[1])
    if re.search(r"\{%\s*else\s+if\b", source):
        return "的 {% else if … %} 应写作 {% elif … %}。"
    return next(told for pattern, told in _SYNTAX if re.search(pattern, said))


def _tag(tag: str) -> str:
    near = {"end": "endif 或 endfor", "elseif": "elif", "elsif": "elif"}.get(tag)
    near = near or next(iter(difflib.get_close_matches(tag, TAGS, n=1)), "")
    return f"的 {{% {tag} … %}} 不认识。" + (f"是否应为 {near}？" if near else f"可用的有 {'、'.join(TAGS)}。")


def _mark(char: str, source: str) -> str:
    """Words for a character that no expression may hold: the line's first Chinese mark, if that is to blame."""
    inside = "".join(re.findall(r"\{[{%](.*?)(?:[%}]\}|$)", source))
    wrong = (
        char if char in CHINESE_QUOTES or char in FULL_WIDTH else next((c for c in inside if c in CHINESE_QUOTES), char)
    )
    if wrong in CHINESE_QUOTES:
        return f"用了中文引号{wrong}，应为英文引号 {CHINESE_QUOTES[wrong]}。"
    if wrong in FULL_WIDTH:
        return f"的花括号里用了全角的{wrong}，应为半角的 {FULL_WIDTH[wrong]} 。"
    if wrong in "\"'":
        return "的花括号里引号没有配对。"
    return f"的花括号里有不认识的符号“{wrong}”。"


def unknown_name(name: str, known: Known, source: str) -> str:
    """Words for a name that isn't known: what to write, where that can be told; `source` is the line it stands in."""
    told, titles, top = f"引用了不认识的名称 {name}。", known.titles, known.top
    metric = known.catalogue.get(name)
    if metric and name not in known.names:
        above = metric.levels[0] not in COUNTY
        return told + (
            f"{metric.title}只有{top.name}的数，写作 {{{{ {top.level}.{name} }}}}。"
            if above
            else f"{metric.title}只用于县级反馈。"
        )
    if _CHINESE.search(name):
        title = name if name in titles else next(iter(_near_titles(name, titles)), "")
        if title:
            wanted = titles[title]
            if f"{top.level}.{name}" in source or (wanted in known.catalogue and wanted not in known.names):
                wanted = f"{top.level}.{wanted}"
            return f"{told}{title}写作 {{{{ {wanted} }}}}。"
    near = suggestion(unicodedata.normalize("NFKC", name), [*known.names, *known.catalogue])
    return told + (near or "可用的名称见 docs/prose.md 和 docs/methodology.md。")


def _near_titles(name: str, titles: Mapping[str, str]) -> list[str]:
    near = difflib.get_close_matches(name, titles, n=1, cutoff=0.6)
    held = sorted((title for title in titles if title in name or (len(name) > 1 and name in title)), key=len)
    return near or held[:1]
