"""Cells as they stand in files, turned into values: whole columns at a time.

Each parser takes the different texts of a column (str dtype, none missing) and returns the typed values,
missing where the text can't be read. Nothing is guessed: a caller finds what couldn't be read
as the cells that are filled before and missing after.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

import pandas as pd

from bulletin.project.unseen import UNSEEN, marked
from bulletin.records.schema import Column, Kind

UNCALCULATED = "\ue000="
"""How the text of a formula begins that was never calculated: with a character of no script, since = alone may be data."""

_BROKEN = re.compile(
    r"#(?:REF!|N/A|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|GETTING_DATA|BLOCKED!|UNKNOWN!|CONNECT!|BUSY!)"
    r"|Err:[0-9]{3}"
)
"""What a spreadsheet shows where a formula failed."""

_SHORTENED = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+[0-9]+")
"""A long number as Excel writes it; the digits after the fifteenth are lost."""

_BLANKS = " \t\r\n\v\f\u00a0\u3000\u200b\ufeff"

_YES = ("是", "有", "√", "✓", "Y", "YES", "1", "1.0", "TRUE")
_NO = ("否", "无", "×", "✗", "N", "NO", "0", "0.0", "FALSE")
_FLAGS = dict.fromkeys(_YES, True) | dict.fromkeys(_NO, False)

# [0-9] throughout: \d also takes digits of other scripts, which no parser below knows.
_DAY = (
    r"(?P<year>[1-9][0-9]{3})(?:-(?P<m1>[0-9]{1,2})-(?P<d1>[0-9]{1,2})|/(?P<m2>[0-9]{1,2})/(?P<d2>[0-9]{1,2})"
    r"|\.(?P<m3>[0-9]{1,2})\.(?P<d3>[0-9]{1,2})|年(?P<m4>[0-9]{1,2})月(?P<d4>[0-9]{1,2})日)"
)
_CLOCK = (
    r"(?:(?:(?<=日)|T| ) ?(?P<hour>[0-9]{1,2})[:时](?P<minute>[0-9]{1,2})分?"
    r"(?::?(?P<second>[0-9]{1,2})(?:\.[0-9]+)?秒?)?)?"
)
_MOMENT = re.compile(_DAY + _CLOCK)
_SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")  # 10000 is 1927, 99999 is 2173: every date a record can hold
_POINT_ZERO = re.compile(r"^([0-9]+)\.0+$")
_EXCEL_EPOCH = pd.Timestamp("1899-12-30")


def clean_cell(text: str) -> str:
    """A cell without the blanks around it: spaces, non-breaking and full-width ones."""
    return text.strip(_BLANKS)


def fold(text: str) -> str:
    """Full-width digits and letters as half-width ones, for everything that is not a name."""
    return unicodedata.normalize("NFKC", text)


def heading(text: str) -> str:
    """A heading in the form that is compared: no blanks, half-width, lower case."""
    return re.sub(r"\s", "", fold(clean_cell(text))).lower()


def _one_line(text: str) -> str:
    # A line break inside a cell was put there to make the cell narrower; it's no part of a name.
    return re.sub(r"\s*[\r\n]+\s*", "", text) if "\n" in text or "\r" in text else text


def _texts(texts: pd.Series[str]) -> pd.Series[str]:
    lines = texts.map(_one_line)
    broken = lines.str.startswith(UNCALCULATED) | lines.str.fullmatch(_BROKEN) | lines.str.contains(UNSEEN)
    return lines.mask(broken)


def _identifiers(texts: pd.Series[str]) -> pd.Series[str]:
    ids = texts.map(_identifier)
    return _texts(ids).mask(ids.str.fullmatch(_SHORTENED))


def _identifier(text: str) -> str:
    if UNSEEN.search(text):  # some of that is a blank to Python, and would be gone
        return text
    # Excel turns 141022 into a number, which some exports write as 141022.0.
    return _POINT_ZERO.sub(r"\1", "".join(fold(text).split()))


def _times(texts: pd.Series[str]) -> pd.Series[pd.Timestamp]:
    texts = texts.map(lambda text: re.sub(r"\s+", " ", fold(text)))
    parts = texts.str.extract(_MOMENT.pattern.join(("^", "$")))
    month = parts["m1"].fillna(parts["m2"]).fillna(parts["m3"]).fillna(parts["m4"])
    day = parts["d1"].fillna(parts["d2"]).fillna(parts["d3"]).fillna(parts["d4"])
    fields = {
        "year": parts["year"],
        "month": month,
        "day": day,
        "hour": parts["hour"].fillna("0").where(parts["year"].notna()),
        "minute": parts["minute"].fillna("0").where(parts["year"].notna()),
        "second": parts["second"].fillna("0").where(parts["year"].notna()),
    }
    moments = pd.to_datetime(
        pd.DataFrame({name: pd.to_numeric(part) for name, part in fields.items()}), errors="coerce"
    )
    # to_datetime carries an hour of 25 into the next day; such a cell is a fault, not a time.
    wild = (fields["hour"].astype("float") > 23) | (fields["minute"].astype("float") > 59)
    moments = moments.mask(wild | (fields["second"].astype("float") > 59))
    serials = pd.to_numeric(texts.where(texts.str.fullmatch(_SERIAL)))
    from_serials = (_EXCEL_EPOCH + pd.to_timedelta(serials, unit="D")).dt.round("s")
    return moments.fillna(from_serials).astype("datetime64[us]")


def _dates(texts: pd.Series[str]) -> pd.Series[pd.Timestamp]:
    return _times(texts).dt.normalize()


def _flags(texts: pd.Series[str]) -> pd.Series[bool]:
    return texts.map(lambda text: _FLAGS.get(fold(text).upper())).astype("boolean")


def _whole(texts: pd.Series[str], pattern: str) -> pd.Series[int]:
    digits = texts.map(fold).str.extract(pattern)[0]
    return pd.to_numeric(digits).astype("Int64")


def _counts(texts: pd.Series[str]) -> pd.Series[int]:
    return _whole(texts, r"^([0-9]{1,9})(?:\.0+)?$")


def _years(texts: pd.Series[str]) -> pd.Series[int]:
    return _whole(texts, r"^([0-9]{4})(?:\.0+|年度?)?$")


_PARSERS: Mapping[Kind, Callable[[pd.Series[str]], pd.Series]] = {
    "identifier": _identifiers,
    "text": _texts,
    "date": _dates,
    "time": _times,
    "flag": _flags,
    "count": _counts,
    "year": _years,
}


def parse_column(texts: pd.Series[str], column: Column) -> pd.Series:
    """Read a text column as the type that `column` declares; missing where that can't be done."""
    # Each different text once: a column of a thousand rows has a handful of dates.
    places, distinct = pd.factorize(texts)
    parsed = _parse(pd.Series(distinct, dtype="str"), column)
    return parsed.reindex(places).set_axis(texts.index)


def _parse(texts: pd.Series[str], column: Column) -> pd.Series:
    if column.kind == "choice":
        choices = dict(column.choices)
        return texts.map(lambda text: choices.get(fold(text).lower())).astype("str")
    return _PARSERS[column.kind](texts)


def wanted(text: str, column: Column) -> str:
    """What should stand in place of a text that can't be read, in Chinese."""
    if text.startswith(UNCALCULATED):
        return f"公式没有保存计算结果，请在 Excel 或 WPS 中打开、保存后重试；{column.expected}"
    if _BROKEN.fullmatch(text):
        return f"公式出错，请改正公式或直接填写；{column.expected}"
    if unseen := UNSEEN.search(text):
        return f"含有看不见的字符 {marked(unseen[0])}，请清空这一格后重新录入，不要粘贴；{column.expected}"
    if column.kind == "identifier" and _SHORTENED.fullmatch(fold(text)):
        return f"长编号已被 Excel 改成数字，末尾几位可能丢失，请设为文本格式后重新填写；{column.expected}"
    return column.expected
