"""The bulletin's tables, as typed cells: printed by the notebook, written as numbers to tables.xlsx."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from bulletin.facts.change import Change
from bulletin.facts.facts import ABSENT, CITY_NAME, Fact, format_figure
from bulletin.facts.figures import CITY
from bulletin.mines.catalogue import DUTY_UNITS, METRICS, Unit, describe
from bulletin.mines.metrics.duty import DUTIES, Fulfilment, fulfilments, weeks_of
from bulletin.mines.metrics.staffing import mine_posts
from bulletin.mines.metrics.task_lists import mines_with_list
from bulletin.mines.schema import KINDS
from bulletin.notebook.blocks import Align, Column, Source, TableBlock
from bulletin.notebook.previous import Previous
from bulletin.notebook.report import PeriodResults, Report

KIND_TITLES = {english: chinese for chinese, english in KINDS.items() if not chinese.isascii()}


@dataclass(frozen=True)
class Value:
    """A typed cell that isn't a fact of the facts table; `told` says what it was reckoned from."""

    value: int | Fraction | None
    unit: Unit
    told: str = ""

    @property
    def text(self) -> str:
        """The cell as printed."""
        return format_figure(self.value, self.unit)


Cell = str | Fact | Value | Change


@dataclass(frozen=True)
class Table:
    """One table. Columns of text are flush left, numbers flush right, the rest centred."""

    key: str
    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    unit: str | None = None
    total_rows: int = 0
    note: str | None = None
    then: str = ""
    """What the earlier period is called, where the table has changes since then."""

    def block(self, number: int) -> TableBlock:
        """The table as the exporters read it."""
        return TableBlock(
            block="table",
            key=self.key,
            number=number,
            caption=self.caption,
            unit=self.unit,
            columns=[Column(title=title, align=self._align(place)) for place, title in enumerate(self.columns)],
            rows=[[cell_text(cell) for cell in row] for row in self.rows],
            sources=[[self._source(cell) for cell in row] for row in self.rows],
            total_rows=self.total_rows,
            note=self.note,
        )

    def _source(self, cell: Cell) -> Source | None:
        if isinstance(cell, Fact):
            return Source(metric=cell.metric, scope=cell.scope)
        told = cell.told if isinstance(cell, Value) else cell.told(self.then) if isinstance(cell, Change) else ""
        return Source(told=told) if told else None

    def _align(self, place: int) -> Align:
        cells = [row[place] for row in self.rows]
        if any(isinstance(cell, Fact | Value | Change) and cell.unit in ("count", "rate") for cell in cells):
            return "right"
        if any(isinstance(cell, Fact | Value | Change) for cell in cells):
            return "center"
        return "left"


def _then(fact: Fact | None, previous: Previous) -> Cell:
    """The earlier period's figure: no fact of this one's."""
    if fact is None:
        return ABSENT
    return Value(
        fact.value, fact.unit, f"{fact.title}（{fact.scope_name}）：{previous.title}的指标，取自{previous.file}"
    )


def cell_text(cell: Cell) -> str:
    """A cell as printed."""
    return cell if isinstance(cell, str) else cell.text


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
    for scope, name in [*facts.counties.items(), (CITY, CITY_NAME)]:
        known = facts.of(scope)
        rows.append([name, *(known.get(metric, ABSENT) for metric in metrics.values())])
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
        for scope, name in [*sorted((facts.counties | dict(gone)).items()), (CITY, CITY_NAME)]:
            known = [metric if METRICS[metric].exists_in(city=scope == CITY) else "" for metric in metrics.values()]
            cells: list[Cell] = [previous.change(facts, metric, scope) if metric else ABSENT for metric in known]
            rows.append([name, *cells, notes.get(scope, "")])
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
    rows: list[list[Cell]] = [[facts(rank, fact.scope), fact.scope_name, fact] for fact in [*ranked, *others]]
    scopes = [fact.scope for fact in [*ranked, *others]]
    if previous:
        gone = previous.gone(facts)
        rows += [[ABSENT, f"{name}（不再列入）", ABSENT] for name in gone.values()]
        scopes += gone
    rows.append([ABSENT, CITY_NAME, facts(rate)])
    columns = ["名次", "县（市、区）", METRICS[rate].title]
    note = None
    if previous:
        columns += [previous.title, "变化", "名次变化"]
        note = _CHANGE_NOTE
        for row, scope in zip(rows, [*scopes, CITY], strict=True):
            moved = ABSENT if scope == CITY else previous.change(facts, rank, scope)
            row += [_then(previous.facts.get(rate, scope), previous), previous.change(facts, rate, scope), moved]
    caption, then = f"{METRICS[rate].title}排名", previous.title if previous else ""
    return Table(f"{duty}-ranking", caption, columns, rows, total_rows=1, note=note, then=then)


def holdings_table(results: PeriodResults) -> Table:
    """附件3: how many supervisors hold one, two, three or more mines."""
    facts = results.facts
    several = ("supervisors_holding_2", "supervisors_holding_3", "supervisors_holding_4_plus")
    rows: list[list[Cell]] = []
    for scope, name in [*facts.counties.items(), (CITY, CITY_NAME)]:
        known = facts.of(scope)
        more = [known[metric] for metric in several]
        single = int(known["supervisors"].value or 0) - sum(int(fact.value or 0) for fact in more)
        told = f"专员数减去监管2家及以上的专员数：{known['supervisors']}−{'−'.join(fact.text for fact in more)}"
        rows.append([name, known["supervisors"], Value(single, "count", told), *more])
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
    ranks = {"onsite_rate": "onsite_rank", "remote_rate": "remote_rank"}
    rows: list[list[Cell]] = []
    for metric in METRICS.values():
        # The pooled rates are for reviewers (facts.csv): beside the official ones they would only be mistaken for them.
        if metric.unit in ("count", "rate") and metric.scopes == "both" and not metric.name.endswith("_pooled"):
            rank = facts(ranks[metric.name], report.scope) if metric.name in ranks else ""
            then: list[Cell] = []
            if previous:
                found = previous.change(facts, metric.name, report.scope)
                then = [_then(found.old, previous), found]
            rows.append([metric.title, facts(metric.name, report.scope), *then, facts(metric.name), rank])
    columns = ["指标", report.name, *([previous.title, "变化"] if previous else []), "全市", "名次"]
    note, title = (_CHANGE_NOTE, previous.title) if previous else (None, "")
    return Table("comparison", f"{report.name}与全市对照", columns, rows, note=note, then=title)


def mines_table(report: Report) -> Table:
    """County report: its active mines, by identifier."""
    results, weeks = report.results, report.results.metrics.weeks
    mines = mine_posts(results.metrics.register, results.params.rules_on(results.params.window.as_of).posts)
    mines = mines[mines["county_code"] == report.scope].sort_values("mine_id")
    listed = set(mines_with_list(results.checked["task_lists"], report.period.year))
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
    results = report.results
    weeks = weeks_of(results.metrics.weeks, report.scope)
    onsite, remote = (fulfilments(weeks, duty, "supervisor_id") for duty in DUTIES)
    held = results.metrics.register.in_force.groupby("supervisor_id")["mine_id"].nunique()
    people = results.checked["supervisors"]
    people = people[people["county_code"] == report.scope].sort_values("supervisor_id")
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
