"""facts.csv is read back as it was written, and what somebody spoilt in it is named."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bulletin.project.paths
from bulletin.facts.facts import COLUMNS, Facts, decimal_value, facts_csv
from bulletin.facts.figures import WHOLE
from bulletin.facts.file import FactsFile, find_facts, read_facts, read_facts_of, read_named_facts
from bulletin.mines.catalogue import METRICS
from bulletin.notebook.period import open_period
from bulletin.project.errors import BulletinError
from tests.builders import JIA, JIA_XIAN, YI, YI_QU, fact_of, facts_made, facts_of

STATED = COLUMNS[:-1]
HEADER = ",".join(STATED)
"""That of an older version: such files don't say which period they're of."""
MINES = "mines,city,全市,3,,,count,3"
ONSITE = f"onsite_rate,{JIA},甲县,0.00961538461538,,,rate,0.96%"

# Every printed rate changes half-way between two hundredths: there 12 digits may fall on the other side.
shares = st.integers(1, 10**7).flatmap(lambda whole: st.builds(Fraction, st.integers(0, whole), st.just(whole)))
at_the_edge = st.builds(
    lambda half, off: min(max(Fraction(half, 20_000) + Fraction(off, 10**15), Fraction(0)), Fraction(1)),
    st.integers(0, 20_000),
    st.integers(-3, 3),
)


def written(folder: Path, *lines: str, ending: str = "\n") -> Path:
    path = folder / "facts.csv"
    path.write_bytes(ending.join([*lines, ""]).encode("utf-8"))
    return path


def read_lines(folder: Path, *lines: str) -> Facts:
    return read_facts(written(folder, HEADER, *lines), METRICS)


def faults_of(path: Path) -> list[str]:
    with pytest.raises(BulletinError) as caught:
        read_facts(path, METRICS)
    assert caught.value.code == "bad-facts"
    first, *faults, last = str(caught.value).splitlines()
    assert first == f"{path} 有 {len(faults)} 处错误，无法读取："
    assert last == "请使用 bulletin build 生成的原文件，不要在 Excel 中改动或另存。"
    return [fault.removeprefix("  · ") for fault in faults]


def as_stated(facts: Facts) -> list[tuple[object, ...]]:
    """What facts.csv states of each fact, its printed text included."""
    return [
        (
            fact.metric.name,
            fact.scope.code,
            fact.scope.name,
            None if fact.value is None else Fraction(decimal_value(Fraction(fact.value))),
            fact.numerator,
            fact.denominator,
            fact.text,
        )
        for fact in facts
    ]


def test_the_sample_year_is_read_as_it_was_written(tmp_path: Path) -> None:
    facts = open_period("2023").facts
    (tmp_path / "facts.csv").write_bytes(facts_csv(facts))
    read = read_facts(tmp_path / "facts.csv", METRICS)
    assert as_stated(read) == as_stated(facts)
    assert list(read.counties.items()) == list(facts.counties.items())


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(rates=st.lists(st.none() | shares | at_the_edge, min_size=3, max_size=3), pooled=st.booleans())
def test_any_facts_are_read_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, rates: Sequence[Fraction | None], pooled: bool
) -> None:
    facts = facts_made(
        [
            fact_of("onsite_rate", replace(scope, name=f"名{scope.code}"), rate, *_parts(rate if pooled else None))
            for scope, rate in zip((WHOLE, JIA_XIAN, YI_QU), rates, strict=True)
        ]
    )
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(facts_csv(facts))
    read = read_facts(path, METRICS)
    assert as_stated(read) == as_stated(facts)
    exact = [fact for fact in facts if fact.denominator]
    assert [fact for fact in read if fact.denominator] == exact


def _parts(rate: Fraction | None) -> tuple[int | None, int | None]:
    if rate is None or rate.denominator >= 10**12:
        return None, None
    return rate.numerator, rate.denominator


def test_a_pooled_rate_is_its_quotient_and_any_other_its_twelve_digits(tmp_path: Path) -> None:
    facts = read_lines(tmp_path, MINES, "staffing_rate,city,全市,0.868852459016,159,183,rate,86.89%", ONSITE)
    assert facts("staffing_rate").value == Fraction(159, 183)
    assert facts("onsite_rate", JIA).value == Fraction(961538461538, 10**14)
    assert facts("mines") == fact_of("mines", WHOLE, 3)


def test_a_rate_that_twelve_digits_lift_over_an_edge_prints_as_it_did(tmp_path: Path) -> None:
    facts = read_lines(tmp_path, "onsite_rate,city,全市,0.123450000000,,,rate,12.34%")
    assert facts("onsite_rate").text == "12.34%"
    assert facts("onsite_rate").value != Fraction("0.12345")


def test_an_empty_value_is_none(tmp_path: Path) -> None:
    facts = read_lines(tmp_path, MINES, f"onsite_rate,{YI},乙区,,,,rate,—", f"onsite_rank,{YI},乙区,,,,rank,—")
    assert [facts(metric, YI).value for metric in ("onsite_rate", "onsite_rank")] == [None, None]


def test_a_mark_foreign_line_ends_blank_lines_and_further_columns_are_read_without_a_word(tmp_path: Path) -> None:
    lines = [f"\ufeff{HEADER},备注", f"{MINES},", f"{ONSITE},看", "", ",,,,,,,,", ""]
    facts = read_facts(written(tmp_path, *lines, ending="\r\n"), METRICS)
    assert [fact.text for fact in facts] == ["3", "0.96%"]


def test_facts_come_in_the_order_of_facts_csv_whatever_the_order_of_the_rows(tmp_path: Path) -> None:
    facts = facts_of(tmp_path / "records")
    header, *lines = facts_csv(facts).decode().splitlines()
    read = read_facts(written(tmp_path, header, *reversed(lines)), METRICS)
    assert as_stated(read) == as_stated(facts)
    assert list(read.counties) == [JIA, YI]


def test_a_metric_that_the_file_lacks_is_not_stated(tmp_path: Path) -> None:
    facts = read_lines(tmp_path, MINES, ONSITE)
    assert len(facts) == 2
    assert facts.get("mines", JIA) is None


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("mine,city,全市,3,,,count,3", "没有名为“mine”的指标，可能出自本软件的其他版本，请用当前版本重新生成"),
        ("mines,14102 2,甲县,3,,,count,3", "范围“14102 2”应为 city 或行政区划代码"),
        ("mines,,甲县,3,,,count,3", "范围“”应为 city 或行政区划代码"),
        ("mines,１０００００,甲县,3,,,count,3", "范围“１０００００”应为 city 或行政区划代码"),
        ("counties,100001,甲县,3,,,count,3", "指标 counties 不适用于范围 100001"),
        ("onsite_rank,city,全市,3,,,rank,3", "指标 onsite_rank 不适用于范围 city"),
        ("mines,100001,,3,,,count,3", "范围名称为空"),
        ("mines,100001,甲县,3,,,rate,3", "指标 mines 的单位“rate”应为 count"),
        ("mines,100001,甲县,3.0,,,count,3", "value“3.0”应为整数"),
        ("mines,100001,甲县,-3,,,count,-3", "value“-3”应为整数"),
        ("mines,100001,甲县,٣,,,count,3", "value“٣”应为整数"),
        ("mines,100001,甲县,,,,count,3", "text“3”与 value“”不符，应为“—”"),
        ("mines,100001,甲县,3,3,3,count,3", "指标 mines 不应有分子和分母"),
        ("stationing_app_used,100001,甲县,2,,,flag,是", "value“2”应为 0 或 1"),
        ("stationing_app_used,100001,甲县,1,,,flag,TRUE", "text“TRUE”与 value“1”不符，应为“是”"),
        ("onsite_rate,100001,甲县,37.89,,,rate,37.89%", "value“37.89”应为 0 到 1 的小数"),
        ("onsite_rate,100001,甲县,1.5,,,rate,99.99%", "value“1.5”应为 0 到 1 的小数"),
        ("onsite_rate,100001,甲县,3.3E-07,,,rate,不足0.01%", "value“3.3E-07”应为 0 到 1 的小数"),
        ("onsite_rate,100001,甲县,nan,,,rate,—", "value“nan”应为 0 到 1 的小数"),
        ("onsite_rate,100001,甲县,0.3789,,,rate,0.3789", "text“0.3789”与 value“0.3789”不符，应为“37.89%”"),
        # Rounded half up it's 12.35%; only a value cut to 12 digits could have been less.
        ("onsite_rate,100001,甲县,0.12345,,,rate,12.34%", "text“12.34%”与 value“0.12345”不符，应为“12.35%”"),
        ("staffing_rate,100001,甲县,0.5,1,,rate,50.00%", "分子和分母应同时填写，分母应大于0"),
        ("staffing_rate,100001,甲县,0.5,,2,rate,50.00%", "分子和分母应同时填写，分母应大于0"),
        ("staffing_rate,100001,甲县,0,0,0,rate,0.00%", "分子和分母应同时填写，分母应大于0"),
        ("staffing_rate,100001,甲县,0.3333,1,3,rate,33.33%", "value“0.3333”与 1÷3 不符，应为 0.333333333333"),
        ("staffing_rate,100001,甲县,,1,3,rate,—", "value“”与 1÷3 不符，应为 0.333333333333"),
        ("staffing_rate,100001,甲县,0.5,一,2,rate,50.00%", "numerator“一”应为整数"),
        ("mines,city,市,4,,,count,4", "指标 mines 在范围 city 中重复"),
        ("supervisors,city,市,4,,,count,4", "范围 city 的名称为“市”，前面为“全市”"),
        ("mines,100001,\x1b[2J甲县,3,,,count,3", "含有控制字符"),
        ("mines\x9b,100001,甲县,3,,,count,3", "含有控制字符"),
        ('mines,100001,"甲\n县",3,,,count,3', "含有控制字符"),
        ("mines,100001,甲县,3,,,count", "有 7 格，应为 8 格"),
        ("mines,100001,甲,县,3,,,count,3", "有 9 格，应为 8 格"),
    ],
)
def test_what_is_wrong_in_a_row_is_named_with_its_row(tmp_path: Path, line: str, fault: str) -> None:
    assert faults_of(written(tmp_path, HEADER, MINES, "", line)) == [f"第4行：{fault}"]


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER, MINES, "mine,city,全市,3,,,count,3", ONSITE, "mines,1 2,甲县,3,,,count,3", MINES)
    assert [fault[:4] for fault in faults_of(path)] == ["第3行：", "第5行：", "第6行："]


def test_of_very_many_faults_the_first_thirty_are_listed_and_the_rest_counted(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER, MINES, *["mine,city,全市,3,,,count,3"] * 32)
    with pytest.raises(BulletinError) as caught:
        read_facts(path, METRICS)
    lines = str(caught.value).splitlines()
    assert lines[0] == f"{path} 有 32 处错误，无法读取："
    assert lines[-2] == "  · 其余 2 处略"
    assert len(lines) == 1 + 30 + 2


def test_without_the_city_the_file_is_incomplete(tmp_path: Path) -> None:
    assert faults_of(written(tmp_path, HEADER, ONSITE)) == ["没有全市的指标（scope 为 city 的行）"]
    assert len(faults_of(written(tmp_path, HEADER, "mines,1 2,甲县,3,,,count,3"))) == 2
    assert len(faults_of(written(tmp_path, HEADER, "mines,city,全市,3,,,count,4"))) == 1
    assert faults_of(written(tmp_path, HEADER)) == ["没有全市的指标（scope 为 city 的行）"]


@pytest.mark.parametrize(
    ("header", "wrong"),
    [
        ("", "、".join(STATED)),
        ("级别,类别,文件", "、".join(STATED)),
        ("metric,scope,scope_name,value,numerator,unit,text", "denominator"),
        (f"{HEADER},value", "value"),
    ],
)
def test_a_file_with_other_columns_is_no_facts_file(tmp_path: Path, header: str, wrong: str) -> None:
    assert faults_of(written(tmp_path, header, MINES)) == [f"不是指标文件 facts.csv：第1行应各有一列 {wrong}"]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", f"不是指标文件 facts.csv：第1行应各有一列 {'、'.join(STATED)}"),
        ("指标".encode("gb18030"), "不是 UTF-8 编码的文本"),
        (b'metric,"scope', "不是有效的 CSV：引号没有配对，或单元格过长"),
    ],
)
def test_what_is_no_text_or_no_table_is_said_so(tmp_path: Path, content: bytes, fault: str) -> None:
    (tmp_path / "facts.csv").write_bytes(content)
    assert faults_of(tmp_path / "facts.csv") == [fault]


def test_a_file_that_cannot_be_opened_is_said_so(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path / "none.csv")
    assert fault.startswith("无法打开（")


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(
    content=st.binary(max_size=60)
    | st.lists(
        st.lists(st.sampled_from(["", "city", "100001", "0.5", "1", "2", "rate", "50.00%", '"', "\r", *METRICS]))
    ).map(lambda rows: "\n".join([HEADER, *(",".join(row) for row in rows)]).encode())
)
def test_any_bytes_give_facts_or_a_clean_error(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzzed.csv"
    path.write_bytes(content)
    with contextlib.suppress(BulletinError):
        assert len(read_facts(path, METRICS)) > 0


def built(outputs: Path, period: str) -> Path:
    (outputs / period).mkdir(parents=True)
    return written(outputs / period, HEADER, MINES)


def test_facts_are_found_by_period_by_folder_and_by_file(tmp_path: Path) -> None:
    path = built(tmp_path, "2023Q4")
    assert find_facts("2023q4", tmp_path) == FactsFile(path, "2023年第四季度", "2023Q4")
    assert find_facts(str(path.parent)) == FactsFile(path, str(path.parent))
    renamed = path.rename(tmp_path / "previous.csv")
    assert find_facts(str(renamed)) == FactsFile(renamed, str(renamed))


def test_a_period_comes_before_a_folder_of_the_same_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = built(tmp_path / "outputs", "2023")
    built(tmp_path, "2023")
    monkeypatch.chdir(tmp_path)
    assert find_facts("2023", tmp_path / "outputs") == FactsFile(path, "2023年度", "2023")
    assert find_facts("./2023", tmp_path / "outputs") == FactsFile(Path("2023/facts.csv"), "./2023")
    assert find_facts("2023", tmp_path / "none") == FactsFile(Path("2023/facts.csv"), "2023")


def test_a_period_is_looked_for_in_the_projects_outputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("params", "notebooks"):
        (tmp_path / folder).mkdir()
    path = built(tmp_path / "outputs", "2023")
    monkeypatch.chdir(tmp_path / "params")
    assert find_facts("2023") == FactsFile(path, "2023年度", "2023")


def test_outside_a_project_a_folder_is_still_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built(tmp_path, "2023")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(bulletin.project.paths, "__file__", str(tmp_path / "a" / "b" / "c.py"))
    assert find_facts("2023") == FactsFile(Path("2023/facts.csv"), "2023")


@pytest.mark.parametrize(
    ("named", "looked"),
    [
        ("2023", ["{outputs}/2023/facts.csv", "2023/facts.csv", "2023"]),
        ("nowhere", ["nowhere/facts.csv", "nowhere"]),
        ("x" * 5000, ["x" * 5000 + "/facts.csv", "x" * 5000]),
    ],
)
def test_where_facts_were_looked_for_is_said_when_there_are_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str, looked: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BulletinError) as caught:
        find_facts(named, tmp_path / "o")
    places = "、".join(str(Path(place.format(outputs=tmp_path / "o"))) for place in looked)
    assert caught.value.code == "no-facts"
    assert str(caught.value).startswith(f"找不到“{named}”的指标，找过 {places}。请写已生成的期间")


class DescribeThePeriodOfAFile:
    """What a file says that it's of, or what it's told to be of."""

    def it_is_read_with_the_facts(self, tmp_path: Path) -> None:
        facts = facts_of(tmp_path / "records")
        (tmp_path / "facts.csv").write_bytes(facts_csv(facts))
        assert (tmp_path / "facts.csv").read_text(encoding="utf-8").splitlines()[
            1
        ] == "counties,city,全市,2,,,count,2,2023"
        assert read_facts(tmp_path / "facts.csv", METRICS).period == "2023"
        assert read_lines(tmp_path, MINES).period is None

    @pytest.mark.parametrize(
        ("periods", "faults"),
        [
            (("2023", "2022"), ["period 一列应处处相同，现有 “2023”（第2行）、“2022”（第3行）"]),
            (("2023", ""), ["period 一列应处处相同，现有 “2023”（第2行）、“”（第3行）"]),
            (("去年", "去年"), ["第2行：period“去年”应为期间，写作 2023、2023Q4 或 2023-06"]),
            (("2023q4", "2023q4"), ["第2行：period“2023q4”应为期间，写作 2023、2023Q4 或 2023-06"]),
        ],
    )
    def it_is_one_period_in_its_own_form(self, tmp_path: Path, periods: tuple[str, str], faults: list[str]) -> None:
        rows = [f"{line},{period}" for line, period in zip((MINES, ONSITE), periods, strict=True)]
        assert faults_of(written(tmp_path, f"{HEADER},period", *rows)) == faults

    def it_stands_in_one_column(self, tmp_path: Path) -> None:
        twice = written(tmp_path, f"{HEADER},period,period", f"{MINES},2023,2023")
        assert faults_of(twice) == ["不是指标文件 facts.csv：第1行应各有一列 period"]

    def it_is_told_where_the_file_says_nothing(self, tmp_path: Path) -> None:
        path = written(tmp_path, HEADER, MINES)
        assert read_facts_of(path, METRICS, "2022", "").period == "2022"
        with pytest.raises(BulletinError, match=r"没有写明是哪个期间的指标（没有 period 一列）。请写明") as caught:
            read_facts_of(path, METRICS, None, "请写明。")
        assert caught.value.code == "no-period"

    def it_is_never_told_otherwise(self, tmp_path: Path) -> None:
        path = written(tmp_path, f"{HEADER},period", f"{MINES},2023")
        with pytest.raises(BulletinError, match="是 2023 的指标，不是 2022 的。请改正。") as caught:
            read_facts_of(path, METRICS, "2022", "请改正。")
        assert caught.value.code == "other-period"

    def it_is_told_of_those_files_that_say_nothing_in_their_order(self, tmp_path: Path) -> None:
        (tmp_path / "a").mkdir()
        says, silent = written(tmp_path / "a", f"{HEADER},period", f"{MINES},2023"), written(tmp_path, HEADER, MINES)
        files = [FactsFile(silent, "甲"), FactsFile(says, "乙"), FactsFile(silent, "丙")]
        assert [each.period for each in read_named_facts(files, METRICS, ["2021", "2022"])] == ["2021", "2023", "2022"]
        with pytest.raises(BulletinError, match="请用 --period 写明它是哪个期间的"):
            read_named_facts(files, METRICS, ["2021"])
        with pytest.raises(BulletinError, match="--period 2022 用不上：指标文件自己写明了期间：乙（2023）。"):
            read_named_facts(files[1:2], METRICS, ["2022"])

    def it_is_part_of_what_a_file_is_called(self, tmp_path: Path) -> None:
        facts = read_facts(written(tmp_path, f"{HEADER},period", f"{MINES},2023Q4"), METRICS)
        assert FactsFile(tmp_path, "o/facts.csv").titled(facts) == "2023年第四季度（o/facts.csv）"
        assert FactsFile(tmp_path, "2023年第四季度", "2023Q4").titled(facts) == "2023年第四季度"
        assert FactsFile(tmp_path, "o/facts.csv").titled(read_lines(tmp_path, MINES)) == "o/facts.csv"
