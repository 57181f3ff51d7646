"""The commands' arguments, explained in Chinese."""

from __future__ import annotations

import argparse
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn, cast

import bulletin
from bulletin.project.errors import BulletinError
from bulletin.project.nearest import asked, nearest
from bulletin.project.periods import parse_period


class _ChineseParser(argparse.ArgumentParser):
    """argparse with its own words in Chinese."""

    def __init__(self, **options: object) -> None:
        super().__init__(add_help=False, allow_abbrev=False, **options)  # type: ignore[arg-type]
        self._positionals.title, self._optionals.title = "参数", "选项"
        self.add_argument("-h", "--help", action="help", help="显示这份帮助")

    def format_help(self) -> str:
        return super().format_help().replace("usage: ", "用法：", 1)

    def format_usage(self) -> str:
        return super().format_usage().replace("usage: ", "用法：", 1)

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse all of it; what isn't known is told by the command that it was meant for, with what is near."""
        known, unknown = self.parse_known_args(args, namespace)
        if unknown:
            parser = self._asked_for(known)
            options = [option for action in parser._actions for option in action.option_strings]
            near = [each for word in unknown if word.startswith("-") for each in nearest(word.split("=")[0], options)]
            parser.error(f"不认识 {' '.join(unknown)}。{asked(near)}")
        return known

    def _asked_for(self, known: argparse.Namespace) -> argparse.ArgumentParser:
        """The parser of the command that was given, or of its action."""
        parser: argparse.ArgumentParser = self
        for dest in ("command", "action"):
            commands = next((each for each in parser._actions if each.dest == dest and each.choices), None)
            if commands and getattr(known, dest, None):
                parser = cast(Any, commands.choices)[getattr(known, dest)]
        return parser

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        choices = [str(each) for each in action.choices]
        near = nearest(str(value), choices)
        with suppress(BulletinError):  # it's no period
            near = [f"build {parse_period(value).name}"] if "build" in choices else near
        raise argparse.ArgumentError(action, f"没有“{value}”。{asked(near)}可选：{'、'.join(choices)}")

    def error(self, message: str) -> NoReturn:
        for english, chinese in _ARGPARSE_WORDS:
            message = message.replace(english, chinese)
        self.print_usage(sys.stderr)
        self.exit(2, f"错误：{message}\n")


_ARGPARSE_WORDS = (
    ("the following arguments are required: ", "缺少 "),
    ("unrecognized arguments: ", "不认识 "),
    ("ignored explicit argument ", "后面不能跟 "),
    ("expected one argument", "后面要跟一个值"),
    ("not allowed with argument ", "不能同时使用 "),
    ("argument ", "参数 "),
)


_DIFF_FORMATS = ("text", "csv", "html")


def make_parser() -> argparse.ArgumentParser:
    """The parser of all commands; `command`, and for `review` `action`, say which was given."""
    parser = _ChineseParser(prog="bulletin", description="由登记和履职记录生成可核对的统计通报")
    parser.add_argument("--version", action="version", version=f"bulletin {bulletin.__version__}", help="显示版本")
    commands = parser.add_subparsers(dest="command", title="命令", metavar="命令")
    build = commands.add_parser(
        "build", help="生成一个期间的全部报告", description="生成一个期间的全市通报和各县反馈（HTML 和 Word）"
    )
    _add_common(build)
    which = build.add_mutually_exclusive_group()
    which.add_argument(
        "--county", metavar="县", action="append", default=[], help="只生成这个县（市、区），写名称或代码，可重复"
    )
    which.add_argument("--city-only", action="store_true", help="只生成全市通报")
    how = build.add_mutually_exclusive_group()
    how.add_argument("--force", action="store_true", help="没有变化的报告也重新生成")
    how.add_argument("--dry-run", action="store_true", help="只说明哪些报告需要生成、为什么，不生成")
    where = build.add_mutually_exclusive_group()
    where.add_argument("--jobs", metavar="N", type=_positive, help="同时生成几份报告，默认按处理器数和可用内存")
    where.add_argument(
        "--scheduler", metavar="地址", help="交给已有的 Dask 集群生成，如 tcp://10.0.0.5:8786（需另装 distributed）"
    )
    check = commands.add_parser(
        "check",
        help="只核对数据，不生成报告",
        description="核对一个期间的数据，问题逐条列入 quality.xlsx，并在各工作簿的副本上标出",
    )
    _add_common(check)
    verify = commands.add_parser(
        "verify",
        help="核对输出和输入在生成之后有没有改动",
        description=(
            "按 manifest.json 中的摘要核对一个期间的输出文件，以及参数、数据、笔记本、程序和程序库，列出生成之后的改动。"
            "没有改动时返回 0，有改动时返回 1，无从核对时返回 2。不修改任何文件。"
        ),
    )
    _add_common(verify)
    template = commands.add_parser(
        "template", help="生成空白的数据模板", description="生成空白的 Excel 数据模板，供县（市、区）填写"
    )
    template.add_argument("folder", metavar="文件夹", type=Path, help="模板放在哪里")
    new = commands.add_parser(
        "new", help="由上一期新建一个期间", description="由已有期间的参数文件新建一个期间，文号、日期等留空待填"
    )
    new.add_argument("period", metavar="期间", help="新的期间：2024、2024Q1 或 2024-01")
    new.add_argument("--from", dest="earlier", metavar="期间", required=True, help="已有参数文件的上一期")
    _add_outputs(new)
    diff = commands.add_parser(
        "diff",
        help="比较两次生成或两个期间的指标",
        description="逐项列出两次生成或两个期间不同的指标。比较完成即返回 0，不论有无差异；无法比较时返回 2。",
    )
    for place, word in (("old", "原"), ("new", "现")):
        diff.add_argument(
            place, metavar=word, help=f"{word}指标：已生成的期间（如 2023）、含 facts.csv 的文件夹或 facts.csv 文件"
        )
    _add_period(diff)
    diff.add_argument("--format", choices=_DIFF_FORMATS, default="text", help="文字（默认）、Excel 可打开的 CSV 或网页")
    diff.add_argument("--output", metavar="文件", type=Path, help="写入这个文件，默认显示在屏幕上")
    diff.add_argument("--outputs", metavar="文件夹", type=Path, help="期间的结果在哪里，默认为项目的 outputs/")
    review = commands.add_parser("review", help="处理审核人的批注", description="处理审核人在报告网页上写的批注")
    actions = review.add_subparsers(dest="action", required=True, title="命令", metavar="命令")
    add = actions.add_parser(
        "add",
        help="把批注写成 Word 批注",
        description="把报告网页上保存的批注文件写成 Word 批注，放在审核稿的副本里；审核稿本身不改动。",
    )
    add.add_argument("files", metavar="文件", nargs="+", type=Path, help="批注文件（.json），可以有多个")
    add.add_argument("--outputs", metavar="文件夹", type=Path, help="报告在哪里，默认为项目的 outputs/")
    _add_proof(commands.add_parser("proof", help="校核一份文稿", description=_PROOF))
    return parser


_PROOF = (
    "校核一份通报（.docx、.md 或 .txt）：名单与个数、排序、比率、平均数、增减、前后一致、县（市、区）名称、用语和格式。"
    "没有问题时返回 0，有问题时返回 1，无法读取时返回 2。文稿本身不改动。"
)


def _add_proof(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", metavar="文稿", type=Path, help="本软件生成后经人修改的文稿，或任何同类通报")
    command.add_argument(
        "--facts", metavar="文件", type=Path, help="facts.csv：核对文稿中由本软件写入的数字和县（市、区）名称"
    )
    command.add_argument("--previous", metavar="指标", help="上一期的 facts.csv：核对与上一期相比的增减")
    _add_period(command)
    command.add_argument("--format", choices=("text", "json"), default="text", help="文字（默认）或 JSON")
    command.add_argument("--annotate", metavar="文件", type=Path, help="把问题写成 Word 批注，放在这个副本里")


def _add_period(command: argparse.ArgumentParser) -> None:
    told = "指标文件没有 period 一列时，写明它是哪个期间的；有几个这样的文件，就按顺序写几次"
    command.add_argument("--period", metavar="期间", action="append", default=[], help=told)


def _add_common(command: argparse.ArgumentParser) -> None:
    command.add_argument("period", metavar="期间", help="2023、2023Q4 或 2023-06")
    _add_outputs(command)
    command.add_argument(
        "--memory", metavar="上限", help="统计大文件时最多用多少内存，如 2GB（默认）；不够时暂存到本机磁盘，用完删除"
    )
    command.add_argument("--data", metavar="数据", help="数据文件夹、工作簿或数据库，代替参数文件中的 data")


def _add_outputs(command: argparse.ArgumentParser) -> None:
    command.add_argument("--outputs", metavar="文件夹", type=Path, help="结果放在哪里，默认为项目的 outputs/")


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"应为正整数，现为 {text}")
    return int(text)
