"""Whether a report is the one that was there."""

from __future__ import annotations

from pathlib import Path

from bulletin.reports import same_report


def folder(place: Path, **files: bytes) -> Path:
    place.mkdir()
    for kind, content in files.items():
        (place / f"report.{kind}").write_bytes(content)
    return place


def test_a_report_is_the_same_byte_for_byte_whatever_its_notebook_tells_of_the_run(tmp_path: Path) -> None:
    staged = folder(tmp_path / "staged", html=b"1", docx=b"2", ipynb=b"3")
    assert same_report(staged, folder(tmp_path / "same", html=b"1", docx=b"2", ipynb=b"4"))
    assert not same_report(staged, folder(tmp_path / "other", html=b"1", docx=b"9", ipynb=b"3"))
    assert not same_report(staged, folder(tmp_path / "part", html=b"1"))
    assert not same_report(staged, tmp_path / "none")
