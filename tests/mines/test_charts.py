"""Charts: pictures that are there, say their finding, come out the same twice, and know every Chinese glyph."""

from __future__ import annotations

import re
import struct
from pathlib import Path
from xml.etree import ElementTree as ET

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from bulletin.facts.figures import CITY
from bulletin.mines.charts import activity_chart, holdings_chart, monthly_chart, rate_chart
from bulletin.notebook.chart import Chart
from bulletin.notebook.report import Report
from bulletin.notebook.theme import INK, MAIN, MEAN, SECOND
from tests.builders import JIA, SMALL, YI, params_of, report_of, report_over
from tests.svg_texts import texts_of

RARE = ("隰县", "盱眙县", "鄄城县", "亳州市", "黟县", "郯城县", "澧县", "婺源县", "儋州市", "〇镇", "A·B区")

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """甲县 checked in once and inspected from afar in March; 乙区 did nothing; counties of rare names have no mine."""
    counties = [*SMALL["counties"], *(f"1000{n},{name}" for n, name in enumerate(RARE, start=10))]
    remote = [f"S1,M1,2023-03-0{day} {hour}:00" for day in (1, 2) for hour in (10, 11, 12)]
    return report_of(
        tmp_path_factory.mktemp("charts"),
        CITY,
        counties=counties,
        checkins=["S1,M1,2023-01-05 09:00,是,2,是"],
        remote_inspections=remote,
        assignments=[*SMALL["assignments"], "S1,M2,2022-01-01,"],
    )


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """A period with neither supervisors nor mines."""
    return report_of(tmp_path_factory.mktemp("idle"), CITY, mines=[], supervisors=[], assignments=[])


def drawn(chart: Chart | None) -> Chart:
    """A chart that must be there."""
    assert chart is not None
    return chart


@pytest.fixture(scope="module")
def charts(city: Report) -> dict[str, Chart]:
    """The city's four charts, drawn once."""
    each = [rate_chart(city, "onsite"), rate_chart(city, "remote"), drawn(activity_chart(city)), holdings_chart(city)]
    return {chart.key: chart for chart in each}


def size(chart: Chart) -> tuple[int, int]:
    """The picture's pixels across and down, from its header."""
    assert chart.png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", chart.png[16:24])
    return width, height


def test_pictures_are_as_wide_as_the_text_at_print_resolution(charts: dict[str, Chart]) -> None:
    width, height = size(charts["onsite-rate"])
    assert width == 1842  # 156 mm at 300 dots an inch
    assert 250 < height < 1600


def test_a_longer_ranking_makes_a_taller_picture(
    charts: dict[str, Chart], tmp_path_factory: pytest.TempPathFactory
) -> None:
    names = [f"2000{n},第{n}县" for n in range(10, 20)]
    mines = [f"X{n},矿{n},2000{n},露天开采,否" for n in range(10, 20)]
    people = [f"P{n},,2000{n}" for n in range(10, 20)]
    held = [f"P{n},X{n},2022-01-01," for n in range(10, 20)]
    folder = tmp_path_factory.mktemp("many")
    many = report_of(folder, CITY, counties=names, mines=mines, supervisors=people, assignments=held)
    assert size(rate_chart(many, "onsite"))[1] > size(charts["onsite-rate"])[1] + 200


def test_the_rate_chart_says_who_is_first_how_many_are_zero_and_the_mean(charts: dict[str, Chart]) -> None:
    chart = charts["onsite-rate"]
    assert chart.alt == "条形图：2个县（市、区）的现场签到率。最高为甲县（0.96%）；1个县（市、区）为零；全市0.48%。"
    assert (chart.key, chart.caption) == ("onsite-rate", "2023年度各县（市、区）现场签到率")


def test_the_remote_chart_is_over_the_remote_rate(charts: dict[str, Chart]) -> None:
    chart = charts["remote-rate"]
    assert chart.alt == "条形图：2个县（市、区）的远程监管率。最高为甲县（0.96%）；1个县（市、区）为零；全市0.48%。"
    assert chart.caption == "2023年度各县（市、区）远程监管率"


def test_the_heat_map_says_who_recorded_most_and_how_many_nothing(charts: dict[str, Chart]) -> None:
    assert charts["activity"].alt == (
        "热力图：县（市、区）乘周的有效现场签到和远程监管次数。记录最多的是甲县，共7次；12个县（市、区）全期没有记录。"
    )


def test_the_holdings_chart_says_how_many_hold_several_mines(charts: dict[str, Chart]) -> None:
    assert charts["holdings"].alt == "条形图：专员按监管企业家数分布。监管2家及以上的共1名，占33.33%。"


def test_a_countys_months_say_the_best_of_each_duty(city: Report) -> None:
    chart = drawn(monthly_chart(report_over(city.results, JIA)))
    assert chart.alt == (
        "折线图：甲县逐月现场签到率和远程监管率。现场签到率最高在1月（12.50%）；远程监管率最高在3月（10.00%）。"
    )
    assert (chart.key, chart.caption) == ("monthly", "2023年度甲县逐月履职率")


def test_months_without_any_event_say_so(city: Report) -> None:
    chart = drawn(monthly_chart(report_over(city.results, YI)))
    assert chart.alt == "折线图：乙区逐月现场签到率和远程监管率。现场签到率各月均为零；远程监管率各月均为零。"


def test_a_county_that_owes_no_week_has_no_months_to_draw(city: Report) -> None:
    assert monthly_chart(report_over(city.results, "100010")) is None


def test_months_belong_to_the_thursday_of_their_week(tmp_path_factory: pytest.TempPathFactory) -> None:
    # Monday 27 February 2023 lies in the week of Thursday 2 March.
    folder = tmp_path_factory.mktemp("thursday")
    chart = drawn(monthly_chart(report_of(folder, YI, checkins=["S3,M3,2023-02-27 09:00,否,,"])))
    assert "现场签到率最高在3月（20.00%）" in chart.alt


def test_equal_input_gives_equal_bytes_and_leaves_the_callers_style_alone(
    city: Report, charts: dict[str, Chart]
) -> None:
    with mpl.rc_context({"font.size": 3.0, "axes.edgecolor": "red"}):
        style = dict(mpl.rcParams)
        again = [rate_chart(city, "onsite"), drawn(activity_chart(city)), holdings_chart(city)]
        assert dict(mpl.rcParams) == style
    assert [chart.key for chart in again if chart != charts[chart.key]] == []


def test_different_figures_give_different_pictures(charts: dict[str, Chart]) -> None:
    assert len({chart.png for chart in charts.values()}) == len({chart.svg for chart in charts.values()}) == 4


def test_a_picture_holds_nothing_that_tells_of_the_machine_or_the_day(charts: dict[str, Chart]) -> None:
    png = charts["holdings"].png
    assert b"Software" not in png
    assert b"tIME" not in png
    assert b"tEXt" not in png


def test_the_block_carries_number_caption_and_finding(charts: dict[str, Chart]) -> None:
    chart = charts["holdings"]
    assert chart.block(4) == {
        "block": "chart",
        "key": "holdings",
        "number": 4,
        "caption": "2023年度专员监管企业家数分布",
        "alt": chart.alt,
        "width_mm": 156.0,
        "data": {"columns": ["监管企业数", "专员数（名）"], "rows": [["1家", "2"], ["2家", "1"], ["3家", "0"]]},
    }


def test_a_period_without_anyone_is_drawn_without_a_finding(idle: Report) -> None:
    assert rate_chart(idle, "onsite").alt == "条形图：0个县（市、区）的现场签到率。全市—。"
    assert drawn(activity_chart(idle)).alt.endswith("远程监管次数。2个县（市、区）全期没有记录。")
    assert "共0名" in holdings_chart(idle).alt
    assert size(rate_chart(idle, "remote"))[0] == 1842


def test_a_period_too_short_to_hold_a_thursday_has_nothing_to_draw(tmp_path_factory: pytest.TempPathFactory) -> None:
    params = params_of(effective_from="2023-12-30")
    report = report_of(tmp_path_factory.mktemp("short"), CITY, params)
    assert activity_chart(report) is None
    assert monthly_chart(report_over(report.results, JIA)) is None


def test_a_countys_name_is_text_never_a_formula(tmp_path_factory: pytest.TempPathFactory) -> None:
    counties = [f"{JIA},甲$\\frac$县", f"{YI},乙区"]
    report = report_of(tmp_path_factory.mktemp("formula"), CITY, counties=counties)
    assert size(drawn(activity_chart(report)))[0] == 1842


def texts(chart: Chart) -> list[tuple[float, float, str]]:
    """Where each text of the SVG stands, and the text, from left to right."""
    return [(x, y, text) for x, y, text, _ in texts_of(chart.svg)]


def above(chart: Chart) -> dict[str, str]:
    """The digits over each place of the axis of columns, by the place's name."""
    places = {x: text for x, _, text in texts(chart) if text.endswith("家")}
    digits = [(x, text) for x, _, text in texts(chart) if text.isdigit()]
    return {place: min(digits, key=lambda each: abs(each[0] - x))[1] for x, place in places.items()}


def test_the_rate_charts_data_are_the_labels_that_stand_beside_the_names(charts: dict[str, Chart]) -> None:
    chart = charts["onsite-rate"]
    assert chart.data["columns"] == ["县（市、区）", "现场签到率"]
    names = {y: text for _, y, text in texts(chart) if text in ("甲县", "乙区")}
    labels = {text: names[min(names, key=lambda other: abs(other - y))] for _, y, text in texts(chart) if "%" in text}
    beside = [[labels["0.96%"], "0.96%"], [labels["0.00%"], "0.00%"]]
    assert chart.data["rows"] == [*beside, ["全市", "0.48%"]]
    assert "全市 0.48%" in labels


def test_the_heat_maps_data_have_a_row_a_week_and_a_figure_a_cell(charts: dict[str, Chart]) -> None:
    data = charts["activity"].data
    assert data["columns"] == ["周（周一日期）", "甲县", "乙区", *RARE]
    rows = {row[0]: row[1:] for row in data["rows"]}
    assert (len(rows), min(rows), max(rows)) == (52, "2023-01-02", "2023-12-25")
    busy = {week: figures for week, figures in rows.items() if set(figures) != {"0"}}
    assert busy == {"2023-01-02": ["1", *["0"] * 12], "2023-02-27": ["6", *["0"] * 12]}


def test_the_heat_maps_cells_are_its_data(city: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    cells: list[list[float]] = []

    def keep(figure: Figure) -> str:
        cells.extend(figure.axes[0].collections[0].get_array().tolist())  # type: ignore[union-attr]
        return ""

    monkeypatch.setattr("bulletin.mines.charts.svg_text", keep)
    data = drawn(activity_chart(city)).data
    assert [[f"{cell:.0f}" for cell in column] for column in zip(*cells, strict=True)] == [
        row[1:] for row in data["rows"]
    ]


def test_the_holdings_data_are_the_labels_on_the_bars(charts: dict[str, Chart]) -> None:
    rows = charts["holdings"].data["rows"]
    assert {place: count for place, count in rows} == above(charts["holdings"])  # noqa: C416 (rows are lists)


def test_the_months_data_are_the_labels_on_the_lines(city: Report) -> None:
    chart = drawn(monthly_chart(report_over(city.results, JIA)))
    assert chart.data["columns"] == ["月份", "现场签到率", "远程监管率"]
    assert [row[0] for row in chart.data["rows"]] == [f"{month}月" for month in range(1, 13)]
    labels = [(y, text) for _, y, text in texts(chart) if re.fullmatch(r"\d+\.\d\d", text)]
    middle = sum(float(size) for size in re.findall(r'viewBox="0 0 \S+ (\S+)"', chart.svg)) / 2
    upper = [f"{text}%" for y, text in labels if y < middle]
    lower = [f"{text}%" for y, text in labels if y > middle]
    assert [row[1:] for row in chart.data["rows"]] == [list(pair) for pair in zip(upper, lower, strict=True)]
    assert upper[0] == "12.50%"


@pytest.mark.filterwarnings("ignore:Glyph")
def test_a_hostile_name_is_shown_and_does_nothing(tmp_path: Path) -> None:
    evil = ["<script>alert(1)</script>", "$x$&amp;", "甲😀县"]
    report = report_of(tmp_path, CITY, counties=[f"{JIA},{evil[0]}", f"{YI},{evil[1]}", f"100003,{evil[2]}"])
    chart = drawn(activity_chart(report))
    assert set(evil) <= {text for _, _, text in texts(chart)}
    assert not {f"{SVG}{tag}" for tag in ("script", "text", "a", "foreignObject")} & {
        each.tag
        for each in ET.fromstring(chart.svg).iter()  # noqa: S314 (our own)
    }
    assert chart.data["columns"][1:] == evil


def test_a_charts_svg_is_small(charts: dict[str, Chart], city: Report) -> None:
    sizes = {key: len(chart.svg.encode()) for key, chart in charts.items()}
    sizes["monthly"] = len(drawn(monthly_chart(report_over(city.results, JIA))).svg.encode())
    limits = {"onsite-rate": 80_000, "remote-rate": 80_000, "activity": 100_000, "holdings": 30_000, "monthly": 80_000}
    assert {key: size for key, size in sizes.items() if size > limits[key]} == {}


def luminance(colour: str) -> float:
    """WCAG's relative luminance, which is what is left of a colour in greyscale print."""
    parts = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in to_rgb(colour)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_colours_are_told_apart_in_greyscale() -> None:
    assert contrast(MAIN, "white") > 4.5
    assert contrast(MEAN, "white") > 4.5
    assert contrast(INK, "white") > 10
    assert contrast(MAIN, SECOND) > 2.5


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """121 counties with a mine and a supervisor each: the nth checks in n times a year, the first never."""
    numbers = range(121)
    return report_of(
        tmp_path_factory.mktemp("province"),
        CITY,
        counties=[f"{200000 + n},第{n}县" for n in numbers],
        mines=[f"M{n},矿{n},{200000 + n},地下开采,否" for n in numbers],
        supervisors=[f"S{n},,{200000 + n}" for n in numbers],
        assignments=[f"S{n},M{n},2022-01-01," for n in numbers],
        checkins=[
            f"S{n},M{n},{day:%Y-%m-%d} {hour:02}:00,是,2,是"
            for n in numbers
            for hour in (9, 10, 11)
            for day in pd.date_range("2023-01-05", periods=min(max(0, n - 40 * (hour - 9)), 40), freq="7D")
        ],
    )


def test_of_more_counties_than_a_page_holds_the_ends_are_drawn_and_the_data_have_all(province: Report) -> None:
    rates, heat = rate_chart(province, "onsite"), drawn(activity_chart(province))
    assert "（121个中最高、最低的各20个）" in rates.caption
    assert "（121个中记录最多、最少的各20个）" in heat.caption
    assert len(rates.data["rows"]) == 122
    assert len(heat.data["columns"]) == 122
    least = [f"第{n}县" for n in reversed(range(20))]
    for chart, most in ((rates, range(40, 60)), (heat, reversed(range(101, 121)))):
        named = [text for _, _, text in texts(chart) if text.startswith("第")]
        assert named == [*(f"第{n}县" for n in most), *least], chart.key
        across, down = size(chart)
        assert down < 2 * across


def test_counties_that_fit_are_all_drawn_without_a_word(charts: dict[str, Chart]) -> None:
    for key in ("onsite-rate", "activity"):
        assert "个中" not in charts[key].caption
