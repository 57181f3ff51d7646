"""The tables: names and columns in both languages, types, keys (data.md)."""

from __future__ import annotations

from collections.abc import Mapping

from bulletin.records.schema import Column, Schema, Table, choices

KINDS = choices(underground="地下开采", open_pit="露天开采", tailings="独立尾矿库")
STATUSES = choices(active="正常生产建设", suspended="停产停建")

_MINE = Column("mine_id", "企业编号", "identifier", required=True)
_SUPERVISOR = Column("supervisor_id", "专员编号", "identifier", required=True)
_COUNTY = Column("county_code", "行政区划代码", "identifier", required=True)
_START = Column("start", "开始日期", "date", required=True)
_END = Column("end", "结束日期", "date")
_EVENT = ("supervisor_id", "mine_id", "at")

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
            (_SUPERVISOR, Column("name", "姓名", "text", personal=True), _COUNTY),
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
            event=_EVENT,
        ),
        Table(
            "remote_inspections",
            "远程监管",
            (_SUPERVISOR, _MINE, Column("at", "巡查时间", "time", required=True)),
            event=_EVENT,
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
                Column("reason", "事由", "text", personal=True),
            ),
            optional=True,
        ),
    )
}

EXEMPTED = ("county_code", "supervisor_id", "mine_id")
"""What an exemption may name: those that it does name must all agree, and it must name one."""

PAIR = ("supervisor_id", "mine_id")
"""What an event is of, and an assignment."""

PERSONAL = "name"
"""The column of supervisors that never leaves the machine."""

_ROWS: Mapping[str, str] = {
    "counties": "本县（市、区）填一行。",
    "mines": "每家企业一行；企业编号全市不能重复，其他各表都写这个编号。",
    "mine_status": "每段停产停建一行，复产后填结束日期；一直正常生产建设的企业不用填。",
    "supervisors": "每名专员一行；专员编号全市不能重复，其他各表都写这个编号。",
    "assignments": "每名专员监管每家企业各一行；有调整时填结束日期，新的分工另起一行。",
    "task_lists": "每家企业每年度的监管任务清单一行。",
    "checkins": "每次现场签到一行。",
    "remote_inspections": "每次远程监管一行。",
    "stationing": "每名专员每次进驻每家企业各一行；重点时段写名称，如中秋国庆。",
    "ledger_reviews": "每抽查一份现场监管台账一行；有哪类问题，哪一列填“是”。",
    "exemptions": "每段请假、休假、停产等免于履职的时间一行；县、专员、企业至少填一项编号，填几项则须同时符合。",
}

_EXAMPLES: Mapping[str, object] = {
    "county_code": "000001",
    "county": "样例县",
    "mine_id": "M0001",
    "mine": "样例铁矿",
    "kind": "地下开采",
    "status": "正常生产建设",
    "supervisor_id": "S0001",
    "name": "样例姓名",
    "year": 2023,
    "key_period": "中秋国庆",
    "evidence": 2,
}

SCHEMA = Schema(
    TABLES,
    rows=_ROWS,
    examples=_EXAMPLES,
    people="supervisors",
    scope="县（市、区）",
    faults={
        "overlap": "监管分工重叠",
        "unassigned-event": "记录无对应监管分工",
        "repeated-event": "记录重复",
        "missing-county": "比上期少的县（市、区）",
        "new-county": "比上期多的县（市、区）",
        "no-events": "没有本期记录",
        "early-end": "记录提前结束",
        "unsupervised-mine": "企业无专员",
        "idle-supervisor": "专员无监管分工",
        "other-county": "专员与企业不在同一县",
    },
)
"""All that the field has of records."""

EVENTS, REGISTERS = SCHEMA.events, SCHEMA.registers
