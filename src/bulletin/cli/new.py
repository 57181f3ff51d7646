"""`bulletin new`: the params of a new period, after an earlier one's."""

from __future__ import annotations

import argparse

from bulletin.build.new_period import new_period, summary_lines
from bulletin.project.paths import find_project


def run(options: argparse.Namespace) -> int:
    """Make the new period's files, and say what is left to fill in."""
    project = find_project()
    made = new_period(project, options.period, options.earlier, options.outputs)
    print("\n".join(summary_lines(made, project)))
    return 0
