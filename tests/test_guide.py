"""docs/new-year.md: its commands parse, its screens and messages are really shown, its files are there."""

from __future__ import annotations

import importlib.util
import re
import shutil
from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PIL import Image

from bulletin.cli.arguments import make_parser
from bulletin.cli.main import main
from bulletin.facts.figures import CITY
from bulletin.mines.schema import TABLES
from bulletin.notebook.prose import render_prose
from bulletin.project.errors import BulletinError
from bulletin.project.params import Params
from bulletin.project.params.read import read_yaml
from tests import warm
from tests.builders import ROOT, report_of
from tools import pictures
from tools.example import hand_in, write_project

DOCS = ROOT / "docs"
GUIDE = (DOCS / "new-year.md").read_text(encoding="utf-8")
LEFT_OUT = "……"

BLOCKS = re.findall(r"^ *```(\w+)\n(.*?)^ *```$", GUIDE, re.MULTILINE | re.DOTALL)
FENCED = [line.strip() for kind, body in BLOCKS if kind == "bat" for line in body.splitlines()]
COMMANDS = [*FENCED, *re.findall(r"`(bulletin [^`]+|jupyter [^`]+|set [^`]+)`", GUIDE)]
SCREENS = [body for kind, body in BLOCKS if kind == "text"]
MESSAGES = re.findall(r"^\| \*\*(.+)\*\* \|", GUIDE, re.MULTILINE)


def plain(text: str) -> str:
    """As Windows and others alike write it: paths with /."""
    return text.replace("\\", "/")


# Commands


def known(words: list[str]) -> bool:
    """Whether a command that isn't ours is there, and the files that it names."""
    if words[:2] == ["python", "-m"]:
        files = [words[place + 1] for place, word in enumerate(words) if word == "-r"]
        return importlib.util.find_spec(words[2]) is not None and all((ROOT / file).is_file() for file in files)
    if words[0] == "jupyter":
        scripts = entry_points(group="console_scripts").names
        return f"jupyter-{words[1]}" in scripts and (ROOT / plain(words[2])).is_file()
    return words[0] in {"copy", "set", r".venv\Scripts\activate"}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_exists_and_parses(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = command.split()
    if words[0] != "bulletin":
        assert known(words)
    elif words[-1] in ("--help", "--version"):
        with pytest.raises(SystemExit) as caught:
            make_parser().parse_args(words[1:])
        assert caught.value.code == 0, capsys.readouterr().err
    else:
        assert make_parser().parse_args(words[1:]).command == words[1]


def test_the_commands_are_those_of_the_whole_year() -> None:
    assert {line.split()[1] for line in COMMANDS if line.startswith("bulletin ")} >= {
        "template",
        "new",
        "check",
        "build",
        "diff",
    }


# Screens


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What the example year's commands show, in the guide's order, as if the project were C:/通报."""
    project = write_project(tmp_path_factory.mktemp("guide") / "project")
    template, records = project / "模板/数据模板.xlsx", project / "data/2024"

    def run(*arguments: str) -> str:
        done = warm.run(*arguments, cwd=project)
        text = plain(done.stdout + done.stderr).replace(plain(str(project)), "C:/通报")
        return re.sub(r"同时进行 \d+ 份", "同时进行 2 份", text)

    screens = [run("template", "模板"), run("new", "2024", "--from", "2023")]
    hand_in(template, records, faulty=True)
    screens.append(run("check", "2024"))
    hand_in(template, records, faulty=False)
    return [
        *screens,
        run("check", "2024"),
        run("build", "2024"),
        run("diff", "data/2024/previous.csv", "2024"),
    ]


def test_every_screen_shows_what_the_command_shows(shown: list[str]) -> None:
    assert len(SCREENS) == len(shown)
    for screen, real in zip(SCREENS, shown, strict=True):
        rest = real
        for part in filter(None, (part.strip() for part in plain(screen).split(LEFT_OUT))):
            assert part in rest, f"{part}\nis not shown, or not in this order, in\n{real}"
            rest = rest.split(part, 1)[1]


# Messages


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the template and 2024 begun."""
    project = write_project(tmp_path_factory.mktemp("begun") / "project")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        main(["template", "模板"])
        main(["new", "2024", "--from", "2023"])
    return project


@pytest.fixture
def year(begun: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, in which one works."""
    project = shutil.copytree(begun, tmp_path / "project")
    monkeypatch.chdir(project)
    return project


def change_params(year: Path, old: str, new: str, encoding: str = "utf-8") -> None:
    path = year / "params/2024.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode(encoding))
    main(["check", "2024"])


def lock_a_workbook(year: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "甲县.xlsx":
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    (year / "data/2024/甲县.xlsx").write_bytes(b"")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    main(["check", "2024"])


def lock_an_output(year: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hand_in(year / "模板/数据模板.xlsx", year / "data/2024", faulty=True)
    main(["check", "2024"])
    rename = Path.rename

    def refuse(path: Path, target: Path) -> Path:
        if path.name == "quality":
            raise PermissionError(13, "Permission denied", str(path))
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)
    main(["check", "2024"])


def leave_out_a_sheet(year: Path, _: pytest.MonkeyPatch) -> None:
    hand_in(year / "模板/数据模板.xlsx", year / "data/2024", faulty=False)
    book = load_workbook(year / "data/2024/丙市.xlsx")
    book.remove(book["任务清单"])
    book.save(year / "data/2024/丙市.xlsx")
    main(["check", "2024"])


def misspell_a_name(year: Path, _: pytest.MonkeyPatch) -> None:
    with pytest.raises(BulletinError) as caught:
        render_prose("签到率{{ onsite_rat }}", report_of(year / "small", CITY))
    print(caught.value)  # noqa: T201


PROVOKED: Mapping[str, Callable[[Path, pytest.MonkeyPatch], object]] = {
    r"模板\数据模板.xlsx 已存在，未覆盖。": lambda year, _: main(["template", "模板"]),
    "2024.yaml 已存在，未改动。": lambda year, _: main(["new", "2024", "--from", "2023"]),
    "冒号应为英文冒号，后面空一格。": lambda year, _: change_params(year, "number:  ", "number：样"),
    "后面的 [] 表示没有内容，下面却又列了内容。": lambda year, _: change_params(year, "  # - name:", "  - name:"),
    "没有合上": lambda year, _: change_params(year, "data: data/2024", 'data: "data/2024'),
    "有制表符（Tab）。": lambda year, _: change_params(year, "  date:", "\tdate:"),
    "文件编码应为 UTF-8，请另存为 UTF-8。": lambda year, _: change_params(year, "number", "number", "gb18030"),
    "缩进与同组各行不一致。": lambda year, _: change_params(year, "  date:", " date:"),
    "年份用〔〕，序号不加“第”、不补零": lambda year, _: change_params(year, "number:", "number: 样[2025]3号"),
    "正被其他程序（如 Excel、WPS）占用": lock_a_workbook,
    "请关闭正在 Word、Excel、WPS 或浏览器中打开的文件": lock_an_output,
    "没有“任务清单”工作表，其他县（市、区）的工作簿里有。": leave_out_a_sheet,
    "含有看不见的字符": lambda year, _: change_params(year, "data: data/2024", "data: data/2024\u200b"),
    "找不到数据": lambda year, _: change_params(year, "data: data/2024", "data: data/2042"),
    "找不到“2022”的指标": lambda year, _: main(["diff", "2022", "2024"]),
    "引用了不认识的名称 onsite_rat。是否应为 onsite_rate？": misspell_a_name,
}
"""Each message of the guide's table, and what makes it appear."""


@pytest.mark.parametrize("message", MESSAGES)
def test_every_message_really_appears(
    message: str, year: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    PROVOKED[message](year, monkeypatch)
    told = capsys.readouterr()
    assert plain(message) in plain(told.out + told.err)


def test_the_examples_of_params_are_taken(year: Path) -> None:
    own = read_yaml((year / "params/2024.yaml").read_bytes())
    examples = [read_yaml(body.encode()) for kind, body in BLOCKS if kind == "yaml"]
    assert [set(example) for example in examples] == [{"data"}, {"document"}, {"key_periods"}, {"rules"}]
    for example in examples:
        Params.model_validate(own | example)


# Names, files and pictures


def test_names_of_sheets_keys_and_metrics_are_those_of_the_program() -> None:
    exempt = next(line for line in GUIDE.splitlines() if line.startswith("| 行政区划代码"))
    headings = [cell.strip() for cell in exempt.strip("|").split("|")]
    assert headings[:-1] == [column.heading for column in TABLES["exemptions"].columns]
    for title in re.findall(r"“([^”]{2,5})”工作表", GUIDE):
        assert title in {table.title for table in TABLES.values()}


def test_linked_files_and_pictures_exist() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", GUIDE)
    assert links
    assert all((DOCS / link).is_file() for link in links)
    assert {Path(link).stem for link in links if link.endswith(".png")} <= set(pictures.PICTURES)


def test_pictures_are_small_and_none_is_left_over() -> None:
    files = {path.stem: path for path in pictures.IMAGES.iterdir()}
    assert set(files) == set(pictures.PICTURES)
    for path in files.values():
        assert path.stat().st_size <= pictures.LARGEST
        with Image.open(path) as picture:
            assert picture.format == "PNG"
            assert picture.width <= pictures.WIDEST


def test_without_a_program_no_picture_is_drawn(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda program: None if program == "soffice" else program)
    assert pictures.main() == 1
    assert capsys.readouterr().err == "Not installed: LibreOffice (soffice). Nothing was drawn.\n"
