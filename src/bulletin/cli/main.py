"""The commands: parse, call, print."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bulletin.build.workers.imports import IRI_GRAMMAR, left_out, uncollected
from bulletin.cli.arguments import make_parser
from bulletin.cli.next_step import next_step
from bulletin.cli.terminal import own_environment, plain_terminal
from bulletin.project.errors import BulletinError, is_of_the_machine, told
from bulletin.project.paths import MEMORY_VARIABLE, Project, find_project

if TYPE_CHECKING:
    from bulletin.build.build import Built
    from bulletin.build.request import Request
    from bulletin.notebook.report import PeriodResults
    from bulletin.project.params import Params


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0 only where every report is whole, or the records have no errors."""
    with plain_terminal(), own_environment():
        parser = make_parser()
        options = parser.parse_args(arguments)
        if options.command is None:
            print("\n".join([parser.format_help(), "下一步：", *next_step()]))
            return 0
        return _run(options)


def _run(options: argparse.Namespace) -> int:
    if getattr(options, "memory", None):
        os.environ[MEMORY_VARIABLE] = options.memory
    try:
        return _COMMANDS[options.command](options)
    except BulletinError as error:
        print(f"错误：{error}", file=sys.stderr)
        return 2
    except OSError as error:
        from bulletin.build.publish import place  # noqa: PLC0415

        if error.filename is None and not is_of_the_machine(error):
            raise
        reason, advice = told(error)
        print(f"错误：{place(error, '临时文件')}：{reason}。{advice}。", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("已中断，原有结果未改动。", file=sys.stderr)
        return 130


def _build(options: argparse.Namespace) -> int:
    from bulletin.build.temporary import at_work  # noqa: PLC0415
    from bulletin.build.up_to_date import look  # noqa: PLC0415 (each command loads what it needs; help nothing)
    from bulletin.project.params import load_params  # noqa: PLC0415
    from bulletin.project.periods import parse_period  # noqa: PLC0415

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
            from bulletin.build.build import build  # noqa: PLC0415 (pandas and papermill take seconds)

        built = build(project, request, origin, print)
    if request.dry_run:
        return 0
    _summarise(built)
    _tell_gaps(project, built.results.params)
    return 0 if built.whole else 1


def _request(options: argparse.Namespace) -> Request:
    from bulletin.build.request import Request  # noqa: PLC0415
    from bulletin.project.periods import parse_period  # noqa: PLC0415

    request = Request(parse_period(options.period).name, outputs=options.outputs, data=options.data)
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
    request.use_places()
    return request


def _check(options: argparse.Namespace) -> int:
    with left_out(IRI_GRAMMAR), uncollected():
        from bulletin.build.build import check  # noqa: PLC0415
    from bulletin.build.summary import edited_lines  # noqa: PLC0415
    from bulletin.build.temporary import at_work  # noqa: PLC0415

    project, request = find_project(), _request(options)
    folder = request.folder(project)
    with at_work(folder, print):
        results, quality, set_aside = check(project, request, print)
    _tell_warnings(results)
    print("".join(f"{line}\n" for line in edited_lines(folder, set_aside)), end="")
    _tell_gaps(project, results.params)
    print(f"\n没有错误，可以生成报告。{quality}")
    return 0


def _verify(options: argparse.Namespace) -> int:
    from bulletin.build.verify import summary_lines, verify  # noqa: PLC0415

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
    from bulletin.build.publish import publish_file  # noqa: PLC0415
    from bulletin.export.sheets.template import NAME, template_xlsx  # noqa: PLC0415
    from bulletin.mines.schema import SCHEMA  # noqa: PLC0415

    path = options.folder / NAME
    if path.exists():  # somebody may have filled it in
        raise BulletinError("template-exists", f"{path} 已存在，未覆盖。请换一个文件夹，或先移走它。")
    publish_file(template_xlsx(SCHEMA), path)
    print(f"模板已写入 {path}，填写要求见第一张工作表。")
    return 0


def _new(options: argparse.Namespace) -> int:
    from bulletin.build.new_period import new_period, summary_lines  # noqa: PLC0415

    project = find_project()
    made = new_period(project, options.period, options.earlier, options.outputs)
    print("\n".join(summary_lines(made, project)))
    return 0


def _review(options: argparse.Namespace) -> int:
    from bulletin.drafts.review.review import add_notes, summary_lines  # noqa: PLC0415

    for reviewed in add_notes(find_project(), options.files, options.outputs):
        print("\n".join(summary_lines(reviewed)))
    return 0


def _proof(options: argparse.Namespace) -> int:
    from bulletin.facts.file import find_facts, read_named_facts  # noqa: PLC0415

    with left_out(IRI_GRAMMAR), uncollected():
        from bulletin.drafts.proof import proof_json, proof_text, proofread, write_annotated  # noqa: PLC0415 (loads nbconvert)

    facts = find_facts(options.facts).path if options.facts else None
    previous = read_named_facts([find_facts(options.previous)], options.period)[0] if options.previous else None
    proof = proofread(options.file, facts, previous)
    if options.annotate:
        write_annotated(proof, options.annotate)
    if options.format == "json":
        sys.stdout.buffer.write(proof_json(proof).encode("utf-8"))
    else:
        print(proof_text(proof), end="")
    return 1 if proof.findings else 0


def _tell_gaps(project: Project, params: Params) -> None:
    from bulletin.project.params.edit import gap_lines  # noqa: PLC0415

    gaps = gap_lines(project, params)
    if gaps:
        print("\n参数文件中还有待填的（不妨碍生成，稿中以黄底标出）：")
        print("\n".join(f"  待填：{line}" for line in gaps))


def _diff(options: argparse.Namespace) -> int:
    from bulletin.build.publish import publish_file  # noqa: PLC0415
    from bulletin.export.diff import compare, diff_csv, diff_text  # noqa: PLC0415
    from bulletin.facts.file import find_facts, read_named_facts  # noqa: PLC0415

    files = [find_facts(named, options.outputs) for named in (options.old, options.new)]
    old, new = read_named_facts(files, options.period)
    comparison = compare(old, files[0].titled(old), new, files[1].titled(new))
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
        print("\n".join(summary_lines(results.checked.warnings, results.checked.records.schema)))


def _summarise(built: Built) -> None:
    from bulletin.build.summary import edited_lines, failure_lines, file_lines, former_lines, proof_lines  # noqa: PLC0415
    from bulletin.build.typed import typed_lines  # noqa: PLC0415

    _tell_warnings(built.results)
    failed = sum(bool(outcome.error) for outcome in built.outcomes)
    front = built.folder / "index.html"
    print(f"\n生成 {len(built.outcomes) - failed} 份，失败 {failed} 份。结果在 {built.folder}：")
    print("\n".join([*file_lines(built.folder), f"用浏览器打开 {front} 查看。"]))
    edited = edited_lines(built.folder, built.set_aside, vouched=built.vouched)
    print("".join(f"{line}\n" for line in [*edited, *former_lines(built.folder, built.former)]), end="")
    drafts = [(each.name, each.draft, each.findings) for each in built.outcomes if not each.error]
    print("".join(f"{line}\n" for line in proof_lines(built.folder, drafts)), end="")
    print("".join(f"{line}\n" for line in typed_lines(find_project(), built)), end="")
    if failed:
        print("\n".join(failure_lines(built.outcomes, front)), file=sys.stderr)
        print(
            "失败的报告保留上次的结果。改正后可只重新生成它们：各县用 --county 县名，全市通报用 --city-only。",
            file=sys.stderr,
        )


_COMMANDS = {
    "build": _build,
    "check": _check,
    "verify": _verify,
    "template": _template,
    "new": _new,
    "diff": _diff,
    "review": _review,
    "proof": _proof,
}
