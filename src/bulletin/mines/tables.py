"""The bulletin's tables, as typed cells: printed by the notebook, written as numbers to tables.xlsx."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd

from bulletin.facts.change import all_scopes
from bulletin.facts.facts import ABSENT, Facts
from bulletin.facts.figures import Scope
from bulletin.facts.metric import LEVELS, ranked
from bulletin.mines.catalogue import DUTY_UNITS, METRICS, describe
from bulletin.mines.computed import of_mines
from bulletin.mines.metrics.duty import DUTIES, Fulfilment, fulfilments, weeks_of
from bulletin.mines.metrics.staffing import mine_posts
from bulletin.mines.metrics.task_lists import mines_with_list
from bulletin.mines.schema import KINDS
from bulletin.notebook.period import PeriodResults
from bulletin.notebook.report import Report
from bulletin.notebook.table import Cell, Table, Value, then_cell

KIND_TITLES = {english: chinese for chinese, english in KINDS.items() if not chinese.isascii()}


def _top_last(facts: Facts) -> list[Scope]:
    """Return the scopes as a table has them: the topmost is its last row, a total."""
    top, *others = facts.scopes.values()
    return [*others, top]


def overview_table(results: PeriodResults) -> Table:
    """附件1: a row a county in administrative order, and the city's."""
    metrics = {
        "企业（家）": "mines",
        "专员（名）": "supervisors",
        "配备率": "staffing_rate",
        "任务清单（份）": "task_lists_made",
        "制定率": "task_list_rate",
        "现场签到率": "onsite_rate",
        "现场排名": "onsite_rank",
        "远程监管率": "remote_rate",
        "远程排名": "remote_rank",
        "驻矿企业（家）": "stationed_mines",
        "驻矿手机签到": "stationing_app_used",
    }
    facts = results.facts
    rows: list[list[Cell]] = []
    for scope in _top_last(facts):
        known = facts.of(scope.code)
        rows.append([scope.name, *(known.get(metric, ABSENT) for metric in metrics.values())])
    note = "“—”表示该数不存在：没有应履职的专员，或不参加排名。"
    caption = "各县（市、区）履职情况一览表"
    return Table("overview", caption, ["县（市、区）", *metrics], rows, total_rows=1, note=note)


def changes_table(results: PeriodResults) -> Table:
    """附件1: how each county's main figures changed since the earlier period, new and gone counties included.

    No rows where there's no earlier period.
    """
    metrics = {
        "企业（家）": "mines",
        "专员（名）": "supervisors",
        "配备率": "staffing_rate",
        "制定率": "task_list_rate",
        "现场签到率": "onsite_rate",
        "现场名次": "onsite_rank",
        "远程监管率": "remote_rate",
        "远程名次": "remote_rank",
    }
    previous, facts = results.previous, results.facts
    rows: list[list[Cell]] = []
    if previous:
        new, gone = previous.new(facts), previous.gone(facts)
        notes = dict.fromkeys(new, "新增") | dict.fromkeys(gone, "不再列入")
        top, *others = all_scopes(previous.facts, facts).values()
        for scope in [*others, top]:
            stated = [scope.level in METRICS[metric].levels for metric in metrics.values()]
            cells: list[Cell] = [
                previous.change(facts, metric, scope.code) if there else ABSENT
                for metric, there in zip(metrics.values(), stated, strict=True)
            ]
            rows.append([scope.name, *cells, notes.get(scope.code, "")])
    columns = ["县（市、区）", *metrics, "备注"]
    caption = f"各县（市、区）主要指标较{previous.title}的变化" if previous else ""
    then = previous.title if previous else ""
    return Table("changes", caption, columns, rows, total_rows=1, note=_CHANGE_NOTE, then=then)


_CHANGE_NOTE = "率的变化以百分点计，由未取整的数计算；“—”表示无可比的数。"


def ranking_table(results: PeriodResults, duty: str) -> Table:
    """附件2: counties by rank; those without a rank follow, then those without a rate, then those that are gone."""
    facts, previous = results.facts, results.previous
    rate, rank = f"{duty}_rate", f"{duty}_rank"
    ranked = facts.ranking(rate)
    others = [fact for fact in facts.by_county(rate) if not fact.value]
    others.sort(key=lambda fact: fact.value is None)
    rows: list[list[Cell]] = [[facts(rank, fact.scope.code), fact.scope.name, fact] for fact in [*ranked, *others]]
    scopes = [fact.scope.code for fact in [*ranked, *others]]
    if previous:
        gone = previous.gone(facts)
        rows += [[ABSENT, f"{name}（不再列入）", ABSENT] for name in gone.values()]
        scopes += gone
    rows.append([ABSENT, facts.top.name, facts(rate)])
    columns = ["名次", "县（市、区）", METRICS[rate].title]
    note = None
    if previous:
        columns += [previous.title, "变化", "名次变化"]
        note = _CHANGE_NOTE
        for row, scope in zip(rows, [*scopes, facts.top.code], strict=True):
            moved = ABSENT if scope == facts.top.code else previous.change(facts, rank, scope)
            row += [then_cell(previous.facts.get(rate, scope), previous), previous.change(facts, rate, scope), moved]
    caption, then = f"{METRICS[rate].title}排名", previous.title if previous else ""
    return Table(f"{duty}-ranking", caption, columns, rows, total_rows=1, note=note, then=then)


def holdings_table(results: PeriodResults) -> Table:
    """附件3: how many supervisors hold one, two, three or more mines."""
    facts = results.facts
    several = ("supervisors_holding_2", "supervisors_holding_3", "supervisors_holding_4_plus")
    rows: list[list[Cell]] = []
    for scope in _top_last(facts):
        known = facts.of(scope.code)
        more = [known[metric] for metric in several]
        single = int(known["supervisors"].value or 0) - sum(int(fact.value or 0) for fact in more)
        told = f"专员数减去监管2家及以上的专员数：{known['supervisors']}−{'−'.join(fact.text for fact in more)}"
        rows.append([scope.name, known["supervisors"], Value(single, "count", told), *more])
    columns = ["县（市、区）", "专员", "监管1家", "监管2家", "监管3家", "监管4家及以上"]
    return Table("holdings", "专员监管企业家数情况", columns, rows, unit="单位：名", total_rows=1)


def definitions_table(results: PeriodResults) -> Table:
    """附件5: every metric in plain words, with the averaging used."""
    rows = [[metric.title, describe(metric, results.params)] for metric in METRICS.values()]
    previous, note = results.previous, None
    if previous and not previous.stated:
        note = f"与{previous.title}比较所用的指标文件没有写明期间，按参数文件所写作为{previous.title}的指标。"
    return Table("definitions", "指标口径", ["指标", "口径"], rows, note=note)


def annex_tables(results: PeriodResults) -> list[Table]:
    """The tables of the bulletin's attachments, in their order (the sheets of tables.xlsx)."""
    return [
        overview_table(results),
        *([changes_table(results)] if results.previous else []),
        ranking_table(results, "onsite"),
        ranking_table(results, "remote"),
        holdings_table(results),
        definitions_table(results),
    ]


def comparison_table(report: Report) -> Table:
    """County report: its own figures beside the city's, and its ranks; beside the earlier period's, where there is one."""
    facts, previous = report.facts, report.results.previous
    ranks = ranked(METRICS)
    rows: list[list[Cell]] = []
    for metric in METRICS.values():
        # What is for reviewers (facts.csv) would only be mistaken here for the official rates beside it.
        if metric.unit in ("count", "rate") and metric.levels == LEVELS and not metric.for_reviewers:
            rank = facts(ranks[metric.name].name, report.scope.code) if metric.name in ranks else ""
            then: list[Cell] = []
            if previous:
                found = previous.change(facts, metric.name, report.scope.code)
                then = [then_cell(found.old, previous), found]
            rows.append([metric.title, facts(metric.name, report.scope.code), *then, facts(metric.name), rank])
    columns = ["指标", report.name, *([previous.title, "变化"] if previous else []), "全市", "名次"]
    note, title = (_CHANGE_NOTE, previous.title) if previous else (None, "")
    return Table("comparison", f"{report.name}与全市对照", columns, rows, note=note, then=title)


def mines_table(report: Report) -> Table:
    """County report: its active mines, by identifier."""
    results, computed = report.results, of_mines(report.results)
    weeks = computed.metrics.weeks
    mines = mine_posts(computed.metrics.register, results.params.rules_on(results.params.window.as_of).posts)
    mines = mines[mines["county_code"] == report.scope.code].sort_values("mine_id")
    listed = set(mines_with_list(computed.checked["task_lists"], report.period.year))
    checkins, remote_events = (each[each["mine_id"].isin(mines["mine_id"])] for each in (weeks.checkins, weeks.remote))
    onsite = checkins[checkins["week"].isin(weeks.weeks)].groupby("mine_id")["week"].nunique()
    remote = remote_events.groupby("mine_id")["events"].sum()
    rows: list[list[Cell]] = [
        [
            mine["mine"],
            KIND_TITLES[mine["kind"]],
            f"{mine['filled']}/{mine['required']}",
            "有" if mine["mine_id"] in listed else "无",
            Value(int(onsite.get(mine["mine_id"], 0)), "count", "统计期间有有效现场签到的周数，不论由哪名专员签到"),
            Value(int(remote.get(mine["mine_id"], 0)), "count", "统计期间有效的远程监管次数，不论由哪名专员开展"),
        ]
        for mine in mines.to_dict("records")
    ]
    columns = ["企业", "类型", "岗位（已配/应配）", "任务清单", "现场签到周数", "远程监管次数"]
    return Table("mines", "企业监管情况", columns, rows)


def supervisors_table(report: Report) -> Table:
    """County report: its supervisors by number; names only where the params allow it."""
    results, computed = report.results, of_mines(report.results)
    weeks = weeks_of(computed.metrics.weeks, report.scope.code)
    onsite, remote = (fulfilments(weeks, duty, "supervisor_id") for duty in DUTIES)
    held = computed.metrics.register.in_force.groupby("supervisor_id")["mine_id"].nunique()
    people = computed.checked["supervisors"]
    people = people[people["county_code"] == report.scope.code].sort_values("supervisor_id")
    people = people[people["supervisor_id"].isin({*held.index, *onsite})]
    averaging, unit = results.params.averaging, DUTY_UNITS[results.params.duty_unit]
    rows: list[list[Cell]] = []
    for number, own_name in zip(people["supervisor_id"], people["name"], strict=True):
        done = onsite.get(number)
        far = remote.get(number)
        name = [str(own_name) if pd.notna(own_name) else ABSENT] if results.params.publish_names else []
        rows.append(
            [
                number,
                *name,
                Value(int(held.get(number, 0)), "count", "统计时点有效的监管分工所涉的正常生产建设企业数"),
                Value(done.owed if done else 0, "count", f"统计期间应履职的周数，按{unit}计"),
                Value(done.done if done else 0, "count", f"其中现场签到达到每周要求的周数，按{unit}计"),
                _own_rate("onsite_rate", number, done, averaging),
                _own_rate("remote_rate", number, far, averaging),
            ]
        )
    named = ["姓名"] if results.params.publish_names else []
    columns = ["专员编号", *named, "监管企业（家）", "应履职周数", "签到完成周数", "现场签到率", "远程监管率"]
    return Table("supervisors", "专员履职情况", columns, rows)


def _own_rate(metric: str, supervisor: str, done: Fulfilment | None, averaging: str) -> Value:
    """One supervisor's rate, and what it is of."""
    title = f"{METRICS[metric].title}（{supervisor}）"
    if done is None:
        return Value(None, "rate", f"{title}：统计期间没有应履职周")
    rate, parts = done.rate(averaging), f"{done.done}÷{done.owed}"
    if rate == Fraction(done.done, done.owed):
        return Value(rate, "rate", f"{title}：{parts}")
    return Value(rate, "rate", f"{title}：所监管各企业完成率的平均；合计为{parts}")
