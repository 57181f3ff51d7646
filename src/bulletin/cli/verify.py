"""`bulletin verify`: what has changed since a period was built."""

from __future__ import annotations

import argparse
from pathlib import Path

from bulletin.build.verify import summary_lines, verify
from bulletin.cli.request import request_of
from bulletin.project.errors import BulletinError
from bulletin.project.paths import Project, find_project


def run(options: argparse.Namespace) -> int:
    """Verify, and say what has changed; 1 where something has."""
    try:
        project = find_project()
    except BulletinError:
        if not options.outputs:
            raise
        project = Project(Path.cwd())  # the outputs alone were handed on
    found = verify(project, request_of(options))
    print("\n".join(summary_lines(found)))
    return 0 if found.unchanged else 1
