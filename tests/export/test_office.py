"""What Word and Excel files share."""

from __future__ import annotations

import io
import zipfile

import pytest

from bulletin.export.office import clean, normalise_zip


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("甲县", "甲县"),
        ("a\tb\nc\rd", "a\tb\nc\rd"),
        ("甲\x00\x08\x0b\x0c\x0e\x1b\x1f乙", "甲乙"),
        ("甲\ufffe\uffff\ud800乙", "甲乙"),
        ("𠮷\U0010ffff\ue000\ufffd\ud7ff", "𠮷\U0010ffff\ue000\ufffd\ud7ff"),
        ("<&>\"'", "<&>\"'"),
    ],
)
def test_only_what_xml_forbids_is_dropped(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def archive(year: int) -> bytes:
    """An archive written in that year on some machine."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name, content in (("b.xml", b"<b/>"), ("a/甲.xml", b"old" * 100)):
            entry = zipfile.ZipInfo(name, (year, 3, 5, 9, 0, 0))
            entry.create_system, entry.external_attr, entry.comment = 3, 0o600 << 16, b"by me"
            target.writestr(entry, content)
    return out.getvalue()


def test_entries_keep_order_and_content_without_times_or_machine() -> None:
    with zipfile.ZipFile(io.BytesIO(normalise_zip(archive(2024)))) as result:
        entries = result.infolist()
        assert [entry.filename for entry in entries] == ["b.xml", "a/甲.xml"]
        assert {(entry.date_time, entry.create_system, entry.comment) for entry in entries} == {
            ((1980, 1, 1, 0, 0, 0), 0, b"")
        }
        assert {entry.compress_type for entry in entries} == {zipfile.ZIP_DEFLATED}
        assert result.read("a/甲.xml") == b"old" * 100


def test_two_archives_of_equal_content_become_the_same_bytes() -> None:
    assert archive(2023) != archive(2024)
    assert normalise_zip(archive(2023)) == normalise_zip(archive(2024))


def test_an_entry_may_be_edited_by_name() -> None:
    written = normalise_zip(archive(2024), {"a/甲.xml": lambda content: content.replace(b"old", b"new")})
    with zipfile.ZipFile(io.BytesIO(written)) as result:
        assert result.read("a/甲.xml") == b"new" * 100
        assert result.read("b.xml") == b"<b/>"
