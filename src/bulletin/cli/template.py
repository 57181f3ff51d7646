"""`bulletin template`: the empty workbook for records."""

from __future__ import annotations

import argparse

from bulletin.build.template import write_template


def run(options: argparse.Namespace) -> int:
    """Write the template, and say where."""
    path = write_template(options.folder)
    print(f"模板已写入 {path}，填写要求见第一张工作表。")
    return 0
