"""facts.csv read back: another build's or another period's figures, for comparing."""

from __future__ import annotations

import contextlib
import csv
import io
import re
import unicodedata
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from bulletin.errors import BulletinError, told
from bulletin.facts import COLUMNS, Fact, Facts, decimal_value, format_figure
from bulletin.metrics.catalogue import METRICS
from bulletin.metrics.figures import CITY
from bulletin.periods import parse_period
from bulletin.project import find_project
from bulletin.spreadsheet import as_written
from bulletin.unseen import UNSEEN

FACTS = "facts.csv"
"""The file's name in a period's outputs."""

_WHOLE = re.compile(r"[0-9]{1,12}")
_RATE = re.compile(r"0(?:\.[0-9]{1,40})?|1(?:\.0{1,40})?")
_COUNTY = re.compile(r"\S{1,200}")  # six digits as a rule, but whatever the records call a county
_SHOWN = 30
"""How many faults a message lists."""


class _FaultError(Exception):
    """What is wrong in one row, in Chinese."""


def find_facts(named: str, outputs: Path | None = None) -> tuple[Path, str]:
    """The facts.csv of a built period, in a folder, or at a path; with what to call it.

    A period is looked for in `outputs`, by default the project's. A folder of the same name is `./2023`.

    Raises:
        BulletinError: `no-facts`, with the places that were looked at.

    """
    places = [(Path(named) / FACTS, named), (Path(named), named)]
    with contextlib.suppress(BulletinError):  # it's no period, or there's no project here
        period = parse_period(named)
        places.insert(0, ((outputs or find_project().outputs) / period.name / FACTS, period.title))
    for path, title in places:
        with contextlib.suppress(OSError):  # too long a name, say
            if path.is_file():
                return path, title
    looked = "、".join(str(path) for path, _ in places)
    raise BulletinError(
        "no-facts",
        f"找不到“{named}”的指标，找过 {looked}。请写已生成的期间（如 2023）、含 {FACTS} 的文件夹或 {FACTS} 本身。",
    )


def read_facts(path: Path) -> Facts:
    """Read a facts.csv, in the order that `make_facts` gives whatever the order of the file.

    A rate with numerator and denominator is exactly their quotient; one without has the 12 digits that the file
    states. Another version's metrics are faults, for a figure that nobody compares must not pass unseen; metrics
    that the file lacks are simply not stated. Columns beyond those of metrics.md are passed over.

    Raises:
        BulletinError: `bad-facts`, with all faults, each with its row.

    """
    header, *rows = _lines(path)
    wrong = [name for name in COLUMNS if header.count(name) != 1]
    if wrong:
        raise _bad(path, [f"不是指标文件 facts.csv：第1行应各有一列 {'、'.join(wrong)}"])
    facts: dict[tuple[str, str], Fact] = {}
    names: dict[str, str] = {}
    faults: list[str] = []
    for number, row in enumerate(rows, start=2):
        if not any(row):
            continue
        try:
            if UNSEEN.search("".join(row)) or not set("\r\n").isdisjoint("".join(row)):
                raise _FaultError("含有控制字符")
            if len(row) != len(header):
                raise _FaultError(f"有 {len(row)} 格，应为 {len(header)} 格")
            fact = _fact(dict(zip(header, row, strict=True)))
            if (fact.metric, fact.scope) in facts:
                raise _FaultError(f"指标 {fact.metric} 在范围 {fact.scope} 中重复")
            if names.setdefault(fact.scope, fact.scope_name) != fact.scope_name:
                raise _FaultError(f"范围 {fact.scope} 的名称为“{fact.scope_name}”，前面为“{names[fact.scope]}”")
        except _FaultError as fault:
            faults.append(f"第{number}行：{fault}")
        else:
            facts[fact.metric, fact.scope] = fact
    if not any(CITY in row for row in rows):
        faults.append(f"没有全市的指标（scope 为 {CITY} 的行）")
    if faults:
        raise _bad(path, faults)
    metrics = list(METRICS)
    order = sorted(facts, key=lambda key: (key[1] != CITY, key[1], metrics.index(key[0])))
    return Facts([facts[key] for key in order])


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


def _fact(row: dict[str, str]) -> Fact:
    name, scope, text = row["metric"], as_written(row["scope"]), row["text"]
    if name not in METRICS:
        raise _FaultError(f"没有名为“{name}”的指标，可能出自本软件的其他版本，请用当前版本重新生成")
    metric = METRICS[name]
    if scope != CITY and not (_COUNTY.fullmatch(scope) and unicodedata.is_normalized("NFKC", scope)):
        raise _FaultError(f"范围“{scope}”应为 {CITY} 或行政区划代码")
    if not metric.exists_in(city=scope == CITY):
        raise _FaultError(f"指标 {name} 不适用于范围 {scope}")
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
    return Fact(name, scope, as_written(row["scope_name"]), value, numerator, denominator)


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
