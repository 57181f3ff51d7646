"""The draft as it was published, beside the facts: what an edited one is held against."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from bulletin.drafts.proof.draft import Draft
from bulletin.drafts.proof.own import Origin, tables_of
from bulletin.drafts.proof.word import open_word, read_word
from bulletin.project.digests import digest_of_file
from bulletin.project.errors import BulletinError
from bulletin.project.file_names import is_set_aside
from bulletin.project.manifest import read_manifest

_TITLE = re.compile(r"关于.{4,80}的(?:通报|反馈)")
_REVIEW = ".review.docx"


def find_origin(path: Path, draft: Draft, folder: Path) -> Origin:
    """The published draft of the same title below `folder`, with its notebook's tables.

    A file that isn't what the build left was edited and vouches for nothing; the review draft stands in.
    """
    title = next((match[0] for each in draft.paragraphs if (match := _TITLE.search(each.text))), None)
    if title is None:
        return Origin()
    left = _digests(folder)
    files = [*folder.glob("city/*.docx"), *folder.glob("counties/*/*.docx")]
    for file in sorted(files, key=lambda each: (each.name.endswith(_REVIEW), each)):
        try:
            if is_set_aside(file.name) or file.resolve() == path.resolve() or not _is_as_left(file, left):
                continue
            with zipfile.ZipFile(file) as archive:
                body = archive.read("word/document.xml").decode("utf-8")
            if title not in re.sub("<[^>]*>", "", body):
                continue
            notebook = file.with_name(f"{file.name.removesuffix('.docx').removesuffix('.review')}.ipynb")
            tables = tables_of(notebook) if _is_as_left(notebook, left) else ()
            return Origin(read_word(open_word(file.read_bytes(), str(file))), tables)
        except (OSError, KeyError, UnicodeDecodeError, zipfile.BadZipFile, BulletinError):
            continue
    return Origin()


def _digests(folder: Path) -> dict[Path, str] | None:
    manifest = read_manifest(folder)
    if manifest is None:
        return None
    return {folder / each.folder / name: digest for each in manifest.reports for name, digest in each.files.items()}


def _is_as_left(file: Path, left: dict[Path, str] | None) -> bool:
    """Whether a file is what the build left; without a manifest nothing says that it isn't."""
    return left is None or (file in left and digest_of_file(file) == left[file])
