"""The commands: parse, call, print."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import bulletin
from bulletin.errors import BulletinError, is_of_the_disk, told
from bulletin.imports import IRI_GRAMMAR, left_out, uncollected
from bulletin.project import MEMORY_VARIABLE, Project, find_project
from bulletin.terminal import plain_terminal

if TYPE_CHECKING:
    from bulletin.build import Built
    from bulletin.params import Params
    from bulletin.present.report import PeriodResults
    from bulletin.request import Request


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
    ("invalid choice: ", "没有这个选择："),
    ("choose from ", "可选 "),
    ("not allowed with argument ", "不能同时使用 "),
    ("argument ", "参数 "),
)


_DIFF_FORMATS = ("text", "csv", "html")


def _parser() -> argparse.ArgumentParser:
    parser = _ChineseParser(prog="bulletin", description="生成非煤矿山安全监管专员履职情况通报")
    parser.add_argument("--version", action="version", version=f"bulletin {bulletin.__version__}", help="显示版本")
    commands = parser.add_subparsers(dest="command", required=True, title="命令", metavar="命令")
    build = commands.add_parser(
        "build", help="生成一个期间的全部报告", description="生成一个期间的全市通报和各县反馈（HTML 和 Word）"
    )
    build.set_defaults(run=_build)
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
    where.add_argument("--jobs", metavar="N", type=_positive, help="同时生成几份报告，默认为处理器数")
    where.add_argument(
        "--scheduler", metavar="地址", help="交给已有的 Dask 集群生成，如 tcp://10.0.0.5:8786（需另装 distributed）"
    )
    check = commands.add_parser(
        "check",
        help="只核对数据，不生成报告",
        description="核对一个期间的数据，问题逐条列入 quality.xlsx，并在各工作簿的副本上标出",
    )
    check.set_defaults(run=_check)
    _add_common(check)
    verify = commands.add_parser(
        "verify",
        help="核对输出和输入在生成之后有没有改动",
        description=(
            "按 manifest.json 中的摘要核对一个期间的输出文件，以及参数、数据、笔记本、程序和程序库，列出生成之后的改动。"
            "没有改动时返回 0，有改动时返回 1，无从核对时返回 2。不修改任何文件。"
        ),
    )
    verify.set_defaults(run=_verify)
    _add_common(verify)
    template = commands.add_parser(
        "template", help="生成空白的数据模板", description="生成空白的 Excel 数据模板，供县（市、区）填写"
    )
    template.set_defaults(run=_template)
    template.add_argument("folder", metavar="文件夹", type=Path, help="模板放在哪里")
    new = commands.add_parser(
        "new", help="由上一期新建一个期间", description="由已有期间的参数文件新建一个期间，文号、日期等留空待填"
    )
    new.set_defaults(run=_new)
    new.add_argument("period", metavar="期间", help="新的期间：2024、2024Q1 或 2024-01")
    new.add_argument("--from", dest="earlier", metavar="期间", required=True, help="已有参数文件的上一期")
    _add_outputs(new)
    diff = commands.add_parser(
        "diff",
        help="比较两次生成或两个期间的指标",
        description="逐项列出两次生成或两个期间不同的指标。比较完成即返回 0，不论有无差异；无法比较时返回 2。",
    )
    diff.set_defaults(run=_diff)
    for place, word in (("old", "原"), ("new", "现")):
        diff.add_argument(
            place, metavar=word, help=f"{word}指标：已生成的期间（如 2023）、含 facts.csv 的文件夹或 facts.csv 文件"
        )
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
    add.set_defaults(run=_review_add)
    add.add_argument("files", metavar="文件", nargs="+", type=Path, help="批注文件（.json），可以有多个")
    add.add_argument("--outputs", metavar="文件夹", type=Path, help="报告在哪里，默认为项目的 outputs/")
    _add_proof(commands.add_parser("proof", help="校核一份文稿", description=_PROOF))
    return parser


_PROOF = (
    "校核一份通报（.docx、.md 或 .txt）：名单与个数、排序、比率、平均数、增减、前后一致、县（市、区）名称、用语和格式。"
    "没有问题时返回 0，有问题时返回 1，无法读取时返回 2。文稿本身不改动。"
)


def _add_proof(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=_proof)
    command.add_argument("file", metavar="文稿", type=Path, help="本软件生成后经人修改的文稿，或任何同类通报")
    command.add_argument(
        "--facts", metavar="文件", type=Path, help="facts.csv：核对文稿中由本软件写入的数字和县（市、区）名称"
    )
    command.add_argument("--previous", metavar="指标", help="上一期的 facts.csv：核对与上一期相比的增减")
    command.add_argument("--format", choices=("text", "json"), default="text", help="文字（默认）或 JSON")
    command.add_argument("--annotate", metavar="文件", type=Path, help="把问题写成 Word 批注，放在这个副本里")


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


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0 only where every report is whole, or the records have no errors."""
    with plain_terminal():
        return _run(_parser().parse_args(arguments))


def _run(options: argparse.Namespace) -> int:
    if getattr(options, "memory", None):
        os.environ[MEMORY_VARIABLE] = options.memory
    try:
        return int(options.run(options))
    except BulletinError as error:
        print(f"错误：{error}", file=sys.stderr)
        return 2
    except OSError as error:
        from bulletin.publish import place  # noqa: PLC0415

        if not is_of_the_disk(error):
            raise
        reason, advice = told(error)
        print(f"错误：{place(error, '临时文件')}：{reason}。{advice}。", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("已中断，原有结果未改动。", file=sys.stderr)
        return 130


def _build(options: argparse.Namespace) -> int:
    from bulletin.params import load_params  # noqa: PLC0415
    from bulletin.periods import parse_period  # noqa: PLC0415
    from bulletin.temporary import at_work  # noqa: PLC0415
    from bulletin.up_to_date import look  # noqa: PLC0415 (each command loads what it needs; help nothing)

    project, request = find_project(), _request(options)
    folder = request.folder(project)
    with ExitStack() as stack:
        origin, current = look(project, request)
        writes = not request.dry_run and (request.force or not current)
        if writes and stack.enter_context(at_work(folder, print)):
            origin, current = look(project, request)  # what another build has left meanwhile may be all
        if current and not request.force:
            print(f"数据、参数、笔记本和程序都没有变化，不必重新生成。结果在 {folder}。")
            _tell_gaps(project, load_params(project, parse_period(request.period)))
            return 0
        with left_out(IRI_GRAMMAR), uncollected():
            from bulletin.build import build  # noqa: PLC0415 (pandas and papermill take seconds)

        built = build(project, request, origin, print)
    if request.dry_run:
        return 0
    _summarise(built)
    _tell_gaps(project, built.results.params)
    return 0 if built.whole else 1


def _request(options: argparse.Namespace) -> Request:
    from bulletin.request import Request  # noqa: PLC0415

    request = Request(options.period, outputs=options.outputs, data=options.data)
    if options.command == "build":
        request = replace(
            request,
            counties=options.county,
            city_only=options.city_only,
            jobs=options.jobs,
            scheduler=options.scheduler,
            force=options.force,
            dry_run=options.dry_run,
        )
    request.use_data()
    return request


def _check(options: argparse.Namespace) -> int:
    with left_out(IRI_GRAMMAR), uncollected():
        from bulletin.build import check  # noqa: PLC0415
    from bulletin.temporary import at_work  # noqa: PLC0415

    project, request = find_project(), _request(options)
    folder = request.folder(project)
    with at_work(folder, print):
        results, quality = check(project, request, print)
    _tell_warnings(results)
    _tell_gaps(project, results.params)
    print(f"\n没有错误，可以生成报告。{quality}")
    return 0


def _verify(options: argparse.Namespace) -> int:
    from bulletin.verify import summary_lines, verify  # noqa: PLC0415

    try:
        project = find_project()
    except BulletinError:
        if not options.outputs:
            raise
        project = Project(Path.cwd())  # the outputs alone were handed on
    found = verify(project, _request(options))
    print("\n".join(summary_lines(found)))
    return 0 if found.unchanged else 1


def _template(options: argparse.Namespace) -> int:
    from bulletin.export.template import NAME, template_xlsx  # noqa: PLC0415
    from bulletin.publish import publish_file  # noqa: PLC0415

    path = options.folder / NAME
    if path.exists():  # somebody may have filled it in
        raise BulletinError("template-exists", f"{path} 已存在，未覆盖。请换一个文件夹，或先移走它。")
    publish_file(template_xlsx(), path)
    print(f"模板已写入 {path}，填写要求见第一张工作表。")
    return 0


def _new(options: argparse.Namespace) -> int:
    from bulletin.renew import new_period, summary_lines  # noqa: PLC0415

    project = find_project()
    made = new_period(project, options.period, options.earlier, options.outputs)
    print("\n".join(summary_lines(made, project)))
    return 0


def _review_add(options: argparse.Namespace) -> int:
    from bulletin.review import add_notes, summary_lines  # noqa: PLC0415

    for reviewed in add_notes(find_project(), options.files, options.outputs):
        print("\n".join(summary_lines(reviewed)))
    return 0


def _proof(options: argparse.Namespace) -> int:
    from bulletin.facts_file import find_facts  # noqa: PLC0415
    from bulletin.proof import proof_json, proof_text, proofread, write_annotated  # noqa: PLC0415

    facts, previous = (find_facts(each)[0] if each else None for each in (options.facts, options.previous))
    proof = proofread(options.file, facts, previous)
    if options.annotate:
        write_annotated(proof, options.annotate)
    if options.format == "json":
        sys.stdout.buffer.write(proof_json(proof).encode("utf-8"))
    else:
        print(proof_text(proof), end="")
    return 1 if proof.findings else 0


def _tell_gaps(project: Project, params: Params) -> None:
    from bulletin.params.text import gap_lines  # noqa: PLC0415

    gaps = gap_lines(project, params)
    if gaps:
        print("\n参数文件中还有待填的（不妨碍生成，稿中以黄底标出）：")
        print("\n".join(f"  待填：{line}" for line in gaps))


def _diff(options: argparse.Namespace) -> int:
    from bulletin.export.diff import compare, diff_csv, diff_text  # noqa: PLC0415
    from bulletin.facts_file import find_facts, read_facts  # noqa: PLC0415
    from bulletin.publish import publish_file  # noqa: PLC0415

    (old, old_title), (new, new_title) = (find_facts(named, options.outputs) for named in (options.old, options.new))
    comparison = compare(read_facts(old), old_title, read_facts(new), new_title)
    if options.format == "csv":
        content = diff_csv(comparison)
    elif options.format == "html":
        with left_out(IRI_GRAMMAR):
            from bulletin.export.html.diff import diff_html  # noqa: PLC0415 (loads nbconvert)

        content = diff_html(comparison).encode("utf-8")
    else:
        content = diff_text(comparison).encode("utf-8")
    if options.output:
        publish_file(content, options.output)
        print(f"{comparison.count}已写入 {options.output}")
    elif options.format == "text":
        print(content.decode("utf-8"), end="")
    else:
        sys.stdout.buffer.write(content)  # as a file: redirected, it's the same whatever the console's encoding
    return 0


def _tell_warnings(results: PeriodResults) -> None:
    from bulletin.records.faults import summary_lines  # noqa: PLC0415

    if results.checked.warnings:
        print("\n数据提示（不妨碍生成）：")
        print("\n".join(summary_lines(results.checked.warnings)))


def _summarise(built: Built) -> None:
    from bulletin.summary import failure_lines, file_lines, proof_lines  # noqa: PLC0415

    _tell_warnings(built.results)
    failed = sum(bool(outcome.error) for outcome in built.outcomes)
    front = built.folder / "index.html"
    print(f"\n生成 {len(built.outcomes) - failed} 份，失败 {failed} 份。结果在 {built.folder}：")
    print("\n".join([*file_lines(built.folder), f"用浏览器打开 {front} 查看。"]))
    drafts = [(each.name, each.draft, each.findings) for each in built.outcomes if not each.error]
    print("".join(f"{line}\n" for line in proof_lines(built.folder, drafts)), end="")
    if failed:
        print("\n".join(failure_lines(built.outcomes, front)), file=sys.stderr)
        print(
            "失败的报告保留上次的结果。改正后可只重新生成它们：各县用 --county 县名，全市通报用 --city-only。",
            file=sys.stderr,
        )
