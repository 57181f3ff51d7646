"""The exporter `gongwen`: page, styles, outputs in their order, pictures, properties, the same bytes."""

from __future__ import annotations

import base64
import io
import zipfile
from typing import Any

import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from nbformat import NotebookNode

from bulletin.export.word.exporter import GongwenExporter
from bulletin.project.errors import BulletinError
from tests.export.notebooks import (
    attachment,
    block,
    chart,
    closing,
    code,
    data,
    error,
    imprint,
    letterhead,
    markdown,
    notebook,
    png,
    prose,
    stream,
    table,
    wide_table,
    word,
    word_bytes,
)

FACT = '<span class="fact" data-metric="mines" data-scope="city" title="企业数">278</span>'


def everything() -> list[NotebookNode]:
    """A bulletin with each kind of block."""
    return [
        block(letterhead(notice="样例数据")),
        prose(
            f"## 一、总体情况\n\n### （一）配备\n\n#### 1. 细目\n\n##### （1）再细\n\n全市有{FACT}家，使用 App 签到。"
        ),
        block(closing(attachments=["一览表", "图表"], note="此件公开发布")),
        block(attachment(number=1, title="一览表")),
        block(wide_table()),
        block(attachment(number=2, title="图表")),
        block(table(number=2, unit="单位：家", note="说明")),
        block(chart(), png()),
        block(imprint()),
    ]


@pytest.fixture(scope="module")
def full() -> Any:
    return word(*everything())


def texts(document: Any) -> list[str]:
    """The document's paragraphs that aren't empty."""
    return [paragraph.text for paragraph in document.paragraphs if paragraph.text]


def fonts(run: Any) -> dict[str, str]:
    """The fonts that hold for a run: its own, else those of its style chain, else the document's defaults."""
    places = [run._r.rPr]
    style = run._parent.style
    while style is not None:
        places.append(style.element.rPr)
        style = style.base_style
    styles = run.part.package.main_document_part.styles.element
    places.append(styles.find(f"./{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}"))
    found: dict[str, str] = {}
    for place in places:
        named = None if place is None else place.find(qn("w:rFonts"))
        for name, value in ({} if named is None else named.attrib).items():
            found.setdefault(name.split("}")[1], value)
    return found


def test_the_page_is_a4_with_the_standards_margins(full: Any) -> None:
    for section in (full.sections[0], full.sections[-1]):
        assert (section.page_width, section.page_height) == pytest.approx((Mm(210), Mm(297)), abs=700)
        margins = section.top_margin, section.bottom_margin, section.left_margin, section.right_margin
        assert margins == pytest.approx((Mm(37), Mm(35), Mm(28), Mm(26)), abs=700)


def test_body_text_is_fangsong_of_16_points_with_two_characters_indent(full: Any) -> None:
    (body,) = (paragraph for paragraph in full.paragraphs if paragraph.text.startswith("全市有"))
    style = body.style
    assert (style.name, style.base_style.name, style.base_style.font.size) == ("正文首行缩进", "Normal", Pt(16))
    assert style.element.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "200"
    assert style.element.pPr.find(qn("w:ind")).get(qn("w:firstLine")) == "640"
    assert {fonts(run)["eastAsia"] for run in body.runs} == {"仿宋_GB2312"}
    assert {fonts(run)["ascii"] for run in body.runs} == {"Times New Roman"}


def test_twenty_two_lines_of_twenty_eight_characters_fill_a_page(full: Any) -> None:
    normal = full.styles["Normal"]
    spacing = normal.element.pPr.find(qn("w:spacing"))
    assert (spacing.get(qn("w:line")), spacing.get(qn("w:lineRule"))) == ("579", "exact")
    assert normal.element.rPr.find(qn("w:spacing")).get(qn("w:val")) == "-5"


@pytest.mark.parametrize(
    ("text", "style", "font"),
    [
        ("一、总体情况", "Heading 1", "黑体"),
        ("（一）配备", "Heading 2", "楷体_GB2312"),
        ("1. 细目", "Heading 3", "仿宋_GB2312"),
        ("（1）再细", "Heading 4", "仿宋_GB2312"),
    ],
)
def test_headings_are_words_own_with_outline_levels_and_the_standards_fonts(
    full: Any, text: str, style: str, font: str
) -> None:
    (heading,) = (paragraph for paragraph in full.paragraphs if paragraph.text == text)
    assert heading.style.name == style
    assert heading.style.element.pPr.find(qn("w:outlineLvl")).get(qn("w:val")) == str(int(style[-1]) - 1)
    assert {fonts(run)["eastAsia"] for run in heading.runs} == {font}
    assert (heading.style.font.size, str(heading.style.font.color.rgb)) == (Pt(16), "000000")
    assert heading.style.element.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "200"
    assert heading.style.paragraph_format.keep_with_next


def every_run(document: Any) -> list[Any]:
    """The runs of the body, its tables, headers and footers that hold text."""
    paragraphs = list(document.paragraphs)
    for grid in document.tables:
        paragraphs += [paragraph for row in grid.rows for cell in row.cells for paragraph in cell.paragraphs]
    first = document.sections[0]
    for part in (first.header, first.even_page_header, first.footer, first.even_page_footer):
        paragraphs += part.paragraphs
    return [run for paragraph in paragraphs for run in paragraph.runs if run.text]


def test_every_run_names_its_chinese_font_itself(full: Any) -> None:
    found = {fonts(run).get("eastAsia") for run in every_run(full)}
    assert found == {"仿宋_GB2312", "楷体_GB2312", "黑体", "宋体", "方正小标宋简体"}
    headings = {
        paragraph.style.name: paragraph.runs[0] for paragraph in full.paragraphs if "Heading" in paragraph.style.name
    }
    assert [fonts(headings[f"Heading {level}"])["eastAsia"] for level in (1, 2)] == ["黑体", "楷体_GB2312"]


def test_every_paragraph_states_its_indent_and_side_itself(full: Any) -> None:
    body = next(paragraph for paragraph in full.paragraphs if paragraph.style.name == "正文首行缩进")
    assert body._p.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "200"
    assert body._p.pPr.find(qn("w:jc")).get(qn("w:val")) == "both"
    title = next(paragraph for paragraph in full.paragraphs if paragraph.style.name == "Title")
    assert title._p.pPr.find(qn("w:jc")).get(qn("w:val")) == "center"


def test_nothing_is_bold_or_italic(full: Any) -> None:
    for run in every_run(full):
        chain, style = [run.font], run._parent.style
        while style is not None:
            chain.append(style.font)
            style = style.base_style
        assert next((font.bold for font in chain if font.bold is not None), False) is False, run.text
        assert next((font.italic for font in chain if font.italic is not None), False) is False, run.text


def test_every_run_has_a_chinese_font_and_no_theme_font_above_it(full: Any) -> None:
    known = {"仿宋_GB2312", "楷体_GB2312", "黑体", "宋体", "方正小标宋简体"}
    assert len(every_run(full)) > 50
    for run in every_run(full):
        found = fonts(run)
        assert found["eastAsia"] in known, run.text
        assert not any("Theme" in name for name in found), run.text


def test_the_default_language_is_chinese_and_no_theme_font_stands_in_the_defaults(full: Any) -> None:
    defaults = full.styles.element.find(f"./{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    assert defaults.find(qn("w:lang")).get(qn("w:eastAsia")) == "zh-CN"
    assert not any("Theme" in name for name in defaults.find(qn("w:rFonts")).attrib)


@pytest.mark.parametrize(
    ("part", "side", "indent"), [("footer", "right", "right"), ("even_page_footer", "left", "left")]
)
def test_page_numbers_stand_outside_on_odd_and_even_pages(full: Any, part: str, side: str, indent: str) -> None:
    footer = getattr(full.sections[0], part)
    (paragraph,) = footer.paragraphs
    assert full.settings.odd_and_even_pages_header_footer is True
    assert paragraph._p.pPr.find(qn("w:jc")).get(qn("w:val")) == side
    assert paragraph._p.pPr.find(qn("w:ind")).get(qn(f"w:{indent}Chars")) == "100"
    assert [found.text for found in paragraph._p.iter(qn("w:instrText"))] == [" PAGE "]
    kinds = [found.get(qn("w:fldCharType")) for found in paragraph._p.iter(qn("w:fldChar"))]
    assert kinds == ["begin", "separate", "end"]
    assert paragraph.text == "— 1 —"
    assert {(fonts(run)["eastAsia"], run.font.size) for run in paragraph.runs} == {("宋体", Pt(14))}


def test_page_numbers_go_on_through_every_section(full: Any) -> None:
    assert len(full.sections) == 3
    for section in full.sections:
        for footer in (section.footer, section.even_page_footer):
            assert [found.text for found in footer._element.iter(qn("w:instrText"))] == [" PAGE "]
        assert section._sectPr.find(qn("w:pgNumType")) is None


def test_on_a_turned_page_the_number_stands_in_a_turned_box(full: Any) -> None:
    across = next(section for section in full.sections if section.page_width > section.page_height)
    for footer, side in ((across.footer, "right"), (across.even_page_footer, "left")):
        (box,) = (found for found in footer._element.iter() if found.tag.endswith("}bodyPr"))
        assert box.get("vert") == "vert"
        inside = next(found for found in footer._element.iter() if found.tag.endswith("}txbxContent"))
        assert inside.find(f".//{qn('w:jc')}").get(qn("w:val")) == side


def test_a_notice_stands_in_the_headers_and_boxed_above_the_first_line(full: Any) -> None:
    first = full.sections[0]
    assert [first.header.paragraphs[0].text, first.even_page_header.paragraphs[0].text] == ["样例数据", "样例数据"]
    assert texts(full)[:2] == ["样例数据", "样例市应急管理局文件"]
    sides = full.paragraphs[0]._p.pPr.find(qn("w:pBdr"))
    assert [side.tag.split("}")[1] for side in sides] == ["top", "left", "bottom", "right"]


def test_without_a_notice_the_headers_are_empty() -> None:
    document = word(block(letterhead()))
    assert document.sections[0].header.is_linked_to_previous
    assert texts(document)[0] == "样例市应急管理局文件"


def test_outputs_come_in_reading_order(full: Any) -> None:
    found = texts(full)
    order = ["一、总体情况", "附件1", "附件2", "图1\u3000签到率", "抄送：甲厅。"]
    assert [text for text in found if text in order] == order


def test_the_properties_say_title_author_and_the_documents_day(full: Any) -> None:
    properties = full.core_properties
    assert properties.title == "样例市应急管理局关于2023年度履职情况的通报"
    assert (properties.author, properties.last_modified_by) == ("样例市应急管理局", "样例市应急管理局")
    assert (properties.comments, properties.language, properties.revision) == ("", "zh-CN", 1)
    assert properties.created.isoformat()[:19] == properties.modified.isoformat()[:19] == "2024-03-05T00:00:00"


def test_without_a_letterhead_no_trace_of_the_library_is_left() -> None:
    properties = word(markdown("# 周报\n\n正文")).core_properties
    assert (properties.title, properties.author, properties.comments) == ("", "", "")
    assert properties.created.year == 2000


def test_the_same_notebook_gives_the_same_bytes() -> None:
    assert word_bytes(*everything()) == word_bytes(*everything())


def test_every_entry_is_dated_1980() -> None:
    with zipfile.ZipFile(io.BytesIO(word_bytes(*everything()))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not any("comments" in name for name in archive.namelist())


def test_control_characters_are_dropped() -> None:
    document = word(
        block(letterhead(title="关于\x00甲\x1f的通报", number="文\x0b号", notice="样\x01例")),
        block(table(rows=[["甲\x02", "1", "2"]], caption="表\x03题", unit="单\x04位", note="注\x05")),
        block(chart(caption="图\x06题", alt="高\x07")),
        block(closing(signer="局\x08", attachments=["附\x0e"])),
        code(data(html="<p>输\x1b出</p>")),
        markdown("正\ufffe文"),
    )
    found = "".join(texts(document))
    for text in ("关于甲的通报", "样例", "表题", "单位", "注：注", "图题", "局", "附件：附", "输出", "正文"):
        assert text in found


def test_a_chart_is_inline_in_the_text_width_with_its_finding_and_caption(full: Any) -> None:
    (shape,) = full.inline_shapes
    assert shape.width == pytest.approx(Mm(156), abs=700)
    assert shape.height == pytest.approx(Mm(78), abs=700)
    assert shape._inline.docPr.get("descr") == "最高为甲县"
    picture = next(paragraph for paragraph in full.paragraphs if paragraph._p.iter(qn("w:drawing")) and "graphic" in paragraph._p.xml)  # fmt: skip
    assert picture.paragraph_format.line_spacing == 1.0
    assert picture.paragraph_format.keep_with_next
    caption = next(paragraph for paragraph in full.paragraphs if paragraph.text.startswith("图1"))
    assert (caption.text, caption.style.name) == ("图1\u3000签到率", "Caption")


def test_a_chart_is_never_wider_than_the_text() -> None:
    document = word(block(chart(width_mm=80.0)), block(chart(width_mm=400.0)))
    assert [round(shape.width / Mm(1)) for shape in document.inline_shapes] == [80, 156]


def test_a_tall_picture_stays_on_the_page() -> None:
    tall = base64.b64encode(png(40, 400)).decode()
    (shape,) = word(code(data(png=tall))).inline_shapes
    assert shape.height <= Mm(225)
    assert shape.width / shape.height == pytest.approx(0.1, rel=0.01)


def test_every_picture_has_a_number_of_its_own() -> None:
    document = word(block(chart()), block(chart(number=2)))
    numbers = [shape._inline.docPr.get("id") for shape in document.inline_shapes]
    assert len(set(numbers)) == 2


def test_a_plain_picture_has_the_alt_text_of_its_metadata_or_a_general_one() -> None:
    encoded = base64.b64encode(png()).decode()
    document = word(
        code(data(png=encoded)), code(data(png=encoded, plain="<Figure>", metadata={"image/png": {"alt": "折线上升"}}))
    )
    assert [shape._inline.docPr.get("descr") for shape in document.inline_shapes] == ["图", "折线上升"]
    assert texts(document) == []


def test_what_a_cell_writes_while_it_runs_is_left_out_and_so_is_its_code() -> None:
    shown = data(html="<style>p {}</style><p>看得见</p>", plain="<HTML object>")
    assert texts(word(code(stream("第一行\n第二行\n"), stream("warning", "stderr"), shown))) == ["看得见"]


def test_a_picture_that_word_cannot_hold_is_refused() -> None:
    with pytest.raises(BulletinError, match="第 1 个单元格（x）出错：Word 文件放不下 SVG 图：请用 PNG 图片"):
        word(code(data(svg="<svg/>", plain="<SVG object>")))


def test_a_failed_cell_is_refused_with_its_number_and_error() -> None:
    with pytest.raises(BulletinError) as refused:
        word(markdown("正文"), code(stream("好")), code(error("KeyError", "乙区")))
    assert refused.value.code == "notebook-failed"
    assert "第 3 个单元格（x）出错：取用的项不存在" in str(refused.value)


def test_the_exporter_is_registered_and_writes_docx() -> None:
    from nbconvert.exporters import get_exporter

    assert get_exporter("gongwen") is GongwenExporter
    written, resources = GongwenExporter().from_notebook_node(notebook(markdown("正文")))
    assert (resources["output_extension"], written[:2]) == (".docx", b"PK")


def test_the_notebook_itself_is_left_as_it_was() -> None:
    source = notebook(*everything())
    before = str(source)
    GongwenExporter().from_notebook_node(source)
    assert str(source) == before


def test_an_empty_notebook_is_an_empty_document() -> None:
    assert texts(word()) == []
