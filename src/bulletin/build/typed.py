"""Figures that are typed by hand in a notebook's prose, where a fact should stand: told, never refused."""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache

import nbformat
from nbformat import NotebookNode

from bulletin.build.build import Built
from bulletin.build.jobs import report_jobs
from bulletin.facts.facts import Fact, Facts
from bulletin.facts.metric import Catalogue
from bulletin.project.paths import Project

_TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|</?[a-z][^>]*>", re.DOTALL)
_WIDE = {wide: unicodedata.normalize("NFKC", chr(wide)) for wide in (*range(0xFF10, 0xFF1A), 0xFF0E, 0xFF05)}
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_TENS = {"十": 10, "百": 100, "千": 1000, "万": 10000}
_CHINESE_NUMBER = f"[{''.join([*_DIGITS, *_TENS])}]+"

_COUNTERS = "个家名人份座处条起次位项户台宗例倍件批场张"
"""What anything is counted with; a field's own counters come with its metrics."""


@cache
def _number(counters: str) -> re.Pattern[str]:
    after = rf"(?P<blank>\s*)(?P<unit>[%‰]|个?百分点|[余多]?[万亿]?[{counters}])"
    return re.compile(
        rf"(?<![\d.A-Za-z])(?P<percent>百分之)?(?P<number>\d+(?:,\d{{3}})*(?:\.\d+)?|{_CHINESE_NUMBER}(?:点{_CHINESE_NUMBER})?)"
        rf"(?:{after})?(?![A-Za-z])"
    )


_STATED = re.compile(r"(?:率|数|量|比例|合计|共计|总计)\s*(?:只|仅|均|约|近)?\s*(?:为|是|达到?|有|[:：])?\s*$")
"""What comes before a figure without a unit: 配备率为66.67."""

_NO_FIGURE_BEFORE = re.compile(
    r"(?:第|第\d+[至到、—～~-]|(?<!平均)每[^，。；：\n]{0,12}|不(?:得|应|能)?(?:少于|低于|超过|多于|高于|大于|小于)|至少|至多|最多|最少|最低|最高|连续|满|逾期|附件|附表|图|表|注|之|逢|[〔（(]\d+[〕）)])\s*$"
)
"""What comes before a number that a rule or a reference holds."""

_NO_FIGURE_AFTER = re.compile(
    r"(?:及|或|含)?以[上下内]|个?(?:工作日|自然日|月|季度|小时|星期|周|年|日)|[个项条件]?(?:方面|环节|阶段|层面|步骤|必须|严禁|坚持|一律|不准|不得|"
    r"重点|时段|措施|要求|规定|意见|建议|原则|条款|制度|任务|工作)|(?<=人)[一二两三四五六七八九\d]|次(?:会议|全会|常委会)|人次?(?:一|为一)"
)
_RANK = re.compile(r"(?:排名?|居|列|位列|名列|位居)[^，。；\n]{0,8}第\s*$")


@dataclass(frozen=True)
class TypedFigure:
    """A figure typed in a cell: where, in which words, and the fact that should stand there, if one is known."""

    cell: int
    line: int
    words: str
    number: str
    fact: Fact | None = None
    name: str = ""

    def __str__(self) -> str:
        told = f"第 {self.cell} 个单元格第 {self.line} 行“{self.words}”中的 {self.number} 是手工填写的："
        if self.fact is None:
            return f"{told}期间一变就不对。能由指标给出的，请写作 {{{{ 名称 }}}}，名称见 docs/methodology.md"
        of = f"，{self.fact.scope.name}" if self.fact.scope.parent else ""
        if self.name.startswith("compared("):
            return f"{told}与上一期相比的变化请写作 {{{{ {self.name} }}}}"
        return f"{told}指标 {self.fact.metric.name}（{self.fact.title}{of}）为 {self.fact.text}，请写作 {{{{ {self.name} }}}}"


def typed_figures(notebook: NotebookNode, facts: Facts, scope: str) -> list[TypedFigure]:
    """Find the figures that are typed in the prose of a notebook as its file has it; `scope` is whom it is run for."""
    found: list[TypedFigure] = []
    counters = "".join(sorted({*_COUNTERS, *(char for metric in facts.catalogue.values() for char in metric.counted)}))
    for number, cell in enumerate(notebook.cells, start=1):
        is_prose = cell.cell_type == "code" and cell.source.lstrip().startswith("%%prose")
        if is_prose or cell.cell_type == "markdown":
            text = _TEMPLATE.sub(lambda mark: re.sub(r"[^\n]", "□", mark[0]), cell.source).translate(_WIDE)
            for line, (words, typed) in enumerate(zip(text.split("\n"), cell.source.split("\n"), strict=True), start=1):
                found += [
                    TypedFigure(number, line, *_shown(each, typed), *_fact(each, facts, scope))
                    for each in _number(counters).finditer(words)
                    if _is_figure(each, facts.catalogue)
                ]
    return found


def _shown(found: re.Match[str], typed: str) -> tuple[str, str]:
    """The words round a figure, and the figure, as they are typed."""
    before, after = found.string[: found.start()], found.string[found.end() :]
    begin = max([mark.end() for mark in re.finditer(r"[，。；：、（）\s□]", before)] + [0, found.start() - 8])
    end = re.search(r"[，。；：、（）□]|$", after)
    number = typed[found.start() : found.end("unit" if found["unit"] in ("%", "‰") else "number")]
    return typed[begin : found.end() + min(end.start() if end else 0, 3)].strip(), number


def _is_figure(found: re.Match[str], catalogue: Catalogue) -> bool:
    before, after = found.string[: found.start()], found.string[found.end("number") :]
    unit, number = found["unit"] or "", found["number"]
    if found["percent"]:
        return number != "百"  # 百分之百 is a word
    if not number[0].isdigit():
        value = chinese_value(number)
        if value is None or value < 10 or not unit or unit[0] in "万亿":
            return False
    if _RANK.search(before):
        return unit in ("位", "名")
    if (
        _NO_FIGURE_BEFORE.search(before)
        or _NO_FIGURE_AFTER.match(after.lstrip())
        or _is_label(number, before, after, catalogue)
    ):
        return False
    if not unit:
        ends = not after or after[0] in "，。；、：）\n"
        return ends and bool(_STATED.search(before)) and not re.fullmatch(r"(?:19|20)\d\d", number)
    return not _NO_FIGURE_AFTER.match(after.lstrip()[len(unit) :].lstrip())


def _is_label(number: str, before: str, after: str, catalogue: Catalogue) -> bool:
    """Whether the number belongs to a metric's own title: 监管2家企业."""
    label = before[-2:] + number + after[:1]
    return len(label) > len(number) + 2 and any(label in metric.title for metric in catalogue.values())


def chinese_value(text: str) -> int | None:
    """The value of a Chinese numeral (十四, 一百七十三); None where it's none."""
    total = section = digit = 0
    for char in text:
        if char in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[char]
        elif char in _TENS:
            section += (digit or 1) * _TENS[char] if char != "万" else 0
            if char == "万":
                total, section = (total + section + digit) * 10000, 0
            digit = 0
        else:
            return None
    return total + section + digit


def _value(found: re.Match[str]) -> Fraction | None:
    bare = found["number"].replace(",", "")
    if bare[0].isdigit():
        return Fraction(Decimal(bare))
    whole, _, rest = bare.partition("点")
    value = chinese_value(whole)
    if value is None or any(char not in _DIGITS for char in rest):
        return None
    return Fraction(f"{value}.{''.join(str(_DIGITS[char]) for char in rest) or 0}")


def _fact(found: re.Match[str], facts: Facts, scope: str) -> tuple[Fact | None, str]:
    """The fact that should stand in place of a figure, and how a template names it."""
    clause = _clause(found.string, found.start())
    top = facts.top
    place = top.code if top.name in clause else scope
    prefix = f"{top.level}." if place != scope else ""
    unit = _unit(found, clause)
    fitting = [fact for fact in facts.of(place).values() if fact.unit == unit]
    counted = _counted(found, clause, facts.catalogue) if unit == "count" else ""
    fitting = [fact for fact in fitting if not counted or fact.metric.counted == counted]
    ranked = sorted(fitting, key=lambda fact: ("未" in fact.title) != bool(_NONE.search(clause)))
    ranked = sorted(ranked, key=lambda fact: -_likeness(fact.title, clause))
    likely = [fact for fact in ranked if _is_likely(fact, clause, counted=bool(counted))]
    if _CHANGED.search(clause) or "百分点" in (found["unit"] or ""):
        word = "" if unit == "rate" else f', "{found["unit"]}"'
        return (likely[0], f'compared("{likely[0].metric.name}"{word})') if likely else (None, "")
    value = _value(found)
    equal = [fact for fact in ranked if value is not None and _equals(fact, value)]
    if equal and likely and _likeness(likely[0].title, clause) > max(3, _likeness(equal[0].title, clause)):
        equal = []  # that value is another's by chance: the words name this one
    best = next(iter([*equal, *likely]), None)
    return (best, prefix + best.metric.name) if best else (None, "")


_NONE = re.compile("未|没有|均无")
_PART = re.compile("仍|尚|涉及|缺|其中|增|减|新|停")
_CHANGED = re.compile(r"(?:较|比)[^，。；]{0,8}(?:上升|下降|提高|降低|增|减|多|少)|同比|环比")


def _is_likely(fact: Fact, clause: str, *, counted: bool) -> bool:
    """Whether the words speak of just this fact, whatever number they state."""
    alike = _likeness(fact.title, clause)
    if counted and not _CHANGED.search(clause):
        return not _PART.search(clause) and ("未" in fact.title) == bool(_NONE.search(clause))
    return alike >= (2 if counted else 3)


def _unit(found: re.Match[str], clause: str) -> str:
    unit = found["unit"] or ""
    if found.string[: found.start()].endswith("第"):
        return "rank"
    if found["percent"] or unit in ("%", "‰") or "百分点" in unit or (not unit and "率" in clause):
        return "rate"
    return "count"


def _counted(found: re.Match[str], clause: str, catalogue: Catalogue) -> str:
    """Return with what is counted, as metrics have it (`Metric.counted`); nothing where it isn't told."""
    after = found.string[found.end("number") :]
    near = re.match(r"\s*[余多]?\s*([^，。；、□]{0,4})", after)
    counted = near[1] if near else ""
    known = list(dict.fromkeys(metric.counted for metric in catalogue.values() if metric.counted))
    if counted.startswith("个"):
        told = (words for words in known if any(word in counted for word in words))
        return next(told, next((words for words in known if words[0] in clause), ""))
    return next((words for words in known if counted.startswith(tuple(words))), "")


def _clause(line: str, at: int) -> str:
    """The words round a figure up to the next marks."""
    begin = max(line.rfind(mark, 0, at) for mark in "。；，\n") + 1
    ends = [end for mark in "。；，" if (end := line.find(mark, at)) >= 0]
    return line[begin : min(ends, default=len(line))]


def _likeness(title: str, clause: str) -> int:
    """How many characters of the title in a row stand in the words."""
    words = re.sub(r"[\d□]+", "", clause)
    match = difflib.SequenceMatcher(None, title, words, autojunk=False).find_longest_match()
    return match.size


def _equals(fact: Fact, value: Fraction) -> bool:
    if fact.value is None:
        return False
    if fact.unit == "rate":
        text = fact.text.rstrip("%")
        return bool(re.fullmatch(r"[\d.]+", text)) and Fraction(text) == value
    return fact.value == value


def typed_lines(project: Project, built: Built) -> list[str]:
    """Say what is typed by hand in the notebooks that a build has run, each of them looked at once."""
    ran = {outcome.folder for outcome in built.outcomes if not outcome.error}
    jobs = [job for job in report_jobs(project, built.results) if job.folder in ran]
    first = {job.notebook: job.scope.code for job in reversed(jobs)}
    lines = [
        f"  {path.name} {typed}"
        for path, scope in sorted(first.items())
        for typed in typed_figures(nbformat.read(path, as_version=4), built.results.facts, scope)
    ]
    return ["", "笔记本正文中手工填写的数字（不妨碍生成，但换一个期间或县就不对了）：", *lines] if lines else []
