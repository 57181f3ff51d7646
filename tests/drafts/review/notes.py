"""A file of notes, and what of it stands in a Word file."""

from __future__ import annotations

import io
from typing import Any

import docx
from docx.oxml.ns import qn

NOTE: dict[str, Any] = {
    "id": "a1",
    "text": "请核对。",
    "reviewer": "李审",
    "written": "2024-03-05T17:30:00",
    "digest": "0123456789abcdef",
    "anchor": {
        "kind": "paragraph",
        "quote": "全市有企业278家。",
        "number": 1,
        "figure": {"metric": "mines", "scope": "city", "text": "278", "number": 1},
        "cell": None,
    },
}
FILE: dict[str, Any] = {
    "kind": "bulletin-notes",
    "version": 1,
    "page": {"bureau": "样例市应急管理局", "period": "2023", "scope": "city", "name": "全市"},
    "notes": [NOTE],
}


def comments(word: bytes) -> list[tuple[str, str]]:
    """Each of the notes as what it stands on and what it says; a picture stands as 〔图〕."""
    document = docx.Document(io.BytesIO(word))
    found = []
    for comment in document.comments:
        if comment.author == "数据来源":
            continue
        (start,) = document.element.xpath(f"//w:commentRangeStart[@w:id='{comment.comment_id}']")
        (end,) = document.element.xpath(f"//w:commentRangeEnd[@w:id='{comment.comment_id}']")
        order = list(document.element.body.iter())
        inside = order[order.index(start) : order.index(end)]
        on = "".join("〔图〕" if each.tag == qn("w:drawing") else each.text or "" for each in inside if is_shown(each))
        found.append((on, comment.text))
    return found


def is_shown(element: Any) -> bool:
    return element.tag in (qn("w:t"), qn("w:drawing"))
