"""One pass over a workbook's XML: what all formats' scans share."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from xml.parsers import expat

from bulletin.records.sources.limits import InvalidError


def scan(
    part: bytes,
    start: Callable[[str, Mapping[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Read a part of XML, handing over each element's start and, where they are asked for, ends and texts.

    Raises:
        InvalidError: where it isn't XML, or has a document type of its own: no spreadsheet program writes one, and
            entities multiply.

    """
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = start
    if end:
        parser.EndElementHandler = end
    if text:
        parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(part, True)
    except expat.ExpatError as error:
        raise InvalidError from error


def whole(text: str, digits: int) -> int:
    """A number of at most so many digits.

    Raises:
        InvalidError: where it's anything else.

    """
    if not re.fullmatch(rf"[0-9]{{1,{digits}}}", text):
        raise InvalidError
    return int(text)


def _refuse(*_: object) -> None:
    raise InvalidError
