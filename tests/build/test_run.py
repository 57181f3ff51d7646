"""A report that isn't whole is never published, and one that is the same as before is told as such."""

from __future__ import annotations

import errno
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from nbformat import NotebookNode

from bulletin.build.jobs import _other_county
from bulletin.build.run import Job, Outcome, check_identity, check_whole, run_job, same_report
from bulletin.facts.figures import CITY, WHOLE, Scope
from bulletin.project.errors import BulletinError
from tests.export.notebooks import block, chart, closing, html, letterhead, notebook, table, word_bytes

JOB = Job("全市通报", Path("city_bulletin.ipynb"), {}, WHOLE, "city", "bulletin", timeout=60)
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><image href="data:image/png;base64,AA=="/></svg>'


def cells() -> list[NotebookNode]:
    """A whole report: one chart as SVG, one as PNG."""
    drawn = [block(chart(alt='"甲">乙'), svg=SVG), block(chart(number=2, alt='"甲">乙'))]
    return [block(letterhead()), block(table()), *drawn, block(closing())]


def test_a_whole_report_passes() -> None:
    check_whole(notebook(*cells()), html(*cells()), word_bytes(*cells()))


@pytest.mark.parametrize(
    ("lost", "told"),
    [
        ('(?<=svg.xml;base64,)[^"]*', "HTML 中图表应有 2 个，实有 1 个"),
        ('(?<=png;base64,)iVBO[^"]*', "HTML 中图表应有 2 个，实有 1 个"),
        ('(?<=<figure) class="table"', "HTML 中表格应有 1 个，实有 0 个"),
    ],
)
def test_what_the_page_lost_is_named(lost: str, told: str) -> None:
    page, removed = re.subn(lost, "", html(*cells()))
    assert removed == 1
    with pytest.raises(BulletinError, match=told):
        check_whole(notebook(*cells()), page, word_bytes(*cells()))


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("show_table(report, t)", "表格应有 1 个，实有 0 个"),
        ("try:\n    show_chart(report, c)\nexcept ValueError:\n    pass", "图表应有 1 个，实有 0 个"),
        ("%matplotlib inline\nshow_closing(report)", "落款应有 1 个，实有 0 个"),
        ("a = 1; show_imprint(report)", "版记应有 1 个，实有 0 个"),
    ],
)
def test_what_a_cell_shows_by_name_has_left_its_block(source: str, told: str) -> None:
    bare = block(letterhead())
    bare.source, bare.outputs = source, []
    whole = [*cells(), bare]
    with pytest.raises(BulletinError, match=re.escape(told)) as refused:
        check_whole(notebook(*whole), html(*cells()), word_bytes(*cells()))
    assert "第 6 个单元格" in str(refused.value)


@pytest.mark.parametrize(
    "source",
    [
        "for duty in duties:\n    show_table(report, t)",
        "if there:\n    show_chart(report, c)",
        "there and show_chart(report, c)",
        "def later():\n    show_closing(report)",
        "[show_table(report, each) for each in tables]",
        "# show_chart(report, c)",
    ],
)
def test_what_a_cell_may_show_needs_no_block(source: str) -> None:
    bare = block(letterhead())
    bare.source, bare.outputs = source, []
    check_whole(notebook(*cells(), bare), html(*cells()), word_bytes(*cells()))


def test_a_table_and_a_chart_with_nothing_to_show_are_there() -> None:
    empty = block({"block": "nothing", "of": "table"})
    empty.outputs += block({"block": "nothing", "of": "chart"}).outputs
    empty.source = "show_table(report, t)\nshow_chart(report, c)"
    check_whole(notebook(*cells(), empty), html(*cells(), empty), word_bytes(*cells(), empty))
    bare = block({"block": "nothing", "of": "table"})
    bare.source, bare.outputs = empty.source, []
    assert html(*cells(), empty) == html(*cells(), bare)


def test_a_report_without_its_head_is_refused() -> None:
    with pytest.raises(BulletinError, match="没有公文头"):
        check_whole(notebook(*cells()[1:]), html(*cells()[1:]), word_bytes(*cells()))


COUNTY = replace(
    JOB, name="甲县", parameters={"period": "2023", "county": "01"}, scope=Scope("01", "甲县", "county", CITY)
)


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ({}, ""),
        ({"title": "关于甲县履职情况的反馈"}, ""),
        ({"period": "2022"}, "期间应为 2023，实为 2022"),
        ({"scope": "02"}, "范围应为 01，实为 02"),
        ({"title": "关于甲县2022年度履职情况的反馈"}, "标题中的期间应为 2023年度，实为 2022年度"),
        ({"period": "2022", "scope": "02"}, "期间应为 2023，实为 2022；范围应为 01，实为 02"),
    ],
)
def test_a_report_of_another_than_its_folder_says_is_refused(head: dict[str, str], told: str) -> None:
    own = letterhead(scope="01", title="关于甲县2023年度履职情况的反馈")
    executed = notebook(block(own), block(own | head))
    if not told:
        check_identity(COUNTY, executed)
        return
    with pytest.raises(BulletinError) as caught:
        check_identity(COUNTY, executed)
    assert caught.value.code == "other-report"
    assert str(caught.value).startswith(f"运行出来的不是 甲县（2023年度）的报告：{told}。没有发布。")


@pytest.mark.parametrize(
    ("name", "title", "other"),
    [
        ("城区", "关于城区2023年度的反馈", ""),
        ("东城区", "关于东城区2023年度的反馈", ""),  # which holds 城区
        ("城区", "关于东城区2023年度的反馈", ""),
        ("甲县", "关于城区2023年度的反馈", "城区"),
        ("甲县", "关于东城区2023年度的反馈", "东城区"),
        ("甲县", "关于甲县和城区2023年度的反馈", "城区"),
        ("甲县", "关于盂2023年度的反馈", ""),  # a name of one character may be part of any word
        ("全市通报", "关于2023年度的通报", ""),
    ],
)
def test_a_title_that_names_another_county_is_known(name: str, title: str, other: str) -> None:
    names = dict(enumerate(["城区", "东城区", "甲县", "盂"]))
    results: Any = SimpleNamespace(facts=SimpleNamespace(counties=names))
    assert _other_county(Outcome(name, "", 1.0, title=title), results) == other


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


def test_a_disk_that_is_full_is_named_by_the_periods_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, *_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(Path, "mkdir", full)
    outcome = run_job(JOB, tmp_path / "2023/.staging/work/0", tmp_path)
    assert outcome.error.startswith(f"city_bulletin.ipynb：无法写入 {tmp_path / '2023'}（磁盘已满）。请清理")
