"""The reviewers' page: self-contained, in order, readable without a mouse, safe with any record."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from html import escape
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from nbformat import NotebookNode

from bulletin.export.html.exporter import TongbaoExporter
from bulletin.project.errors import BulletinError
from tests.export.notebooks import (
    attachment,
    block,
    chart,
    closing,
    code,
    data,
    error,
    html,
    imprint,
    letterhead,
    markdown,
    notebook,
    page,
    png,
    prose,
    stream,
    table,
)

FACT = '<span class="fact" data-metric="mines" data-scope="city" title="企业数">278</span>'


def everything() -> list[NotebookNode]:
    return [
        code(source='period = "2023"', tags=("parameters",)),
        code(source='period = "2024"', tags=("injected-parameters",)),
        block(letterhead(notice="样例数据")),
        prose(
            f"## 一、总体情况\n\n### （一）配备\n\n全市{FACT}家。\n\n### （二）清单\n\n正文\n\n## 二、履职情况\n\n正文"
        ),
        block(closing(attachments=["一览表"])),
        block(attachment(number=None)),
        block(table()),
        block(chart()),
        block(imprint()),
    ]


SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" role="img" aria-label="最高为甲县"><text>甲县</text></svg>'


@pytest.fixture(scope="module")
def source() -> str:
    return html(*everything())


@pytest.fixture(scope="module")
def full(source: str) -> BeautifulSoup:
    return BeautifulSoup(source, "html.parser")


def test_the_page_asks_nothing_of_the_network(source: str, full: BeautifulSoup) -> None:
    assert full.select("script[src], link, iframe, object, embed, base") == []
    addresses = [str(found[name]) for found in full.find_all(True) for name in ("src", "href") if found.get(name)]
    assert addresses
    assert all(address.startswith(("data:image/", "#")) for address in addresses)
    assert not re.search(r"@import|url\(|srcset=|https?://", source)


def test_the_page_forbids_everything_that_it_does_not_need(full: BeautifulSoup) -> None:
    (policy,) = full.select('meta[http-equiv="Content-Security-Policy"]')
    (script,) = full.select("script")
    digest = base64.b64encode(hashlib.sha256(str(script.string).encode()).digest()).decode()
    expected = f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    assert policy["content"] == expected


def test_the_page_is_chinese_and_titled(full: BeautifulSoup) -> None:
    assert [found["lang"] for found in full.select("html")] == ["zh-CN"]
    assert [found.get_text() for found in full.select("title, h1")] == [
        "样例市应急管理局关于2023年度履职情况的通报"
    ] * 2
    assert len(full.select('meta[charset="utf-8"]')) == 1


def test_code_is_hidden_behind_one_switch_and_one_a_cell(source: str, full: BeautifulSoup) -> None:
    switch, *cells = full.select("input")
    assert (switch["type"], switch["id"], switch.get("checked")) == ("checkbox", "show-code", None)
    assert [label.get_text() for label in full.select('label[for="show-code"]')] == ["显示代码"]
    assert len(cells) == len(full.select("main > input ~ .cell > .code")) > 3
    for number, cell in enumerate(cells, start=1):
        assert (cell["type"], cell["id"], cell.get("checked")) == ("checkbox", f"code-{number}", None)
        (label,) = full.select(f'label[for="code-{number}"]')
        assert label.get_text() == f"代码（第{number}格）"
        following = cell.find_next_siblings("div")
        assert following[0]["class"] == ["code"]


def test_parameters_are_not_shown(full: BeautifulSoup) -> None:
    shown = full.select("main")[0].get_text()
    assert "2024" not in re.sub(r"2024年3|〔2024〕", "", shown)
    assert "period" not in shown


def test_the_contents_lead_to_every_heading_in_order(full: BeautifulSoup) -> None:
    links = full.select("nav.contents a")
    assert [link.get_text() for link in links] == [
        "一、总体情况",
        "（一）配备",
        "（二）清单",
        "二、履职情况",
        "附件 一览表",
    ]
    targets = [full.find(id=str(link["href"]).removeprefix("#")) for link in links]
    assert [target and target.name for target in targets] == ["h2", "h3", "h3", "h2", "h2"]
    assert [found.get_text() for found in full.select("nav > details > ul > li > ul a")] == ["（一）配备", "（二）清单"]
    assert [found.get_text() for found in full.select("nav summary")] == ["目录"]


def test_contents_that_begin_with_a_deeper_heading_are_whole() -> None:
    found = page(prose("### 甲\n\n## 乙\n\n### 丙"))
    assert [link.get_text() for link in found.select("nav a")] == ["甲", "乙", "丙"]


def test_a_page_without_headings_has_no_contents() -> None:
    assert page(prose("正文")).select("nav details") == []


def test_ids_are_unique(full: BeautifulSoup) -> None:
    ids = [str(found["id"]) for found in full.find_all(id=True)]
    assert len(ids) == len(set(ids))


def test_headings_never_skip_a_level(full: BeautifulSoup) -> None:
    levels = [int(found.name[1]) for found in full.select("h1, h2, h3, h4, h5, h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_the_parts_come_in_reading_order(full: BeautifulSoup) -> None:
    parts = full.select("main .letterhead, main .closing, main .attachment, main figure, main .imprint")
    names = [" ".join(part.get_attribute_list("class")) for part in parts]
    assert names == ["letterhead", "closing", "attachment", "table", "chart", "imprint"]


def test_a_block_is_shown_once(full: BeautifulSoup) -> None:
    assert "for JupyterLab" not in full.get_text()
    assert len(full.select("figure.table table")) == len(full.select("details.data table")) == 1
    assert len(full.select("main table")) == 2
    assert len(full.select("main img")) == 1


def test_a_chart_is_a_picture_in_svg_where_the_notebook_has_one() -> None:
    found = page(block(chart(), svg=SVG))
    (picture,) = found.select("figure.chart > .scroll > img")
    assert picture["alt"] == chart()["alt"]
    assert str(picture["src"]) == f"data:image/svg+xml;base64,{base64.b64encode(SVG.encode()).decode()}"
    assert found.select("main svg") == []


def test_an_analysts_own_figure_is_a_picture_whatever_it_holds() -> None:
    encoded = base64.b64encode(png()).decode()
    own = "<svg><style>*{display:none}</style><script>alert(1)</script><text id='figure-1'>甲&amp;\"乙</text></svg>"
    found = page(
        code(data(png=encoded, plain="<Figure size 640x480>")),
        code(data(svg=own, metadata={"image/svg+xml": {"alt": '柱"形'}})),
        code(data(svg=own, png=encoded)),
    )
    sources = [str(image["src"]) for image in found.select("figure.chart > .scroll > img")]
    assert sources[0] == f"data:image/png;base64,{encoded}"
    assert [unquote(address) for address in sources[1:]] == [f"data:image/svg+xml,{own}"] * 2
    assert [image["alt"] for image in found.select("img")] == ["图", '柱"形', "图"]
    assert found.select("main svg, main script, main style") == []


def test_every_picture_says_what_its_metadata_says() -> None:
    encoded = base64.b64encode(png()).decode()
    found = page(
        block(chart(alt='甲县"最高"')),
        code(data(png=encoded, metadata={"image/png": {"alt": '折线"上升"<b>'}})),
        code(data(jpg=encoded, metadata={"image/jpeg": {"alt": "照片"}})),
        code(data(png=encoded)),
    )
    assert [image["alt"] for image in found.select("img")] == ['甲县"最高"', '折线"上升"<b>', "照片", "图"]


def test_a_picture_inside_html_or_markdown_has_no_english_alt_text() -> None:
    found = page(markdown("![](data:image/png;base64,AA==)"), code(data(html='<img src="data:image/png;base64,AA==">')))
    assert len(found.select("img")) == 2
    assert "No description" not in str(found)


def test_a_table_has_scopes(full: BeautifulSoup) -> None:
    assert len(full.select('figure.table thead th[scope="col"]')) == 3
    assert len(full.select('figure.table tbody th[scope="row"]')) == 3
    assert full.select("figure.table caption")[0].get_text() == "表1 配备情况"


def test_a_figure_keeps_its_metric_scope_and_definition(full: BeautifulSoup) -> None:
    (figure,) = full.select(".prose span.fact")
    assert (figure["data-metric"], figure["data-scope"], figure["title"]) == ("mines", "city", "企业数")
    assert figure.get_text() == "278"


def test_the_same_notebook_gives_the_same_bytes(source: str) -> None:
    assert html(*everything()) == source


def test_a_notebook_without_letterhead_is_a_page_named_by_its_file() -> None:
    written, _ = TongbaoExporter().from_notebook_node(
        notebook(markdown("# 周报\n\n## 情况\n\n正文")), {"metadata": {"name": "周报</title><b>1</b>"}}
    )
    found = BeautifulSoup(written, "html.parser")
    assert [each.get_text() for each in found.select("title, h1, h2, nav a")] == [
        "周报</title><b>1</b>",
        "情况",
        "周报",
        "情况",
    ]
    assert found.select("html")[0]["lang"] == "zh-CN"


def test_text_of_outputs_is_escaped() -> None:
    evil = "<script>alert(1)</script>"
    found = page(
        code(data(html=f"<p>{escape(evil)}</p>")), block(table(rows=[[evil] * 3])), code(source=f"x = '{evil}'")
    )
    assert len(found.select("script")) == 1  # our own
    assert found.get_text().count(evil) >= 5


def test_what_a_cell_writes_while_it_runs_is_left_out() -> None:
    found = page(code(stream("看不见"), stream("也看不见", "stderr"), data(html="<p>看得见</p>")))
    assert str(found.main.get_text(strip=True) if found.main else "").endswith("看得见")
    assert "看不见" not in found.get_text()


def test_a_frame_is_shown_as_its_table() -> None:
    found = page(code(data(html="<table><tr><td>甲</td></tr></table>", plain="frame")))
    assert [cell.get_text() for cell in found.select("main div.scroll td")] == ["甲"]
    assert "frame" not in found.get_text()


def test_a_failed_cell_is_refused_with_its_number_and_error() -> None:
    with pytest.raises(BulletinError, match="第 2 个单元格（x）出错：取用的项不存在"):
        html(markdown("正文"), code(error("KeyError", "乙区")))


def test_the_exporter_is_registered() -> None:
    from nbconvert.exporters import get_exporter

    assert get_exporter("tongbao") is TongbaoExporter
