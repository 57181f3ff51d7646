"""What an analyst mistypes in a `%%prose` cell and Jinja or Markdown would print as it stands; all of it is refused."""

from __future__ import annotations

import ast
import difflib
import re
import warnings
from collections.abc import Container, Iterator

from markdown_it import MarkdownIt

from bulletin.project.errors import BulletinError

Lexeme = tuple[int, str, str]
"""A lexeme of Jinja's: line, kind, text."""

_PROSE = "%%prose"
_LOST = f"这一单元格开头缺少 {_PROSE}：请在单元格的第一行单独写上 {_PROSE}，正文从第二行起。"
_BRACES = re.compile(r"[{}｛｝]+(?:[^{}｛｝\n]{0,20}[{}｛｝]+)?")
_HEADING = re.compile(r"^[ \t\u3000]*(?:[#＃]*＃|#+(?=[^#\s])|#{7,})[^\n]*", re.MULTILINE)
_MAGIC = re.compile(r"^[ \t]*[%％]{1,2}[ \t]*[A-Za-z][^\n]*", re.MULTILINE)
_BARE_TAG = re.compile(
    r"(?<![A-Za-z_])(?:[%％][ \t]*)?(?:endif|endfor|endset|elif|else)(?![A-Za-z_])|[%％][ \t]*(?:if|for|set)[ \t][^\n]*"
)
_NAME = re.compile(r"(?<![A-Za-z0-9_.&#/-])[a-z][a-z0-9]*(?:_[a-z0-9]+)*(?![A-Za-z0-9_])")
_LEFT_OVER = re.compile(r"\*\*|__|~~|^\|", re.MULTILINE)
_ENTITY = re.compile(r"&#\d+;")
_MARKDOWN = MarkdownIt("commonmark").enable("table")
_MARKS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_PROSE_LINE = re.compile(r"\s*(?:#{2,}|＃|\{\{|\{%|｛|\d*[\u3001-\u303f\u3400-\u9fff\uff08《“（])")
_ASSIGNED = re.compile(r"\s*\w+(?:\s*,\s*\w+)*\s*=")
_CHINESE = re.compile(r"[\u3400-\u9fff]")


def refuse_slips(lexemes: list[Lexeme], metrics: Container[str]) -> None:
    """Refuse a template whose text, outside the marks of Jinja, would print what isn't meant: a metric's name, say.

    Raises:
        BulletinError: `bad-prose` with the line.

    """
    for line, kind, text in lexemes:
        if kind == "data":
            for place, told in _in_text(text, metrics):
                raise BulletinError("bad-prose", f"第 {line + text.count(chr(10), 0, place)} 行{told}")


def refuse_markdown_slips(source: str, metrics: Container[str]) -> None:
    """Refuse a Markdown cell that holds what only a `%%prose` cell may, or a slip.

    Raises:
        BulletinError: `bad-prose` with the line.

    """
    refuse_templates(source, "Markdown")
    refuse_slips([(1, "data", source)], metrics)


def refuse_templates(source: str, kind: str) -> None:
    """Refuse a cell of that kind, which isn't code, but holds what only a `%%prose` cell may.

    Raises:
        BulletinError: `bad-prose` with the line.

    """
    found = _MARKS.search(source) or re.match(r"\s*[%％]+\s*prose\b.*", source, re.IGNORECASE)
    if found:
        line = source.count("\n", 0, found.start() + len(found[0]) - len(found[0].lstrip())) + 1
        raise BulletinError(
            "bad-prose",
            f"第 {line} 行有“{found[0].strip()}”，但这一单元格是 {kind} 单元格，其中的数字不会填入。"
            f"请把单元格类型改为“代码”（Code），第一行写 {_PROSE}。",
        )


def _in_text(text: str, metrics: Container[str]) -> Iterator[tuple[int, str]]:
    """Each slip of a stretch of text: its place, and what to say of it."""
    for found in _BRACES.finditer(text):
        shown = found[0].strip()
        if "｛" in shown or "｝" in shown:
            yield found.start(), f"的“{shown}”用了全角花括号，应为半角：{{{{ 名称 }}}}。"
        else:
            yield (
                found.start(),
                f"有多余或没有配对的花括号“{shown}”：数字应写作 {{{{ 名称 }}}}，条件应写作 {{% if … %}}，两边成对。",
            )
    for found in _HEADING.finditer(text):
        mark, words = re.match(r"([#＃]+)\s*(.*)", found[0].strip()).groups()  # type: ignore[union-attr]  # as found
        if len(mark) > 6:
            yield found.start(), f"的“{mark}”过多：标题用 2 至 5 个 #，后空一格。"
        else:
            why = "的 ＃ 是全角的" if "＃" in mark else "的标题在 # 后缺少空格"
            yield found.start(), f"{why}：“{found[0].strip()}”应写作“{'#' * len(mark)} {words}”。"
    for found in _BARE_TAG.finditer(text):
        yield (
            found.start(),
            f"的“{found[0].strip()}”没有写在 {{% %}} 中，会原样印出：应写作 {{% {found[0].strip(' %％')} %}}。",
        )
    for found in _MAGIC.finditer(text):
        yield found.start(), f"的“{found[0].strip()}”会原样印出：{_PROSE} 只写在单元格的第一行。"
    for found in _NAME.finditer(text):
        if found[0] in metrics:
            yield found.start(), f"的 {found[0]} 没有写在 {{{{ }}}} 中，会原样印出：应写作 {{{{ {found[0]} }}}}。"


def refuse_left_over(markdown: str, template: str) -> None:
    """Refuse marks of Markdown that mark nothing and so would be printed, such as `**` without its end.

    Raises:
        BulletinError: `bad-prose` with the line.

    """
    for token in _MARKDOWN.parse(_ENTITY.sub("□", markdown)):
        for child in token.children or []:
            found = _LEFT_OVER.search(child.content) if child.type == "text" else None
            if found:
                lines = [number for number, line in enumerate(template.split("\n"), start=1) if found[0] in line]
                where = f"第 {lines[0]} 行" if lines else "正文"
                advice = "表格须有第二行 | --- |" if found[0] == "|" else "请成对书写，两边不要紧贴标点，或删去"
                raise BulletinError("bad-prose", f"{where}的“{found[0]}”不起作用，会原样印出：{advice}。")


def unindented(markdown: str) -> str:
    """The Markdown without the blanks that would make code of a paragraph: indented inside of {% if %}, say."""
    lines = markdown.split("\n")
    for _ in lines:
        blocks = [token.map for token in _MARKDOWN.parse("\n".join(lines)) if token.type == "code_block" and token.map]
        if not blocks:
            break
        for first, end in blocks:
            lines[first:end] = [line.lstrip(" \t") for line in lines[first:end]]
    return "\n".join(lines)


def refuse_lost_magic(source: str) -> None:
    """Refuse a code cell that is prose but doesn't begin with `%%prose`, or has nothing but that.

    Raises:
        BulletinError: `bad-prose`.

    """
    lines = source.strip().split("\n")
    first = lines[0].strip()
    if re.match(rf"{_PROSE}(?!\w)", first):
        if first != _PROSE:
            raise BulletinError("bad-prose", f"{_PROSE} 应独占第一行，现为“{first}”：正文从第二行起。")
        if len(lines) == 1:
            raise BulletinError("bad-prose", f"{_PROSE} 下面没有正文：请写上正文，或删去这一单元格。")
        return
    magic = re.match(r"[%％]+\s*(\w+)", first)
    if magic and difflib.get_close_matches(magic[1].lower(), ["prose"], cutoff=0.7):
        raise BulletinError(
            "bad-prose", f"第一行的“{first}”应写作 {_PROSE}（两个半角百分号，小写，中间没有空格），独占一行。"
        )
    if is_prose(source):
        raise BulletinError("bad-prose", _LOST)


def is_prose(source: str) -> bool:
    """Whether a code cell holds Chinese prose or a template: it isn't Python, or nothing but headings."""
    lines = [line for line in source.splitlines() if line.strip()]
    if not lines or lines[0].lstrip().startswith(("%", "!")):
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(re.sub(r"^[ \t]*[%!].*$", "pass", source, flags=re.MULTILINE)).body
    except (SyntaxError, ValueError):
        told = [line for line in lines if not re.match(r"\s*#(?!#)", line)] or lines
        return bool(_PROSE_LINE.match(told[0]) and not _ASSIGNED.match(told[0])) or any(
            re.match(r"\s*\{%", line) for line in lines
        )
    return not body and bool(re.match(r"\s*##+\s*\S", lines[0]) and _CHINESE.search(lines[0]))


TAGS = ("if", "elif", "else", "endif", "for", "endfor", "set", "endset")
_CLOSES = {"endif": "if", "endfor": "for", "endset": "set", "elif": "if"}


def refuse_unclosed(lexemes: list[Lexeme]) -> None:
    """Refuse blocks that aren't closed, by the line where they begin, and ends that close nothing.

    Raises:
        BulletinError: `bad-prose` with the line.

    """
    open_blocks: list[tuple[int, str]] = []
    for line, words in _tags(lexemes):
        tag = words[0]
        if tag not in TAGS:
            return  # Jinja refuses it
        if tag in ("if", "for") or (tag == "set" and "=" not in words):
            open_blocks.append((line, tag))
        elif tag in _CLOSES:
            wanted = _CLOSES[tag]
            if not open_blocks:
                raise BulletinError(
                    "bad-prose", f"第 {line} 行多了一个 {{% {tag} %}}：前面没有与它配对的 {{% {wanted} … %}}。"
                )
            begun, current = open_blocks[-1]
            if current != wanted:
                raise BulletinError(
                    "bad-prose",
                    f"第 {begun} 行的 {{% {current} … %}} 还没有 {{% end{current} %}}，第 {line} 行就出现了 {{% {tag} %}}。",
                )
            if tag.startswith("end"):
                open_blocks.pop()
        elif tag == "else" and not open_blocks:
            raise BulletinError("bad-prose", f"第 {line} 行多了一个 {{% else %}}：前面没有与它配对的 {{% if … %}}。")
    if open_blocks:
        line, tag = open_blocks[-1]
        raise BulletinError(
            "bad-prose", f"第 {line} 行的 {{% {tag} … %}} 没有结尾：请在它的内容之后写上 {{% end{tag} %}}。"
        )


def _tags(lexemes: list[Lexeme]) -> Iterator[tuple[int, list[str]]]:
    """Each {% … %}: its line and its words."""
    words: list[str] | None = None
    begun = 0
    for line, kind, text in lexemes:
        if kind == "block_begin":
            words, begun = [], line
        elif kind == "block_end" and words:
            yield begun, words
            words = None
        elif words is not None and kind != "whitespace":
            words.append(text)
