"""Markdown as Word paragraphs: headings, lists, tables, code, inert records, bookmarks."""

from __future__ import annotations

from typing import Any

import pytest
from docx.oxml.ns import qn

from bulletin.facts.figures import CITY
from bulletin.notebook.prose import render_prose
from bulletin.notebook.report import Report
from tests.builders import JIA, report_of, report_over
from tests.export.notebooks import block, letterhead, markdown, page, prose, word

RECORDS = ["<script>alert(1)</script>", "{{7*7}}", "**bold**", "[a](javascript:x)", "=cmd|x", "<img src=x onerror=y>"]


def fact(metric: str = "mines", scope: str = CITY, text: str = "278") -> str:
    return f'<span class="fact" data-metric="{metric}" data-scope="{scope}" title="口径">{text}</span>'


def texts(document: Any) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs if paragraph.text]


def cells(document: Any) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in document.tables[0].rows]


def bookmarks(document: Any) -> list[tuple[str, str]]:
    """Name and text of each bookmark."""
    starts = document.element.body.iter(qn("w:bookmarkStart"))
    return [
        (start.get(qn("w:name")), "".join(text.text for text in start.getnext().iter(qn("w:t")))) for start in starts
    ]


@pytest.mark.parametrize(
    ("headed", "styles"),
    [
        (True, ["Heading 1", "Heading 1", "Heading 2", "Heading 3", "Heading 4", "Heading 4"]),
        (False, ["Title", "Heading 1", "Heading 2", "Heading 3", "Heading 4", "Heading 4"]),
    ],
)
def test_headings_go_down_from_the_title(headed: bool, styles: list[str]) -> None:
    source = markdown("# 级1\n\n## 级2\n\n### 级3\n\n#### 级4\n\n##### 级5\n\n###### 级6")
    document = word(*([block(letterhead())] if headed else []), source)
    assert [paragraph.style.name for paragraph in document.paragraphs if paragraph.text.startswith("级")] == styles


def test_a_list_has_marks_and_an_ordered_one_counts_from_its_start() -> None:
    document = word(markdown("- 甲\n- 乙\n\n正文\n\n3. 丙\n4. 丁"))
    assert texts(document) == ["• 甲", "• 乙", "正文", "3. 丙", "4. 丁"]


def test_a_nested_list_counts_on_after_it() -> None:
    document = word(markdown("1. 甲\n   - 子\n   - 孙\n2. 乙\n   1. 丙\n3. 丁"))
    assert texts(document) == ["1. 甲", "• 子", "• 孙", "2. 乙", "1. 丙", "3. 丁"]


def test_a_second_paragraph_of_an_item_has_no_mark() -> None:
    assert texts(word(markdown("- 甲\n\n  续\n\n- 乙\n\n正文"))) == ["• 甲", "续", "• 乙", "正文"]


def test_an_ordered_list_may_begin_at_zero() -> None:
    assert texts(word(markdown("0. 甲\n1. 乙"))) == ["0. 甲", "1. 乙"]


def test_a_markdown_table_is_a_real_table() -> None:
    document = word(markdown("| 县 | 家数 |\n| --- | ---: |\n| **甲县** | `2` |\n| 乙区 |  |"))
    assert cells(document) == [["县", "家数"], ["甲县", "2"], ["乙区", ""]]


def test_code_is_written_line_by_line_as_it_stands() -> None:
    assert texts(word(markdown("```python\nfor x in y:\n    print(x)\n```"))) == ["for x in y:\n    print(x)"]


def test_emphasis_and_links_are_words_only() -> None:
    assert texts(word(markdown("**粗** *斜* `码` [链](http://example.com)"))) == ["粗 斜 码 链"]


def test_a_hard_break_is_a_break_and_a_soft_one_in_chinese_is_nothing() -> None:
    assert texts(word(markdown("甲  \n乙\n丙"))) == ["甲\n乙丙"]


def test_a_soft_break_between_latin_words_is_a_space() -> None:
    assert texts(word(markdown("two\nwords"))) == ["two words"]


def test_tags_in_markdown_are_no_words() -> None:
    assert texts(word(markdown("甲<b>乙</b>丙<br>丁"))) in (["甲乙丙丁"], ["甲乙丙\n丁"])


def test_a_figure_is_bookmarked_by_scope_and_metric() -> None:
    document = word(prose(f"全市{fact()}家，甲县{fact('mines', JIA, '2')}家。"))
    assert texts(document) == ["全市278家，甲县2家。"]
    assert bookmarks(document) == [("f_city_mines", "278"), ("f_100001_mines", "2")]


def test_a_figure_in_a_heading_is_bookmarked_too() -> None:
    assert bookmarks(word(prose(f"## 全市{fact()}家"))) == [("f_city_mines", "278")]


def test_a_figure_in_a_table_is_bookmarked_too() -> None:
    assert bookmarks(word(prose(f"| 县 | 家数 |\n| --- | --- |\n| 全市 | {fact()} |"))) == [("f_city_mines", "278")]


def test_a_figure_stated_again_has_a_bookmark_of_its_own() -> None:
    document = word(prose(f"{fact()}和{fact()}"), prose(f"再{fact()}"))
    assert [name for name, _ in bookmarks(document)] == ["f_city_mines", "f_city_mines_2", "f_city_mines_3"]


def test_bookmarks_are_short_with_ids_of_their_own_and_each_ends() -> None:
    long = [fact("supervisors_holding_4_plus", "140000"), fact("supervisors_holding_4_plus_more", "140000")]
    document = word(prose("、".join(long * 6)))
    names = [name for name, _ in bookmarks(document)]
    assert len(set(names)) == 12
    assert max(len(name) for name in names) <= 40
    starts = [found.get(qn("w:id")) for found in document.element.body.iter(qn("w:bookmarkStart"))]
    ends = [found.get(qn("w:id")) for found in document.element.body.iter(qn("w:bookmarkEnd"))]
    assert len(set(starts)) == 12
    assert starts == ends


def test_typed_text_has_no_bookmark() -> None:
    assert bookmarks(word(markdown("全市278家，<span>3</span>名。"))) == []


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """A period whose counties bear the names of RECORDS."""
    counties = [f"10000{number},{name}" for number, name in enumerate(RECORDS, start=1)]
    return report_of(tmp_path_factory.mktemp("named"), CITY, counties=counties)


@pytest.mark.parametrize(("number", "name"), list(enumerate(RECORDS, start=1)))
def test_text_from_records_is_shown_and_does_nothing(named: Report, number: int, name: str) -> None:
    template = "在{{ county }}内。\n\n- {{ county }}\n\n## {{ county }}\n\n| 县 |\n| --- |\n| {{ county }} |"
    rendered = prose(render_prose(template, report_over(named.results, f"10000{number}")))
    document = word(rendered)
    assert texts(document) == [f"在{name}内。", f"• {name}", name]
    assert cells(document) == [["县"], [name]]
    found = page(rendered)
    shown = [each.get_text() for each in found.select("main p, main li, main h2, main td")]
    assert shown == [f"在{name}内。", name, name, name]
    assert found.select("main script, main a, main strong, main em, main img, main code") == []


def test_names_from_records_are_inert_in_lists_too(named: Report) -> None:
    rendered = prose(render_prose('{{ names(did_not("stationed_mines")) }}', named))
    assert texts(word(rendered)) == ["、".join(RECORDS)]
    assert page(rendered).select("main p")[0].get_text() == "、".join(RECORDS)
