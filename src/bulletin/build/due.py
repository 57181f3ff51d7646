"""What differs from the last build, asked once for all who want to know, and which reports are due for it.

Digests alone tell whether a build would change nothing at all, without pandas, in a tenth of a second or two. What each
report is made from, part by part, is known once the records are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from bulletin.build.publish import is_cut_off
from bulletin.build.request import Request
from bulletin.project.digests import digest_of_data, digest_of_file
from bulletin.project.errors import told
from bulletin.project.fingerprint import Fingerprint, take_fingerprint
from bulletin.project.manifest import Manifest, ReportEntry, read_manifest
from bulletin.project.params import load_params
from bulletin.project.paths import Project

if TYPE_CHECKING:
    from bulletin.build.run import Job
    from bulletin.facts.figures import Scope
    from bulletin.notebook.period import PeriodResults

Part = Literal["program", "environment", "params", "notebooks", "previous", "data"]
How = Literal["changed", "missing", "new", "elsewhere", "unreadable"]

_PARTS = {
    "program": "程序",
    "environment": "程序库",
    "params": "参数",
    "notebook": "笔记本",
    "previous": "上一期指标",
    "figures": "指标",
    "rows": "数据",
    "commit": "报告末尾的提交号",
}
"""What a report is made from, and what people call it."""


@dataclass(frozen=True)
class Difference:
    """One file that isn't as it was, or one part of what all is made from. `name` is empty where a part is but one.

    `reason` is why a file can't be read.
    """

    name: str
    how: How
    reason: str = ""


@dataclass(frozen=True)
class Differences:
    """What differs between what the last build left, and was made from, and what is there now.

    `last` is its manifest, None where there's none of this version; then nothing can be told of the rest. Records in a
    database have to be asked: of them nothing is `known` before.
    """

    last: Manifest | None
    inputs: Mapping[Part, Sequence[Difference]]
    outputs: Sequence[Difference]
    cut_off: bool = False
    known: bool = True

    def is_current(self, request: Request) -> bool:
        """Return whether all that was asked for is there as a build would make it."""
        if self.last is None or not self.known or self.cut_off or any(self.inputs.values()):
            return False
        wanted = [entry for entry in self.last.reports if _asked_for(entry, request)]
        # A county that nobody knows isn't here either: reading the records then says so.
        found = len(wanted) >= max(1, len(set(request.counties)))
        own = not any(each.name in self.last.files for each in self.outputs)
        return found and own and all(self.is_whole(entry) and entry.state in ("built", "unchanged") for entry in wanted)

    def is_whole(self, entry: ReportEntry) -> bool:
        """Return whether a report's files are there as they were built."""
        names = {f"{entry.folder}/{name}" for name in entry.files}
        return bool(names) and not any(each.name in names for each in self.outputs)

    def why_due(self, folder: str, parts: Mapping[str, str]) -> str:
        """Return why the report of that folder has to be built, which is made from `parts`; nothing if it's current."""
        entry = self.last.report(folder) if self.last else None
        if entry is None or not entry.inputs:
            return "还没有生成"
        if not self.is_whole(entry):
            return "文件缺失或被改动"
        changed = [title for part, title in _PARTS.items() if entry.inputs.get(part) != parts[part]]
        if len(changed) > 1 and changed[-1] == _PARTS["commit"]:
            del changed[-1]  # it follows from the others
        return f"{'、'.join(changed)}有变" if changed else ""


def look(project: Project, request: Request) -> tuple[Fingerprint, Differences]:
    """Look at what all would be made from now, and what differs from what the last build left and was made from.

    Raises:
        BulletinError: where the params can't be used.

    """
    fingerprint = take_fingerprint(project, load_params(project, request.period))
    return fingerprint, find_differences(request.folder(project), fingerprint)


def find_differences(folder: Path, now: Fingerprint | None) -> Differences:
    """Compare a period's folder and a fingerprint with the manifest; without a fingerprint the folder alone."""
    last = read_manifest(folder)
    if last is None:
        return Differences(None, {}, [])
    inputs = dict(_input_differences(last.origin, now)) if now else {}
    known = now is not None and now.data is not None
    return Differences(last, inputs, list(_output_differences(folder, last)), is_cut_off(folder), known)


def _input_differences(then: Fingerprint, now: Fingerprint) -> Iterator[tuple[Part, list[Difference]]]:
    if (then.bulletin, then.program, then.commit) != (now.bulletin, now.program, now.commit):
        same = (then.bulletin, then.program) == (now.bulletin, now.program)
        yield "program", [Difference("commit" if same else "", "changed")]
    if then.environment != now.environment:
        yield "environment", [Difference("", "changed")]
    if then.params != now.params:
        yield "params", [Difference("", "changed")]
    if then.previous != now.previous:
        yield "previous", [Difference("", _how(then.previous, now.previous))]
    yield "notebooks", _by_name(then.notebooks, now.notebooks)
    if then.data is None or now.data is None:
        yield "data", [] if then.data is now.data else [Difference("", "elsewhere")]
    else:
        yield "data", _by_name(then.data, now.data)


def _how(then: str | None, now: str | None) -> How:
    return "missing" if now is None else "changed" if then else "new"


def _by_name(then: Mapping[str, str], now: Mapping[str, str]) -> list[Difference]:
    names = sorted({*then, *now})
    return [Difference(name, _how(then.get(name), now.get(name))) for name in names if then.get(name) != now.get(name)]


def _output_differences(folder: Path, last: Manifest) -> Iterator[Difference]:
    for name, digest in last.listed.items():
        path = folder / name
        try:
            if not path.exists():
                yield Difference(name, "missing")
            elif not path.is_file() or not path.resolve().is_relative_to(folder):
                yield Difference(name, "elsewhere")
            elif digest_of_file(path) != digest:
                yield Difference(name, "changed")
        except OSError as error:
            yield Difference(name, "unreadable", told(error)[0])


def _asked_for(entry: ReportEntry, request: Request) -> bool:
    if request.city_only:
        return entry.parent is None
    return not request.counties or entry.name in request.counties or entry.scope in request.counties


def report_parts(results: PeriodResults, now: Fingerprint, jobs: Sequence[Job]) -> dict[str, dict[str, str]]:
    """Return for each report, by its folder, the digests of what it's made from.

    A county's report may use its own rows and every figure: the city's figures, which it shows, are of all counties.
    """
    from bulletin.facts.facts import facts_csv  # noqa: PLC0415 (a look needs none of it)

    top = results.facts.top.code
    common = {
        "program": digest_of_data([now.bulletin, now.program]),
        "environment": now.environment,
        "params": now.params,
        "previous": now.previous or "",
        "figures": digest_of_data([facts_csv(results.facts).decode("utf-8-sig"), _rows_behind(results, top)]),
    }
    return {
        job.folder: common
        | {
            "notebook": now.notebooks.get(job.notebook.name, ""),
            "rows": _rows(results, job.scope),
            "commit": _commit(results, job),
        }
        for job in jobs
    }


def _commit(results: PeriodResults, job: Job) -> str:
    """Return a digest of what a report's foot says of its commit."""
    commit = results.commits[job.notebook.stem]
    return digest_of_data(commit and commit.model_dump())


def _rows(results: PeriodResults, scope: Scope) -> str:
    computed = results.computed
    if scope.parent is None:
        return digest_of_data([each.model_dump() for each in computed.inputs])
    own = [each.model_dump() for each in computed.inputs_of[scope.code]]
    return digest_of_data([own, computed.owed[scope.code], _rows_behind(results, scope.code)])


def _rows_behind(results: PeriodResults, scope: str) -> dict[str, Any]:
    return {table: each.plain for table, each in results.computed.rows[scope].items()}
