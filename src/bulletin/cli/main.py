"""The command line's way in: which command is asked, and what its errors look like."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from bulletin.build.workers.imports import IRI_GRAMMAR, left_out, uncollected
from bulletin.cli.arguments import make_parser
from bulletin.cli.next_step import next_step
from bulletin.cli.terminal import own_environment, plain_terminal
from bulletin.project.errors import BulletinError, is_of_the_machine, told


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
    """Run the command of that name: its module is loaded now, and with it what this command needs and no other."""
    try:
        with left_out(IRI_GRAMMAR), uncollected():
            command = import_module(f"bulletin.cli.{options.command}")
        return int(command.run(options))
    except BulletinError as error:
        print(f"错误：{error}", file=sys.stderr)
        return 2
    except OSError as error:
        from bulletin.project.whole_file import place  # noqa: PLC0415 (of use only where something is wrong)

        if error.filename is None and not is_of_the_machine(error):
            raise
        reason, advice = told(error)
        print(f"错误：{place(error, '临时文件')}：{reason}。{advice}。", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("已中断，原有结果未改动。", file=sys.stderr)
        return 130
