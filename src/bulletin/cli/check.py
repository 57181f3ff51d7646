"""`bulletin check`: check a period's records, and make no report."""

from __future__ import annotations

import argparse

from bulletin.build.check import check
from bulletin.build.summary import edited_lines
from bulletin.build.temporary import at_work
from bulletin.cli.request import request_of
from bulletin.cli.told import tell_gaps, tell_warnings
from bulletin.project.paths import find_project


def run(options: argparse.Namespace) -> int:
    """Check, and say what is odd."""
    project, request = find_project(), request_of(options)
    folder = request.folder(project)
    with at_work(folder, print):
        results, quality, set_aside = check(project, request, print)
    tell_warnings(results.computed.warnings, results.field.schema)
    print("".join(f"{line}\n" for line in edited_lines(folder, set_aside)), end="")
    tell_gaps(project, results.params)
    print(f"\n没有错误，可以生成报告。{quality}")
    return 0
