"""A params file is read with its defaults; each wrong thing is named with file, key and what is allowed."""

from __future__ import annotations

import pickle
import re
from datetime import date
from pathlib import Path

import pytest

from bulletin.project.errors import BulletinError
from bulletin.project.params import Posts, load_params, model
from bulletin.project.paths import Project
from bulletin.project.periods import Period, parse_period
from tests.builders import ROOT, params_of
from tests.project.params.files import SMALLEST, load, refused


def test_the_smallest_file_has_the_defaults_of_the_regime(tmp_path: Path) -> None:
    params = load(tmp_path, SMALLEST)
    assert params.model_dump(exclude={"period", "bureau", "data"}) == {
        "document": {
            "number": None,
            "title": None,
            "addressees": "各县（市、区）应急管理局",
            "basis": None,
            "date": date(2024, 3, 5),
            "signer": None,
            "sealed": True,
            "note": None,
            "cc": [],
            "printer": None,
            "printed_on": None,
        },
        "previous": None,
        "field": "mines",
        "rules": {
            "since": None,
            "onsite_per_week": 1,
            "remote_per_week": 5,
            "posts": {"underground": 2, "open_pit": 1, "tailings": 1},
        },
        "effective_from": None,
        "as_of": None,
        "averaging": "county_mean",
        "duty_unit": "supervisor",
        "key_periods": [],
        "publish_names": False,
        "notice": None,
        "report_timeout": 600,
    }


def test_the_committed_file_of_2023_is_valid() -> None:
    params = load_params(Project(ROOT), parse_period("2023"))
    assert params.document.number == "临应急发〔2024〕20号"
    assert [(period.name, period.start, period.end) for period in params.key_periods] == [
        ("中秋国庆", date(2023, 9, 29), date(2023, 10, 6))
    ]
    assert not params.publish_names


@pytest.mark.parametrize(
    ("written", "name"),
    [("2023", "2023"), ('"2023"', "2023"), ("2023q4", "2023Q4"), ("2023-06", "2023-06"), ('" 2023Q1 "', "2023Q1")],
)
def test_a_period_is_taken_however_yaml_reads_it(tmp_path: Path, written: str, name: str) -> None:
    assert load(tmp_path, SMALLEST.replace("2023\n", f"{written}\n", 1), name).period == name


def test_the_signer_is_the_bureau_unless_it_is_said(tmp_path: Path) -> None:
    assert load(tmp_path, SMALLEST).signer == "样例市应急管理局"
    assert load(tmp_path, f"{SMALLEST}  signer: 某办\n").signer == "某办"


@pytest.mark.parametrize("number", ["临应急发〔2024〕20号", "样函〔2024〕1号"])
def test_a_document_number_of_the_standard_form_is_taken(tmp_path: Path, number: str) -> None:
    assert load(tmp_path, f"{SMALLEST}  number: {number}\n").document.number == number


def test_a_password_may_not_stand_in_the_file_and_is_not_repeated(tmp_path: Path) -> None:
    said = refused(tmp_path, SMALLEST.replace("data: data/2023", "data: postgresql://u:s3cret@h/db"))
    assert "data：数据库密码不能写在参数文件里，请写作 ${BULLETIN_PASSWORD}，并设置同名的环境变量" in said
    assert "s3cret" not in said
    url = "postgresql://u:${BULLETIN_SECRET}@h/db"
    assert load(tmp_path, SMALLEST.replace("data: data/2023", f"data: {url}")).data == url


def test_rules_may_change_inside_the_period_and_what_isnt_written_stays_as_it_was() -> None:
    params = params_of(
        "2024",
        rules=[
            {"from": "2023-01-01", "remote_per_week": 7},  # gone by the period's first day
            {"from": "2023-07-01", "remote_per_week": 4, "posts": {"open_pit": 3}},
            {"from": "2024-07-01", "onsite_per_week": 2},
            {"from": "2024-10-01", "posts": {"tailings": 9}},
            {"from": "2025-01-01", "onsite_per_week": 50},  # not yet in force
        ],
    )
    found = [(rules.onsite_per_week, rules.remote_per_week, rules.posts) for rules in params.rule_sets]
    assert found == [
        (1, 4, Posts(open_pit=3)),
        (2, 4, Posts(open_pit=3)),
        (2, 4, Posts(open_pit=3, tailings=9)),
    ]
    for day, onsite in ((date(2024, 1, 1), 1), (date(2024, 6, 30), 1), (date(2024, 7, 1), 2), (date(2024, 12, 31), 2)):
        assert params.rules_on(day).onsite_per_week == onsite


def test_a_missing_file_is_named_with_those_that_are_there(tmp_path: Path) -> None:
    load(tmp_path, SMALLEST)
    with pytest.raises(BulletinError, match=r"找不到 .*2024Q1\.yaml。.*期间：2023。") as caught:
        load_params(Project(tmp_path), parse_period("2024Q1"))
    assert caught.value.code == "no-params"


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ("2024", "是否为 2023？确要新建 2024 的，请运行 bulletin new 2024 --from 2023。"),
        ("2032", "是否为 2023？确要新建 2032 的，请运行 bulletin new 2032 --from 2023。"),
        ("2021", "是否为 2022？"),
        ("2023Q3", "是否为 2023Q2？确要新建 2023Q3 的，请运行 bulletin new 2023Q3 --from 2023Q2。"),
        ("2023-07", "是否为 2023Q2？确要新建 2023-07 的，请运行 bulletin new 2023-07 --from 2023Q2。"),
        ("2025", "请把 2025年.yaml 改名为 2025.yaml。"),
    ],
)
def test_a_missing_file_is_answered_with_the_nearest_period_and_the_way_to_begin(
    tmp_path: Path, wanted: str, told: str
) -> None:
    (tmp_path / "params").mkdir()
    for name in ("2022", "2023", "2023Q2", "2025年", "样例"):
        (tmp_path / f"params/{name}.yaml").touch()
    with pytest.raises(BulletinError) as caught:
        load_params(Project(tmp_path), parse_period(wanted))
    assert str(caught.value).endswith(told)


@pytest.mark.parametrize("written", ["2023年", "２０２３", "2023年度", "' 2023 '", "2023"])
def test_period_is_taken_as_people_write_it(tmp_path: Path, written: str) -> None:
    assert load(tmp_path, SMALLEST.replace('"2023"', written)).period == "2023"


TOP_KEYS = (
    "period、previous、field、bureau、document、data、effective_from、rules、as_of、averaging、duty_unit、key_periods、"
    "publish_names、notice"
)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("ruels: {}", f"ruels：不认识的键，是否为 rules？此处可用的键：{TOP_KEYS}"),
        (
            "rules: {onsite: 1}",
            "rules.onsite：不认识的键，是否为 onsite_per_week？此处可用的键：from、onsite_per_week、remote_per_week、posts",
        ),
        (
            "rules: {posts: {pit: 1}}",
            "rules.posts.pit：不认识的键，是否为 open_pit？此处可用的键：underground、open_pit、tailings",
        ),
        (
            "key_periods: [{name: 国庆, start: 2023-10-01, end: 2023-10-07, days: 7}]",
            "key_periods.0.days：不认识的键，请检查拼写。此处可用的键：name、start、end",
        ),
        (
            "  numbre: x",
            "document.numbre：不认识的键，是否为 number？此处可用的键：number、title、addressees、basis、date",
        ),
        ("rules: {onsite_per_week: '1'}", "rules.onsite_per_week：应为整数，现为 '1'"),
        ("rules: {remote_per_week: 2.5}", "rules.remote_per_week：应为整数，现为 2.5"),
        ("rules: {remote_per_week: true}", "rules.remote_per_week：应为整数，现为 true"),
        ("rules: {onsite_per_week: 0}", "rules.onsite_per_week：不能小于 1，现为 0"),
        ("rules: {remote_per_week: 101}", "rules.remote_per_week：不能大于 100，现为 101"),
        ("report_timeout: 0", "report_timeout：不能小于 1，现为 0"),
        ("report_timeout: 86401", "report_timeout：不能大于 86400，现为 86401"),
        ("report_timeout: 10分钟", "report_timeout：应为整数，现为 '10分钟'"),
        ("report_timeout: no", "report_timeout：应为整数，现为 false"),
        ("rules: {posts: {open_pit: -1}}", "rules.posts.open_pit：不能小于 0，现为 -1"),
        ("rules: 5", "rules：应为一组键：from、onsite_per_week、remote_per_week、posts，现为 5"),
        ("publish_names: 1", "publish_names：应为 true 或 false，现为 1"),
        ("publish_names: 否", "publish_names：应为 true 或 false，现为 '否'"),
        ("  sealed: 是", "document.sealed：应为 true 或 false，现为 '是'"),
        ("  cc: 山西省应急管理厅", "document.cc：应为列表（每行以“- ”开头），现为 '山西省应急管理厅'"),
        ("  cc: [1]", "document.cc.0：应为文字，现为 1"),
        ("  number: 20", "document.number：应为文字，现为 20"),
        ("notice: [x]", "notice：应为文字，现为 ['x']"),
        ("averaging: mean", "averaging：只能是 'county_mean' 或 'pooled'，现为 'mean'，是否为 county_mean？"),
        (
            "averaging: county_means",
            "averaging：只能是 'county_mean' 或 'pooled'，现为 'county_means'，是否为 county_mean？",
        ),
        ("averaging: 1", "averaging：只能是 'county_mean' 或 'pooled'，现为 1"),
        ("duty_unit: mine", "duty_unit：只能是 'supervisor' 或 'assignment'，现为 'mine'"),
        ("as_of: 年底", "as_of：应为日期，写作 2024-03-05，现为 '年底'"),
        ("  printed_on: 2024年3月5日", "document.printed_on：应为日期，写作 2024-03-05，现为 '2024年3月5日'"),
        ("key_periods: 国庆", "key_periods：应为列表（每行以“- ”开头），现为 '国庆'"),
        ("key_periods: [国庆]", "key_periods.0：应为一组键：name、start、end，现为 '国庆'"),
        ("key_periods: [{start: 2023-10-01, end: 2023-10-07}]", "key_periods.0.name：缺少这一项，必须填写"),
        (
            "key_periods: [{name: 国庆, start: 2023-10-07, end: 2023-10-01}]",
            "结束日期 2023-10-01 早于开始日期 2023-10-07",
        ),
        (
            "key_periods: [{name: 春节, start: 2024-01-01, end: 2024-02-01}]",
            "key_periods：“春节”不在期间内：2023-01-01 至 2023-12-31",
        ),
        (
            "key_periods: [{name: 春节, start: 2022-01-01, end: 2022-12-31}]",
            "key_periods：“春节”不在期间内：2023-01-01 至 2023-12-31",
        ),
        (
            "key_periods:\n"
            "  - {name: 国庆, start: 2023-10-01, end: 2023-10-07}\n"
            "  - {name: 国庆, start: 2023-09-29, end: 2023-09-30}",
            "key_periods：有重名的时段",
        ),
        ("rules: []", "rules：至少要有一组"),
        ("rules: [{from: 2024-07}]", "rules.0.from：应为日期"),
        (
            "rules: [{onsite: 1}]",
            "rules.0.onsite：不认识的键，是否为 onsite_per_week？此处可用的键：from、onsite_per_week",
        ),
        ("rules: [{}, {onsite_per_week: 2}]", "rules：第二组起每组都要用 from 写明"),
        (
            "rules: [{}, {from: 2023-07-01}, {from: 2023-07-01}]",
            "rules：各组应按 from 的日期由早到晚排列，日期不能相同",
        ),
        ("rules: [{from: 2023-01-02}]", "rules：统计自 2023-01-01 起，第一组却自 2023-01-02 起"),
        (
            "effective_from: 2023-05-01\nrules: {from: 2023-05-02}",
            "rules：统计自 2023-05-01 起，第一组却自 2023-05-02 起",
        ),
        ("as_of: 2024-01-01", "as_of：应在期间内：2023-01-01 至 2023-12-31，现为 2024-01-01"),
        ("as_of: 2022-12-31", "as_of：应在期间内：2023-01-01 至 2023-12-31，现为 2022-12-31"),
        ("effective_from: 2024-01-01", "effective_from：应在期间内：2023-01-01 至 2023-12-31，现为 2024-01-01"),
        ("effective_from: 2022-12-31", "effective_from：应在期间内：2023-01-01 至 2023-12-31，现为 2022-12-31"),
        ("effective_from: 2023-07-01\nas_of: 2023-06-30", "as_of：不能早于 effective_from 2023-07-01，现为 2023-06-30"),
    ],
)
def test_a_wrong_thing_is_named_with_its_key_and_what_is_allowed(tmp_path: Path, lines: str, message: str) -> None:
    assert message in refused(tmp_path, f"{SMALLEST}{lines}\n")


@pytest.mark.parametrize(
    "number",
    [
        "临应急发[2024]20号",
        "临应急发〔2024〕第20号",
        "临应急发〔2024〕020号",
        "临应急发〔24〕20号",
        "〔2024〕20号",
        "临应急发〔2024〕20",
    ],
)
def test_a_document_number_of_another_form_is_refused(tmp_path: Path, number: str) -> None:
    message = refused(tmp_path, f"{SMALLEST}  number: {number}\n")
    assert "document.number：发文字号应写作“机关代字〔年份〕序号号”，如 临应急发〔2024〕20号" in message


@pytest.mark.parametrize("key", ["period", "bureau", "data", "document"])
def test_a_missing_key_is_named(tmp_path: Path, key: str) -> None:
    content = re.sub(rf"(?m)^{key}:.*\n(?:  .*\n)*", "", SMALLEST)
    assert f"· {key}：缺少这一项，必须填写" in refused(tmp_path, content)


def test_a_missing_key_of_the_document_is_named(tmp_path: Path) -> None:
    assert "· document.addressees：缺少这一项" in refused(tmp_path, re.sub(r"  addressees:.*\n", "", SMALLEST))


@pytest.mark.parametrize("blank", ["  date:\n", ""], ids=["blank", "missing"])
def test_a_document_without_number_and_date_has_gaps_and_carries_the_periods_last_day(
    tmp_path: Path, blank: str
) -> None:
    params = load(tmp_path, SMALLEST.replace("  date: 2024-03-05\n", blank))
    assert params.gaps == {"document.number": "发文字号", "document.date": "成文日期"}
    assert params.day == date(2023, 12, 31)


def test_a_document_with_number_and_date_has_no_gaps_and_carries_its_date(tmp_path: Path) -> None:
    params = load(tmp_path, f"{SMALLEST}  number: 样函〔2024〕1号\n")
    assert params.gaps == {}
    assert params.day == date(2024, 3, 5)


@pytest.mark.parametrize("written", ["2022", '"2022"', "2022q4", "2022-12"])
def test_the_previous_period_is_named_like_the_period_itself(tmp_path: Path, written: str) -> None:
    assert load(tmp_path, f"{SMALLEST}previous: {written}\n").previous == written.strip('"').upper()


def test_a_previous_period_that_holds_the_period_itself_is_refused(tmp_path: Path) -> None:
    content = SMALLEST.replace("2023\n", "2023Q2\n", 1)
    assert "上一期应在 2023-04-01 以前结束，现为 2023" in refused(tmp_path, f"{content}previous: 2023\n", "2023Q2")


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("2023", "previous：上一期应在 2023-01-01 以前结束，现为 2023"),
        ("2024", "previous：上一期应在 2023-01-01 以前结束，现为 2024"),
        ("2023Q1", "previous：上一期应在 2023-01-01 以前结束，现为 2023Q1"),
        ("去年", "previous：期间“去年”无法识别"),
        ("true", "previous：应为文字，现为 true"),
    ],
)
def test_a_previous_period_that_isnt_over_or_none_at_all_is_refused(tmp_path: Path, written: str, message: str) -> None:
    assert message in refused(tmp_path, f"{SMALLEST}previous: {written}\n")


@pytest.mark.parametrize("blank", ["''", "'   '", "'\u3000'", ""])
@pytest.mark.parametrize("key", ["bureau", "data"])
def test_what_must_be_said_cant_be_blank(tmp_path: Path, key: str, blank: str) -> None:
    assert f"· {key}：" in refused(tmp_path, re.sub(rf"(?m)^{key}: .*$", f"{key}: {blank}", SMALLEST))


@pytest.mark.parametrize(
    "written", ["20240305", "0", "86400", "1709596800", "'1709596800'", "86400.0", "true", "2024", "''"]
)
def test_a_number_is_no_date(tmp_path: Path, written: str) -> None:
    content = SMALLEST.replace("2024-03-05", written)
    assert "document.date：应为日期，写作 2024-03-05" in refused(tmp_path, content)


def test_a_day_that_the_calendar_lacks_is_named_with_its_key(tmp_path: Path) -> None:
    message = refused(tmp_path, f"{SMALLEST}as_of: 2023-02-30\n")
    assert "as_of" in message
    assert "日期" in message


@pytest.mark.parametrize("period", ["2023Q5", "2023-13", "23", "年度", "true", "2023.0"])
def test_a_period_of_no_known_form_is_refused(tmp_path: Path, period: str) -> None:
    assert "· period：" in refused(tmp_path, SMALLEST.replace("2023\n", f"{period}\n", 1))


def test_a_period_that_isnt_the_files_is_refused(tmp_path: Path) -> None:
    message = refused(tmp_path, SMALLEST, "2024")
    assert "period 为 2023，与文件名不符，应为 2024" in message


def test_several_faults_are_named_at_once(tmp_path: Path) -> None:
    lines = "averaging: mean\nrules: {onsite_per_week: 0, posts: {pit: 1}}\n"
    message = refused(tmp_path, SMALLEST.replace("bureau: 样例市应急管理局\n", lines))
    assert "有 4 处错误" in message
    assert [line.split("：")[0] for line in message.splitlines()[1:]] == [
        "  · bureau",
        "  · rules.onsite_per_week",
        "  · rules.posts.pit",
        "  · averaging",
    ]


def test_several_days_outside_the_period_are_named_at_once(tmp_path: Path) -> None:
    message = refused(tmp_path, f"{SMALLEST}as_of: 2024-01-01\neffective_from: 2022-01-01\n")
    assert "· as_of：应在期间内" in message
    assert "· effective_from：应在期间内" in message


def test_a_file_that_is_no_yaml_is_refused_with_the_line_and_what_to_write(tmp_path: Path) -> None:
    said = refused(tmp_path, f"{SMALLEST}as_of：2023-12-31\n")
    assert said == " 写法有误：第 7 行，冒号应为英文冒号，后面空一格。"


@pytest.mark.parametrize("path", [r"D:\new", r"D:\table", r"\\server\records"])
def test_a_path_whose_backslashes_became_line_breaks_or_tabs_is_refused(tmp_path: Path, path: str) -> None:
    said = refused(tmp_path, SMALLEST.replace("data/2023", f'"{path}"'))
    assert "data：双引号里的 \\t、\\n、\\r 是制表符和换行。请把两端的双引号改为单引号" in said
    assert load(tmp_path, SMALLEST.replace("data/2023", f"'{path}'")).data == path


def test_a_tag_that_would_build_an_object_runs_nothing(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    message = refused(tmp_path, f"{SMALLEST}notice: !!python/object/apply:os.mkdir ['{mark}']\n")
    assert "第 7 行第 9 列" in message
    assert not mark.exists()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "- 1\n",
        "2023\n",
        "{",
        "\x00",
        SMALLEST.encode("gb18030"),
        f"{SMALLEST}2023: x\n",
        f"{SMALLEST}? {{a: b}}\n: c\n",
    ],
)
def test_a_file_of_another_shape_is_refused_in_chinese_and_without_a_traceback(
    tmp_path: Path, content: str | bytes
) -> None:
    message = refused(tmp_path, content)
    assert not re.search(r"\b(Keys|should|codec|unhashable|expected|unacceptable)\b", message)


def test_the_window_is_the_period_unless_the_regime_began_inside_it() -> None:
    window = params_of("2023Q4").window
    assert (window.period.name, window.first, window.last) == ("2023Q4", date(2023, 10, 1), date(2023, 12, 31))
    assert window.as_of == date(2023, 12, 31)


def test_the_window_starts_with_the_regime_and_counts_registers_on_the_day_of_count() -> None:
    window = params_of(effective_from="2023-05-01", as_of="2023-11-30").window
    assert (window.first, window.last, window.as_of) == (date(2023, 5, 1), date(2023, 12, 31), date(2023, 11, 30))


def test_the_first_and_last_day_of_a_period_lie_inside_it() -> None:
    window = params_of(effective_from="2023-01-01", as_of="2023-12-31").window
    assert (window.first, window.as_of) == (date(2023, 1, 1), date(2023, 12, 31))


def test_a_key_period_may_reach_over_the_periods_edge() -> None:
    edge = [{"name": "元旦", "start": "2023-12-30", "end": "2024-01-01"}]
    assert params_of(key_periods=edge).key_periods[0].end == date(2024, 1, 1)


def test_a_period_is_parsed_once_however_often_the_window_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def counted(text: str) -> Period:
        asked.append(text)
        return parse_period(text)

    monkeypatch.setattr(model, "parse_period", counted)
    model._parsed.cache_clear()
    params = params_of("2023Q4", rules=[{}, {"from": "2023-11-01", "onsite_per_week": 2}])
    for day in range(1, 30):
        assert params.rules_on(date(2023, 11, day)).onsite_per_week == 2
    assert asked == ["2023Q4"]


def test_params_that_travel_or_are_copied_have_the_window_of_their_own_period() -> None:
    params = params_of("2023Q4", effective_from="2023-11-01")
    window = params.window
    travelled = pickle.loads(pickle.dumps(params))  # noqa: S301 (our own)
    assert (travelled, travelled.window) == (params, window)
    copied = params.model_copy(update={"period": "2024Q1", "effective_from": None})
    assert copied.window == params_of("2024Q1").window != window
