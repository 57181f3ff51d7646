"""The thin layer over Word's XML: bookmark names, and elements in the order that the format's schema asks for."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from bulletin.export.marks import figure_name, target_name
from bulletin.export.word.oxml import Bookmarks, add_field, set_fonts
from bulletin.mines.catalogue import METRICS
from tests.export.notebooks import (
    attachment,
    block,
    chart,
    closing,
    imprint,
    letterhead,
    prose,
    table,
    wide_table,
    word_bytes,
)

# Element orders of ECMA-376 part 1, annex A: Word calls a file damaged that doesn't keep them.
ORDERS = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
    "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid "
    "vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em "
    "lang eastAsianLayout specVanish oMath",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing "
    "tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
    "sectPr": "footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType "
    "pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid",
    "pBdr": "top left bottom right between bar",
    "tblBorders": "top left start bottom right end insideH insideV",
    "tblCellMar": "top left start bottom right end",
}


@pytest.fixture(scope="module")
def parts() -> dict[str, Any]:
    """The XML parts of a bulletin with each kind of block, by name."""
    fact = '<span class="fact" data-metric="mines" data-scope="city" title="">3</span>'
    written = word_bytes(
        block(letterhead(notice="样例数据")),
        prose(f"## 一、情况\n\n### （一）甲\n\n#### 1. 乙\n\n##### （1）丙\n\n正文{fact}\n\n- 项"),
        block(closing(attachments=["一览表", "图表"], note="附注")),
        block(closing(sealed=False)),
        block(attachment()),
        block(wide_table()),
        block(table(number=2, unit="单位：家", note="注")),
        block(chart()),
        block(imprint()),
    )
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        names = [name for name in archive.namelist() if name.startswith("word/") and name.endswith(".xml")]
        return {name: parse_xml(archive.read(name)) for name in names}


def local(found: Any) -> str:
    return str(found.tag).split("}")[1]


@pytest.mark.parametrize("kind", ORDERS)
def test_properties_stand_in_the_order_of_the_schema(parts: dict[str, Any], kind: str) -> None:
    order = ORDERS[kind].split()
    wrong = set()
    for name, root in parts.items():
        for properties in root.iter(qn(f"w:{kind}")):
            found = [local(child) for child in properties]
            # Header and footer references come first, in any order among themselves.
            places = [order.index(child.replace("headerRef", "footerRef")) for child in found]
            if places != sorted(places):
                wrong.add(f"{name}: {' '.join(found)}")
    assert not wrong


def test_no_property_is_stated_twice(parts: dict[str, Any]) -> None:
    for root in parts.values():
        for kind in ("pPr", "rPr", "tblPr", "tcPr", "trPr"):
            for properties in root.iter(qn(f"w:{kind}")):
                found = [local(child) for child in properties]
                assert len(found) == len(set(found)), found


def test_fonts_are_set_in_place_of_those_that_were_there() -> None:
    run: Any = docx.Document().add_paragraph().add_run("甲")
    run.font.name, run.font.bold = "Arial", False
    set_fonts(run._r.rPr, "黑体")
    set_fonts(run._r.rPr, "宋体")
    (fonts,) = run._r.rPr.findall(qn("w:rFonts"))
    assert {key.split("}")[1]: value for key, value in fonts.attrib.items()} == {
        "ascii": "Times New Roman",
        "hAnsi": "Times New Roman",
        "cs": "Times New Roman",
        "eastAsia": "宋体",
        "hint": "eastAsia",
    }
    assert [local(child) for child in run._r.rPr] == ["rFonts", "b"]


def test_a_field_shows_its_text_until_word_renews_it() -> None:
    paragraph = docx.Document().add_paragraph()
    add_field(paragraph, "PAGE", "1")
    assert [local(run[-1]) for run in paragraph._p] == ["fldChar", "instrText", "fldChar", "t", "fldChar"]
    assert paragraph.text == "1"


def bookmarked(*names: str) -> list[tuple[str, str]]:
    """Name and number of the bookmarks that a document gets for runs bookmarked so."""
    document: Any = docx.Document()
    bookmarks = Bookmarks()
    for name in names:
        bookmarks.around([document.add_paragraph().add_run("37.89%")], name)
    starts = document.element.body.iter(qn("w:bookmarkStart"))
    return [(start.get(qn("w:name")), start.get(qn("w:id"))) for start in starts]


def test_a_figures_bookmark_is_named_by_scope_and_metric() -> None:
    assert figure_name("onsite_rate", "141022") == "f_141022_onsite_rate"
    assert figure_name("mines", "city") == "f_city_mines"


def test_a_figure_that_stands_more_than_once_has_a_bookmark_each_time() -> None:
    twice = bookmarked("f_city_mines", "f_city_mines", "f_city_counties", "f_city_mines")
    assert twice == [("f_city_mines", "0"), ("f_city_mines_2", "1"), ("f_city_counties", "2"), ("f_city_mines_3", "3")]


def test_what_a_name_cant_hold_is_an_underscore() -> None:
    assert bookmarked("f_10 县-1_mines") == [("f_10___1_mines", "0")]


def test_the_longest_names_stay_within_forty_characters_and_apart() -> None:
    names = [name for name, _ in bookmarked(*(f"f_140000_{'long' * 20}{n}" for n in range(120)))]
    assert len(set(names)) == 120
    assert max(map(len, names)) <= 40


def test_every_metric_of_every_county_has_a_bookmark_that_word_takes_whole() -> None:
    names = [figure_name(metric, "141022") for metric in METRICS]
    assert [name for name, _ in bookmarked(*names)] == names


def test_a_targets_bookmark_is_ascii_and_its_own() -> None:
    targets = ["figure:onsite-rate", "figure:remote-rate", "attachment:图表", "attachment:各县（市、区）履职情况一览表"]
    names = [target_name(target) for target in targets]
    assert all(re.fullmatch(r"r_[0-9a-f]{8}", name) for name in names)
    assert len(set(names)) == 4
