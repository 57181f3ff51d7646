"""What the show functions hand to Jupyter."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bulletin.facts.figures import CITY
from bulletin.notebook import document
from bulletin.notebook.blocks import MIME
from bulletin.notebook.chart import Chart
from bulletin.notebook.document import (
    show_attachment,
    show_chart,
    show_closing,
    show_imprint,
    show_letterhead,
    show_table,
)
from bulletin.notebook.report import Report
from bulletin.notebook.table import Table
from tests.builders import JIA, params_of, report_of, report_over
from tests.export.notebooks import png

FULL = {
    "number": "样应急发〔2024〕1号",
    "addressees": "各县（市、区）应急管理局",
    "date": "2024-03-05",
    "signer": "样例市应急局",
    "sealed": False,
    "note": "此件公开发布",
    "cc": ["甲厅", "乙办"],
    "printer": "局办公室",
    "printed_on": "2024-03-06",
}

CHART = Chart("k", "题", "最高为甲县", png(), "<svg/>", {"columns": ["县"], "rows": [["甲县"]]})


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The small period with the least that a params file may say."""
    return report_of(tmp_path_factory.mktemp("document"), CITY)


class Shown:
    """Stands for IPython's `display` and keeps what it is handed."""

    def __init__(self) -> None:
        self.outputs: list[tuple[dict[str, Any], dict[str, Any]]] = []

    def __call__(self, data: dict[str, Any], *, metadata: dict[str, Any], raw: bool) -> None:
        assert raw
        self.outputs.append((data, metadata))


def shown(show: Callable[..., None], *arguments: Any) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Data and metadata of each output that the call displays."""
    display = Shown()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(document, "display", display)
        show(*arguments)
    return display.outputs


def payload(show: Callable[..., None], *arguments: Any) -> dict[str, Any]:
    """The block of the first output that the call displays."""
    data, _ = shown(show, *arguments)[0]
    return dict(data[MIME])


@pytest.mark.parametrize(("scope", "title"), [(CITY, "关于表扬先进的通报"), (JIA, "笔记本中的标题")])
def test_the_params_may_give_the_city_bulletin_another_title(tmp_path: Path, scope: str, title: str) -> None:
    report = report_of(tmp_path, scope, params_of(document=FULL | {"title": "关于表扬先进的通报"}))
    assert payload(show_letterhead, report, "笔记本中的标题")["title"] == title


def test_the_citys_letterhead_is_the_bureaus_document(city: Report) -> None:
    assert payload(show_letterhead, city, "关于履职情况的通报") == {
        "block": "letterhead",
        "period": "2023",
        "scope": "city",
        "scope_name": "全市",
        "bureau": "样例市应急管理局",
        "mark": "样例市应急管理局文件",
        "numbered": True,
        "number": "样应急发〔2024〕1号",
        "title": "关于履职情况的通报",
        "addressees": "各县（市、区）应急管理局：",
        "date": "2024-03-05",
        "notice": None,
    }


def test_a_countys_letterhead_has_no_number_and_goes_to_the_county(city: Report) -> None:
    block = payload(show_letterhead, report_over(city.results, JIA), "关于履职情况的反馈")
    assert (block["mark"], block["numbered"], block["number"]) == ("样例市应急管理局", False, None)
    assert block["addressees"] == "甲县应急管理局："
    assert (block["period"], block["scope"], block["scope_name"]) == ("2023", JIA, "甲县")


@pytest.mark.parametrize(("scope", "numbered"), [(CITY, True), (JIA, False)])
def test_what_the_params_leave_open_is_none_and_the_properties_carry_the_periods_last_day(
    tmp_path: Path, scope: str, numbered: bool
) -> None:
    report = report_of(tmp_path, scope, params_of(document={"addressees": "各县"}))
    head = payload(show_letterhead, report, "通报")
    assert (head["numbered"], head["number"], head["date"]) == (numbered, None, "2023-12-31")
    assert payload(show_closing, report)["date"] is None
    assert payload(show_imprint, report)["printed_on"] is None


def test_a_day_of_printing_alone_leaves_the_date_open(tmp_path: Path) -> None:
    report = report_of(tmp_path, CITY, params_of(document={"addressees": "各县", "printed_on": "2024-03-06"}))
    assert payload(show_closing, report)["date"] is None
    assert payload(show_imprint, report)["printed_on"] == "2024-03-06"


def test_the_params_say_notice_signature_and_imprint(tmp_path: Path) -> None:
    report = report_of(tmp_path, CITY, params_of(document=FULL, notice="样例数据"))
    report.attachments = ["一览表"]
    assert payload(show_letterhead, report, "通报")["notice"] == "样例数据"
    assert payload(show_closing, report) == {
        "block": "closing",
        "attachments": ["一览表"],
        "signer": "样例市应急局",
        "date": "2024-03-05",
        "sealed": False,
        "note": "此件公开发布",
    }
    assert payload(show_imprint, report) == {
        "block": "imprint",
        "cc": ["甲厅", "乙办"],
        "printer": "局办公室",
        "printed_on": "2024-03-06",
    }


def test_what_the_params_leave_out_has_its_usual_value(city: Report) -> None:
    assert payload(show_closing, city) == {
        "block": "closing",
        "attachments": [],
        "signer": "样例市应急管理局",
        "date": "2024-03-05",
        "sealed": True,
        "note": None,
    }
    assert payload(show_imprint, city) == {
        "block": "imprint",
        "cc": [],
        "printer": "样例市应急管理局办公室",
        "printed_on": "2024-03-05",
    }


@pytest.mark.parametrize(("attachments", "number"), [(["一览表"], None), (["排名表", "一览表"], 2)])
def test_an_attachment_has_its_number_where_there_are_several(
    city: Report, attachments: list[str], number: int | None
) -> None:
    report = report_over(city.results, CITY, attachments)
    assert payload(show_attachment, report, "一览表") == {"block": "attachment", "number": number, "title": "一览表"}


def test_the_eleventh_attachment_keeps_both_digits(city: Report) -> None:
    report = report_over(city.results, CITY, [f"表{n}" for n in range(1, 12)])
    assert payload(show_attachment, report, "表11")["number"] == 11


def test_a_table_is_numbered_and_shown_as_html_too(city: Report) -> None:
    report = report_over(city.results)
    ((data, _),) = shown(show_table, report, Table("a", "甲表", ["列"], [["值"]]))
    assert data[MIME]["number"] == 1
    assert "<caption>表1 甲表</caption>" in data["text/html"]


def test_of_a_table_without_rows_nothing_is_seen_it_takes_no_number_and_leaves_a_block_that_says_so(
    city: Report,
) -> None:
    report = report_over(city.results)
    ((data, _),) = shown(show_table, report, Table("a", "空表", ["列"], []))
    assert data == {MIME: {"block": "nothing", "of": "table"}, "text/html": ""}
    assert payload(show_table, report, Table("b", "乙表", ["列"], [["值"]]))["number"] == 1


def test_a_chart_is_a_picture_with_its_finding_as_alt_text(city: Report) -> None:
    ((data, metadata),) = shown(show_chart, report_over(city.results), CHART)
    assert base64.b64decode(data["image/png"]) == CHART.png
    assert data["image/svg+xml"] == "<svg/>"
    assert metadata == {"image/png": {"alt": "最高为甲县"}}
    assert (data[MIME]["number"], data[MIME]["alt"]) == (1, "最高为甲县")
    assert "text/html" not in data  # JupyterLab would show it in place of the picture


def test_where_there_is_nothing_to_draw_nothing_is_seen_and_a_block_says_so(city: Report) -> None:
    report = report_over(city.results)
    ((data, _),) = shown(show_chart, report, None)
    assert data == {MIME: {"block": "nothing", "of": "chart"}, "text/html": ""}
    assert payload(show_chart, report, CHART)["number"] == 1
