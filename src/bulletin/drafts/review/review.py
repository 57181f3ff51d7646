"""Review notes into Word: the files that reviewers saved become comments in a copy of the review draft."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bulletin.drafts.review.notes import Annotated, annotate, is_untouched
from bulletin.drafts.review.notes_file import Note, NotesFile, Page, read_notes
from bulletin.project.errors import BulletinError, told
from bulletin.project.paths import Project
from bulletin.project.unseen import one_line
from bulletin.project.whole_file import publish_file

FOLDER = "review"
"""Where the annotated copies are, in a period's outputs: a build replaces the reports' own folders."""

_SHOWN = 40
"""How much of a note a message shows."""

_MAIN = re.compile(r"<main\b[^>]*>")
_DATA = re.compile(r"""data-(\w+)=(?:"([^"]*)"|'([^']*)')""")


@dataclass(frozen=True)
class Reviewed:
    """One report's annotated copy; `other_drafts` counts the notes on another draft than the present one."""

    name: str
    path: Path
    annotated: Annotated
    other_drafts: int


@dataclass(frozen=True)
class _Draft:
    """A published report: what its page says of itself, and where its files are."""

    page: Path
    bureau: str
    scope: str
    name: str
    digest: str

    @property
    def word(self) -> Path:
        """The review draft."""
        return self.page.with_suffix(".review.docx")

    @property
    def copy(self) -> str:
        """What the annotated copy is called: as the report's own folder, for names come from the records."""
        return "全市通报.docx" if self.page.parent.name == "city" else f"{self.page.parent.name}.docx"


def add_notes(project: Project, files: Sequence[Path], outputs: Path | None = None) -> list[Reviewed]:
    """Write the notes of these files as comments, a copy a report; all files are read and placed before any is written.

    The copy has the notes of these files and no others. A report is found by what its own page says of itself, never
    by anything in a file but its period and scope.

    Raises:
        BulletinError: for files that can't be used, reports that aren't there, and copies that can't be replaced.

    """
    root = (outputs or project.outputs).resolve()
    reports: dict[Path, tuple[_Draft, dict[str, Note]]] = {}
    for path in files:
        found = read_notes(path)
        draft = _draft(root / found.page.period, found.page, path)
        _, notes = reports.setdefault(root / found.page.period / FOLDER / draft.copy, (draft, {}))
        _gather(notes, found)
    reviewed = [
        _annotated(target, draft, sorted(notes.values(), key=lambda note: (note.written, note.id)))
        for target, (draft, notes) in reports.items()
    ]
    for each in reviewed:
        _refuse_edited(each.path)
    for each in reviewed:
        publish_file(each.annotated.content, each.path)
    return reviewed


def summary_lines(reviewed: Reviewed) -> list[str]:
    """What came of one report's notes."""
    annotated = reviewed.annotated
    lines = [f"{reviewed.name}：{annotated.placed} 条批注已写入 {reviewed.path}。"]
    if reviewed.other_drafts:
        lines.append(f"其中 {reviewed.other_drafts} 条是对另一稿写的，请核对是否仍适用。")
    if annotated.lost:
        lines.append(f"另有 {len(annotated.lost)} 条没有找到所指之处（原文已改动），写在标题上：")
        lines += [
            f"  · “{one_line(note.anchor.quote, _SHOWN)}”：{one_line(note.text, _SHOWN)}" for note in annotated.lost
        ]
    return lines


def _gather(notes: dict[str, Note], found: NotesFile) -> None:
    """Add a file's notes; of two versions of one note the later counts."""
    for note in found.notes:
        if note.id not in notes or notes[note.id].written < note.written:
            notes[note.id] = note


def _annotated(target: Path, draft: _Draft, notes: Sequence[Note]) -> Reviewed:
    try:
        annotated = annotate(draft.word.read_bytes(), notes, draft.digest)
    except OSError as error:
        raise BulletinError(
            "no-review-draft",
            f"无法读取审核稿 {draft.word}（{told(error)[0]}）。请先生成报告，或关闭正在打开它的程序。",
        ) from error
    except (KeyError, ValueError, SyntaxError, zipfile.BadZipFile) as error:
        raise BulletinError(
            "bad-review-draft", f"审核稿 {draft.word} 不是完好的 Word 文件。请重新生成报告。"
        ) from error
    return Reviewed(draft.name, target, annotated, sum(note.digest != draft.digest for note in notes))


def _refuse_edited(copy: Path) -> None:
    """An earlier copy in which somebody has worked is nobody's to replace.

    Raises:
        BulletinError: `copy-edited`, or `cannot-publish` where it can't even be read.

    """
    try:
        untouched = not copy.exists() or is_untouched(copy.read_bytes())
    except OSError as error:
        reason, advice = told(error)
        raise BulletinError("cannot-publish", f"无法替换 {copy}（{reason}）。{advice}；原有文件未改动。") from error
    if not untouched:
        raise BulletinError("copy-edited", f"{copy} 在生成后改动过，未覆盖。请把它移走或改名，再运行本命令。")


def _drafts(folder: Path) -> Iterator[_Draft]:
    """The period's reports that are published."""
    for path in [folder / "city/bulletin.html", *sorted((folder / "counties").glob("*/report.html"))]:
        if path.is_file() and (main := _MAIN.search(path.read_text(encoding="utf-8", errors="replace"))):
            own = {name: html.unescape(one or other) for name, one, other in _DATA.findall(main[0])}
            if {"bureau", "scope", "name", "digest"} <= own.keys():
                yield _Draft(path, own["bureau"], own["scope"], own["name"], own["digest"])


def _draft(folder: Path, page: Page, path: Path) -> _Draft:
    of = repr(f"{page.bureau} {page.period} {page.name}")
    for draft in _drafts(folder):
        if draft.scope == page.scope:
            if draft.bureau != page.bureau:
                raise BulletinError(
                    "other-bureau", f"{path} 是对 {of} 的批注，而 {folder} 中的报告由{draft.bureau}制发。"
                )
            return draft
    raise BulletinError(
        "no-report", f"{path} 是对 {of} 的批注，{folder} 中没有这份报告。请先生成，或用 --outputs 指明报告在哪里。"
    )
