"""Which earlier period's facts a period is compared with: decided here, and nowhere else.

`previous` in the params names the period. Its facts are looked for in data/<period>/previous.csv, beside the records,
which other periods may share, and in outputs/<previous>/facts.csv. Nothing here needs pandas or pydantic.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bulletin.project.digests import digest_of_file
from bulletin.project.errors import BulletinError
from bulletin.project.paths import PREVIOUS, Project
from bulletin.project.periods import parse_period, right_before

if TYPE_CHECKING:
    from bulletin.project.params import Params

FACTS = "facts.csv"
"""The name of a period's facts in its outputs."""


@dataclass(frozen=True)
class EarlierFacts:
    """A file of facts, the period that they are of, and whether the file says so itself or the params do."""

    path: Path
    period: str
    stated: bool


@dataclass(frozen=True)
class Earlier:
    """What there is to compare with, if anything; `note` says why there's nothing, where something was looked for."""

    found: EarlierFacts | None
    note: str = ""


def find_earlier(project: Project, params: Params) -> Earlier:
    """Find the facts that a period is compared with.

    Raises:
        BulletinError: `other-period` where the period's own previous.csv is of another period than the params name,
            `no-period` where neither says which it is of.

    """
    own, named = project.root / "data" / params.period / PREVIOUS, params.previous
    if own.is_file():
        return Earlier(_own(own, params))
    beside = _beside_records(project, params)
    told = f"；{beside} {_of_period(beside)}，没有采用" if beside else ""
    if named is None:
        wanted = right_before(params.window.period).name
        return Earlier(
            None, f"没有与上一期比较：参数 previous 未填{told}。要比较的，请填写，如 {wanted}。" if told else ""
        )
    if beside and period_of(beside) == named:
        return Earlier(EarlierFacts(beside, named, stated=True))
    built = project.outputs / named / FACTS
    if built.is_file():
        _refuse_edited(built, named)
        return Earlier(EarlierFacts(built, named, period_of(built) is not None))
    advice = f"请先生成 {named}，或把它的指标放到 {own}。"
    return Earlier(None, f"没有与上一期比较：找不到 {named} 的指标，找过 {own}、{built}{told}。{advice}")


def _refuse_edited(built: Path, period: str) -> None:
    """Refuse another period's built facts that aren't as its manifest says: nobody knows what they are."""
    try:
        listed = json.loads((built.parent / "manifest.json").read_bytes())["files"][FACTS]
    except (OSError, ValueError, LookupError, TypeError):  # an older version's, or handed on alone
        return
    if listed != digest_of_file(built):
        raise BulletinError(
            "edited-facts",
            f"{built} 与生成时不同：被改动过，或那次生成没有完成，不能用来比较。请运行 bulletin build {period} 重新生成。",
        )


def _own(path: Path, params: Params) -> EarlierFacts:
    """The facts that stand in the period's own folder."""
    stated, where = period_of(path), f"params/{params.period}.yaml"
    named = params.previous or stated
    if named is None:
        raise BulletinError(
            "no-period",
            f'{path} 没有写明是哪个期间的指标（没有 period 一列）。请在 {where} 的 previous 写明，如 previous: "2023"。',
        )
    if stated not in (None, named):
        raise BulletinError(
            "other-period",
            f"{path} 是 {stated} 的指标，{where} 的 previous 写的是 {named}。"
            f"请改正 previous，或换上 {named} 的 {FACTS}（在 {named} 的结果文件夹中）。",
        )
    if parse_period(named).last >= parse_period(params.period).first:
        raise BulletinError(
            "other-period",
            f"{path} 是 {named} 的指标，不早于本期 {params.period}，不能作为上一期。请移走它，或换上上一期的。",
        )
    return EarlierFacts(path, named, stated is not None)


def _beside_records(project: Project, params: Params) -> Path | None:
    """The file that stands beside the records, if there's one."""
    location = project.data(params.data)
    path = location / PREVIOUS if isinstance(location, Path) else None
    return path if path and path.is_file() else None


def _of_period(path: Path) -> str:
    stated = period_of(path)
    return f"是 {stated} 的指标" if stated else "没有写明期间"


def period_of(path: Path) -> str | None:
    """The period that a file of facts says it's of, by its first row; None where it doesn't say.

    What is wrong with the file is found when it's read whole (facts_file.read_facts).
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = next(_rows(csv.reader(file)), {})
        name = first.get("period", "")
        return parse_period(name).name if name else None
    except (OSError, UnicodeDecodeError, csv.Error, BulletinError):
        return None


def _rows(lines: Iterator[list[str]]) -> Iterator[dict[str, str]]:
    """The rows below the heading, by its columns."""
    header = next(lines, [])
    return (dict(zip(header, line, strict=False)) for line in lines if any(line))
