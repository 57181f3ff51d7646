"""The rule on the names of counties: in the register, and not misspelt."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from bulletin.drafts.proof.dictionary import has_word
from bulletin.drafts.proof.draft import Paragraph
from bulletin.drafts.proof.finding import Finding
from bulletin.drafts.proof.gazetteer import every_county
from bulletin.drafts.proof.names import SUFFIXES, Names
from bulletin.drafts.proof.reading import Reading

_OPPOSED = ("东西南北中上下前后内外左右新老大小", "一二三四五六七八九十甲乙丙丁戊己庚辛")
"""Characters in which two counties of one city do differ: 河东区 and 河西区."""


def county(reading: Reading) -> Iterator[Finding]:
    """Names that aren't in the register, or are misspelt by one character."""
    names = reading.names
    listed = set()
    for found in reading.lists:
        for item in found.items:
            listed.add((found.paragraph.number, item.end))
            expected = _right(item.name, found.names, names)
            if expected:
                yield _misspelt(reading, found.paragraph, (item.start, item.end), expected)
            elif (
                names.official
                and item.name not in names.known
                and names.known & {*found.names}
                and item.name[-1] in SUFFIXES
            ):
                told = f"“{item.name}”不在县（市、区）名单中。"
                yield reading.finding("county", found.paragraph, (item.start, item.end), "", told)
    yield from _in_running_text(reading, listed)
    yield from _in_tables(reading)


def _misspelt(reading: Reading, paragraph: Paragraph, span: tuple[int, int], expected: str) -> Finding:
    told = f"“{paragraph.text[slice(*span)]}”疑为“{expected}”。"
    return reading.finding("county", paragraph, span, expected, told)


def _right(name: str, beside: list[str], names: Names) -> str | None:
    """What a name should be; None where it stands right, or nothing tells. `beside` are those in its list."""
    if name in (names.known if names.official else names.home):
        return None
    if names.official:
        near = [each for each in names.known if _is_misspelt(name, each) and each not in beside]
    else:
        near = [each for each in names.home if name not in every_county() and _is_one_off(name, each)]
        near = [each for each in near if each not in beside] or near
        if not near:
            near = [each for each in _near_in_text(name, names) if each not in beside]
    return difflib.get_close_matches(name, near, 1, 0)[0] if near else None


def _near_in_text(name: str, names: Names) -> list[str]:
    """The names like it that the text has more often."""
    if names.counted[name] > 1:
        return []
    near = [each for each in names.known if names.counted[each] > 1 and _is_misspelt(name, each)]
    if _is_word(name) or name in every_county():  # another city's, but for 区 or 市
        near = [each for each in near if each[:-1] == name[:-1]]
    return near


def _in_running_text(reading: Reading, listed: set[tuple[int, int]]) -> Iterator[Finding]:
    """A name in a sentence that differs from a right one in one character."""
    names = reading.names
    for paragraph in reading.draft.body():
        for match in re.finditer("[县区市旗]", paragraph.text):
            if (paragraph.number, match.end()) in listed or names.ending_at(paragraph.text, match.end()):
                continue
            name = names.guess(paragraph.text, match.end())
            if names.ending_at(paragraph.text, match.start()):  # 洛龙区区长
                continue
            if name and len(name) > 2 and not _is_word(name) and (expected := _right(name, [], names)):
                yield _misspelt(reading, paragraph, (match.end() - len(name), match.end()), expected)


def _in_tables(reading: Reading) -> Iterator[Finding]:
    """A name alone in a cell."""
    for table in reading.draft.tables:
        column = [row[0] for row in table[1:] if row]
        beside = [cell.text for cell in column]
        for cell in column:
            if re.fullmatch(f".{{2,15}}[{SUFFIXES}]", cell.text) and (
                expected := _right(cell.text, beside, reading.names)
            ):
                yield _misspelt(reading, cell, (0, len(cell.text)), expected)


def _is_word(name: str) -> bool:
    """Whether the dictionary knows the name: another city's county is no misspelling."""
    return has_word(name)


def _is_one_off(name: str, right: str) -> bool:
    """Whether one character of a name of three and more is another: 遂西县 for 遂溪县."""
    return len(name) == len(right) and _is_misspelt(name, right) and name[-1] == right[-1]


def _is_misspelt(name: str, right: str) -> bool:
    """Whether a name is the right one but for a character."""
    if name == right:
        return False
    if name[:-1] == right[:-1]:  # 尧都县 for 尧都区
        return len(name) > 2
    if name[-1] != right[-1] or min(len(name), len(right)) < 2:
        return False
    if len(name) == len(right) > 2:
        differ = [(one, two) for one, two in zip(name, right, strict=True) if one != two]
        return len(differ) == 1 and not any(set(differ[0]) <= set(kinds) for kinds in _OPPOSED)
    longer, shorter = sorted((name, right), key=len, reverse=True)
    one_more = len(longer) == len(shorter) + 1 and len(shorter) > 2
    return one_more and any(longer[:n] + longer[n + 1 :] == shorter for n in range(len(longer)))
