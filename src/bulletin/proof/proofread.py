"""One draft proof-read: the file, the rules, and what came of it."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bulletin.errors import BulletinError
from bulletin.export.word.oxml import bookmark_name, figure_name
from bulletin.facts import Facts
from bulletin.facts_file import read_facts
from bulletin.proof.draft import Draft
from bulletin.proof.finding import Finding
from bulletin.proof.plain import read_markdown, read_text
from bulletin.proof.reading import Lost, Reading
from bulletin.proof.rules import ALL
from bulletin.proof.word import annotated, open_word, read_word
from bulletin.publish import publish_file

_TITLE = re.compile(r"关于.{4,80}的(?:通报|反馈)")


@dataclass(frozen=True)
class Proof:
    """A draft and its findings, in reading order. `document` is the Word file, None of plain text."""

    path: Path
    draft: Draft
    findings: list[Finding]
    document: Any = None


def proofread(path: Path, facts: Path | None = None, previous: Facts | None = None) -> Proof:
    """Read a draft (.docx, .md, .txt) and hold every rule against it.

    `facts` is the facts.csv that the draft's bookmarked figures are of, `previous` are the earlier period's
    figures. The published drafts beside `facts` tell which bookmarks there should be.

    Raises:
        BulletinError: `bad-draft` where the file can't be read, and as `read_facts`.

    """
    document, draft = _read(path)
    known = read_facts(facts) if facts else None
    lost = _lost(path, draft, facts.parent, known) if facts and known and document is not None else ()
    reading = Reading(draft, known, previous, lost)
    return Proof(path, draft, find(reading), document)


def find(reading: Reading) -> list[Finding]:
    """All findings in reading order.

    A figure that drifted from the facts is one finding: that sums and ratios with it don't hold any more is no
    other fault.
    """
    found = [finding for rule in ALL for finding in rule(reading)]
    drifted = [each.place for each in found if each.rule == "drift"]
    kept = [
        each
        for each in found
        if each.rule in ("drift", "format", "term")
        or not any(place.overlaps(own) for own in each.evidence for place in drifted)
    ]
    return sorted(dict.fromkeys(kept), key=lambda each: (each.place, each.rule))


def write_annotated(proof: Proof, target: Path) -> None:
    """Write the Word file with the findings as comments.

    Raises:
        BulletinError: `not-word` where the draft isn't a Word file, `same-file` where it would replace the draft.

    """
    if proof.document is None:
        raise BulletinError("not-word", f"{proof.path} 不是 Word 文件，不能写批注。请去掉 --annotate，或改用 .docx。")
    if target.resolve() == proof.path.resolve():
        raise BulletinError("same-file", f"批注要写在副本里，不能覆盖 {target}。请用 --annotate 另取一个文件名。")
    publish_file(annotated(proof.document, proof.draft, proof.findings), target)


def _read(path: Path) -> tuple[Any, Draft]:
    kind = path.suffix.lower()
    if kind not in (".docx", ".md", ".txt"):
        advice = "请在 Word 或 WPS 中另存为“Word 文档（.docx）”。" if kind in (".doc", ".wps", ".odt", ".rtf") else ""
        raise BulletinError("bad-draft", f"{path} 不是 .docx、.md 或 .txt 文件，无法校核。{advice}")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BulletinError(
            "bad-draft", f"无法读取 {path}（{error.strerror}）。请检查文件名，或关闭正在打开它的程序。"
        ) from error
    if kind == ".docx":
        document = open_word(content, str(path))
        return document, read_word(document)
    text = _decoded(content, path)
    return None, read_markdown(text) if kind == ".md" else read_text(text)


def _decoded(content: bytes, path: Path) -> str:
    encodings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BulletinError("bad-draft", f"{path} 不是文本文件。请用记事本打开，以 UTF-8 编码另存后重试。")


def _lost(path: Path, draft: Draft, folder: Path, facts: Facts) -> list[Lost]:
    """The figures of the published draft whose bookmarks this one no longer has."""
    title = next((match[0] for each in draft.paragraphs if (match := _TITLE.search(each.text))), None)
    published = _published(path, folder, title) if title else None
    if published is None:
        return []
    names = {bookmark_name(figure_name(fact.metric, fact.scope)): fact for fact in facts}
    have = {mark.name for each in draft.paragraphs for mark in each.marks}
    lost = []
    for paragraph in published.paragraphs:
        for mark in paragraph.marks:
            fact = names.get(mark.name) or names.get(re.sub(r"_\d+$", "", mark.name))
            if fact and mark.name not in have:
                lost.append(Lost(fact.metric, fact.scope, paragraph.text))
    return lost


def _published(path: Path, folder: Path, title: str) -> Draft | None:
    """The draft of that title beside the facts; the review draft stands in where the draft itself is being read."""
    files = [*folder.glob("city/*.docx"), *folder.glob("counties/*/*.docx")]
    for file in sorted(files, key=lambda each: (".review" in each.name, each)):
        try:
            with zipfile.ZipFile(file) as archive:
                body = archive.read("word/document.xml").decode("utf-8")
            if file.resolve() != path.resolve() and title in re.sub("<[^>]*>", "", body):
                return read_word(open_word(file.read_bytes(), str(file)))
        except (OSError, KeyError, UnicodeDecodeError, zipfile.BadZipFile):
            continue
    return None
