"""What differs between two facts files, on a terminal, in a spreadsheet and on a page."""

from __future__ import annotations

import csv
import io
from fractions import Fraction

import pytest
from bs4 import BeautifulSoup

from bulletin.export.diff import NOTE, SAME, Comparison, compare, diff_csv, diff_text
from bulletin.export.html.diff import diff_html
from bulletin.facts.facts import Facts
from bulletin.facts.figures import CITY, WHOLE, Scope
from bulletin.mines.catalogue import METRICS
from bulletin.notebook.period import open_period
from bulletin.project.text_width import text_width
from tests.builders import JIA, YI, fact_of, facts_made

BING, DING = "100003", "100004"
NAMES = {CITY: "全市", JIA: "甲县", YI: "乙区", BING: "丙县", DING: "丁县"}

Value = int | Fraction | None


def facts(*figures: tuple[str, str, Value], pooled: tuple[int, int] | None = None, **names: str) -> Facts:
    """Facts of (metric, scope, value); with `pooled`, the city's 取证率 too. `names` replace names, as c100001."""
    called = NAMES | {code.removeprefix("c"): name for code, name in names.items()}
    places = {code: Scope(code, name, "county", CITY) for code, name in called.items()} | {CITY: WHOLE}
    rows = [fact_of(metric, places[scope], value) for metric, scope, value in figures]
    if pooled:
        rows.append(fact_of("evidence_rate", WHOLE, Fraction(*pooled), *pooled))
    return facts_made(rows)


OLD = facts(
    ("mines", CITY, 10),
    ("onsite_rate", CITY, Fraction(5, 100)),
    ("mines", JIA, 4),
    ("onsite_rate", JIA, None),
    ("onsite_rank", JIA, None),
    ("mines", YI, 5),
    ("mines", DING, 1),
    pooled=(1, 2),
)
NEW = facts(
    ("mines", CITY, 12),
    ("onsite_rate", CITY, Fraction("0.049999")),
    ("mines", JIA, 3),
    ("onsite_rate", JIA, Fraction(1, 10)),
    ("onsite_rank", JIA, 1),
    ("mines", YI, 5),
    ("mines", BING, 4),
    pooled=(159, 318),
    c100002="乙市",
)


def compared(old: Facts = OLD, new: Facts = NEW) -> Comparison:
    return compare(old, "2022年度", new, "2023年度")


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def page(comparison: Comparison) -> BeautifulSoup:
    return BeautifulSoup(diff_html(comparison), "html.parser")


def test_the_text_is_grouped_by_scope_and_counted() -> None:
    lines = [" ".join(line.split()) for line in diff_text(compared()).splitlines()]
    assert lines == [
        "原：2022年度",
        "现：2023年度",
        "共 9 项差异，涉及 5 个范围。",
        NOTE,
        "",
        "指标 原 现 变化",
        "",
        "全市 3 项",
        "非煤矿山企业数 10 12 +2",
        "现场签到率 5.00% 5.00% -不足0.01",
        "取证率 50.00% (1/2) 50.00% (159/318) 0.00",
        "",
        "甲县（100001） 3 项",
        "非煤矿山企业数 4 3 -1",
        "现场签到率 — 10.00% —",
        "现场签到率排名 — 1 新进",
        "",
        "乙市（100002） 1 项",
        "名称 乙区 乙市 更名",
        "",
        "丙县（100003，新增） 1 项",
        "非煤矿山企业数 未列 4 —",
        "",
        "丁县（100004，不再列入） 1 项",
        "非煤矿山企业数 1 未列 —",
    ]


def test_the_texts_columns_end_at_the_same_place_where_chinese_is_twice_as_wide() -> None:
    rows = [line for line in diff_text(compared()).splitlines() if line.startswith("  ")]
    assert len(rows) == 1 + 9
    assert {text_width(row) for row in rows} == {text_width(rows[0])}
    assert rows[1] == "  非煤矿山企业数" + "10".rjust(2 + 12) + "12".rjust(2 + 16) + "+2".rjust(2 + 9)


def test_columns_are_as_wide_as_their_headings_at_least() -> None:
    rows = diff_text(compared(facts(("mines", YI, 1)), facts(("mines", YI, 2)))).splitlines()[-3:]
    assert rows == ["", "乙区（100002） 1 项", f"  非煤矿山企业数{'1'.rjust(4)}{'2'.rjust(4)}{'+1'.rjust(6)}"]


def test_a_county_that_is_gone_stands_where_its_code_sorts() -> None:
    comparison = compared(facts(("mines", JIA, 1), ("mines", BING, 1)), facts(("mines", YI, 1), ("mines", DING, 1)))
    assert [section.scope.code for section in comparison.sections] == [JIA, YI, BING, DING]


def test_a_year_against_nothing_but_its_city_fits_a_terminal_of_100_columns() -> None:
    whole = open_period("2023").facts
    city = facts_made([fact for fact in whole if fact.scope.code == CITY])
    lines = diff_text(compare(city, "a", whole, "b")).splitlines()
    assert sum(line.startswith("  ") for line in lines) == 1 + len(whole) - len(city)
    assert max(text_width(line) for line in lines) <= 100


def test_the_spreadsheet_has_figures_parts_and_the_change_in_words_and_as_a_number() -> None:
    content = diff_csv(compared())
    assert content.startswith(b"\xef\xbb\xbf")
    head, *rows = table(content)
    assert head == [
        "范围代码",
        "范围",
        "指标",
        "指标代码",
        "原值",
        "原分子",
        "原分母",
        "现值",
        "现分子",
        "现分母",
        "变化",
        "变化量（率为百分点）",
    ]
    assert [",".join(row) for row in rows] == [
        "city,全市,非煤矿山企业数,mines,10,,,12,,,增加2,2",
        "city,全市,现场签到率,onsite_rate,5.00%,,,5.00%,,,下降不足0.01个百分点,-0.0001",
        "city,全市,取证率,evidence_rate,50.00%,1,2,50.00%,159,318,持平,0",
        "100001,甲县,非煤矿山企业数,mines,4,,,3,,,减少1,-1",
        "100001,甲县,现场签到率,onsite_rate,—,,,10.00%,,,无可比数据,",
        "100001,甲县,现场签到率排名,onsite_rank,—,,,1,,,新进入排名,",
        "100002,乙市,名称,,乙区,,,乙市,,,更名,",
        "100003,丙县,非煤矿山企业数,mines,未列,,,4,,,无可比数据,",
        "100004,丁县,非煤矿山企业数,mines,1,,,未列,,,无可比数据,",
    ]


def test_a_rate_of_nothing_over_something_shows_its_parts_everywhere() -> None:
    comparison = compared(facts(("mines", CITY, 1), pooled=(1, 4)), facts(("mines", CITY, 1), pooled=(0, 4)))
    assert "25.00% (1/4)  0.00% (0/4)  -25.00" in diff_text(comparison)
    assert table(diff_csv(comparison))[1][4:10] == ["25.00%", "1", "4", "0.00%", "0", "4"]


def test_the_page_has_a_table_a_scope_whose_cells_know_their_headings() -> None:
    found = page(compared())
    assert [each.get_text() for each in found.select("h2")] == [
        "全市 3 项",
        "甲县（100001） 3 项",
        "乙市（100002） 1 项",
        "丙县（100003，新增） 1 项",
        "丁县（100004，不再列入） 1 项",
    ]
    tables = found.select("table")
    assert [each["aria-labelledby"] for each in tables] == [each["id"] for each in found.select("h2")]
    for each in tables:
        assert [cell.get_text() for cell in each.select("thead th[scope=col]")] == ["指标", "原", "现", "变化"]
    assert [cell.get_text() for cell in tables[0].select("tbody th[scope=row]")] == [
        "非煤矿山企业数",
        "现场签到率",
        "取证率",
    ]
    assert [cell.get_text() for cell in tables[0].select("tbody td")] == [
        *("10", "12", "+2"),
        *("5.00%", "5.00%", "-不足0.01"),
        *("50.00% (1/2)", "50.00% (159/318)", "0.00"),
    ]
    assert f"原：2022年度现：2023年度共 9 项差异，涉及 5 个范围。{NOTE}" in found.get_text().replace("\n", "")


def test_the_page_is_chinese_and_asks_nothing_of_the_network() -> None:
    found = page(compared())
    assert found.select("html")[0]["lang"] == "zh-CN"
    assert found.select("title")[0].get_text() == "指标差异：2022年度与2023年度"
    assert found.select("script, link, img, iframe, a") == []
    (policy,) = found.select('meta[http-equiv="Content-Security-Policy"]')
    assert policy["content"] == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    assert "url(" not in diff_html(compared())
    assert "@import" not in diff_html(compared())


def test_without_a_difference_all_three_say_so() -> None:
    same = compared(OLD, OLD)
    assert diff_text(same) == f"原：2022年度\n现：2023年度\n{SAME}\n"
    assert len(table(diff_csv(same))) == 1
    assert SAME in page(same).get_text()
    assert page(same).select("h2, table") == []


def test_the_same_facts_give_the_same_bytes() -> None:
    assert diff_csv(compared()) == diff_csv(compared())
    assert diff_html(compared()) == diff_html(compared())


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "=cmd|' /C calc'!A0", "&lt;b&gt;", "{{ 7*7 }}", "\"'><b>"]
)
def test_a_hostile_name_is_a_name_in_all_three(name: str) -> None:
    old = facts(("mines", JIA, 1), ("mines", YI, 1), ("mines", DING, 1), c100004=name)
    new = facts(("mines", JIA, 2), ("mines", YI, 1), ("mines", BING, 1), c100001=name, c100002=name, c100003=name)
    comparison = compare(old, name, new, name)
    # Twice in the titles, in four headings, and as the new name of 甲 and 乙.
    assert diff_text(comparison).count(name) == 2 + 4 + 2
    safe = f"'{name}" if name.startswith("=") else name
    rows = table(diff_csv(comparison))
    assert [row[1] for row in rows[1:]] == [safe] * 5
    assert [row[7] for row in rows if row[2] == "名称"] == [safe] * 2
    found = page(comparison)
    assert found.select("script, b") == []
    assert found.get_text().count(name) == 2 + 2 + 4 + 2
    assert found.select("h2")[0].get_text() == f"{name}（100001） 2 项"


def test_the_text_shows_no_character_that_a_terminal_obeys() -> None:
    hostile = "甲\x1b[2J\x9b\r\n\u202e县\u3000区"
    text = diff_text(compare(facts(("mines", JIA, 1)), hostile, facts(("mines", JIA, 2), c100001=hostile), hostile))
    shown = "甲[U+001B][2J[U+009B] [U+202E]县 区"
    assert text.count(shown) == 4
    assert all(char.isprintable() or char == "\n" for char in text)


def test_every_metric_of_a_new_county_is_listed() -> None:
    whole = open_period("2023").facts
    without = facts_made([fact for fact in whole if fact.scope.code != "141022"])
    (section,) = compare(without, "a", whole, "b").sections
    assert (section.title, len(section.lines)) == ("翼城县（141022，新增）", len(whole.of("141022")))
    assert [line[0] for line in section.lines] == [METRICS[metric].title for metric in whole.of("141022")]
