"""Whether a build would change nothing, told from digests alone: without pandas, in a tenth of a second or two."""

from __future__ import annotations

from pathlib import Path

from bulletin.build.publish import is_cut_off
from bulletin.build.request import Request
from bulletin.project.fingerprint import Origin, take_origin
from bulletin.project.manifest import Manifest, ReportEntry, intact, read_manifest
from bulletin.project.params import load_params
from bulletin.project.paths import Project
from bulletin.project.periods import parse_period


def look(project: Project, request: Request) -> tuple[Origin, bool]:
    """What a build would begin from now, and whether all that was asked for is there as the last build left it from that.

    Records in a database have to be asked: of them it's never known.

    Raises:
        BulletinError: where params or period can't be used.

    """
    folder = request.folder(project)
    origin = take_origin(project, load_params(project, parse_period(request.period)))
    last = read_manifest(folder)
    current = last is not None and origin.data is not None and last.origin == origin and _whole(last, folder, request)
    return origin, current


def _whole(last: Manifest, folder: Path, request: Request) -> bool:
    wanted = [entry for entry in last.reports if _asked_for(entry, request)]
    # A county that nobody knows isn't here either: reading the records then says so.
    found = len(wanted) >= max(1, len(set(request.counties)))
    there = intact(folder, last.files) and not is_cut_off(folder)
    return found and there and all(_current(entry, folder) for entry in wanted)


def _current(entry: ReportEntry, folder: Path) -> bool:
    return entry.state in ("built", "unchanged") and intact(folder / entry.folder, entry.files)


def _asked_for(entry: ReportEntry, request: Request) -> bool:
    if request.city_only:
        return entry.folder == "city"
    code = Path(entry.folder).name.rpartition("-")[0]
    return not request.counties or entry.name in request.counties or code in request.counties
