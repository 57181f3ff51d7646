"""`bulletin diff`: what differs between two builds' or two periods' facts."""

from __future__ import annotations

import argparse
import sys

from bulletin.export.diff import Comparison, compare, diff_csv, diff_text
from bulletin.facts.file import find_facts, read_named_facts
from bulletin.notebook.field import find_field
from bulletin.project.whole_file import publish_file


def run(options: argparse.Namespace) -> int:
    """Compare, and print the differences or write them into a file."""
    files = [find_facts(named, options.outputs) for named in (options.old, options.new)]
    old, new = read_named_facts(files, find_field().catalogue, options.period)
    comparison = compare(old, files[0].titled(old), new, files[1].titled(new))
    content = _written(comparison, options.format)
    if options.output:
        publish_file(content, options.output)
        print(f"{comparison.count}已写入 {options.output}")
    elif options.format == "text":
        print(content.decode("utf-8"), end="")
    else:
        sys.stdout.buffer.write(content)  # as a file: redirected, it's the same whatever the console's encoding
    return 0


def _written(comparison: Comparison, form: str) -> bytes:
    if form == "csv":
        return diff_csv(comparison)
    if form == "html":
        from bulletin.export.html.diff import diff_html  # noqa: PLC0415 (templates are for pages alone)

        return diff_html(comparison).encode("utf-8")
    return diff_text(comparison).encode("utf-8")
