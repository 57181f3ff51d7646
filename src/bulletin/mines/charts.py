"""The bulletin's charts. Each function returns a Chart: the drawing and what it says in words."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bulletin.facts.facts import ABSENT, format_rate
from bulletin.mines.catalogue import METRICS
from bulletin.mines.computed import of_mines
from bulletin.mines.metrics.duty import DUTIES, fulfilments
from bulletin.mines.metrics.holdings import mines_held
from bulletin.notebook.blocks import ChartData
from bulletin.notebook.chart import Chart
from bulletin.notebook.report import Report
from bulletin.notebook.svg import svg_text
from bulletin.notebook.theme import HEAT, INK, MAIN, MEAN, SECOND, WIDTH_INCHES, theme
from bulletin.project.text_width import text_width

_PLATE = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
"""Stands behind a figure, so that no line runs through it."""

MOST_DRAWN = 40
"""Counties that a chart can show on a page. Of more it shows the first and the last; its data have all."""

_WIDEST_NAME = 48
"""Columns of a county's name in a picture, two a Chinese character: the longest there is has 15, and a note may follow."""


def drawn_names(names: Iterable[str]) -> list[str]:
    """Names as a picture has room for them, each another: bars of the same name would be drawn as one."""
    drawn: list[str] = []
    for name in names:
        short = name
        if text_width(name) > _WIDEST_NAME:
            short = f"{name[: _WIDEST_NAME // 2 - 1]}…"
        again, number = short, 2
        while again in drawn:
            again, number = f"{short}（{number}）", number + 1
        drawn.append(again)
    return drawn


def _drawing(height: float) -> tuple[Figure, Axes]:
    # A Figure of its own, not pyplot's: nothing global is left behind and nothing is shown twice.
    figure = Figure(figsize=(WIDTH_INCHES, height), layout="constrained")
    return figure, figure.subplots()


def _chart(figure: Figure, key: str, caption: str, alt: str, columns: list[str], rows: list[list[str]]) -> Chart:
    """The drawn figure as a chart."""
    out = io.BytesIO()
    # No Software entry: a newer matplotlib with the same drawing gives the same bytes.
    # The canvas itself, not savefig, which draws all twice.
    FigureCanvasAgg(figure).print_png(out, metadata={"Software": None})
    return Chart(key, caption, alt, out.getvalue(), svg_text(figure), ChartData(columns=columns, rows=rows))


def _ends(count: int) -> list[int]:
    """The places of so many ranked counties that a chart shows."""
    half = MOST_DRAWN // 2
    return [*range(half), *range(count - half, count)] if count > MOST_DRAWN else list(range(count))


def _which(count: int, most: str, least: str) -> str:
    """Which of so many counties a chart shows, where it doesn't show all."""
    half = MOST_DRAWN // 2
    return f"（{count}个中{most}、{least}的各{half}个）" if count > MOST_DRAWN else ""


def rate_chart(report: Report, duty: str) -> Chart:
    """A rate by county as ranked bars, the city's mean as a line; the earlier period's rates as marks."""
    facts, previous = report.facts, report.results.previous
    metric = METRICS[f"{duty}_rate"]
    ranked = facts.ranking(metric.name)
    idle = [fact for fact in facts.by_county(metric.name) if fact.value == 0]
    rated = [(fact.scope.code, fact.scope.name, float(fact.value or 0) * 100, fact.text) for fact in [*ranked, *idle]]
    gone = previous.gone(facts) if previous else {}
    bars = [*rated, *((code, f"{name}（不再列入）", 0.0, "") for code, name in gone.items())]
    scopes = [*(code for code, *_ in bars), facts.top.code]
    then = {scope: previous.facts.get(metric.name, scope) for scope in scopes} if previous else {}
    which = _which(len(rated), "最高", "最低")
    shown = [rated[place] for place in _ends(len(rated))] if which else bars
    codes, names, percents, texts = zip(*shown, strict=True) if shown else ((), (), (), ())
    drawn = {n: then[code] for n, code in enumerate(codes) if code in then}
    marks = {n: float(fact.value) * 100 for n, fact in drawn.items() if fact and fact.value is not None}
    city = facts(metric.name)
    first = f"最高为{ranked[0].scope.name}（{ranked[0].text}）；" if ranked else ""
    none = f"{len(idle)}个县（市、区）为零；" if idle else ""
    since = _since(report, metric.name)
    alt = f"条形图：{len(ranked) + len(idle)}个县（市、区）的{metric.title}。{first}{none}全市{city.text}。{since}"
    caption = f"{report.period.title}各县（市、区）{metric.title}{which}"
    columns, rows = ["县（市、区）", metric.title], [[name, text or ABSENT] for _, name, _, text in bars]
    rows.append([facts.top.name, city.text])
    if previous:
        columns.append(previous.title)
        rows = [[*row, fact.text if fact else ABSENT] for row, fact in zip(rows, then.values(), strict=True)]
    with theme():
        figure, axes = _drawing(0.9 + 0.27 * max(len(shown), 3))
        if shown:
            sns.barplot(x=list(percents), y=drawn_names(names), color=MAIN, ax=axes, width=0.66)
            labels = axes.bar_label(axes.containers[0], labels=list(texts), padding=3)  # type: ignore[arg-type]
            for label in labels:
                label.set(bbox=_PLATE, zorder=4)
        if previous and marks:
            # Behind the labels: a value is told by its number, the mark only shows where it was.
            axes.scatter(list(marks.values()), list(marks), marker="D", s=22, color=SECOND, edgecolor="white", zorder=3)
            axes.scatter([], [], marker="D", s=22, color=SECOND, label=previous.title)
            axes.legend(loc="lower right", frameon=True)
        if city.value is not None:
            axes.axvline(float(city.value) * 100, color=MEAN, linestyle="--", linewidth=1.2)
            axes.annotate(
                f"全市 {city.text}",
                (float(city.value) * 100, 1),
                xycoords=("data", "axes fraction"),
                xytext=(0, 3),
                textcoords="offset points",
                ha="center",
                color=MEAN,
            )
        axes.set_title(f"各县（市、区）{metric.title}", pad=20)  # above the mean's own label
        axes.set(xlabel=f"{metric.title}（%）", ylabel="县（市、区）")
        axes.set_xlim(0, max([*percents, *marks.values(), 1]) * 1.15)
        axes.grid(visible=False, axis="y")
        return _chart(figure, f"{duty}-rate", caption, alt, columns, rows)


def _since(report: Report, metric: str) -> str:
    """How many counties' rates went up and down since the earlier period."""
    previous, facts = report.results.previous, report.facts
    if previous is None:
        return ""
    amounts = [previous.change(facts, metric, code).amount for code in facts.counties]
    up, down = (sum(1 for each in amounts if each is not None and sign * each > 0) for sign in (1, -1))
    return f"与{previous.title}相比，{up}个县（市、区）上升，{down}个下降。"


def activity_chart(report: Report) -> Chart | None:
    """Valid check-ins and remote inspections together, county by week, as a heat map.

    None where the period is too short to hold a week.
    """
    counts = _weekly_events(report)
    if counts.columns.empty:
        return None
    silent = [name for name, total in counts.sum(axis=1).items() if total == 0]
    most = counts.sum(axis=1).idxmax() if len(counts) else ""
    busiest = f"记录最多的是{most}，共{int(counts.sum(axis=1).max())}次；" if counts.to_numpy().any() else ""
    alt = f"热力图：县（市、区）乘周的有效现场签到和远程监管次数。{busiest}{len(silent)}个县（市、区）全期没有记录。"
    which = _which(len(counts), "记录最多", "最少")
    caption = f"{report.period.title}各县（市、区）每周履职记录数{which}"
    ranked = counts.iloc[(-counts.sum(axis=1)).argsort(kind="stable")] if which else counts
    shown = ranked.iloc[_ends(len(counts))]
    rows = [[f"{monday:%Y-%m-%d}", *map(str, counts[monday])] for monday in counts.columns]
    with theme():
        figure, axes = _drawing(0.9 + 0.27 * max(len(shown), 3))
        sns.heatmap(
            shown,
            cmap=HEAT,
            ax=axes,
            linewidths=0.3,
            linecolor="white",
            vmin=0,
            cbar_kws={"label": "次数", "pad": 0.02},
            rasterized=True,  # a picture in the SVG: cell by cell it would be three times as long
        )
        labels = [f"{thursday.month}月" if new else "" for thursday, new in _month_starts(counts.columns)]
        axes.set_xticks(
            [place + 0.5 for place, label in enumerate(labels) if label], [x for x in labels if x], rotation=0
        )
        axes.set_yticks([place + 0.5 for place in range(len(shown))], drawn_names(shown.index), rotation=0)
        axes.set(title="各县（市、区）每周履职记录数", xlabel="周（按周四所在月份）", ylabel="县（市、区）")
        return _chart(figure, "activity", caption, alt, ["周（周一日期）", *counts.index], rows)


def _weekly_events(report: Report) -> pd.DataFrame:
    """Valid events by county name (administrative order) and week of the period."""
    computed, facts = of_mines(report.results), report.facts
    weeks = computed.metrics.weeks
    events = pd.concat([weeks.checkins, weeks.remote])
    code = computed.checked["supervisors"].set_index("supervisor_id")["county_code"]
    counts = events.groupby([events["supervisor_id"].map(code), "week"])["events"].sum().unstack(fill_value=0)
    counts = counts.reindex(index=list(facts.counties), columns=weeks.weeks, fill_value=0)
    counts.index = pd.Index(list(facts.counties.values()))
    return counts.astype("int64")


def _month_starts(mondays: pd.Index) -> list[tuple[pd.Timestamp, bool]]:
    """Each week's Thursday, and whether it's the first of its month."""
    thursdays = [monday + pd.Timedelta(days=3) for monday in mondays]
    return [(day, place == 0 or day.month != thursdays[place - 1].month) for place, day in enumerate(thursdays)]


def holdings_chart(report: Report) -> Chart:
    """Supervisors by the number of mines held."""
    held = mines_held(of_mines(report.results).metrics.register)["mines"].value_counts().sort_index()
    counts = held.reindex(range(1, max([3, *held.index]) + 1), fill_value=0)
    several = int(counts[counts.index > 1].sum())
    alt = f"条形图：专员按监管企业家数分布。监管2家及以上的共{several}名，占{format_rate(Fraction(several, int(counts.sum()) or 1))}。"
    caption = f"{report.period.title}专员监管企业家数分布"
    places = [f"{n}家" for n in counts.index]
    rows = [[place, str(count)] for place, count in zip(places, counts, strict=True)]
    with theme():
        figure, axes = _drawing(2.8)
        sns.barplot(x=places, y=counts.to_numpy(), color=MAIN, ax=axes, width=0.5)
        axes.bar_label(axes.containers[0], padding=2)  # type: ignore[arg-type]
        axes.set(title="专员监管企业家数分布", xlabel="监管企业数（家）", ylabel="专员数（名）")
        axes.grid(visible=False, axis="x")
        return _chart(figure, "holdings", caption, alt, ["监管企业数", "专员数（名）"], rows)


def _month_line(axes: Axes, title: str, rates: Mapping[int, Fraction], colour: str, marker: str) -> None:
    """One duty's rates by month, each with its value."""
    months = sorted(rates)
    percents = [float(rates[month]) * 100 for month in months]
    sns.lineplot(x=months, y=percents, ax=axes, color=colour, marker=marker, markersize=6)
    for month, percent in zip(months, percents, strict=True):
        axes.annotate(
            format_rate(rates[month]).removesuffix("%"),
            (month, percent),
            xytext=(0, 6),
            textcoords="offset points",
            ha="center",
            color=INK,
            fontsize=8,
            bbox=_PLATE,
            zorder=4,
        )
    axes.set(ylabel=f"{title}（%）")
    axes.set_ylim(0, max([*percents, 1]) * 1.25)


def monthly_chart(report: Report) -> Chart | None:
    """County report: on-site and remote rate month by month, by the month of each week's Thursday.

    None where the county owes no week: there is nothing to draw.
    """
    weeks = of_mines(report.results).metrics.weeks
    mine = weeks.units[weeks.units["county_code"] == report.scope.code]
    if mine.empty:
        return None
    months = (mine["week"] + pd.Timedelta(days=3)).dt.month
    by_month = replace(weeks, units=mine.assign(month=months))
    averaging = report.params.averaging
    series = {}
    for duty in DUTIES:
        done = fulfilments(by_month, duty, "month")
        series[METRICS[f"{duty}_rate"].title] = {int(str(m)): each.rate(averaging) for m, each in done.items()}
    findings = []
    for title, rates in series.items():
        best = max(rates, key=lambda month: rates[month]) if any(rates.values()) else None
        findings.append(f"{title}最高在{best}月（{format_rate(rates[best])}）" if best else f"{title}各月均为零")
    alt = f"折线图：{report.name}逐月现场签到率和远程监管率。{'；'.join(findings)}。"
    caption = f"{report.period.title}{report.name}逐月履职率"
    drawn = sorted({month for rates in series.values() for month in rates})
    rows = [[f"{month}月", *(format_rate(rates[month]) for rates in series.values())] for month in drawn]
    with theme():
        figure = Figure(figsize=(WIDTH_INCHES, 4.4), layout="constrained")
        panels = figure.subplots(len(series), sharex=True)
        for axes, (title, rates), colour, marker in zip(panels, series.items(), (MAIN, SECOND), "os", strict=True):
            _month_line(axes, title, rates, colour, marker)
        panels[0].set(title=f"{drawn_names([report.name])[0]}逐月履职率")
        panels[-1].set(xlabel="月份")
        panels[-1].set_xticks(drawn)
        return _chart(figure, "monthly", caption, alt, ["月份", *series], rows)
