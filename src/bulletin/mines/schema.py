"""The tables: names and columns in both languages, types, keys (data.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Kind = Literal["identifier", "text", "choice", "date", "time", "flag", "count", "year"]


@dataclass(frozen=True)
class Column:
    """One column: its two headings, its type, whether each row must fill it."""

    name: str
    heading: str
    kind: Kind
    required: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)  # value in the file -> value in the frame

    @property
    def words(self) -> list[str]:
        """The Chinese words of a closed list; none where any text may stand."""
        return [word for word in self.choices if not word.isascii()]

    @property
    def expected(self) -> str:
        """What a cell of this column may hold, for error messages."""
        if self.kind == "choice":
            return f"应为{'、'.join(self.words)}之一"
        return _EXPECTED[self.kind]


_EXPECTED: Mapping[Kind, str] = {
    "identifier": "应为编号",
    "text": "应为文字",
    "date": "应为日期，如 2023-01-05",
    "time": "应为日期和时间，如 2023-01-05 09:30",
    "flag": "应为是或否",
    "count": "应为不小于0的整数",
    "year": "应为年份，如 2023",
}


@dataclass(frozen=True)
class Table:
    """One table: its two names, its columns and, for registers, its key."""

    name: str
    title: str
    columns: tuple[Column, ...]
    key: str | None = None
    optional: bool = False

    def column(self, name: str) -> Column:
        """The column of that English name."""
        return next(column for column in self.columns if column.name == name)


def _choices(**words: str) -> Mapping[str, str]:
    """Both languages of a closed list, mapped to the English word."""
    both = {english: english for english in words} | {chinese: english for english, chinese in words.items()}
    return MappingProxyType(both)


KINDS = _choices(underground="地下开采", open_pit="露天开采", tailings="独立尾矿库")
STATUSES = _choices(active="正常生产建设", suspended="停产停建")

_MINE = Column("mine_id", "企业编号", "identifier", required=True)
_SUPERVISOR = Column("supervisor_id", "专员编号", "identifier", required=True)
_COUNTY = Column("county_code", "行政区划代码", "identifier", required=True)
_START = Column("start", "开始日期", "date", required=True)
_END = Column("end", "结束日期", "date")

TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        Table("counties", "县区", (_COUNTY, Column("county", "县区", "text", required=True)), key="county_code"),
        Table(
            "mines",
            "企业名录",
            (
                _MINE,
                Column("mine", "企业名称", "text", required=True),
                _COUNTY,
                Column("kind", "类型", "choice", required=True, choices=KINDS),
                Column("attached_tailings", "附带尾矿库", "flag"),
            ),
            key="mine_id",
        ),
        Table(
            "mine_status",
            "生产状态",
            (_MINE, Column("status", "状态", "choice", required=True, choices=STATUSES), _START, _END),
            optional=True,
        ),
        Table(
            "supervisors",
            "专员名册",
            (_SUPERVISOR, Column("name", "姓名", "text"), _COUNTY),
            key="supervisor_id",
        ),
        Table("assignments", "监管分工", (_SUPERVISOR, _MINE, _START, _END)),
        Table(
            "task_lists",
            "任务清单",
            (_MINE, Column("year", "年度", "year", required=True), Column("issued_on", "制定日期", "date")),
        ),
        Table(
            "checkins",
            "现场签到",
            (
                _SUPERVISOR,
                _MINE,
                Column("at", "签到时间", "time", required=True),
                Column("underground", "深入作业面", "flag"),
                Column("evidence", "取证份数", "count"),
                Column("uploaded", "信息上传", "flag"),
            ),
        ),
        Table(
            "remote_inspections",
            "远程监管",
            (_SUPERVISOR, _MINE, Column("at", "巡查时间", "time", required=True)),
        ),
        Table(
            "stationing",
            "驻矿盯守",
            (
                Column("key_period", "重点时段", "text", required=True),
                _SUPERVISOR,
                _MINE,
                Column("start", "进驻日期", "date", required=True),
                Column("end", "离矿日期", "date"),
                Column("app_checkin", "手机签到", "flag"),
            ),
        ),
        Table(
            "ledger_reviews",
            "台账抽查",
            (
                _MINE,
                Column("reviewed_on", "抽查日期", "date", required=True),
                Column("supervisor_id", "专员编号", "identifier"),
                Column("no_recheck", "未记录整改复查", "flag"),
                Column("inaccurate", "隐患描述不准确", "flag"),
                Column("illegible", "字迹潦草涂改", "flag"),
                Column("unsigned", "未签字确认", "flag"),
            ),
            optional=True,
        ),
        Table(
            "exemptions",
            "豁免情况",
            (
                Column("county_code", "行政区划代码", "identifier"),
                Column("supervisor_id", "专员编号", "identifier"),
                Column("mine_id", "企业编号", "identifier"),
                _START,
                _END,
                Column("reason", "事由", "text"),
            ),
            optional=True,
        ),
    )
}

EXAMPLE = "示例，不读入"
"""Marks the example row of each sheet of the template; a row with such a cell is never data."""

EXEMPTED = ("county_code", "supervisor_id", "mine_id")
"""What an exemption may name: those that it does name must all agree, and it must name one."""

EVENTS = ("checkins", "remote_inspections")

PAIR = ("supervisor_id", "mine_id")
"""What an event is of, and an assignment."""
"""The tables with one row an event on the phone app."""

REGISTERS = {"county_code": "counties", "mine_id": "mines", "supervisor_id": "supervisors"}
"""Which register holds each identifier."""

PERSONAL = "name"
"""The column of supervisors that never leaves the machine."""
