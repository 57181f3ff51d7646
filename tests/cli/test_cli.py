"""The command's words are Chinese and its exit status tells whether every report is whole."""

from __future__ import annotations

import errno
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

import bulletin.build.typed
import bulletin.cli.build
import bulletin.cli.new
import bulletin.project.paths
from bulletin import __version__
from bulletin.build.build import Built
from bulletin.build.new_period import NewPeriod
from bulletin.build.request import Request
from bulletin.build.run import Outcome
from bulletin.cli.main import main
from bulletin.export.diff import NOTE
from bulletin.facts.facts import COLUMNS, Facts
from bulletin.mines import FIELD
from bulletin.mines.schema import SCHEMA
from bulletin.project.errors import BulletinError
from bulletin.project.params import Params
from bulletin.project.paths import DATA_VARIABLE
from bulletin.project.periods import parse_period
from bulletin.records.faults import Fault, RecordsError
from bulletin.records.read import Records
from tests.builders import ROOT, params_of

PARAMS_2023 = (ROOT / "params/2023.yaml").read_text(encoding="utf-8")

LATE = Fault("repeated-event", "warning", "checkins.csv", "未计入", 9, "签到时间", "2022-01-01")

Requests = list[tuple[Any, Request]]


def pretend(
    monkeypatch: pytest.MonkeyPatch,
    folder: Path = Path("/nowhere"),
    *,
    outcomes: tuple[Outcome, ...] = (Outcome("全市通报", "city", 1.0, findings=0),),
    warnings: tuple[Fault, ...] = (),
    error: BaseException | None = None,
    params: Params | None = None,
) -> Requests:
    """Put a build that only notes what it was asked in the place of the real one."""
    asked: Requests = []

    def build(project: Any, request: Request, say: Any) -> Built:
        asked.append((project, request))
        say("正在读取")
        if error:
            raise error
        computed = SimpleNamespace(warnings=list(warnings))
        results = SimpleNamespace(
            field=FIELD, computed=computed, params=params or params_of(), facts=Facts([], {}), previous=None
        )
        return Built(folder, cast(Any, results), outcomes)

    monkeypatch.setattr(bulletin.cli.build, "build", build)
    monkeypatch.setattr(bulletin.build.typed, "typed_lines", lambda *_: [])
    monkeypatch.setenv(DATA_VARIABLE, "")  # so that it's put back
    monkeypatch.delenv(DATA_VARIABLE)
    return asked


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["2023"], Request(parse_period("2023"), [])),
        (["2023Q4", "--city-only"], Request(parse_period("2023Q4"), [], city_only=True)),
        (["2023", "--county", "翼城县"], Request(parse_period("2023"), ["翼城县"])),
        (["--county", "翼城县", "--county", "141002", "2023"], Request(parse_period("2023"), ["翼城县", "141002"])),
        (["2023", "--outputs", "o", "--data", "d"], Request(parse_period("2023"), [], outputs=Path("o"), data="d")),
        (["2023", "--jobs", "3"], Request(parse_period("2023"), [], jobs=3)),
        (["2023-06", "--jobs=1"], Request(parse_period("2023-06"), [], jobs=1)),
        (["2023年"], Request(parse_period("2023"), [])),
        (["２０２３"], Request(parse_period("2023"), [])),
        (["2023-6"], Request(parse_period("2023-06"), [])),
        (["2023年第三季度"], Request(parse_period("2023Q3"), [])),
        (["2023", "--force"], Request(parse_period("2023"), [], force=True)),
        (["2023", "--dry-run"], Request(parse_period("2023"), [], dry_run=True)),
    ],
)
def test_what_was_asked_reaches_the_build(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], expected: Request
) -> None:
    asked = pretend(monkeypatch)
    assert main(["build", *arguments]) == 0
    assert [request for _, request in asked] == [expected]
    assert asked[0][0].root == ROOT


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["build"], "错误：缺少 期间"),
        (["make", "2023"], "错误：参数 命令: 没有“make”。可选：build、check、"),
        (["biuld", "2023"], "错误：参数 命令: 没有“biuld”。是否为 build？可选：build、check、"),
        (["proofread", "a.docx"], "没有“proofread”。是否为 proof？"),
        (["Build", "2023"], "没有“Build”。是否为 build？"),
        (["2023年"], "没有“2023年”。是否为 build 2023？"),
        (["build", "2023", "--forse"], "错误：不认识 --forse。是否为 --force？\n"),
        (["build", "2023", "--output=o"], "错误：不认识 --output=o。是否为 --outputs？\n"),
        (["check", "2023", "--force"], "错误：不认识 --force。\n"),
        (["--verison"], "错误：不认识 --verison。是否为 --version？\n"),
        (["review", "ad", "a.json"], "没有“ad”。是否为 add？可选：add"),
        (["review", "add", "a.json", "--outptus", "o"], "。是否为 --outputs？"),
        (["build", "2023", "2024"], "错误：不认识 2024"),
        (["build", "2023", "--fast"], "错误：不认识 --fast"),
        (["build", "2023", "--county"], "错误：参数 --county: 后面要跟一个值"),
        (["build", "2023", "--outputs"], "错误：参数 --outputs: 后面要跟一个值"),
        (["build", "2023", "--jobs", "0"], "错误：参数 --jobs: 应为正整数，现为 0"),
        (["build", "2023", "--jobs", "-1"], "参数 --jobs: "),
        (["build", "2023", "--jobs", "两"], "错误：参数 --jobs: 应为正整数，现为 两"),
        (["build", "2023", "--jobs", "1.5"], "错误：参数 --jobs: 应为正整数，现为 1.5"),
        (["build", "2023", "--city-only", "--county", "a"], "错误：参数 --county: 不能同时使用 --city-only"),
        (["build", "2023", "--jobs", "2", "--scheduler", "a:1"], "错误：参数 --scheduler: 不能同时使用 --jobs"),
        (["build", "2023", "--force", "--dry-run"], "错误：参数 --dry-run: 不能同时使用 --force"),
        (["build", "2023", "--c", "a"], "错误："),
        (["build", "2023", "--city-only=1"], "错误："),
        (["diff", "2023"], "错误：缺少 现"),
        (["diff", "2023", "2024", "--format", "xml"], "错误：参数 --format: 没有“xml”。可选：text、csv、html"),
        (["diff", "2023", "2024", "--format", "htm"], "错误：参数 --format: 没有“htm”。是否为 html？"),
        (["new", "2024"], "错误：缺少 --from"),
        (["new", "--from", "2023"], "错误：缺少 期间"),
        (["new", "2024", "--from", "2023", "--data", "d"], "错误：不认识 --data d"),
    ],
)
def test_wrong_arguments_end_with_2_a_usage_and_a_chinese_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    asked = pretend(monkeypatch)
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    shown = capsys.readouterr()
    assert caught.value.code == 2
    assert shown.out == ""
    assert shown.err.startswith("用法：bulletin")
    assert message in shown.err
    assert not re.search(r"\b(argument|ambiguous|explicit|required|choice|usage|error|expected)\b", shown.err)
    assert asked == []


@pytest.mark.parametrize(
    "arguments", [["--help"], ["-h"], *([name, "-h"] for name in ("build", "check", "diff", "new", "template"))]
)
def test_help_is_chinese_throughout(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    shown = capsys.readouterr().out
    assert caught.value.code == 0
    assert shown.startswith("用法：bulletin")
    assert "显示这份帮助" in shown
    assert not re.search(r"\b(usage|positional|options|show|help message|exit)\b", shown.replace("outputs", ""))


def test_the_help_of_build_explains_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["build", "--help"])
    shown = capsys.readouterr().out
    for words in (
        "2023、2023Q4 或 2023-06",
        "--county 县",
        "--city-only",
        "--outputs 文件夹",
        "--data 数据",
        "--jobs N",
    ):
        assert words in shown


def test_the_version_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"bulletin {__version__}\n"


def test_a_whole_build_ends_with_0_lists_what_it_wrote_and_says_what_to_open(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "city").mkdir()
    for name in ("index.html", "facts.csv", "city/chart.png"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "city/bulletin.docx").write_bytes(b"")
    pretend(monkeypatch, tmp_path)
    assert main(["build", "2023"]) == 0
    shown = capsys.readouterr()
    assert shown.out.splitlines() == [
        "正在读取",
        "",
        f"生成 1 份，失败 0 份。结果在 {tmp_path}：",
        "  city/bulletin.docx",
        "  facts.csv",
        "  index.html",
        f"用浏览器打开 {tmp_path / 'index.html'} 查看。",
        "校核：1 份文稿没有发现问题。",
    ]
    assert shown.err == ""


def test_the_summary_names_drafts_with_something_to_mend_and_the_build_is_still_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    found = {"good": 0, "wrong": 1, "broken": None}
    outcomes = tuple(Outcome(name, name, 1.0, draft=f"{name}/a.docx", findings=count) for name, count in found.items())
    pretend(monkeypatch, tmp_path, outcomes=outcomes)
    assert main(["build", "2023"]) == 0
    told, first, second = capsys.readouterr().out.splitlines()[-3:]
    assert told == "校核：3 份文稿中 2 份有问题："
    command = f"bulletin proof {tmp_path / 'wrong/a.docx'} --facts {tmp_path / 'facts.csv'}"
    assert first == f"  wrong：1 处，用 {command} 查看"
    assert second == f"  broken：无法读取 {tmp_path / 'broken/a.docx'}"


def test_a_failed_report_ends_with_1_and_is_named_on_stderr(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pretend(
        monkeypatch,
        outcomes=(Outcome("全市通报", "city", 1.0), Outcome("翼城县", "counties/141022-翼城县", 1.0, "第 3 格出错")),
    )
    assert main(["build", "2023"]) == 1
    shown = capsys.readouterr()
    assert "生成 1 份，失败 1 份" in shown.out
    assert "失败：翼城县：第 3 格出错" in shown.err
    assert "失败的报告保留上次的结果" in shown.err
    assert "各县用 --county 县名，全市通报用 --city-only" in shown.err


def test_a_disk_that_fills_ends_with_2_and_names_the_periods_folder(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pretend(monkeypatch, error=OSError(errno.ENOSPC, "No space left on device", "outputs/2023/.staging/0123"))
    assert main(["build", "2023"]) == 2
    told = f"错误：{Path('outputs/2023')}：磁盘已满。请清理磁盘空间后重试，或换一个文件夹。\n"
    assert capsys.readouterr().err == told


def test_warnings_are_shown_and_dont_change_the_status(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pretend(monkeypatch, warnings=(LATE,))
    assert main(["build", "2023"]) == 0
    shown = capsys.readouterr().out
    assert "数据提示（不妨碍生成）：" in shown
    assert "记录重复（1 处）" in shown
    assert "checkins.csv 第9行 “签到时间”列：现为“2022-01-01”，未计入" in shown


def test_a_draft_with_gaps_is_whole_and_each_gap_is_named_with_its_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pretend(monkeypatch, params=params_of(document={"addressees": "各县", "number": None}))
    assert main(["build", "2023"]) == 0
    shown = capsys.readouterr().out
    line = next(n for n, text in enumerate(PARAMS_2023.splitlines(), 1) if text.startswith("  number:"))
    assert f"  待填：document.number（发文字号），见 params/2023.yaml 第 {line} 行\n" in shown
    assert "  待填：document.date（成文日期），见 params/2023.yaml 第 " in shown


def test_what_is_asked_of_new_reaches_it_and_its_lines_are_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = []

    def new_period(*arguments: Any) -> NewPeriod:
        asked.append(arguments)
        return NewPeriod(
            ROOT / "params/2024Q1.yaml", ROOT / "data/2024Q1", None, ["第 8 行 document.date：成文日期"], "没有"
        )

    monkeypatch.setattr(bulletin.cli.new, "new_period", new_period)
    assert main(["new", "2024q1", "--from", "2023Q4", "--outputs", "o"]) == 0
    assert [arguments[1:] for arguments in asked] == [("2024q1", "2023Q4", Path("o"))]
    assert asked[0][0].root == ROOT
    shown = capsys.readouterr().out
    assert shown.startswith("已生成：\n  params/2024Q1.yaml\n  data/2024Q1/\n  没有\n")
    assert "第 8 行 document.date：成文日期\n" in shown
    assert "bulletin check 2024Q1 " in shown
    assert "bulletin build 2024Q1 " in shown


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (BulletinError("bad-period", "期间“x”无法识别。"), "错误：期间“x”无法识别。\n"),
        (
            RecordsError(
                [Fault("missing-table", "error", "mines.csv", "需要“企业名录”表")], Records(SCHEMA, {}, [], [])
            ),
            "错误：数据有 1 处错误",
        ),
    ],
)
def test_what_the_user_can_mend_ends_with_2_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: BulletinError, message: str
) -> None:
    pretend(monkeypatch, error=error)
    assert main(["build", "2023"]) == 2
    shown = capsys.readouterr()
    assert shown.err.startswith(message)
    assert "Traceback" not in shown.err
    assert shown.out == "正在读取\n"


def test_an_interrupted_build_ends_with_130_in_chinese(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pretend(monkeypatch, error=KeyboardInterrupt())
    assert main(["build", "2023"]) == 130
    assert capsys.readouterr().err == "已中断，原有结果未改动。\n"


def test_a_bug_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, error=ZeroDivisionError("bug"))
    with pytest.raises(ZeroDivisionError):
        main(["build", "2023"])


def test_outside_a_project_the_command_says_so_and_ends_with_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    asked = pretend(monkeypatch)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bulletin.project.paths.__file__", str(tmp_path / "a" / "b" / "c.py"))
    assert main(["build", "2023"]) == 2
    assert "请在项目文件夹内运行本命令" in capsys.readouterr().err
    assert asked == []


@pytest.fixture
def two_periods(tmp_path: Path) -> list[str]:
    """Outputs with two periods, and the arguments that compare them: 丙县's mines rose from 3 to 5."""
    header = ",".join(COLUMNS)
    for period, mines in (("2022", 3), ("2023", 5)):
        lines = [
            header,
            f"mines,city,全市,9,,,count,9,{period}",
            f"mines,100003,丙县,{mines},,,count,{mines},{period}",
            "",
        ]
        (tmp_path / period).mkdir()
        (tmp_path / period / "facts.csv").write_text("\n".join(lines), encoding="utf-8")
    return ["diff", "2022", "2023", "--outputs", str(tmp_path)]


def test_diff_shows_what_differs_and_ends_with_0(
    two_periods: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(two_periods) == 0
    shown = capsys.readouterr()
    assert [line.split() for line in shown.out.splitlines()] == [
        ["原：2022年度"],
        ["现：2023年度"],
        ["共", "1", "项差异，涉及", "1", "个范围。"],
        [NOTE],
        [],
        ["指标", "原", "现", "变化"],
        [],
        ["丙县（100003）", "1", "项"],
        ["非煤矿山企业数", "3", "5", "+2"],
    ]
    assert shown.err == ""


def test_diff_of_the_same_facts_says_so_and_ends_with_0(
    capsys: pytest.CaptureFixture[str], two_periods: list[str], tmp_path: Path
) -> None:
    assert main(["diff", "2023", str(tmp_path / "2023" / "facts.csv"), *two_periods[3:]]) == 0
    assert capsys.readouterr().out.endswith("\n没有差异。\n")


@pytest.mark.parametrize("form", ["text", "csv", "html"])
def test_diff_writes_a_file_of_the_same_content_as_it_shows(
    form: str, two_periods: list[str], capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    assert main([*two_periods, "--format", form]) == 0
    shown = capfdbinary.readouterr().out
    target = tmp_path / "new" / "differences"
    assert main([*two_periods, "--format", form, "--output", str(target)]) == 0
    assert target.read_bytes() == shown
    assert "丙县".encode() in shown
    assert [path.name for path in target.parent.iterdir()] == ["differences"]
    assert capfdbinary.readouterr().out.decode() == f"共 1 项差异，涉及 1 个范围。已写入 {target}\n"
    starts = {"text": "原：".encode(), "csv": b"\xef\xbb\xbf", "html": b"<!DOCTYPE html>"}
    assert shown.startswith(starts[form])


def test_diff_that_cannot_write_ends_with_2_and_leaves_what_was_there(
    two_periods: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "taken" / "inside").mkdir(parents=True)
    assert main([*two_periods, "--output", str(tmp_path / "taken")]) == 2
    shown = capsys.readouterr()
    assert shown.err.startswith(f"错误：无法写入 {tmp_path / 'taken'}")
    assert shown.out == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2022", "2023", "taken"]


@pytest.mark.parametrize(
    ("content", "message"), [(None, "错误：找不到“2022”的指标，找过 "), ("x", "2022/facts.csv 有 1 处错误，无法读取")]
)
def test_diff_of_what_is_not_there_or_cannot_be_read_ends_with_2(
    two_periods: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path, content: str | None, message: str
) -> None:
    (tmp_path / "2022" / "facts.csv").unlink()
    if content:
        (tmp_path / "2022" / "facts.csv").write_text(content, encoding="utf-8")
    assert main(two_periods) == 2
    assert message in capsys.readouterr().err.replace("\\", "/")
