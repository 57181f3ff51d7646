"""facts.csv read back: another build's or another period's figures, for comparing."""

from __future__ import annotations

import contextlib
import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from bulletin.facts.facts import COLUMNS, Fact, Facts, decimal_value, format_figure
from bulletin.facts.figures import CITY, WHOLE, Scope
from bulletin.facts.metric import Catalogue
from bulletin.project.earlier import FACTS, period_of
from bulletin.project.errors import BulletinError, told
from bulletin.project.paths import find_project
from bulletin.project.periods import parse_period
from bulletin.project.spreadsheet import as_written
from bulletin.project.unseen import UNSEEN

_WHOLE = re.compile(r"[0-9]{1,12}")
_RATE = re.compile(r"0(?:\.[0-9]{1,40})?|1(?:\.0{1,40})?")
_CODE = re.compile(r"\S{1,200}")  # six digits as a rule, but whatever the records call a county
_PERIOD = "period"
_SHOWN = 30
"""How many faults a message lists."""


class _FaultError(Exception):
    """What is wrong in one row, in Chinese."""


@dataclass(frozen=True)
class FactsFile:
    """A facts.csv as it was named: `title` is what to call it, `period` the period that it was named by, if it was."""

    path: Path
    title: str
    period: str | None = None

    def titled(self, facts: Facts) -> str:
        """Return what to call it, once read: a file that was named by its path says its period too."""
        return (
            self.title if self.period or facts.period is None else f"{parse_period(facts.period).title}（{self.title}）"
        )


def find_facts(named: str, outputs: Path | None = None) -> FactsFile:
    """The facts.csv of a built period, in a folder, or at a path.

    A period is looked for in `outputs`, by default the project's. A folder of the same name is `./2023`.

    Raises:
        BulletinError: `no-facts`, with the places that were looked at.

    """
    places = [FactsFile(Path(named) / FACTS, named), FactsFile(Path(named), named)]
    with contextlib.suppress(BulletinError):  # it's no period, or there's no project here
        period = parse_period(named)
        built = (outputs or find_project().outputs) / period.name / FACTS
        places.insert(0, FactsFile(built, period.title, period.name))
    for place in places:
        with contextlib.suppress(OSError):  # too long a name, say
            if place.path.is_file():
                return place
    looked = "、".join(str(place.path) for place in places)
    raise BulletinError(
        "no-facts",
        f"找不到“{named}”的指标，找过 {looked}。请写已生成的期间（如 2023）、含 {FACTS} 的文件夹或 {FACTS} 本身。",
    )


def read_facts(path: Path, catalogue: Catalogue) -> Facts:
    """Read a facts.csv, in the order that `make_facts` gives whatever the order of the file.

    A rate with numerator and denominator is exactly their quotient; one without has the 12 digits that the file
    states. Another version's metrics are faults, for a figure that nobody compares must not pass unseen; metrics
    that the file lacks are simply not stated. Columns beyond those of metrics.md are passed over. A file of an
    older version has no column `period`: its facts don't say what they are of.

    Raises:
        BulletinError: `bad-facts`, with all faults, each with its row.

    """
    header, *rows = _lines(path)
    wrong = [name for name in COLUMNS if header.count(name) != 1 and name != _PERIOD]
    if header.count(_PERIOD) > 1:
        wrong.append(_PERIOD)
    if wrong:
        raise _bad(path, [f"不是指标文件 facts.csv：第1行应各有一列 {'、'.join(wrong)}"])
    facts: dict[tuple[str, str], Fact] = {}
    names: dict[str, str] = {}
    faults: list[str] = []
    periods: dict[str, int] = {}
    for number, row in enumerate(rows, start=2):
        if not any(row):
            continue
        try:
            fact = _fact(_cells(header, row), catalogue)
            metric, scope = fact.metric.name, fact.scope
            if (metric, scope.code) in facts:
                raise _FaultError(f"指标 {metric} 在范围 {scope.code} 中重复")
            if names.setdefault(scope.code, scope.name) != scope.name:
                raise _FaultError(f"范围 {scope.code} 的名称为“{scope.name}”，前面为“{names[scope.code]}”")
        except _FaultError as fault:
            faults.append(f"第{number}行：{fault}")
        else:
            facts[metric, scope.code] = fact
            if _PERIOD in header:
                periods.setdefault(row[header.index(_PERIOD)], number)
    faults += _period_faults(periods)
    if not any(CITY in row for row in rows):
        faults.append(f"没有全市的指标（scope 为 {CITY} 的行）")
    if faults:
        raise _bad(path, faults)
    metrics = list(catalogue)
    order = sorted(facts, key=lambda key: (key[1] != CITY, key[1], metrics.index(key[0])))
    return Facts([facts[key] for key in order], catalogue, next(iter(periods), None) or None)


def read_facts_of(path: Path, catalogue: Catalogue, period: str | None, advice: str) -> Facts:
    """Read the facts.csv of a period: the file says itself which it's of, or is told by `period`.

    `advice` says what to do where neither is so, or the two are different.

    Raises:
        BulletinError: as `read_facts`; `no-period`; `other-period`, naming both.

    """
    facts = read_facts(path, catalogue)
    if facts.period is None and period is None:
        raise BulletinError("no-period", f"{path} 没有写明是哪个期间的指标（没有 {_PERIOD} 一列）。{advice}")
    if period is not None and facts.period not in (None, period):
        raise BulletinError("other-period", f"{path} 是 {facts.period} 的指标，不是 {period} 的。{advice}")
    return facts if facts.period else Facts(list(facts), catalogue, period)


def read_named_facts(files: Sequence[FactsFile], catalogue: Catalogue, told: Sequence[str]) -> list[Facts]:
    """Read files of facts that a user named; `told` has the periods of those that don't say theirs, in their order.

    Raises:
        BulletinError: as `read_facts_of`; `bad-period`; `period-told` where a period is told of no file.

    """
    waiting = [parse_period(name).name for name in told]
    read = []
    for file in files:
        stated = file.period or period_of(file.path)
        period = stated or (waiting.pop(0) if waiting else None)
        read.append(
            read_facts_of(
                file.path,
                catalogue,
                period,
                "请用 --period 写明它是哪个期间的，如 --period 2022；或换上那个期间的文件。",
            )
        )
    if waiting:
        names = "、".join(f"{file.title}（{facts.period}）" for file, facts in zip(files, read, strict=True))
        raise BulletinError(
            "period-told",
            f"--period {waiting[0]} 用不上：指标文件自己写明了期间：{names}。请去掉 --period，或换上那个期间的文件。",
        )
    return read


def _period_faults(periods: Mapping[str, int]) -> list[str]:
    """What is wrong with the periods that rows state, each with the first row that does."""
    faults = []
    for name, number in periods.items():
        try:
            known = not name or parse_period(name).name == name
        except BulletinError:
            known = False
        if not known:
            faults.append(f"第{number}行：{_PERIOD}“{name}”应为期间，写作 2023、2023Q4 或 2023-06")
    if len(periods) > 1:
        told = "、".join(f"“{name}”（第{number}行）" for name, number in periods.items())
        faults.append(f"{_PERIOD} 一列应处处相同，现有 {told}")
    return faults


def _bad(path: Path, faults: list[str]) -> BulletinError:
    lines = [f"{path} 有 {len(faults)} 处错误，无法读取：", *(f"  · {fault}" for fault in faults[:_SHOWN])]
    if len(faults) > _SHOWN:
        lines.append(f"  · 其余 {len(faults) - _SHOWN} 处略")
    lines.append("请使用 bulletin build 生成的原文件，不要在 Excel 中改动或另存。")
    return BulletinError("bad-facts", "\n".join(lines))


def _lines(path: Path) -> list[list[str]]:
    """The file's rows, at least one."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text, newline=""), strict=True)) or [[]]
    except OSError as error:
        raise _bad(path, [f"无法打开（{told(error)[0]}）"]) from error
    except UnicodeDecodeError as error:
        raise _bad(path, ["不是 UTF-8 编码的文本"]) from error
    except csv.Error as error:
        raise _bad(path, ["不是有效的 CSV：引号没有配对，或单元格过长"]) from error


def _cells(header: list[str], row: list[str]) -> dict[str, str]:
    """A row's cells by their columns."""
    if UNSEEN.search("".join(row)) or not set("\r\n").isdisjoint("".join(row)):
        raise _FaultError("含有控制字符")
    if len(row) != len(header):
        raise _FaultError(f"有 {len(row)} 格，应为 {len(header)} 格")
    return dict(zip(header, row, strict=True))


def _fact(row: dict[str, str], catalogue: Catalogue) -> Fact:
    name, code, text = row["metric"], as_written(row["scope"]), row["text"]
    if name not in catalogue:
        raise _FaultError(f"没有名为“{name}”的指标，可能出自本软件的其他版本，请用当前版本重新生成")
    metric = catalogue[name]
    if code != CITY and not (_CODE.fullmatch(code) and unicodedata.is_normalized("NFKC", code)):
        raise _FaultError(f"范围“{code}”应为 {CITY} 或行政区划代码")
    called = as_written(row["scope_name"])
    scope = Scope(CITY, called, WHOLE.level) if code == CITY else Scope(code, called, "county", CITY)
    if scope.level not in metric.levels:
        raise _FaultError(f"指标 {name} 不适用于范围 {code}")
    if not row["scope_name"]:
        raise _FaultError("范围名称为空")
    if row["unit"] != metric.unit:
        raise _FaultError(f"指标 {name} 的单位“{row['unit']}”应为 {metric.unit}")
    numerator, denominator = (_whole(part, row[part]) for part in ("numerator", "denominator"))
    value = _rate(row, numerator, denominator) if metric.unit == "rate" else _whole("value", row["value"])
    if metric.unit != "rate" and not numerator is denominator is None:
        raise _FaultError(f"指标 {name} 不应有分子和分母")
    if metric.unit == "flag" and value not in (None, 0, 1):
        raise _FaultError(f"value“{row['value']}”应为 0 或 1")
    if format_figure(value, metric.unit) != text:
        raise _FaultError(f"text“{text}”与 value“{row['value']}”不符，应为“{format_figure(value, metric.unit)}”")
    return Fact(metric, scope, value, numerator, denominator)


def _whole(column: str, cell: str) -> int | None:
    if not cell:
        return None
    if not _WHOLE.fullmatch(cell):
        raise _FaultError(f"{column}“{cell}”应为整数")
    return int(cell)


def _rate(row: dict[str, str], numerator: int | None, denominator: int | None) -> Fraction | None:
    cell = row["value"]
    if cell and not _RATE.fullmatch(cell):
        raise _FaultError(f"value“{cell}”应为 0 到 1 的小数")
    if numerator is None and denominator is None:
        return _stated(cell, row["text"]) if cell else None
    if numerator is None or not denominator:
        raise _FaultError("分子和分母应同时填写，分母应大于0")
    if decimal_value(Fraction(numerator, denominator)) != cell:
        quotient = decimal_value(Fraction(numerator, denominator))
        raise _FaultError(f"value“{cell}”与 {numerator}÷{denominator} 不符，应为 {quotient}")
    return Fraction(numerator, denominator)


def _stated(cell: str, text: str) -> Fraction:
    """The rate of that decimal.

    An exact rate just below one at which printing rounds up can become that one in 12 digits. The printed text
    tells; then the rate is taken a little below, where it's the same in 12 digits and prints as it did.
    """
    rate = Fraction(Decimal(cell))
    rounded = len(Decimal(cell).as_tuple().digits) == 12
    return rate - rate / 10**13 if rounded and format_figure(rate, "rate") != text else rate
