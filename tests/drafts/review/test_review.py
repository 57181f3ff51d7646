"""`bulletin review add`: saved notes become comments in a copy beside the reports, whole or not at all."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import docx
import pytest

from bulletin.cli.main import main
from bulletin.drafts.review.review import Reviewed, add_notes
from bulletin.project.errors import BulletinError
from bulletin.project.paths import Project
from tests.builders import JIA, ROOT, YI
from tests.drafts.review.notes import FILE, NOTE
from tests.export.reports import BODY, publish

QUOTE = "全市有企业278家，专员95名。"
COUNTY = {"scope": JIA, "scope_name": "甲县"}


@pytest.fixture
def outputs(tmp_path: Path) -> Path:
    """Outputs with the city's bulletin and 甲县's report."""
    folder = tmp_path / "outputs"
    publish(folder)
    publish(folder, f"counties/{JIA}-甲县", "report", **COUNTY)
    return folder


def digest(page: Path) -> str:
    return page.read_text(encoding="utf-8").partition('data-digest="')[2][:16]


def saved(
    folder: Path, file: str, *notes: dict[str, Any], draft: Path | None = None, page: dict[str, str] | None = None
) -> Path:
    """A file of notes on the city's bulletin, or what `page` says, written on `draft` or an unknown one."""
    own = [note | ({"digest": digest(draft)} if draft else {}) for note in notes]
    path = folder / f"{file}.json"
    path.write_text(json.dumps(FILE | {"page": FILE["page"] | (page or {}), "notes": own}), encoding="utf-8")
    return path


def note(text: str = "请核对。", quote: str = QUOTE, **changes: Any) -> dict[str, Any]:
    return NOTE | {"id": text, "text": text, "anchor": NOTE["anchor"] | {"quote": quote, "figure": None}} | changes


def add(outputs: Path, *files: Path) -> list[Reviewed]:
    return add_notes(Project(outputs.parent), files, outputs)


def said(path: Path) -> list[str]:
    """The reviewers' comments in a Word file."""
    document = docx.Document(io.BytesIO(path.read_bytes()))
    return sorted(comment.text for comment in document.comments if comment.author != "数据来源")


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_copy_stands_in_a_folder_of_its_own_and_the_reports_stay_as_they_are(outputs: Path, tmp_path: Path) -> None:
    before = snapshot(outputs)
    page = outputs / "2023/city/bulletin.html"
    (reviewed,) = add(outputs, saved(tmp_path, "a", note(), draft=page))
    assert reviewed.path == outputs / "2023/review/全市通报.docx"
    assert (reviewed.annotated.placed, reviewed.annotated.lost, reviewed.other_drafts) == (1, [], 0)
    assert said(reviewed.path) == ["请核对。"]
    after = snapshot(outputs)
    assert set(after) - set(before) == {"2023/review/全市通报.docx"}
    assert {name: after[name] for name in before} == before


def test_files_go_to_their_own_reports_and_notes_on_one_report_are_joined(outputs: Path, tmp_path: Path) -> None:
    files = [
        saved(tmp_path, "a", note("甲"), note("乙")),
        saved(tmp_path, "b", note("乙"), note("丙"), page={"name": "随便什么名称"}),
        saved(tmp_path, "c", note("丁"), page={"scope": JIA, "name": "甲县"}),
    ]
    city, county = add(outputs, *files)
    assert county.path == outputs / f"2023/review/{JIA}-甲县.docx"
    assert [[text[-1] for text in said(each.path)] for each in (city, county)] == [["丁"], ["丙", "乙", "甲"]][::-1]


def test_the_copy_has_the_notes_of_the_last_call_and_the_later_form_of_each(outputs: Path, tmp_path: Path) -> None:
    first = saved(tmp_path, "a", note("甲"), note("乙"))
    changed = saved(tmp_path, "b", note("乙") | {"text": "乙改", "written": "2024-03-09T00:00:00"})
    (reviewed,) = add(outputs, first)
    for files in ((changed, first), (first, changed)):
        add(outputs, *files)
        assert [text[-2:].strip() for text in said(reviewed.path)] == ["乙改", "甲"]
    add(outputs, changed)
    assert [text[-2:].strip() for text in said(reviewed.path)] == ["乙改"]


def test_the_same_files_give_the_same_bytes_in_any_order(outputs: Path, tmp_path: Path) -> None:
    files = [saved(tmp_path, name, note(name), note(f"又{name}")) for name in "ab"]
    (reviewed,) = add(outputs, *files)
    before = reviewed.path.read_bytes()
    add(outputs, *reversed(files))
    assert reviewed.path.read_bytes() == before


def test_a_note_on_an_earlier_draft_is_counted_and_says_so(outputs: Path, tmp_path: Path) -> None:
    page = outputs / "2023/city/bulletin.html"
    file = saved(tmp_path, "a", note(), draft=page)
    publish(outputs, body=BODY.replace("同样的一句话", "另一句话"))
    (reviewed,) = add(outputs, file)
    assert reviewed.other_drafts == 1
    assert said(reviewed.path) == ["（这条意见针对另一稿。）\n请核对。"]


def test_the_digest_tells_drafts_apart_and_nothing_else(tmp_path: Path) -> None:
    digests = [
        digest(publish(tmp_path / str(number), body=body))
        for number, body in enumerate((BODY, BODY, BODY.replace("278", "279")))
    ]
    assert digests[0] == digests[1] != digests[2]


def test_a_copy_that_somebody_worked_in_is_not_replaced(outputs: Path, tmp_path: Path) -> None:
    file = saved(tmp_path, "a", note())
    county = saved(tmp_path, "b", note(), page={"scope": JIA})
    (reviewed,) = add(outputs, file)
    document = docx.Document(str(reviewed.path))
    document.add_paragraph("已按意见修改。")
    document.save(str(reviewed.path))
    before = snapshot(outputs)
    with pytest.raises(BulletinError, match=r"全市通报\.docx 在生成后改动过，未覆盖。请把它移走或改名"):
        add(outputs, county, file)
    assert snapshot(outputs) == before


def test_a_copy_that_cant_be_read_stops_all(outputs: Path, tmp_path: Path) -> None:
    (outputs / "2023/review/全市通报.docx").mkdir(parents=True)
    before = snapshot(outputs)
    with pytest.raises(BulletinError, match=r"无法替换 .*全市通报\.docx") as caught:
        add(outputs, saved(tmp_path, "b", note(), page={"scope": JIA}), saved(tmp_path, "a", note()))
    assert caught.value.code == "cannot-publish"
    assert snapshot(outputs) == before


@pytest.mark.parametrize(
    ("page", "code", "message"),
    [
        ({"scope": YI, "name": "乙区"}, "no-report", "中没有这份报告。请先生成，或用 --outputs 指明报告在哪里。"),
        ({"period": "2022"}, "no-report", "中没有这份报告"),
        ({"scope": "../../etc"}, "no-report", "中没有这份报告"),
        ({"scope": f"{JIA}-甲县"}, "no-report", "中没有这份报告"),
        ({"bureau": "邻市\x1b[2J应急管理局"}, "other-bureau", "报告由样例市应急管理局制发"),
    ],
)
def test_notes_on_a_report_that_is_not_there_are_refused_and_nothing_is_written(
    outputs: Path, tmp_path: Path, page: dict[str, str], code: str, message: str
) -> None:
    before = snapshot(outputs)
    with pytest.raises(BulletinError, match=message) as caught:
        add(outputs, saved(tmp_path, "a", note()), saved(tmp_path, "b", note(), page=page))
    assert caught.value.code == code
    assert str(caught.value).isprintable()
    assert snapshot(outputs) == before


def test_a_page_of_an_older_version_is_no_report(outputs: Path, tmp_path: Path) -> None:
    page = outputs / "2023/city/bulletin.html"
    page.write_text("<main>旧版本</main>", encoding="utf-8")
    with pytest.raises(BulletinError, match="没有这份报告"):
        add(outputs, saved(tmp_path, "a", note()))


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "无法读取审核稿"), (b"", "不是完好的 Word 文件"), (b"PK\x05\x06" + bytes(18), "不是完好的 Word 文件")],
)
def test_a_draft_that_cant_be_used_is_told(outputs: Path, tmp_path: Path, content: bytes | None, message: str) -> None:
    draft = outputs / "2023/city/bulletin.review.docx"
    draft.unlink()
    if content is not None:
        draft.write_bytes(content)
    with pytest.raises(BulletinError, match=message):
        add(outputs, saved(tmp_path, "a", note()))


def test_names_with_quotes_and_marks_pass_through_the_page(tmp_path: Path) -> None:
    for number, bureau in enumerate(('甲"局', "甲'\"局<main>&amp;", "<script>局")):
        folder = tmp_path / str(number)
        publish(folder, bureau=bureau)
        (reviewed,) = add(folder, saved(tmp_path, "a", note(), page={"bureau": bureau}))
        assert reviewed.name == "全市"


def test_the_command_says_what_was_written_and_what_was_not_found(
    outputs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lost = note("看\x1b[31m这\n里", "已经删去的\x07一段话，别处也没有。")
    file = saved(tmp_path, "a", note(), lost, draft=outputs / "2023/city/bulletin.html")
    assert main(["review", "add", str(file), "--outputs", str(outputs)]) == 0
    shown = capsys.readouterr()
    assert shown.out.splitlines() == [
        f"全市：1 条批注已写入 {outputs / '2023/review/全市通报.docx'}。",
        "另有 1 条没有找到所指之处（原文已改动），写在标题上：",
        "  · “已经删去的[U+0007]一段话，别处也没有。”：看[U+001B][31m这 里",
    ]
    assert shown.err == ""
    publish(outputs, body=BODY.replace("同样的一句话", "另一句话"))
    main(["review", "add", str(file), "--outputs", str(outputs)])
    assert "其中 2 条是对另一稿写的，请核对是否仍适用。" in capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["review"], "错误：缺少 命令"),
        (["review", "add"], "错误：缺少 文件"),
        (["review", "remove", "a.json"], "没有“remove”"),
    ],
)
def test_what_the_command_lacks_is_said_in_chinese(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(arguments)
    assert message in capsys.readouterr().err


def test_a_bad_file_ends_the_command_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "a.json"
    bad.write_text("{}", encoding="utf-8")
    assert main(["review", "add", str(bad)]) == 2
    assert capsys.readouterr().err.startswith(f"错误：{bad} 不是批注文件。")
    assert not (ROOT / "outputs" / "2023" / "review").exists()
