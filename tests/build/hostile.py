"""Text that would be a path, markup, a formula, a template or code, if anything took it for more than text."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from bulletin.mines.schema import TABLES
from tests.build.projects import make_real_project

STARTS = ('=HYPERLINK("http://example.invalid","x")', "+1+1", "-2+3", "@SUM(1)", "../../etc", "%%bash")
"""What does something only where it stands first: each begins a name of its own."""

ANYWHERE = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(2)</script>",
    "{{ 7*7 }}{{ config }}{% raw %}",
    "${HOME}$(id)`id`",
    "[链接](javascript:alert(3))",
    "**粗**_斜_# 题",
    "]]>&amp;&#60;&nbsp;",
    "$x^2$\\frac{1}{2}",
    "😀👨\u200d👩\u200d👧",
    '"""+__import__(\'os\').mkdir(\'pwned\')+"""',
    "'\"\\",
    "C:\\CON.",
    "＝1＋1",
    "עברית العربية",
)
ALL = "".join(ANYWHERE)

UNSEEN = {
    "NUL": "\x00",
    "escape": "\x1b[2J",
    "C1": "\x9b31m",
    "override": "\u202e",
    "isolate": "\u2066",
    "no width": "\u200b",
    "line": "\u2028",
    "BOM": "\ufeff",
    "noncharacter": "\uffff",
    "tag": "\U000e0041",
}
"""What can't be seen, in the middle of a name."""

LONG = "长" * 10_000

COUNTIES = [(f"{start[:3]}{n}", f"{start}{ALL}") for n, start in enumerate(STARTS)]
COUNTIES += [(f"'\"\\{{{{x}}}}<b>{'k' * 100}", f"{LONG}县"), ("a1", "同名县"), ("A1", "同名县"), ("CON", "同名县")]
"""Codes and names; the last three are one folder's on Windows, if their names are what they seem."""


def _ids(kind: str, number: int) -> str:
    start = STARTS[number].replace(" ", "") if number < len(STARTS) else kind
    return f"{start}{kind}{number}{ALL if number == 0 else ''}".replace(" ", "")


MINES = [_ids("M", n) for n in range(len(COUNTIES))]
SUPERVISORS = [_ids("S", n) for n in range(len(COUNTIES))]
MINE_NAMES = [f"{STARTS[n % len(STARTS)]}{ALL}{LONG if n == 1 else ''}{n}" for n in range(len(COUNTIES))]
KEY_PERIODS = [f"{start}{ALL}" for start in STARTS]


def tables() -> dict[str, list[Sequence[str]]]:
    """Every table, with such text in every column that may hold any text or number."""
    whole = [*zip(COUNTIES, MINES, SUPERVISORS, MINE_NAMES, strict=True)]
    kinds = ("地下开采", "露天开采", "独立尾矿库")
    in_time = [(s, m, "2023-01-05 09:00") for _, m, s, _ in whole]
    late = [(s, m, "2022-01-05 09:00") for _, m, s, _ in whole]
    elsewhere = [(s, MINES[n - 1], "2023-02-05 09:00") for n, s in enumerate(SUPERVISORS)]
    return {
        "counties": [*COUNTIES],
        "mines": [(m, name, code, kinds[n % 3], "否") for n, ((code, _), m, _, name) in enumerate(whole)],
        "mine_status": [(m, "正常生产建设", "2022-01-01", "") for m in MINES],
        "supervisors": [(s, f"赵{ALL}", code) for (code, _), _, s, _ in whole],
        "assignments": [(s, m, "2022-01-01", "") for _, m, s, _ in whole],
        "task_lists": [(m, "2023", "2023-01-01") for m in MINES],
        "checkins": [(*each, "是", "2", "是") for each in (*in_time, *late, *elsewhere)],
        "remote_inspections": [*in_time, *elsewhere],
        "stationing": [
            (KEY_PERIODS[n % len(KEY_PERIODS)], s, m, "2023-10-01", "2023-10-02", "是")
            for n, (_, m, s, _) in enumerate(whole)
        ],
        "ledger_reviews": [(m, "2023-05-01", s, "是", "否", "是", "否") for _, m, s, _ in whole],
        "exemptions": [(code, "", "", "2023-03-01", "2023-03-30", f"={ALL}") for code, _ in COUNTIES],
    }


def write_csv(folder: Path, rows: Mapping[str, Sequence[Sequence[str]]]) -> None:
    """The tables as CSV, each with a column more under a heading that is such text too."""
    for name, lines in rows.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="", errors="surrogatepass") as file:
            header = [*(column.name for column in TABLES[name].columns), f"={ALL}"]
            csv.writer(file).writerows([header, *([*line, f"={ALL}"] for line in lines)])


def params() -> dict[str, object]:
    """Params with such text wherever a text may stand."""
    return {
        "period": "2023",
        "bureau": f"局{ALL}",
        "data": "data",
        "notice": f"声明{ALL}",
        "document": {
            "date": "2024-03-05",
            "addressees": f"主送{ALL}",
            "cc": [f"抄送{ALL}"],
            **{key: f"{key}{ALL}" for key in ("title", "basis", "signer", "note", "printer")},
        },
        "key_periods": [{"name": name, "start": "2023-10-01", "end": "2023-10-07"} for name in KEY_PERIODS],
    }


def make_hostile(folder: Path) -> Path:
    """A project of all this."""
    project = make_real_project(folder)
    write_csv(project / "data", tables())
    (project / "params/2023.yaml").write_text(json.dumps(params(), ensure_ascii=False), encoding="utf-8")
    return project
