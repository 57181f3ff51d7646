"""What people have done to a period's outputs is theirs: nothing that is published goes over it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from bulletin.build.period_outputs import PeriodOutputs
from bulletin.build.publish import close_staging, open_staging
from bulletin.project.digests import digest_of
from bulletin.project.errors import BulletinError
from bulletin.project.file_names import is_set_aside
from bulletin.project.manifest import MANIFEST

CITY = "city"


def files(folder: Path) -> dict[str, str]:
    """What lies in a folder for people, by path."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


def publish(folder: Path, report: Mapping[str, str]) -> list[str]:
    """Publish a report of these files into city/; what was set aside."""
    outputs = PeriodOutputs(folder)
    staging = open_staging(folder)
    staged = staging / "0"
    staged.mkdir()
    for name, text in report.items():
        (staged / name).write_text(text, encoding="utf-8")
    outputs.publish_folder(staged, folder / CITY, staging)
    close_staging(staging)
    return outputs.set_aside


def edit(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


class DescribeAReportsFolder:
    """A report is published as a folder whole."""

    def it_is_replaced_where_nobody_has_touched_it(self, tmp_path: Path) -> None:
        publish(tmp_path, {"b.docx": "1", "old.docx": "1"})
        assert publish(tmp_path, {"b.docx": "2"}) == []
        assert files(tmp_path) == {"city/b.docx": "2"}

    @pytest.mark.parametrize(
        ("name", "aside"),
        [
            ("b.docx", "b.改动.docx"),
            ("b.review.docx", "b.review.改动.docx"),
            ("b.html", "b.改动.html"),
            ("b.ipynb", "b.改动.ipynb"),
        ],
    )
    def it_keeps_an_edited_file_beside_the_new_one(self, tmp_path: Path, name: str, aside: str) -> None:
        publish(tmp_path, {name: "1"})
        edit(tmp_path, f"city/{name}", "by hand")
        assert publish(tmp_path, {name: "2"}) == [f"city/{aside}"]
        assert files(tmp_path) == {f"city/{name}": "2", f"city/{aside}": "by hand"}
        assert PeriodOutputs(tmp_path).edited_in(CITY) == [aside]

    def it_numbers_them_and_keeps_each(self, tmp_path: Path) -> None:
        for number in range(1, 4):
            publish(tmp_path, {"b.docx": f"build {number}"})
            edit(tmp_path, "city/b.docx", f"edit {number}")
        assert publish(tmp_path, {"b.docx": "build 4"}) == ["city/b.改动3.docx"]
        kept = {"city/b.改动.docx": "edit 1", "city/b.改动2.docx": "edit 2", "city/b.改动3.docx": "edit 3"}
        assert files(tmp_path) == {"city/b.docx": "build 4"} | kept

    def it_keeps_the_same_edit_once(self, tmp_path: Path) -> None:
        for number in range(3):
            publish(tmp_path, {"b.docx": f"build {number}"})
            edit(tmp_path, "city/b.docx", "the same")
        assert publish(tmp_path, {"b.docx": "new"}) == []
        assert files(tmp_path) == {"city/b.docx": "new", "city/b.改动.docx": "the same"}

    def it_sets_nothing_aside_that_is_what_it_is_about_to_publish(self, tmp_path: Path) -> None:
        publish(tmp_path, {"b.docx": "1"})
        edit(tmp_path, "city/b.docx", "2")
        assert publish(tmp_path, {"b.docx": "2"}) == []
        assert files(tmp_path) == {"city/b.docx": "2"}

    def it_keeps_what_people_laid_into_it(self, tmp_path: Path) -> None:
        publish(tmp_path, {"b.docx": "1"})
        edit(tmp_path, "city/校核稿.docx", "annotated")
        edit(tmp_path, "city/附件/说明.txt", "note")
        edit(tmp_path, "city/~$b.docx", "Word's own")
        assert publish(tmp_path, {"b.docx": "2"}) == []
        assert files(tmp_path) == {"city/b.docx": "2", "city/校核稿.docx": "annotated", "city/附件/说明.txt": "note"}

    def it_keeps_a_folder_that_somebody_laid_in_a_files_place(self, tmp_path: Path) -> None:
        publish(tmp_path, {"b.docx": "1"})
        (tmp_path / "city/b.docx").unlink()
        edit(tmp_path, "city/b.docx/valuable.txt", "1")
        edit(tmp_path, "city/b.改动.docx/older.txt", "2")
        assert publish(tmp_path, {"b.docx": "2"}) == ["city/b.改动2.docx"]
        kept = {"city/b.改动.docx/older.txt": "2", "city/b.改动2.docx/valuable.txt": "1"}
        assert files(tmp_path) == {"city/b.docx": "2"} | kept

    def it_keeps_links_as_links(self, tmp_path: Path) -> None:
        publish(tmp_path, {"b.docx": "1"})
        (tmp_path / "city/dangling").symlink_to("/nowhere")
        (tmp_path / "city/there").symlink_to(tmp_path)
        publish(tmp_path, {"b.docx": "2"})
        links = {path.name: path.readlink() for path in (tmp_path / "city").iterdir() if path.is_symlink()}
        assert links == {"dangling": Path("/nowhere"), "there": tmp_path}

    def it_keeps_the_links_in_a_folder_that_was_laid_into_it(self, tmp_path: Path) -> None:
        publish(tmp_path, {"b.docx": "1"})
        (tmp_path / "city/附件").mkdir()
        (tmp_path / "city/附件/dangling").symlink_to("/nowhere")
        publish(tmp_path, {"b.docx": "2"})
        assert (tmp_path / "city/附件/dangling").readlink() == Path("/nowhere")

    def it_knows_its_own_files_by_a_manifest_of_any_version(self, tmp_path: Path) -> None:
        edit(tmp_path, "city/b.docx", "1")
        listed = {"files": {}, "reports": [{"folder": CITY, "files": {"b.docx": digest_of(b"1")}}]}
        (tmp_path / MANIFEST).write_text(json.dumps(listed), encoding="utf-8")
        assert publish(tmp_path, {"b.docx": "2"}) == []

    @pytest.mark.parametrize("manifest", [None, "{", "[]", '{"files": [], "reports": 1}'])
    def it_keeps_what_nothing_vouches_for(self, tmp_path: Path, manifest: str | None) -> None:
        edit(tmp_path, "city/b.docx", "1")
        if manifest:
            (tmp_path / MANIFEST).write_text(manifest, encoding="utf-8")
        assert not PeriodOutputs(tmp_path).is_vouched
        assert publish(tmp_path, {"b.docx": "2"}) == ["city/b.改动.docx"]

    def it_knows_what_a_build_left_that_never_got_to_its_manifest(self, tmp_path: Path) -> None:
        publish(tmp_path, {"b.docx": "1"})
        journal = tmp_path / ".published"
        journal.write_bytes(journal.read_bytes() + b'0123  "cut o')
        assert publish(tmp_path, {"b.docx": "2"}) == []

    def it_is_as_it_was_where_publishing_fails(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        publish(tmp_path, {"b.docx": "1"})
        edit(tmp_path, "city/b.docx", "by hand")

        def refused(*_: object) -> None:
            raise BulletinError("cannot-publish", "")

        monkeypatch.setattr("bulletin.build.period_outputs.publish_folder", refused)
        with pytest.raises(BulletinError):
            publish(tmp_path, {"b.docx": "2"})
        assert files(tmp_path)["city/b.docx"] == "by hand"


class DescribeAFileOfThePeriod:
    """Figures, tables and pages of a period as a whole."""

    def it_is_kept_where_it_was_edited(self, tmp_path: Path) -> None:
        PeriodOutputs(tmp_path).publish_file(b"1", "tables.xlsx")
        edit(tmp_path, "tables.xlsx", "by hand")
        outputs = PeriodOutputs(tmp_path)
        outputs.publish_file(b"2", "tables.xlsx")
        assert outputs.set_aside == ["tables.改动.xlsx"]
        assert files(tmp_path) == {"tables.xlsx": "2", "tables.改动.xlsx": "by hand"}
        outputs.publish_file(b"3", "tables.xlsx")
        assert outputs.set_aside == ["tables.改动.xlsx"]

    def it_is_not_set_aside_where_it_is_what_is_about_to_be_published(self, tmp_path: Path) -> None:
        PeriodOutputs(tmp_path).publish_file(b"1", "tables.xlsx")
        edit(tmp_path, "tables.xlsx", "2")
        outputs = PeriodOutputs(tmp_path)
        outputs.publish_file(b"2", "tables.xlsx")
        assert (outputs.set_aside, files(tmp_path)) == ([], {"tables.xlsx": "2"})

    def it_is_in_its_place_again_where_publishing_fails(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        edit(tmp_path, "tables.xlsx", "by hand")

        def refused(*_: object) -> None:
            raise BulletinError("cannot-publish", "")

        monkeypatch.setattr("bulletin.build.period_outputs.publish_file", refused)
        outputs = PeriodOutputs(tmp_path)
        with pytest.raises(BulletinError):
            outputs.publish_file(b"2", "tables.xlsx")
        assert (files(tmp_path), outputs.set_aside) == ({"tables.xlsx": "by hand"}, [])


class DescribeAFolderThatIsRenewed:
    """Marked copies, counties' pages of figures."""

    def it_keeps_edited_files_and_what_was_laid_there(self, tmp_path: Path) -> None:
        with PeriodOutputs(tmp_path).renewed_folder(tmp_path / "quality") as staged:
            edit(staged, "甲县.xlsx", "1")
            edit(staged, "乙区.xlsx", "1")
        edit(tmp_path, "quality/甲县.xlsx", "by hand")
        edit(tmp_path, "quality/丙县.xlsx", "laid there")
        outputs = PeriodOutputs(tmp_path)
        with outputs.renewed_folder(tmp_path / "quality") as staged:
            edit(staged, "甲县.xlsx", "2")
        assert outputs.set_aside == ["quality/甲县.改动.xlsx"]
        assert files(tmp_path / "quality") == {"甲县.xlsx": "2", "甲县.改动.xlsx": "by hand", "丙县.xlsx": "laid there"}

    def it_is_gone_where_nothing_of_people_is_in_it(self, tmp_path: Path) -> None:
        with PeriodOutputs(tmp_path).renewed_folder(tmp_path / "quality") as staged:
            edit(staged, "甲县.xlsx", "1")
        with PeriodOutputs(tmp_path).renewed_folder(tmp_path / "quality"):
            pass
        assert not (tmp_path / "quality").exists()

    def it_stays_with_an_edited_file_that_nothing_replaces(self, tmp_path: Path) -> None:
        with PeriodOutputs(tmp_path).renewed_folder(tmp_path / "quality") as staged:
            edit(staged, "甲县.xlsx", "1")
        edit(tmp_path, "quality/甲县.xlsx", "by hand")
        with PeriodOutputs(tmp_path).renewed_folder(tmp_path / "quality"):
            pass
        assert files(tmp_path) == {"quality/甲县.xlsx": "by hand"}


def test_the_journal_is_dropped_once_the_manifest_has_it_all(tmp_path: Path) -> None:
    outputs = PeriodOutputs(tmp_path)
    outputs.publish_file(b"1", "facts.csv")
    assert (tmp_path / ".published").is_file()
    outputs.settle()
    assert [path.name for path in tmp_path.iterdir()] == ["facts.csv"]


@pytest.mark.parametrize(
    ("name", "aside"),
    [
        ("bulletin.改动.docx", True),
        ("bulletin.改动12.docx", True),
        ("bulletin.改动1.docx", False),
        ("bulletin.docx", False),
        ("改动.docx", False),
        ("人工改动.docx", False),
    ],
)
def test_a_file_that_was_set_aside_is_known_by_its_name(name: str, aside: bool) -> None:
    assert is_set_aside(name) == aside
