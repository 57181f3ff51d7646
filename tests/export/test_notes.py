"""Review notes in a real browser: written, kept, saved, read back, and turned into Word comments."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from bulletin.drafts.review.notes_file import read_notes
from bulletin.drafts.review.review import add_notes
from bulletin.project.paths import Project
from tests.builders import JIA
from tests.drafts.review.notes import comments
from tests.export.browsing import QUIET
from tests.export.reports import BODY, publish

FILE = "审核意见-样例市-2023-全市.json"
EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>\n=cmd|' /C calc'!A0 {{7*7}}"


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """The page of a small bulletin in its outputs folder."""
    return publish(tmp_path / "outputs")


@contextmanager
def profile(browser: Browser, **options: Any) -> Iterator[BrowserContext]:
    """A fresh profile in which no page may say anything on the console or ask for anything but itself."""
    context = browser.new_context(timezone_id="Asia/Shanghai", **options)
    said: list[str] = []
    context.on("console", lambda message: said.append(message.text))
    context.on("weberror", lambda error: said.append(str(error.error)))
    context.on("request", lambda request: said.append(request.url) if not request.url.startswith("file:") else None)
    context.on("dialog", lambda dialog: dialog.accept())
    yield context
    context.close()
    assert said == []


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with profile(browser) as context:
        yield context


def opened(context: BrowserContext, report: Path, *, noting: bool = True) -> Page:
    page = context.new_page()
    page.goto(report.as_uri())
    if noting:
        page.locator(".notes-switch").click()
    return page


def block(page: Page, text: str) -> Locator:
    """The button of the block whose text begins so."""
    return page.locator(f'.note-add[aria-label*="“{text}"]')


def words(page: Page) -> Locator:
    return page.get_by_role("textbox", name="意见")


def write(page: Page, on: str, text: str, part: str = "", reviewer: str = "") -> None:
    """Write a note with the mouse."""
    before = page.locator(".notes li").count()
    block(page, on).first.click()
    if part:
        page.get_by_label("指哪里").select_option(part)
    words(page).fill(text)
    if reviewer:
        page.get_by_label("姓名").fill(reviewer)
    page.get_by_role("button", name="保存批注").click()
    expect(page.locator(".notes li")).to_have_count(before + 1)


def save(page: Page, folder: Path) -> Path:
    with page.expect_download() as downloading:
        page.get_by_role("button", name="保存为文件").click()
    path = folder / downloading.value.suggested_filename
    downloading.value.save_as(path)
    return path


def load(page: Page, path: Path) -> str:
    """Read a file in; returns what the page says to it."""
    page.get_by_role("status").evaluate("(status) => { status.textContent = ''; }")
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name="读入文件").click()
    choosing.value.set_files(path)
    status = page.get_by_role("status")
    expect(status).not_to_have_text("")
    return status.inner_text()


def lists(page: Page, texts: list[str]) -> None:
    """See that the list has these notes, in this order."""
    expect(page.locator(".notes .notes-text")).to_have_text(texts, use_inner_text=True)


def test_notes_become_word_comments_where_they_were_written(
    context: BrowserContext, report: Path, tmp_path: Path
) -> None:
    page = opened(context, report)
    write(page, "一、总体情况", "标题意见", reviewer="李审")
    write(page, "全市有企业278家", "数字意见", part="数字 95")
    write(page, "专员配备率", "段落意见")
    write(page, "未签到的有乙区", "列表意见")
    page.locator(".note-add", has_text="批注").and_(block(page, "同样的一句话")).nth(1).click()
    words(page).fill("第二句意见")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".notes li")).to_have_count(5)
    write(page, "图1 签到率", "图的意见")
    write(page, "乙区｜1", "整行意见")
    write(page, "乙区｜1", "单元格意见", part="配备率：100%")
    write(page, "一览表", "附件标题意见")
    expect(page.get_by_role("heading", name="批注（9 条）")).to_be_visible()
    path = save(page, tmp_path)
    assert path.name == FILE
    assert [note.reviewer for note in read_notes(path).notes] == ["李审"] * 9

    (reviewed,) = add_notes(Project(tmp_path), [path], tmp_path / "outputs")
    assert reviewed.annotated.lost == []
    assert reviewed.other_drafts == 0
    assert sorted(comments(reviewed.annotated.content)) == sorted(
        [
            ("一、总体情况", "标题意见"),
            ("95", "数字意见"),
            ("专员配备率66.67%，其中甲县50.00%。", "段落意见"),
            ("• 未签到的有乙区。", "列表意见"),
            ("同样的一句话。", "第二句意见"),
            ("〔图〕", "图的意见"),
            ("乙区", "整行意见"),
            ("100%", "单元格意见"),
            ("附件：1. 一览表", "附件标题意见"),
        ]
    )


def test_every_block_of_the_page_finds_its_place_in_the_draft(
    context: BrowserContext, report: Path, tmp_path: Path
) -> None:
    page = opened(context, report)
    count = page.locator(".note-add").count()
    assert count == 27
    for number in range(count):
        page.locator(".note-add").nth(number).click()
        words(page).fill(f"第{number}条")
        page.get_by_role("button", name="保存批注").click()
        expect(page.locator(".notes li")).to_have_count(number + 1)
    (reviewed,) = add_notes(Project(tmp_path), [save(page, tmp_path)], tmp_path / "outputs")
    assert [note.anchor for note in reviewed.annotated.lost] == []
    assert all(text.startswith("第") for _, text in comments(reviewed.annotated.content))


def test_each_paragraph_and_item_of_a_list_is_one_block(context: BrowserContext, tmp_path: Path) -> None:
    lists = "- 紧凑甲。\n  - 其下。\n- 紧凑乙。\n\n正文。\n\n1. 宽松甲。\n\n   续段。\n\n2. 宽松乙。"
    page = opened(context, publish(tmp_path / "outputs", body=lists))
    found = page.locator(".prose .note-add").evaluate_all("(all) => all.map((each) => each.ariaLabel)")
    texts = ("紧凑甲。", "其下。", "紧凑乙。", "正文。", "宽松甲。", "续段。", "宽松乙。")
    assert found == [f"批注段落“{text}”" for text in texts]


def test_everything_can_be_done_by_keyboard(context: BrowserContext, report: Path, tmp_path: Path) -> None:
    page = opened(context, report, noting=False)
    assert page.locator(".note-add").count() == 0
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "notes-switch"
    page.keyboard.press("Enter")
    assert page.locator(".notes-switch").get_attribute("aria-expanded") == "true"
    block(page, "全市有企业278家").focus()
    expect(block(page, "全市有企业278家")).to_have_css("opacity", "1")
    page.keyboard.press("Enter")
    expect(page.locator("#note-text")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("请核对")
    page.keyboard.press("Tab")
    page.keyboard.type("李审")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".notes-on")).to_have_text("数字 278：“全市有企业278家，专员95名。”")
    expect(page.get_by_role("status")).to_have_text("批注已保存，共 1 条。")
    expect(block(page, "全市有企业278家")).to_be_focused()  # where it was before the dialogue
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(block(page, "全市有企业278家")).to_be_focused()
    lists(page, ["请核对"])
    page.get_by_role("button", name="修改批注：请核对").focus()
    page.keyboard.press("Enter")
    assert page.get_by_label("指哪里").evaluate("(select) => select.selectedOptions[0].text") == "数字 278"
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("请再核对")
    for key in ("Tab", "Tab", "Enter"):
        page.keyboard.press(key)
    lists(page, ["请再核对"])
    expect(page.get_by_role("button", name="修改批注")).to_be_focused()
    page.get_by_role("button", name="查看批注").press("Enter")
    expect(block(page, "全市有企业278家")).to_be_focused()
    page.get_by_role("button", name="删除批注").press("Enter")
    lists(page, [])
    expect(page.locator("#notes")).to_be_focused()
    expect(page.locator(".notes-switch")).to_have_text("批注")


def test_the_figure_that_is_selected_is_offered(context: BrowserContext, report: Path) -> None:
    page = opened(context, report)
    page.locator('span.fact[data-metric="supervisors"]').dblclick()
    block(page, "全市有企业278家").click()
    assert page.get_by_label("指哪里").evaluate("(select) => select.selectedOptions[0].text") == "数字 95"


@pytest.mark.parametrize("keys", ["Control+Enter", "Meta+Enter"])
def test_the_panel_says_how_to_add_a_note_and_two_keys_save_it(
    context: BrowserContext, report: Path, keys: str
) -> None:
    page = opened(context, report)
    expect(page.locator(".notes-hint").first).to_contain_text("添加批注：")
    block(page, "未签到的有甲县").click()
    words(page).press(keys)
    expect(page.get_by_role("dialog")).to_be_visible()  # nothing is written yet
    words(page).fill("请核对")
    words(page).press(keys)
    expect(page.get_by_role("dialog")).to_be_hidden()
    lists(page, ["请核对"])


def test_a_note_without_words_is_not_kept(context: BrowserContext, report: Path) -> None:
    page = opened(context, report)
    block(page, "未签到的有甲县").click()
    words(page).fill(" \n ")
    page.get_by_role("button", name="保存批注").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("button", name="取消").click()
    lists(page, [])


def test_notes_are_there_again_after_a_reload_and_in_a_later_build(
    context: BrowserContext, report: Path, tmp_path: Path
) -> None:
    page = opened(context, report)
    write(page, "未签到的有甲县", "甲", reviewer="李审")
    write(page, "全市有企业278家", "乙", part="数字 278")
    page.reload()
    expect(page.locator(".notes-switch")).to_have_text("批注（2）")
    assert page.locator(".notes").is_hidden()
    page.locator(".notes-switch").click()
    lists(page, ["乙", "甲"])
    publish(tmp_path / "outputs", body=BODY.replace("全市有企业", "全市共有企业"))
    page.reload()
    page.locator(".notes-switch").click()
    assert [text.partition(" · ")[0] for text in page.locator(".notes-by").all_inner_texts()] == ["李审", "李审"]
    first, second = page.locator(".notes li").all()
    expect(first.locator(".notes-by")).to_contain_text("写于另一稿")
    expect(second.locator(".notes-by")).to_contain_text("原文已改动，找不到这一处")
    assert [each.get_by_role("button", name="查看").count() for each in (first, second)] == [1, 0]
    second.get_by_role("button", name="修改").click()  # what it was on stays, though it isn't on the page
    words(page).fill("乙改")
    page.get_by_role("button", name="保存批注").click()
    lists(page, ["甲", "乙改"])
    kept = [note.anchor for note in read_notes(save(page, tmp_path)).notes]
    assert [anchor.quote for anchor in kept] == ["未签到的有甲县。", "全市有企业278家，专员95名。"]
    assert [anchor.figure and anchor.figure.text for anchor in kept] == [None, "278"]


def test_each_report_has_notes_of_its_own_and_refuses_anothers(
    context: BrowserContext, report: Path, tmp_path: Path
) -> None:
    page = opened(context, report)
    write(page, "未签到的有甲县", "甲")
    file = save(page, tmp_path)
    county = publish(tmp_path / "outputs", f"counties/{JIA}-甲县", "report", scope=JIA, scope_name="甲县")
    other = opened(context, county)
    lists(other, [])
    told = load(other, file)
    assert told == "没有读入：这个文件是样例市应急管理局 2023 全市的批注，本页是样例市应急管理局 2023 甲县。"
    lists(other, [])


def test_a_file_is_read_into_a_fresh_profile_once(
    browser: Browser, context: BrowserContext, report: Path, tmp_path: Path
) -> None:
    page = opened(context, report)
    write(page, "未签到的有甲县", EVIL, reviewer="<b>李审")
    write(page, "全市有企业278家", "乙", part="数字 278")
    file = save(page, tmp_path)
    with profile(browser) as fresh:
        again = opened(fresh, report)
        assert load(again, file) == "读入 2 条，其中新的 2 条；共 2 条。"
        lists(again, ["乙", EVIL])
        assert load(again, file).endswith("其中新的 0 条；共 2 条。")
        write(again, "同样的一句话", "丙")
        again.reload()
        again.locator(".notes-switch").click()
        lists(again, ["乙", EVIL, "丙"])
        own = read_notes(save(again, tmp_path / "again"))
    assert [note.reviewer for note in own.notes] == ["<b>李审", "<b>李审", ""]
    assert own.notes[:2] == read_notes(file).notes


def test_the_later_form_of_a_note_wins_whichever_side_it_comes_from(
    context: BrowserContext, report: Path, tmp_path: Path
) -> None:
    page = opened(context, report)
    write(page, "未签到的有甲县", "原文")
    file = save(page, tmp_path)
    content = json.loads(file.read_text(encoding="utf-8"))
    for written, text, shown in (("2999-01-01T00:00:00", "后改", "后改"), ("2000-01-01T00:00:00", "早先", "后改")):
        content["notes"][0] |= {"written": written, "text": text}
        file.write_text(json.dumps(content), encoding="utf-8")
        load(page, file)
        lists(page, [shown])


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content | {"kind": "other"},
        lambda content: content | {"version": 2},
        lambda content: content | {"page": None},
        lambda content: content | {"notes": {}},
        lambda content: content | {"notes": [{}]},
        lambda content: content | {"notes": [content["notes"][0] | {"text": 5}]},
        lambda content: content | {"notes": [content["notes"][0] | {"text": "长" * 2001}]},
        lambda content: content | {"notes": [content["notes"][0] | {"written": "<b>"}]},
        lambda content: (
            content | {"notes": [content["notes"][0] | {"anchor": {"kind": "toString", "quote": "甲", "number": 1}}]}
        ),
        lambda content: content | {"notes": content["notes"] * 501},
        lambda content: [content],
    ],
)
def test_a_file_that_is_none_is_refused_whole(
    context: BrowserContext, report: Path, tmp_path: Path, change: Any
) -> None:
    page = opened(context, report)
    write(page, "未签到的有甲县", "甲")
    file = save(page, tmp_path)
    content = json.loads(file.read_text(encoding="utf-8"))
    page.get_by_role("button", name="删除批注").click()
    file.write_text(json.dumps(change(content)), encoding="utf-8")
    assert load(page, file).endswith("不是批注文件，没有读入。请选用“保存为文件”存下的文件。")
    lists(page, [])
    file.write_text(json.dumps(content), encoding="utf-8")  # and the same file, put right, is read
    load(page, file)
    lists(page, ["甲"])


def test_where_the_browser_keeps_nothing_the_reviewer_is_told_and_can_still_save(
    browser: Browser, report: Path, tmp_path: Path
) -> None:
    with profile(browser) as context:
        refuse = "() => { throw new DOMException('denied', 'SecurityError'); }"
        context.add_init_script(f"Object.defineProperty(window, 'localStorage', {{ get: {refuse} }});")
        page = opened(context, report)
        expect(page.locator(".notes .notice")).to_contain_text("这个浏览器不保存批注")
        write(page, "未签到的有甲县", "甲")
        lists(page, ["甲"])
        page.evaluate("dispatchEvent(new Event('beforeunload', { cancelable: true })) && console.error('left unasked')")
        assert [note.text for note in read_notes(save(page, tmp_path)).notes] == ["甲"]
        left = page.evaluate("dispatchEvent(new Event('beforeunload', { cancelable: true }))")
        assert left is True  # saved: nothing is lost by leaving


def test_two_windows_of_one_report_share_their_notes(context: BrowserContext, report: Path) -> None:
    first, second = opened(context, report), opened(context, report)
    write(first, "未签到的有甲县", "甲")
    expect(second.locator(".notes-switch")).to_have_text("批注（1）")
    write(second, "同样的一句话", "乙")
    expect(first.locator(".notes-switch")).to_have_text("批注（2）")


def test_a_page_without_a_letterhead_has_no_notes(context: BrowserContext, tmp_path: Path) -> None:
    from tests.export.notebooks import html, markdown

    path = tmp_path / "page.html"
    path.write_text(html(markdown("# 周报\n\n正文")), encoding="utf-8")
    assert opened(context, path, noting=False).locator(".notes-switch").count() == 0


def test_the_text_stays_as_it_is_when_notes_are_switched_off(context: BrowserContext, report: Path) -> None:
    page = opened(context, report, noting=False)
    before = page.locator("main").inner_html()
    page.locator(".notes-switch").click()
    assert page.locator("main").inner_html() != before
    page.locator(".notes-switch").click()
    after = page.locator("main").inner_html()
    assert after.replace(' class=""', "") == before


@pytest.mark.parametrize("noting", [False, True])
def test_print_has_the_list_of_notes_only_where_notes_are_on(
    context: BrowserContext, report: Path, noting: bool
) -> None:
    page = opened(context, report)
    write(page, "未签到的有甲县", "甲")
    if not noting:
        page.locator(".notes-switch").click()
    page.emulate_media(media="print")
    shown = page.locator("body").inner_text()
    assert ("甲" in shown.splitlines()) is noting
    assert [word for word in ("保存为文件", "修改", "到批注清单", "批注", "批注 1") if word in shown.splitlines()] == []


@pytest.mark.parametrize("width", [360, 768, 1280, 1440])
def test_nothing_stands_outside_the_page_at_any_width(browser: Browser, report: Path, width: int) -> None:
    with profile(browser, viewport={"width": width, "height": 800}) as context:
        page = opened(context, report)
        write(page, "未签到的有甲县", "一段没有空格的很长的意见" * 20)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        small = page.locator(".notes-switch, .notes button, .note-add").evaluate_all(
            "(all) => all.map((each) => each.getBoundingClientRect()).filter(({ width, height }) => width < 24 || height < 24).length"
        )
        assert small == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_what_notes_add_to_the_page(browser: Browser, report: Path, scheme: Any) -> None:
    with profile(browser, color_scheme=scheme) as context:
        page = opened(context, report)
        write(page, "未签到的有甲县", "甲", reviewer="李审")
        found = Axe().run(page, [".notes", ".notes-switch", ".notes-jump", "main"]).response
        assert found["violations"] == []
        assert len(found["passes"]) > 20
        block(page, "全市有企业278家").click()
        assert Axe().run(page).response["violations"] == []
