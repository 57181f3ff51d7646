"""The catalogue of metrics: what each is called, where it exists, what it means in plain words.

The order is that of metrics.md and of facts.csv. Attachment 5 of the bulletin, the page's hover texts and
docs/methodology.md are all made from it, so that a definition is written once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from bulletin.facts.metric import ABOUT_RECORDS, ABOVE, COUNTY, LEVELS, Catalogue, Metric
from bulletin.project.params import Params
from bulletin.project.periods import chinese_date

_MINES = ("mines", "mine_status")
_HELD = ("assignments", "mines", "mine_status", "supervisors")
_ONSITE = ("checkins", "assignments", "mine_status", "supervisors")
_REMOTE = ("remote_inspections", "assignments", "mine_status", "supervisors")
_STATIONED = ("stationing", "mines", "supervisors")
_LEDGERS = ("ledger_reviews", "mines")

_ALL = (
    Metric("counties", "县（市、区）数", "count", ABOVE, "县区表列出的县（市、区）个数", ("counties",), "企业和专员"),
    Metric(
        "mines",
        "非煤矿山企业数",
        "count",
        LEVELS,
        "统计时点未处于停产停建状态的企业数",
        _MINES,
        "企业和专员",
        headline=True,
    ),
    Metric("mines_underground", "地下开采企业数", "count", LEVELS, "其中类型为地下开采的企业数", _MINES, "企业和专员"),
    Metric("mines_open_pit", "露天开采企业数", "count", LEVELS, "其中类型为露天开采的企业数", _MINES, "企业和专员"),
    Metric("mines_tailings", "独立尾矿库企业数", "count", LEVELS, "其中类型为独立尾矿库的企业数", _MINES, "企业和专员"),
    Metric(
        "supervisors",
        "安全监管专员数",
        "count",
        LEVELS,
        "统计时点至少有一项监管分工有效的专员数，按专员所属县（市、区）计",
        _HELD,
        "企业和专员",
        headline=True,
    ),
    Metric(
        "required_posts",
        "应配岗位数",
        "count",
        LEVELS,
        "各企业应配岗位之和：地下开采每家{underground}个，露天开采每家{open_pit}个，独立尾矿库每家{tailings}个，附带尾矿库不另配",
        _MINES,
        "企业和专员",
    ),
    Metric(
        "filled_posts",
        "已配岗位数",
        "count",
        LEVELS,
        "各企业实配专员数之和，每家企业最多计到其应配岗位数，按企业所在县（市、区）计",
        _HELD,
        "企业和专员",
    ),
    Metric("staffing_rate", "专员配备率", "rate", LEVELS, "已配岗位数÷应配岗位数", _HELD, "企业和专员", headline=True),
    Metric(
        "task_lists_required",
        "应制定监管任务清单数",
        "count",
        LEVELS,
        "一矿一清单，等于非煤矿山企业数",
        _MINES,
        "任务清单",
    ),
    Metric(
        "task_lists_made",
        "已制定监管任务清单数",
        "count",
        LEVELS,
        "统计时点正常生产建设的企业中，制定了本年度监管任务清单的企业数",
        ("task_lists", *_MINES),
        "任务清单",
    ),
    Metric(
        "task_list_rate",
        "监管任务清单制定率",
        "rate",
        LEVELS,
        "已制定监管任务清单数÷应制定监管任务清单数",
        ("task_lists", *_MINES),
        "任务清单",
        headline=True,
    ),
    Metric(
        "onsite_rate",
        "现场签到率",
        "rate",
        LEVELS,
        "{unit}应履职的每一周，有效现场签到不少于{onsite}即为完成。{averaged}",
        _ONSITE,
        "现场签到",
        headline=True,
    ),
    Metric(
        "onsite_rate_pooled",
        "现场签到率（合并计算）",
        "rate",
        LEVELS,
        "全部完成周数÷全部应履职周数，供审核用",
        _ONSITE,
        "现场签到",
        for_reviewers=True,
    ),
    Metric(
        "onsite_rank",
        "现场签到率排名",
        "rank",
        COUNTY,
        "现场签到率由高到低的名次，率相等的并列、其后名次顺延；全期没有完成一周的不参加排名",
        _ONSITE,
        "现场签到",
        ranks="onsite_rate",
    ),
    Metric(
        "remote_rate",
        "远程监管率",
        "rate",
        LEVELS,
        "{unit}应履职的每一周，按有效远程监管次数÷{remote}，多做的不抵其他周。{averaged}",
        _REMOTE,
        "远程监管",
        headline=True,
    ),
    Metric(
        "remote_rate_pooled",
        "远程监管率（合并计算）",
        "rate",
        LEVELS,
        "{remote_pooled}，供审核用",
        _REMOTE,
        "远程监管",
        for_reviewers=True,
    ),
    Metric(
        "remote_rank",
        "远程监管率排名",
        "rank",
        COUNTY,
        "远程监管率由高到低的名次，率相等的并列、其后名次顺延；全期没有远程监管的不参加排名",
        _REMOTE,
        "远程监管",
        ranks="remote_rate",
    ),
    Metric(
        "onsite_zero_counties",
        "未进行现场签到的县（市、区）数",
        "count",
        ABOVE,
        "有应履职专员而全期没有完成一周现场签到的县（市、区）个数",
        _ONSITE,
        "现场签到",
    ),
    Metric(
        "remote_zero_counties",
        "未进行远程监管的县（市、区）数",
        "count",
        ABOVE,
        "有应履职专员而全期没有计入一次远程监管的县（市、区）个数",
        _REMOTE,
        "远程监管",
    ),
    Metric(
        "underground_rate",
        "深入作业面检查率",
        "rate",
        LEVELS,
        "地下开采企业中，有深入作业面签到的企业周数÷有签到的企业周数",
        ("checkins", "assignments", "mines"),
        "现场签到",
    ),
    Metric(
        "stationed_supervisors",
        "驻矿盯守专员数",
        "count",
        LEVELS,
        "期间内驻矿盯守记录中不同专员的人数",
        _STATIONED,
        "驻矿盯守",
    ),
    Metric(
        "stationed_mines",
        "驻矿盯守企业数",
        "count",
        LEVELS,
        "期间内驻矿盯守记录中不同企业的家数",
        _STATIONED,
        "驻矿盯守",
    ),
    Metric(
        "stationing_rate",
        "驻矿盯守覆盖率",
        "rate",
        LEVELS,
        "统计时点正常生产建设的企业中有驻矿盯守记录的家数÷非煤矿山企业数",
        ("stationing", *_MINES),
        "驻矿盯守",
    ),
    Metric(
        "stationing_app_used",
        "驻矿盯守使用手机签到",
        "flag",
        COUNTY,
        "期间内本县（市、区）企业的驻矿盯守记录中至少有一条用手机签到",
        _STATIONED,
        "驻矿盯守",
    ),
    Metric(
        "supervisors_holding_2",
        "监管2家企业的专员数",
        "count",
        LEVELS,
        "统计时点恰好监管2家不同企业的专员数",
        _HELD,
        "监管企业家数",
    ),
    Metric(
        "supervisors_holding_3",
        "监管3家企业的专员数",
        "count",
        LEVELS,
        "统计时点恰好监管3家不同企业的专员数",
        _HELD,
        "监管企业家数",
    ),
    Metric(
        "supervisors_holding_4_plus",
        "监管4家及以上企业的专员数",
        "count",
        LEVELS,
        "统计时点监管4家及以上不同企业的专员数",
        _HELD,
        "监管企业家数",
    ),
    Metric("ledgers_reviewed", "抽查台账数", "count", LEVELS, "期间内抽查的现场监管台账数", _LEDGERS, "台账抽查"),
    Metric(
        "ledgers_faulty", "有问题台账数", "count", LEVELS, "抽查的台账中至少有一类问题的台账数", _LEDGERS, "台账抽查"
    ),
    Metric(
        "ledger_no_recheck",
        "未记录整改复查的台账数",
        "count",
        LEVELS,
        "抽查的台账中未记录整改复查情况的",
        _LEDGERS,
        "台账抽查",
    ),
    Metric(
        "ledger_inaccurate",
        "隐患描述不准确的台账数",
        "count",
        LEVELS,
        "抽查的台账中隐患描述不准确的",
        _LEDGERS,
        "台账抽查",
    ),
    Metric(
        "ledger_illegible",
        "字迹潦草涂改的台账数",
        "count",
        LEVELS,
        "抽查的台账中字迹潦草、涂改的",
        _LEDGERS,
        "台账抽查",
    ),
    Metric("ledger_unsigned", "未签字确认的台账数", "count", LEVELS, "抽查的台账中未签字确认的", _LEDGERS, "台账抽查"),
    Metric(
        "evidence_rate",
        "取证率",
        "rate",
        LEVELS,
        "填写了取证份数的有效现场签到中，取证1份及以上的占比",
        ("checkins", "assignments", "supervisors"),
        "现场签到",
    ),
    Metric(
        "uploaded_rate",
        "信息上传率",
        "rate",
        LEVELS,
        "填写了信息上传情况的有效现场签到中，已上传的占比",
        ("checkins", "assignments", "supervisors"),
        "现场签到",
    ),
    Metric(
        "events_left_out",
        "未计入的记录数",
        "count",
        LEVELS,
        "本期各周的现场签到和远程监管记录中，当日无对应监管分工或重复的记录数，按专员所属县（市、区）计；其他期间的记录不在其内",
        ("checkins", "remote_inspections", "assignments", "supervisors"),
        ABOUT_RECORDS,
    ),
)

_COUNTED = (
    ("县市区", "县（市、区）数"),
    ("岗", "岗位数"),
    ("家座矿", "企业数"),
    ("名人", "专员数"),
    ("份", "清单数"),
    ("份", "台账数"),
    ("条次", "记录数"),
)
"""What counts are counted with, by the end of their titles: 14个县, 173家."""


def _counted(metric: Metric) -> Metric:
    words = next((words for words, title in _COUNTED if metric.title.endswith(title)), "")
    return replace(metric, counted=words)


METRICS: Catalogue = {metric.name: _counted(metric) for metric in _ALL}

DUTY_UNITS = {"supervisor": "每名专员", "assignment": "每名专员对其监管的每家企业"}
_AVERAGED = {
    "county_mean": "县（市、区）的率是所属{units}完成比例的平均数；全市的率是各县（市、区）率的简单平均数，未开展的县（市、区）按0计入",
    "pooled": "县（市、区）和全市的率都是全部完成数÷全部应完成数",
}
_AVERAGED_UNITS = {"supervisor": "专员", "assignment": "专员和企业"}


def times(params: Params, field: Literal["onsite_per_week", "remote_per_week"]) -> str:
    """How often the rules ask for a duty each week: 5次, or 5次（2024年7月1日起3次） where they change."""
    first, *later = params.rule_sets
    text, asked, changes = f"{getattr(first, field)}次", getattr(first, field), []
    for rules in later:
        if rules.since and getattr(rules, field) != asked:
            asked = getattr(rules, field)
            changes.append(f"{chinese_date(rules.since.isoformat())}起{asked}次")
    return f"{text}（{'，'.join(changes)}）" if changes else text


def describe(metric: Metric, params: Params) -> str:
    """The metric's definition in plain words, under these params."""
    posts = params.rules_on(params.window.as_of).posts
    remote = times(params, "remote_per_week")
    number = remote.removesuffix("次")
    if number.isdecimal():
        share, pooled = f"{number}计，最多计{remote}", f"各周计入的远程监管次数之和÷（全部应履职周数×{number}）"
    else:
        share, pooled = f"该周应有次数计，最多计满，每周应有{remote}", "各周远程监管的完成比例之和÷全部应履职周数"
    return metric.definition.format(
        underground=posts.underground,
        open_pit=posts.open_pit,
        tailings=posts.tailings,
        onsite=times(params, "onsite_per_week"),
        remote=share,
        remote_pooled=pooled,
        unit=DUTY_UNITS[params.duty_unit],
        averaged=_AVERAGED[params.averaging].format(units=_AVERAGED_UNITS[params.duty_unit]),
    )
