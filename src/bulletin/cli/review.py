"""`bulletin review add`: reviewers' notes as Word comments."""

from __future__ import annotations

import argparse

from bulletin.drafts.review.review import add_notes, summary_lines
from bulletin.project.paths import find_project


def run(options: argparse.Namespace) -> int:
    """Write the notes into copies of the drafts, and say where."""
    for reviewed in add_notes(find_project(), options.files, options.outputs):
        print("\n".join(summary_lines(reviewed)))
    return 0
