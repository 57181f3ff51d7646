"""One draft proof-read: the file, the rules, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bulletin.drafts.proof.draft import Draft
from bulletin.drafts.proof.finding import Finding
from bulletin.drafts.proof.foreign import find
from bulletin.drafts.proof.place import place_in_words
from bulletin.drafts.proof.plain import read_text
from bulletin.drafts.proof.reading import Reading
from bulletin.facts.facts import Facts
from bulletin.project.errors import BulletinError, told
from bulletin.project.whole_file import publish_file


@dataclass(frozen=True)
class Proof:
    """A draft and its findings, in reading order. `document` is the Word file, None of plain text."""

    path: Path
    draft: Draft
    findings: list[Finding]
    document: Any = None

    def place(self, finding: Finding) -> str:
        """Where a finding stands, for a person."""
        return place_in_words(self.draft, finding.place)


def proofread(path: Path, facts: Path | None = None, previous: Facts | None = None) -> Proof:
    """Read a draft (.docx, .md, .txt) and hold every rule against it.

    `facts` is the facts.csv that the draft's bookmarked figures are of, `previous` are the earlier period's
    figures. A draft of ours is held to the facts and to the published draft beside them, and to nothing else.

    Raises:
        BulletinError: `bad-draft` where the file can't be read, and as `read_facts`.

    """
    document, draft = _read(path)
    if facts is None:
        findings = find(Reading(draft, previous=previous))
    else:
        from bulletin.drafts.proof.held import find_held  # noqa: PLC0415 (a manifest takes pydantic, a published draft python-docx)

        findings = find_held(path, draft, facts, previous)
    return Proof(path, draft, findings, document)


def write_annotated(proof: Proof, target: Path) -> None:
    """Write the Word file with the findings as comments.

    Raises:
        BulletinError: `not-word` where the draft isn't a Word file, `same-file` where it would replace the draft.

    """
    if proof.document is None:
        raise BulletinError("not-word", f"{proof.path} 不是 Word 文件，不能写批注。请去掉 --annotate，或改用 .docx。")
    if target.resolve() == proof.path.resolve():
        raise BulletinError("same-file", f"批注要写在副本里，不能覆盖 {target}。请用 --annotate 另取一个文件名。")
    from bulletin.drafts.proof.word import annotated  # noqa: PLC0415

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
            "bad-draft", f"无法读取 {path}（{told(error)[0]}）。请检查文件名，或关闭正在打开它的程序。"
        ) from error
    if kind == ".docx":
        from bulletin.drafts.proof.word import open_word, read_word  # noqa: PLC0415 (python-docx is for Word files alone)

        document = open_word(content, str(path))
        return document, read_word(document)
    text = _decoded(content, path)
    if kind == ".md":
        from bulletin.drafts.proof.markdown import read_markdown  # noqa: PLC0415 (as its parsers are for Markdown)

        return None, read_markdown(text)
    return None, read_text(text)


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
