"""The thin layer over Word's XML: bookmark names, and elements in the order that the format's schema asks for."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from bulletin.export.word.oxml import add_field, bookmark_name, set_fonts
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


@pytest.mark.parametrize(
    ("metric", "scope", "taken", "name"),
    [
        ("mines", "city", set(), "f_city_mines"),
        ("mines", "city", {"f_city_mines"}, "f_city_mines_2"),
        ("mines", "city", {"f_city_mines", "f_city_mines_2"}, "f_city_mines_3"),
        ("a-b c", "甲", set(), "f___a_b_c"),
        ("supervisors_holding_4_plus", "140000", set(), "f_140000_supervisors_holding_4_plus"),
    ],
)
def test_a_bookmark_is_named_by_scope_and_metric(metric: str, scope: str, taken: set[str], name: str) -> None:
    assert bookmark_name(metric, scope, taken) == name
    assert name in taken


def test_the_longest_names_stay_within_forty_characters_and_apart() -> None:
    taken: set[str] = set()
    names = [bookmark_name(f"{'long' * 20}{n}", "140000", taken) for n in range(120)]
    assert len(set(names)) == 120
    assert max(map(len, names)) <= 40
