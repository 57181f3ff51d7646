"""A small published report with all that can be noted, as a build would leave it in the outputs folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from bulletin.export.html.exporter import TongbaoExporter
from bulletin.export.word.exporter import GongwenExporter
from tests.export.notebooks import attachment, block, chart, closing, imprint, letterhead, notebook, prose, table


def fact(metric: str, text: str, scope: str = "city") -> str:
    return f'<span class="fact" data-metric="{metric}" data-scope="{scope}" title="说明">{text}</span>'


BODY = f"""
## 一、总体情况

全市有企业{fact("mines", "278")}家，专员{fact("supervisors", "95")}名。

### （一）配备

专员配备率{fact("staffing_rate", "66.67%")}，其中**甲县**{fact("staffing_rate", "50.00%", "100001")}。

- 未签到的有甲县。
- 未签到的有乙区。

同样的一句话。

同样的一句话。
"""


def cells(body: str = BODY, **head: Any) -> list[NotebookNode]:
    """A bulletin whose text is `body`."""
    return [
        block(letterhead(notice="样例数据", **head)),
        prose(body),
        block(chart()),
        block(closing(attachments=["一览表", "说明"], note="此件公开发布")),
        block(attachment(number=1)),
        block(table(unit="单位：家", note="合计不含在建。")),
        block(imprint()),
    ]


def draft(body: str = BODY, **head: Any) -> bytes:
    """The review draft."""
    word, _ = GongwenExporter(review=True).from_notebook_node(notebook(*cells(body, **head)))
    return word


def publish(outputs: Path, folder: str = "city", stem: str = "bulletin", body: str = BODY, **head: Any) -> Path:
    """Write page and review draft below outputs/2023; returns the page."""
    page, _ = TongbaoExporter().from_notebook_node(notebook(*cells(body, **head)))
    target = outputs / "2023" / folder
    target.mkdir(parents=True, exist_ok=True)
    (target / f"{stem}.html").write_text(page, encoding="utf-8", newline="\n")
    (target / f"{stem}.review.docx").write_bytes(draft(body, **head))
    return target / f"{stem}.html"
