"""Start a build, unless all is as it would be."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

from bulletin.build.request import Request
from bulletin.build.temporary import at_work
from bulletin.build.up_to_date import look
from bulletin.build.workers.imports import IRI_GRAMMAR, left_out, uncollected
from bulletin.project.paths import Project

if TYPE_CHECKING:
    from bulletin.build.build import Built


def start(project: Project, request: Request, say: Callable[[str], None]) -> Built | None:
    """Look, lock and build; None where nothing has changed and nothing was forced.

    Raises:
        BulletinError: as `build`.

    """
    with ExitStack() as stack:
        origin, current = look(project, request)
        writes = not request.dry_run and (request.force or not current)
        if writes and stack.enter_context(at_work(request.folder(project), say)):
            origin, current = look(project, request)  # what another build has left meanwhile may be all
        if current and not request.force:
            return None
        with left_out(IRI_GRAMMAR), uncollected():
            from bulletin.build.build import build  # noqa: PLC0415 (pandas and papermill take seconds)

        return build(project, request, origin, say)
