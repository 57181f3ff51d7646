"""What a ruler on the printed page would find: GB/T 9704—2012's distances, measured on rendered pages.

The fonts are Debian's in place of those that the file names, so a distance to ink has a tolerance of 1 mm.
`pytest -n 0 --log-cli-level=INFO tests/export/test_word_geometry.py` prints what was measured.
"""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from tests.export.notebooks import (
    attachment,
    block,
    closing,
    imprint,
    letterhead,
    prose,
    table,
    wide_table,
    word_bytes,
)
from tests.export.pages import Page, pages_of

LEFT, RIGHT, TOP, FOOT = 28, 184, 37, 262
"""The edges of the text."""

INK = 1.0
"""Tolerance in mm where the distance is one to ink."""


def measured(what: str, found: float, wanted: float, tolerance: float = INK) -> None:
    """A distance in mm, told and held within its tolerance."""
    logging.getLogger(__name__).info("%s: %.2f mm, wanted %.2f ± %.2f", what, found, wanted, tolerance)
    assert found == pytest.approx(wanted, abs=tolerance), what


def long_text(lines: int) -> str:
    """A paragraph of that many full lines of 28 characters, the first one indented by two."""
    return "履职情况通报" * (28 * lines // 6) + "履职情况通报"[: (28 * lines) % 6 - 2]


def whole_bulletin() -> bytes:
    """A bulletin with every part: four pages of text, an attachment across, one upright, 版记."""
    return word_bytes(
        block(letterhead()),
        prose(f"## 一、总体情况\n\n### （一）配备情况\n\n{long_text(60)}"),
        block(closing(attachments=["一览表", "排名表"])),
        block(attachment(number=1, title="一览表")),
        block(wide_table()),
        block(attachment(number=2, title="排名表")),
        block(table(number=2, key="other")),
        block(imprint(cc=["甲厅", "乙办"])),
    )


def draft_with_gaps() -> bytes:
    """A draft whose number and dates aren't fixed yet."""
    return word_bytes(
        block(letterhead(number=None)),
        prose(long_text(8)),
        block(closing(date=None)),
        block(imprint(printed_on=None)),
    )


def text_of_lines(lines: int) -> bytes:
    """A bulletin of so many lines of text."""
    text = prose("\n\n".join(["第某行"] * lines))
    return word_bytes(block(letterhead()), text, block(closing()), block(imprint(cc=[])))


def tall_rows() -> bytes:
    """A table of forty tall rows."""
    rows = [[f"县{n:02d}", "很长的说明" * 10, "1"] for n in range(40)]
    return word_bytes(block(table(rows=rows, total_rows=0)))


def long_names() -> bytes:
    """A long name in a narrow and in a wide table."""
    columns = [{"title": f"第{n}列的指标", "align": "right"} for n in range(12)]
    wide = wide_table(columns=columns, rows=[[LONG_NAME, *["123.45%"] * 11]])
    return word_bytes(block(table(rows=[[LONG_NAME, "2", "66.67%"]])), block(wide))


LONG_NAME = "积石山保安族东乡族撒拉族自治县"
NOTICES = (None, "样例数据：记录均为虚构。", "样例数据：记录均为虚构，" * 4)
LINES = (4, 12, 20, 30, 34, 44, 56)


@pytest.fixture(scope="module")
def laid_out(soffice: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Page]]:
    """All that is measured here, laid out at once."""
    words = {"bulletin": whole_bulletin(), "gaps": draft_with_gaps(), "rows": tall_rows(), "names": long_names()}
    words |= {f"notice{n}": word_bytes(block(letterhead(notice=notice))) for n, notice in enumerate(NOTICES)}
    words |= {f"lines{lines}": text_of_lines(lines) for lines in LINES}
    return pages_of(words, tmp_path_factory.mktemp("geometry"), soffice)


@pytest.fixture
def bulletin(laid_out: dict[str, list[Page]]) -> list[Page]:
    """The bulletin with every part."""
    return laid_out["bulletin"]


def test_a_full_page_has_22_lines_of_28_characters(bulletin: list[Page]) -> None:
    lines = [line for line in bulletin[1].lines() if line[0].top < FOOT]
    logging.getLogger(__name__).info("%d lines of %s characters", len(lines), {len(line) for line in lines})
    assert len(lines) == 22
    assert {len(line) for line in lines} == {28}


def test_the_text_fills_its_area_and_stays_inside(bulletin: list[Page]) -> None:
    glyphs = [glyph for glyph in bulletin[1].glyphs if glyph.top < FOOT]
    measured("text's left edge", min(glyph.left for glyph in glyphs), LEFT)
    measured("text's right edge", max(glyph.right for glyph in glyphs), RIGHT)
    assert TOP <= min(glyph.top for glyph in glyphs) <= TOP + 5  # the first line's ink, below the line's lead
    assert FOOT - 8 <= max(glyph.bottom for glyph in glyphs) <= FOOT


def test_pages_are_a4(bulletin: list[Page]) -> None:
    sizes = {(round(page.width), round(page.height)) for page in bulletin}
    assert sizes == {(210, 297), (297, 210)}


@pytest.mark.parametrize("notice", NOTICES)
def test_the_marks_ink_begins_35_mm_below_the_texts_top(laid_out: dict[str, list[Page]], notice: str | None) -> None:
    (page,) = laid_out[f"notice{NOTICES.index(notice)}"]
    mark = page.find("样例市应急管理局文件")
    measured("mark's ink below the text's top", min(glyph.top for glyph in mark) - TOP, 35)
    measured("mark's middle", (mark[0].left + mark[-1].right) / 2, (LEFT + RIGHT) / 2)


def test_the_red_line_is_as_wide_as_the_text_4_mm_below_the_number(bulletin: list[Page]) -> None:
    number = bulletin[0].find("样应急发〔2024〕1号")
    (line,) = bulletin[0].rules[:1]
    measured("red line below the number", (line.top + line.bottom) / 2 - max(glyph.bottom for glyph in number), 4)
    measured("red line's left end", line.left, LEFT)
    measured("red line's right end", line.right, RIGHT)


def test_gaps_stand_where_number_date_and_imprint_would(laid_out: dict[str, list[Page]]) -> None:
    """Measured like a finished one."""
    first, last = laid_out["gaps"]
    number, signer = first.find("〔待填：发文字号〕"), last.find("样例市应急管理局")
    day = last.find("〔待填：成文日期〕")
    line = next(rule for rule in first.rules if rule.right - rule.left > 150)
    measured("red line below the gap", (line.top + line.bottom) / 2 - number[2].bottom, 4)
    measured("gap's middle", (number[0].left + number[-1].right) / 2, (LEFT + RIGHT) / 2)
    # Four characters of room at the right, and the closing bracket takes a fifth.
    character = 16 * 25.4 / 72
    measured("right end of the gap for the date", day[-2].right, RIGHT - 5 * character)
    # Indents are in whole characters: the name's middle is within half a one of the gap's.
    middle = (signer[0].left + signer[-1].right) / 2
    measured("name's middle above the gap", middle, RIGHT - 8.5 * character, character / 2 + INK)
    printed = last.find("样例市应急管理局办公室〔待填：印发日期〕印发")
    assert RIGHT - printed[-1].right == pytest.approx(14 * 25.4 / 72, abs=INK)
    assert printed[0].top == pytest.approx(printed[-1].top, abs=INK)


def test_two_blank_lines_stand_between_number_and_mark_and_between_line_and_title(bulletin: list[Page]) -> None:
    page = bulletin[0]
    mark, number, title = (page.find(text) for text in ("样例市应急管理局文件", "样应急发", "样例市应急管理局关于"))
    line = 28.95 * 25.4 / 72
    assert number[0].top - mark[0].bottom == pytest.approx(2 * line, abs=8)
    assert title[0].top - page.rules[0].bottom == pytest.approx(2 * line, abs=4)


def test_page_numbers_stand_7_mm_below_the_text_one_character_in_from_the_outer_edge(bulletin: list[Page]) -> None:
    for number, page in enumerate(bulletin[:4], start=1):
        dash, digit, end = page.find(f"—{number}—")
        measured(f"page {number}'s dashes below the text", (dash.top + dash.bottom) / 2 - FOOT, 7)
        assert digit.top < dash.top < digit.bottom
        one = 14 * 25.4 / 72
        if number % 2:
            assert RIGHT - end.right == pytest.approx(one, abs=INK)
        else:
            assert dash.left - LEFT == pytest.approx(one, abs=INK)


def test_a_turned_page_keeps_its_number_where_the_sheet_has_it(bulletin: list[Page]) -> None:
    place = next(number for number, page in enumerate(bulletin, start=1) if page.width > page.height)
    page = bulletin[place - 1]
    dash, digit, end = page.find(f"—{place}—")
    # The sheet's foot is to the left, 35 mm wide; the text's area begins behind it.
    measured("turned page's dashes before the text", 35 - (dash.left + dash.right) / 2, 7)
    assert dash.top < digit.top < end.top  # read from above to below: the head of each digit is to the right
    one = 14 * 25.4 / 72
    if place % 2:
        assert 184 - end.bottom == pytest.approx(one, abs=INK)
    else:
        assert dash.top - 28 == pytest.approx(one, abs=INK)
    assert "一览表" in page.text


def test_the_imprint_ends_at_the_foot_of_the_last_page_which_is_even(bulletin: list[Page]) -> None:
    last = bulletin[-1]
    number = int(last.text.rsplit("—", 2)[1])
    assert number % 2 == 0
    copied, printed = last.find("抄送：甲厅，乙办。"), last.find("样例市应急管理局办公室2024年3月6日印发")
    rules = sorted({round((rule.top + rule.bottom) / 2, 1) for rule in last.rules if rule.right - rule.left > 150})
    assert len(rules) >= 3
    first, middle, foot = rules[-3:]
    measured("last rule at the text's foot", foot, FOOT)
    assert first < copied[0].top < copied[0].bottom < middle < printed[0].top < printed[0].bottom < foot
    one = 14 * 25.4 / 72
    assert copied[0].left - LEFT == pytest.approx(one, abs=INK)
    assert RIGHT - printed[-1].right == pytest.approx(one, abs=INK)


@pytest.mark.parametrize("lines", LINES)
def test_the_imprint_shares_the_last_page_where_it_can_and_no_page_is_blank(
    laid_out: dict[str, list[Page]], lines: int
) -> None:
    pages = laid_out[f"lines{lines}"]
    numbers = [int(page.text.rsplit("—", 2)[1]) for page in pages]
    assert numbers == list(range(1, len(pages) + 1))
    assert len(pages) % 2 == 0
    assert "印发" in pages[-1].text
    assert not any("印发" in page.text for page in pages[:-1])


def test_a_table_of_forty_tall_rows_repeats_its_heading_on_three_pages(laid_out: dict[str, list[Page]]) -> None:
    pages = laid_out["rows"]
    assert len(pages) == 3
    assert all("县（市、区）企业配备率" in page.text for page in pages)
    for n in range(40):  # no row is split: its first cell and the end of its text are on one page
        (page,) = (page for page in pages if f"县{n:02d}" in page.text)
        assert "很长的说明" * 3 in page.text


def test_long_county_names_stay_inside_the_page(laid_out: dict[str, list[Page]]) -> None:
    pages = laid_out["names"]
    for page in pages:
        text = [glyph for glyph in page.glyphs if glyph.text in LONG_NAME]
        assert text
        assert all(glyph.left >= 28 and glyph.right <= page.width - 26 for glyph in text)
    assert "".join(pages[0].text.split()).count(LONG_NAME) == 1
