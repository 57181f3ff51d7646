"""A period's folder of outputs: what builds leave in it, and what people have done to that, which nothing overwrites.

A file that isn't as a build left it has been edited. It's set aside beside the new one, as bulletin.改动.docx. What
builds left is in the manifest and, until the next one is written, in a journal beside it: a build that is killed has
noted each file before it put it there.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from bulletin.build.publish import publish_folder, renewed_folder
from bulletin.project.digests import digest_of, digest_of_file
from bulletin.project.file_names import is_set_aside
from bulletin.project.manifest import MANIFEST
from bulletin.project.whole_file import publish_file, writing

_JOURNAL = ".published"

_LOCKS = "~$"
"""How the names of the files begin that Word and Excel leave beside what they have open."""


class PeriodOutputs:
    """The folder of a period's outputs, to publish into. `set_aside` are the edited files that this run kept, by path."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.set_aside: list[str] = []
        self._left = {*_listed(folder / MANIFEST), *_noted(folder / _JOURNAL)}
        self.is_vouched = bool(self._left)
        """Whether anything says what builds have left here: else what differs may be edited or not."""

    def publish_file(self, content: bytes, name: str) -> None:
        """Put a file into the folder, after setting aside one there that was edited.

        Raises:
            BulletinError: `cannot-publish`, as `publish.publish_file`; the edited file is then in its place again.

        """
        target = self.folder / name
        with writing(target):
            aside = self._aside(target, target.parent, digest_of(content))
            self._note({name: digest_of(content)})
            if aside:
                target.rename(aside)
        try:
            publish_file(content, target)
        except BaseException:
            if aside:
                with contextlib.suppress(OSError):
                    aside.rename(target)
            raise
        if aside:
            self.set_aside.append(self._path(aside))

    def publish_folder(self, staged: Path, target: Path, staging: Path) -> None:
        """Put a finished folder in the place of `target`, with all in it that people have edited or laid there.

        Raises:
            BulletinError: `cannot-write`, `cannot-publish`, as `publish.publish_folder`.

        """
        kept = self._keep(staged, target)
        publish_folder(staged, target, staging)
        self.set_aside += kept

    @contextlib.contextmanager
    def renewed_folder(self, target: Path) -> Iterator[Path]:
        """A new folder to fill, as `publish.renewed_folder`; what people have edited or laid there stays."""
        with renewed_folder(target) as staged:
            yield staged
            kept = self._keep(staged, target)
        self.set_aside += kept

    def settle(self) -> None:
        """Drop the journal: the manifest, just written, has it all."""
        with contextlib.suppress(OSError):
            (self.folder / _JOURNAL).unlink(missing_ok=True)

    def is_left(self, path: Path) -> bool:
        """Return whether a file is there as a build left it."""
        return path.is_file() and (self._path(path), digest_of_file(path)) in self._left

    def edited_in(self, place: str) -> list[str]:
        """Return the names of the edited files that lie set aside in a folder of these outputs, of this run or earlier."""
        return sorted(path.name for path in (self.folder / place).glob("*") if is_set_aside(path.name))

    def _keep(self, staged: Path, target: Path) -> list[str]:
        """Bring what people have edited or laid into `target` into the folder that takes its place.

        Returns the paths of what was edited.
        """
        kept: list[str] = []
        with writing(target):
            own = {path.name: digest_of_file(path) for path in staged.iterdir() if path.is_file()}
            self._note({self._path(target / name): digest for name, digest in own.items()})
            for path in sorted(target.iterdir()) if target.is_dir() else []:
                if path.name in own:
                    aside = self._aside(path, staged, own[path.name], target)
                    if aside:
                        _copy(path, aside)
                        kept.append(self._path(target / aside.name))
                elif not self.is_left(path) and not path.name.startswith(_LOCKS):
                    _copy(path, staged / path.name)
        return kept

    def _aside(self, path: Path, folder: Path, new: str, *others: Path) -> Path | None:
        """Where in `folder` a file goes that was edited, by a name that's free there and in the `others`.

        None where it wasn't edited, is what is to be published (`new`), or lies there already.
        """
        # What is no file in a file's place, such as a folder that somebody laid there, is kept like an edited one.
        digest = digest_of_file(path) if path.is_file() else None
        if digest is None and not (path.is_symlink() or path.exists()):
            return None
        if digest is not None and (self.is_left(path) or digest == new):
            return None
        number = 1
        while True:
            name = f"{path.stem}.改动{number if number > 1 else ''}{path.suffix}"
            taken = [each / name for each in (folder, *others) if (each / name).is_symlink() or (each / name).exists()]
            if not taken:
                return folder / name
            if any(each.is_file() and digest_of_file(each) == digest for each in taken):
                return None
            number += 1

    def _path(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def _note(self, files: dict[str, str]) -> None:
        """Note files that are about to be there: the disk has the note before it has them."""
        new = {*files.items()} - self._left
        if not new:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / _JOURNAL).open("a", encoding="utf-8", newline="\n") as journal:
            journal.writelines(f"{digest}  {json.dumps(name, ensure_ascii=False)}\n" for name, digest in sorted(new))
            journal.flush()
            os.fsync(journal.fileno())
        self._left |= new


def _copy(path: Path, target: Path) -> None:
    """Copy a file or folder; a link stays a link, wherever it leads."""
    if path.is_dir() and not path.is_symlink():
        shutil.copytree(path, target, symlinks=True)
    else:
        shutil.copy2(path, target, follow_symlinks=False)


def _listed(manifest: Path) -> Iterator[tuple[str, str]]:
    """The files that a manifest lists, of whatever version: its digests are all that's asked of it."""
    try:
        content = json.loads(manifest.read_bytes())
        yield from content["files"].items()
        for report in content["reports"]:
            yield from ((f"{report['folder']}/{name}", digest) for name, digest in report["files"].items())
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return


def _noted(journal: Path) -> Iterator[tuple[str, str]]:
    """The files that a journal notes; its last line may be cut."""
    try:
        lines = journal.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return
    for line in lines:
        digest, _, name = line.partition("  ")
        with contextlib.suppress(ValueError):
            yield str(json.loads(name)), digest
