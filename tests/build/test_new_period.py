"""`bulletin new`: what a new period's files say, what stays of the earlier one's, and what is refused."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

import bulletin.build.new_period
from bulletin.build.new_period import NewPeriod, new_period, summary_lines
from bulletin.facts.facts import facts_csv
from bulletin.notebook.period import open_period
from bulletin.project.errors import BulletinError
from bulletin.project.params import Params, load_params
from bulletin.project.paths import Project
from bulletin.project.periods import parse_period
from bulletin.project.whole_file import publish_file
from tests.builders import ROOT, SMALL, without_gaps, write_tables

WRITTEN = """\
# 市局的说明
period: 2023
bureau: 样例市应急管理局   # 全称

document:   # 公文要素
  addressees: 各县（市、区）应急管理局
  number: 样应急发〔2024〕1号   # 由办公室编
  date: '2024-03-05'
data: data/2023
# 完
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project with the sample year's params over the small period's records."""
    for name in ("params", "notebooks"):
        (tmp_path / name).mkdir()
    shutil.copy(ROOT / "params/2023.yaml", tmp_path / "params")
    write_tables(tmp_path / "data/2023")
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path)


def write(project: Project, content: str | bytes, period: str = "2023") -> Path:
    path = project.params / f"{period}.yaml"
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


def read(project: Project, period: str) -> str:
    return (project.params / f"{period}.yaml").read_bytes().decode("utf-8")


def loaded(project: Project, period: str) -> Params:
    return load_params(project, parse_period(period))


def renewed(project: Project, content: str, period: str = "2024") -> str:
    """What `new` makes of a params file of 2023."""
    write(project, content)
    new_period(project, period, "2023")
    return read(project, period)


def changed(before: str, after: str) -> dict[str, str]:
    """The lines that differ between two texts of as many lines, by what they were."""
    return {old: new for old, new in zip(before.split("\n"), after.split("\n"), strict=True) if old != new}


def everything(project: Project) -> dict[str, bytes]:
    files = (path for path in project.root.rglob("*") if path.is_file())
    return {path.relative_to(project.root).as_posix(): path.read_bytes() for path in files}


def refused(project: Project, code: str, period: str = "2024", earlier: str = "2023") -> str:
    """The message with which a new period is refused, after which everything is as it was."""
    before = everything(project)
    with pytest.raises(BulletinError) as caught:
        new_period(project, period, earlier)
    assert caught.value.code == code
    assert everything(project) == before
    return str(caught.value)


def test_of_the_sample_years_file_only_what_speaks_of_2023_changes(project: Project) -> None:
    new_period(project, "2024", "2023")
    assert changed(read(project, "2023"), read(project, "2024")) == {
        'period: "2023"': 'period: "2024"',
        "previous:                 # 上一期，用于同比或环比，没有时留空": (
            'previous: "2023"          # 上一期，用于同比或环比，没有时留空'
        ),
        "notice: 样例数据：记录均为虚构，仅全市和各县的汇总数与临应急发〔2024〕20号公布的2023年数据一致。": "notice:",
        "  number: 临应急发〔2024〕20号": "  number:                 # 待填：发文字号",
        "  basis: 《山西省安全生产委员会办公室关于2023年度全省矿山安全监管专员履职情况的通报》": (
            "  basis:                  # 待填：依据文件（可不填）"
        ),
        "  date: 2024-03-05": "  date:                   # 待填：成文日期",
        "data: data/2023": "data: data/2024",
        "key_periods:": (
            "key_periods: []           # 待填：重点时段（可不填）；上一期的列在下面，改好日期后去掉行首的 #，并删去本行的 []"
        ),
        "  - name: 中秋国庆": "  # - name: 中秋国庆",
        "    start: 2023-09-29": "  #   start: 2023-09-29",
        "    end: 2023-10-06": "  #   end: 2023-10-06",
    }


def test_the_comments_of_the_sample_years_file_name_no_year_that_would_be_wrong_in_another(project: Project) -> None:
    new_period(project, "2024", "2023")
    comments = re.findall(r"(?m)(?:^|\s)(#.*)$", read(project, "2024"))
    assert not [comment for comment in comments if "2023年" in comment or "2023 年" in comment]
    assert any("bulletin new 2024 --from 2023" in comment for comment in comments)


def test_the_new_file_is_valid_and_says_what_the_old_one_did_of_everything_else(project: Project) -> None:
    new_period(project, "2024", "2023")
    old, new = loaded(project, "2023"), loaded(project, "2024")
    assert (new.period, new.previous, new.data, new.notice, new.key_periods) == ("2024", "2023", "data/2024", None, [])
    blank = {"number": None, "basis": None, "date": None}
    assert new.document == old.document.model_copy(update=blank)
    assert (new.bureau, new.rules, new.averaging) == (old.bureau, old.rules, old.averaging)


def test_what_is_to_be_filled_in_is_listed_with_its_line(project: Project) -> None:
    made = new_period(project, "2024", "2023")
    lines = read(project, "2024").split("\n")
    listed = [re.fullmatch(r"第 (\d+) 行 (?:document\.)?(\w+)：(.*)", line) for line in made.blanks]
    assert [found and found[2] for found in listed] == ["number", "basis", "date", "key_periods"]
    for found in listed:
        assert found
        assert lines[int(found[1]) - 1].lstrip().startswith(f"{found[2]}:")
        assert f"# 待填：{found[3]}" in lines[int(found[1]) - 1]


def test_the_next_steps_are_told_in_chinese(project: Project) -> None:
    shown = "\n".join(summary_lines(new_period(project, "2024", "2023"), project))
    for words in (
        "  params/2024.yaml\n  data/2024/\n  data/2024/previous.csv：2023年的指标，由其记录算出\n",
        "行 document.number：发文字号\n",
        "把2024年度的各表放进 data/2024/",
        "bulletin check 2024 ",
        "bulletin build 2024 ",
    ):
        assert words in shown


@pytest.mark.parametrize(
    ("period", "earlier", "title"), [("2024Q1", "2023Q4", "2023年第四季度"), ("2024-02", "2024-01", "2024年1月")]
)
def test_quarters_and_months_are_renewed_the_same_way(project: Project, period: str, earlier: str, title: str) -> None:
    write(project, WRITTEN.replace("2023", earlier), earlier)
    write_tables(project.root / "data" / earlier)
    made = new_period(project, period, earlier)
    new = loaded(project, period)
    assert (new.period, new.previous, new.data) == (period, earlier, f"data/{period}")
    assert made.previous_note == f"data/{period}/previous.csv：{title}的指标，由其记录算出"
    assert previous(made) == facts_csv(open_period(earlier).facts)


def test_a_period_is_named_as_elsewhere(project: Project) -> None:
    new_period(project, " 2024q1 ", "2023")
    assert loaded(project, "2024Q1").period == "2024Q1"


@pytest.mark.parametrize(
    ("period", "note"),
    [
        ("2024Q1", "没有 data/2024Q1/previous.csv：2023年不能与2024年第一季度比较"),
        ("2023-12", "没有 data/2023-12/previous.csv：2023年不能与2023年12月比较"),
    ],
)
def test_a_year_is_no_previous_period_of_a_quarter_or_month(project: Project, period: str, note: str) -> None:
    made = new_period(project, period, "2023")
    assert made.previous_note == note
    assert loaded(project, period).previous is None
    assert not (project.root / f"data/{period}/previous.csv").exists()


def test_a_quarter_or_month_of_a_years_records_takes_them_over(project: Project) -> None:
    made = new_period(project, "2023Q3", "2023")
    assert loaded(project, "2023Q3").data == "data/2023"
    assert (made.folder, (project.root / "data/2023Q3").exists()) == (None, False)
    shown = "\n".join(summary_lines(made, project))
    assert "2023年第三季度的记录取自 data/2023，与其他期间共用，不必另放" in shown
    assert "data/2023Q3/\n" not in shown
    assert open_period("2023Q3").facts("supervisors").value == 3


def test_a_quarter_takes_over_the_years_records_from_the_quarter_before(project: Project) -> None:
    new_period(project, "2023Q3", "2023")
    made = new_period(project, "2023Q4", "2023Q3")
    assert (loaded(project, "2023Q4").data, loaded(project, "2023Q4").previous) == ("data/2023", "2023Q3")
    assert list((project.root / "data/2023Q4").iterdir()) == [project.root / "data/2023Q4/previous.csv"]
    assert made.shared == "data/2023"
    assert new_period(project, "2024Q1", "2023Q4").shared is None
    assert loaded(project, "2024Q1").data == "data/2024Q1"


@pytest.mark.parametrize("name", ["records/全年", "records/2023.xlsx"])
def test_records_of_any_name_stay_those_of_the_periods_that_they_hold(project: Project, name: str) -> None:
    write(project, WRITTEN.replace("data/2023", name))
    write(project, WRITTEN.replace("data/2023", name).replace("2023", "2023-06", 1), "2023-06")
    new_period(project, "2023-07", "2023-06")
    assert loaded(project, "2023-07").data == name
    new_period(project, "2024", "2023")
    assert loaded(project, "2024").data == "data/2024"


def test_a_file_made_by_new_is_renewed_without_marks_piling_up(project: Project) -> None:
    new_period(project, "2024", "2023")
    new_period(project, "2025", "2024")
    assert changed(read(project, "2024"), read(project, "2025")) == {
        'period: "2024"': 'period: "2025"',
        'previous: "2023"          # 上一期，用于同比或环比，没有时留空': (
            'previous: "2024"          # 上一期，用于同比或环比，没有时留空'
        ),
        "data: data/2024": "data: data/2025",
    }


def test_a_filled_in_file_is_renewed_into_what_it_was_before_it_was_filled_in(project: Project) -> None:
    new_period(project, "2024", "2023")
    blank = read(project, "2024")
    filled = blank.replace("number:  ", "number: 样发〔2025〕2号  ").replace("  date:  ", "  date: 2025-03-05  ")
    filled = filled.replace("  basis:  ", "  basis: 《某文》  ").replace("key_periods: []", "key_periods:")
    added = "  - name: 国庆\n    start: 2024-10-01\n    end: 2024-10-07\n"
    kept = re.search(r"(?m)^  # - name(.*\n)*", blank)
    assert kept
    for order in (f"{added}{kept[0]}", f"{kept[0]}{added}"):
        write(project, filled.replace(kept[0], order), "2024")
        assert loaded(project, "2024").key_periods
        new_period(project, "2025", "2024")
        wanted = blank.replace('"2024"', '"2025"').replace('"2023"', '"2024"').replace("data/2024", "data/2025")
        wanted = (
            wanted.replace("中秋国庆", "国庆").replace("2023-09-29", "2024-10-01").replace("2023-10-06", "2024-10-07")
        )
        assert re.sub(" +#", " #", read(project, "2025")) == re.sub(" +#", " #", wanted)
        (project.params / "2025.yaml").unlink()


def test_a_comment_stays_behind_the_mark(project: Project) -> None:
    text = renewed(project, WRITTEN)
    assert re.search(r"(?m)^  number: +# 待填：发文字号  # 由办公室编$", text)
    assert (
        text.index("# 待填：发文字号") - text.index("  number:") > 20
    )  # where the old comment began, as an editor shows it
    assert "bureau: 样例市应急管理局   # 全称\n" in text


def test_a_file_without_the_key_previous_gets_it_below_the_period(project: Project) -> None:
    assert re.search(r'period: 2024\nprevious: "2023" +# 上一期，用于同比或环比\nbureau', renewed(project, WRITTEN))


def test_a_file_without_number_and_date_gets_them_to_be_filled_in(project: Project) -> None:
    write(project, re.sub(r"  (number|date):.*\n", "", WRITTEN))
    made = new_period(project, "2024", "2023")
    assert [line.partition("行 ")[2] for line in made.blanks] == [
        "document.date：成文日期",
        "document.number：发文字号",
    ]


@pytest.mark.parametrize(
    "lines",
    [
        "effective_from: 2023-05-01\nas_of: 2023-11-30   # 月末",
        "effective_from: &day 2023-05-01\nas_of: *day",
        "key_periods: [{name: 国庆, start: 2023-10-01, end: 2023-10-07}]  # 一个",
        "key_periods: [\n  {name: 国庆, start: 2023-10-01, end: 2023-10-07},\n]",
        "key_periods:\n# 说明\n- name: 国庆   # 七天\n  start: 2023-10-01\n\n  end: 2023-10-07\n# 下一段\naveraging: pooled",
        "key_periods: []   # 没有",
        "notice: |\n  第一行 # 不是注释\n  第二行\npublish_names: true",
        "notice: >-\n  第一行\n\n# 后面的注释\npublish_names: true",
        "previous: 2022   # 前年",
        'previous: "2022"\nrules: {onsite_per_week: 2}',
        "rules:\n  - onsite_per_week: 1   # 原\n  - from: 2023-07-01   # 新\n    posts: {open_pit: 2}",
        "rules:\n  onsite_per_week: 2   # 加严\n  posts: {underground: 3}",
    ],
)
def test_whatever_the_file_says_its_meaning_and_its_comments_stay(project: Project, lines: str) -> None:
    content = f"{WRITTEN}{lines}\n"
    text = renewed(project, content)
    old, new = loaded(project, "2023"), loaded(project, "2024")
    assert (new.notice, new.effective_from, new.as_of, new.key_periods) == (None, None, None, [])
    assert (new.rules, new.averaging, new.publish_names) == (old.rules, old.averaging, old.publish_names)
    for comment in re.findall(r"(?m)(?:^|\s)(# .*)$", content.replace("# 不是注释", "")):
        assert comment in text
    for period in old.key_periods:
        assert re.search(rf"(?m)^ *#.*name: {period.name}", text)


@pytest.mark.parametrize(
    ("basis", "below"),
    [
        ("basis: 《一份名称很长\n    折成两行的文件》", ""),
        ("basis: >-\n    《一份名称很长\n    折成两行的文件》", ""),
        ('basis:   # 依据\n    "《某文》"', "  # 依据"),
        ("basis: '《某文》'   # 依据", "  # 依据"),
        ("title: 关于表扬先进的通报", None),
    ],
)
def test_a_blank_takes_the_place_of_a_value_however_it_is_written(
    project: Project, basis: str, below: str | None
) -> None:
    text = renewed(project, WRITTEN.replace("  date:", f"  {basis}\n  date:"))
    document = loaded(project, "2024").document
    assert (document.basis, document.title, document.date) == (None, None, None)
    if below is not None:
        assert re.search(rf"(?m)^  basis: +# 待填：依据文件（可不填）{below}\n  date:", text)


def test_an_alias_of_what_is_blanked_becomes_blank_where_it_would_be_blanked_too(project: Project) -> None:
    content = WRITTEN.replace("  number: 样", "  number: &n 样").replace(
        "  date: ", "  printed_on: &d 2024-03-05\n  date: "
    )
    renewed(project, re.sub("'2024-03-05'", "*d", content) + "notice: *n\n")
    new = loaded(project, "2024")
    assert (new.document.number, new.document.date, new.document.printed_on, new.notice) == (None,) * 4


@pytest.mark.parametrize("alias", ["  note: *b\n", "  signer: *b\n"])
def test_an_alias_of_what_is_blanked_is_refused_where_it_says_what_must_stay(project: Project, alias: str) -> None:
    write(project, WRITTEN.replace("  date:", f"  basis: &b 《某文》\n{alias}  date:"))
    assert "改写后的内容有出入" in refused(project, "cannot-renew")


def test_windows_line_ends_and_the_byte_order_mark_stay(project: Project) -> None:
    content = ("\ufeff" + read(project, "2023")).replace("\n", "\r\n")
    text = renewed(project, content)
    assert text.startswith("\ufeff# yaml")
    assert text.count("\r\n") == text.count("\n") == content.count("\n")
    assert "\r\r" not in text
    new_period(project, "2025", "2024")
    (project.params / "2024.yaml").unlink()
    write(project, content.replace("\r\n", "\n").removeprefix("\ufeff"))
    new_period(project, "2024", "2023")
    assert text == "\ufeff" + read(project, "2024").replace("\n", "\r\n")


def test_a_file_without_a_last_line_end_is_renewed(project: Project) -> None:
    content = read(project, "2023").rstrip("\n")
    assert changed(content, renewed(project, content))["    end: 2023-10-06"] == "  #   end: 2023-10-06"


def test_a_databases_address_stays(project: Project) -> None:
    address = "postgresql://server/records"
    write(project, WRITTEN.replace("data/2023", address))
    made = new_period(project, "2024", "2023")
    assert loaded(project, "2024").data == address
    assert "2024年度的记录取自数据库 postgresql://server/records，不必另放" in "\n".join(summary_lines(made, project))


def outputs_facts(project: Project, content: bytes, outputs: str = "outputs") -> Path:
    path = project.root / outputs / "2023/facts.csv"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return path


def previous(made: NewPeriod) -> bytes:
    assert made.folder
    return (made.folder / "previous.csv").read_bytes()


@pytest.mark.parametrize("outputs", ["outputs", "elsewhere"])
def test_the_facts_that_were_built_are_kept_byte_for_byte(project: Project, outputs: str) -> None:
    built = facts_csv(open_period("2023").facts)
    path = outputs_facts(project, built, outputs)
    write_tables(project.root / "data/2023", checkins=["S1,M1,2023-01-05 09:00,是,2,是"])  # entered since
    assert facts_csv(open_period("2023").facts) != built
    made = new_period(project, "2024", "2023", project.root / outputs)
    assert previous(made) == built
    assert made.previous_note == f"data/2024/previous.csv：2023年的指标，取自 {path}"


@pytest.mark.parametrize("fault", ["empty", "another table", "another encoding", "only a header", "a changed figure"])
def test_a_faulty_facts_csv_is_not_kept_but_computed_anew(project: Project, fault: str) -> None:
    facts = facts_csv(open_period("2023").facts)
    faulty = {
        "empty": b"",
        "another table": b"metric,value\n1,2\n",
        "another encoding": b"\xff\xfe",
        "only a header": facts.split(b"\n")[0] + b"\n",
        "a changed figure": facts.replace(b"100%", b"99.9%"),
    }
    path = outputs_facts(project, faulty[fault])
    made = new_period(project, "2024", "2023")
    assert previous(made) == facts
    assert f"由其记录算出；{path} 有 " in made.previous_note
    assert "\n" not in made.previous_note


def test_without_facts_and_records_the_period_is_made_and_what_is_missing_is_said(project: Project) -> None:
    shutil.rmtree(project.root / "data/2023")
    made = new_period(project, "2024", "2023")
    assert list((project.root / "data/2024").iterdir()) == []
    assert loaded(project, "2024").previous == "2023"
    assert made.previous_note.startswith("没有 data/2024/previous.csv：找不到数据 ")
    assert "先运行 bulletin build 2023" in made.previous_note


def test_faulty_records_name_nobody(project: Project) -> None:
    write_tables(project.root / "data/2023", supervisors=["S1,赵一,999", *SMALL["supervisors"]])
    made = new_period(project, "2024", "2023")
    assert "数据有 " in made.previous_note
    assert "\n" not in made.previous_note
    assert "赵一" not in made.previous_note


def test_what_stands_in_the_new_periods_folder_stays(project: Project) -> None:
    folder = project.root / "data/2024"
    folder.mkdir()
    (folder / "mines.csv").write_bytes(b"mine")
    new_period(project, "2024", "2023")
    assert (folder / "mines.csv").read_bytes() == b"mine"
    assert (folder / "previous.csv").read_bytes() == facts_csv(open_period("2023").facts)


def test_a_previous_csv_that_is_there_stays(project: Project) -> None:
    folder = project.root / "data/2024"
    folder.mkdir()
    (folder / "previous.csv").write_bytes(b"mine")
    made = new_period(project, "2024", "2023")
    assert previous(made) == b"mine"
    assert made.previous_note == "data/2024/previous.csv 已存在，未改动"


@pytest.mark.parametrize(
    ("period", "earlier", "code", "message"),
    [
        ("明年", "2023", "bad-period", "期间“明年”无法识别"),
        ("2024", "去年", "bad-period", "期间“去年”无法识别"),
        ("2023", "2023", "bad-period", "新的期间和 --from 都是 2023"),
        ("2022", "2023", "bad-period", "2022 早于 --from 2023"),
        ("2022Q4", "2023", "bad-period", "2022Q4 早于 --from 2023"),
        ("2024", "2022", "no-params", "没有 2022 的参数文件。--from 应为已有参数文件的期间：2023"),
    ],
)
def test_a_period_that_cant_be_made_is_refused(
    project: Project, period: str, earlier: str, code: str, message: str
) -> None:
    assert message in refused(project, code, period, earlier)


def test_a_params_file_that_is_there_is_never_overwritten(project: Project) -> None:
    write(project, "mine", "2024")
    message = refused(project, "period-exists")
    assert "2024.yaml 已存在，未改动" in message
    assert "移到别处" in message


def test_an_earlier_file_with_faults_is_refused_with_them(project: Project) -> None:
    write(project, f"{WRITTEN}averaging: mean\n")
    assert "averaging：只能是" in refused(project, "bad-params")


def test_a_file_in_the_place_of_the_folder_is_refused(project: Project) -> None:
    (project.root / "data/2024").write_bytes(b"")
    assert "不是文件夹" in refused(project, "period-exists")


@pytest.mark.parametrize(
    "content",
    [
        "{period: 2023, bureau: 某局, data: data/2023, document: {addressees: 各县, number: 样函〔2024〕1号, date: 2024-03-05}}\n",
        "period: 2023\nbureau: 某局\ndata: data/2023\ndocument: {addressees: 各县, date: 2024-03-05}\n",
    ],
)
def test_a_file_that_cant_be_changed_line_by_line_is_refused_with_what_to_do(project: Project, content: str) -> None:
    write(project, content)
    assert "请把引用、一行多项等改为每项一行后重试" in refused(project, "cannot-renew")


def test_items_on_one_line_that_can_be_changed_are(project: Project) -> None:
    content = WRITTEN[: WRITTEN.index("document:")] + (
        "document: {addressees: 各县, number: 样函〔2024〕1号, date: 2024-03-05}   # 公文\ndata: data/2023\n"
    )
    text = renewed(project, content)
    assert "document: {addressees: 各县, number: , date: }  " in text
    assert "# 待填：成文日期  # 待填：发文字号  # 公文\n" in text
    assert loaded(project, "2024").document.date is None


def fail_on(monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    def publish(content: bytes, target: Path) -> None:
        if target.suffix == suffix:
            raise BulletinError("cannot-publish", f"无法写入 {target}")
        publish_file(content, target)

    monkeypatch.setattr(bulletin.build.new_period, "publish_file", publish)


@pytest.mark.parametrize("suffix", [".csv", ".yaml"])
def test_a_write_that_fails_leaves_nothing_behind(
    project: Project, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    fail_on(monkeypatch, suffix)
    refused(project, "cannot-publish")
    assert not (project.root / "data/2024").exists()


def test_a_write_that_fails_leaves_what_was_there(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = project.root / "data/2024"
    folder.mkdir()
    (folder / "previous.csv").write_bytes(b"mine")
    fail_on(monkeypatch, ".yaml")
    refused(project, "cannot-publish")


def test_the_new_period_counts_its_own_days(project: Project) -> None:
    new_period(project, "2024", "2023")
    write_tables(project.root / "data/2024", checkins=["S1,M1,2024-01-05 09:00,是,2,是"])
    results = open_period("2024")
    assert results.params.day == date(2024, 12, 31)
    assert without_gaps(list(results.computed.warnings)) == []
    assert results.facts("supervisors").value == 3
