"""An edited draft beside the one that was published: what was done to its figures, names and directions.

Sentences are paired, and only what changed inside a pair is looked at: taken out, moved, added and reworded ones
say nothing. A figure whose bookmark is still there isn't looked at either: the facts vouch for it (drift).
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from bulletin.drafts.proof.draft import Draft, Paragraph
from bulletin.drafts.proof.finding import Finding
from bulletin.drafts.proof.paired import labelled_tables, paired, shown_in, taken_out
from bulletin.drafts.proof.place import Table, label_of
from bulletin.drafts.proof.reading import Reading
from bulletin.drafts.proof.rules.vouched import county_names
from bulletin.facts.figures import WHOLE

Sort = Literal["number", "name", "turn", "other"]

_NUMBER = r"\d+(?:\.\d+)?%?"
_TURNS = (
    *("由高到低", "由低到高", "上升", "下降", "提高", "降低", "增加", "减少", "持平", "高于", "低于"),
    *("新增", "不再列入", "同比", "环比"),
)
_FIGURE = re.compile(rf"[升降+-]?{_NUMBER}(?:/\d+)?|不足{_NUMBER}|[—是否有无平]|不变|新进|退出|[是否]→[是否]|第\d+位?")
"""A cell that holds one figure, or what stands for one."""
_ALIKE = 0.6
"""How alike two sentences are, their figures and names aside, of which one was made of the other."""
_LIST_SIGNS = frozenset("、（）位%")
"""What may go with a name that is dropped from a list or put into it."""
_LIKE_A_NAME = 0.5
_NO_NAMES = frozenset("该本全各我此辖")
"""How what stands for a county begins, and is no name: 该县."""
_CONTEXT = 3
"""Characters before a figure that tell that it's the same one, whatever else was moved."""


@dataclass(frozen=True)
class _Token:
    text: str
    start: int
    end: int
    sort: Sort
    mark: str = ""
    """The bookmark round a figure."""


@dataclass(frozen=True)
class _Sentence:
    paragraph: Paragraph
    tokens: Sequence[_Token]
    masked: str

    @property
    def words(self) -> list[str]:
        return [each.text for each in self.tokens]

    @property
    def text(self) -> str:
        return "".join(self.words)


_Text = TypeVar("_Text", Paragraph, _Sentence)


def versus(reading: Reading, published: Draft) -> Iterator[Finding]:
    """A figure, a county, a list or a direction that isn't the published one."""
    split = _Splitter(reading)
    yield from _of_texts(reading, split, list(published.body()), list(reading.draft.body()))
    headings = [[each for each in draft.paragraphs if each.kind == "heading"] for draft in (published, reading.draft)]
    yield from _of_texts(reading, split, *headings)
    yield from _of_tables(reading, split, published)


class _Splitter:
    """Parts paragraphs into sentences and these into figures, names, directions, and characters."""

    def __init__(self, reading: Reading) -> None:
        names = county_names(reading.facts) if reading.facts else []
        self._names = frozenset(names)
        self._tokens = re.compile("|".join([*map(re.escape, names), *_TURNS, _NUMBER, "(?s:.)"]))
        self._ours = {mark.name for each in reading.draft.paragraphs for mark in each.marks}

    def sentences(self, paragraph: Paragraph) -> Iterator[_Sentence]:
        for start, end in paragraph.segments():
            yield self.sentence(paragraph, start, end)

    def sentence(self, paragraph: Paragraph, start: int, end: int) -> _Sentence:
        marks = [mark for mark in paragraph.marks if mark.name.startswith("f_") and mark.name in self._ours]
        tokens = []
        for match in self._tokens.finditer(paragraph.text, start, end):
            own = next((mark.name for mark in marks if mark.start <= match.start() and match.end() <= mark.end), "")
            tokens.append(_Token(match[0], match.start(), match.end(), self._sort(match[0]), own))
        masked = "".join({"number": "0", "name": "县", "turn": "升"}.get(each.sort, each.text) for each in tokens)
        return _Sentence(paragraph, tokens, re.sub("县(?:、县)+", "县", masked))

    def _sort(self, text: str) -> Sort:
        if text in self._names:
            return "name"
        return "number" if text[0].isdecimal() else "turn" if text in _TURNS else "other"


def _of_texts(
    reading: Reading, split: _Splitter, old: Sequence[Paragraph], new: Sequence[Paragraph]
) -> Iterator[Finding]:
    then, now = _differing(old, new)
    sentences = ([one for each in side for one in split.sentences(each)] for side in (then, now))
    for before, after in _pairs(*sentences):
        yield from _of_sentences(reading, before, after)


def _differing(old: Sequence[_Text], new: Sequence[_Text]) -> tuple[list[_Text], list[_Text]]:
    """What isn't the same on both sides; of what stands there twice, the one at the same place is the same."""
    texts = [each.text for each in old], [each.text for each in new]
    codes = difflib.SequenceMatcher(None, *texts, autojunk=False).get_opcodes()
    differing = [code for code in codes if code[0] != "equal"]
    return [each for code in differing for each in old[code[1] : code[2]]], [
        each for code in differing for each in new[code[3] : code[4]]
    ]


def _pairs(then: Sequence[_Sentence], now: Sequence[_Sentence]) -> Iterator[tuple[_Sentence, _Sentence]]:
    """Sentences of which one was made of the other; those that are the same, wherever they stand, aren't of interest."""
    then, now = _differing(then, now)
    common = Counter(each.text for each in then) & Counter(each.text for each in now)
    old, new = _without(then, common), _without(now, common)
    taken_old, taken_new = set[int](), set[int]()
    for n, before in enumerate(old):  # but for figures and names the same words
        same = (m for m, after in enumerate(new) if m not in taken_new and after.masked == before.masked)
        if (found := next(same, None)) is not None:
            taken_old.add(n)
            taken_new.add(found)
            yield before, new[found]
    scored = []
    for n, before in enumerate(old):
        for m, after in enumerate(new):
            if n in taken_old or m in taken_new:
                continue
            matcher = difflib.SequenceMatcher(None, before.masked, after.masked, autojunk=False)
            if matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE:
                scored.append((-matcher.ratio(), n, m))
    for _, n, m in sorted(scored):
        if n not in taken_old and m not in taken_new:
            taken_old.add(n)
            taken_new.add(m)
            yield old[n], new[m]


def _without(sentences: Sequence[_Sentence], common: Counter[str]) -> list[_Sentence]:
    left, rest = Counter(common), []
    for each in sentences:
        if left[each.text]:
            left[each.text] -= 1
        else:
            rest.append(each)
    return rest


def _of_sentences(reading: Reading, before: _Sentence, after: _Sentence) -> Iterator[Finding]:
    codes = difflib.SequenceMatcher(None, before.words, after.words, autojunk=False).get_opcodes()
    gone = Counter(
        each.text for code in codes if code[0] in ("delete", "replace") for each in before.tokens[code[1] : code[2]]
    )
    come = Counter(
        each.text for code in codes if code[0] in ("insert", "replace") for each in after.tokens[code[3] : code[4]]
    )
    for n, (kind, i1, i2, j1, j2) in enumerate(codes):
        old, new = before.tokens[i1:i2], after.tokens[j1:j2]
        if kind == "replace":
            same = "".join(each.text for each in before.tokens[codes[n - 1][1] : i1]) if n else ""
            is_known = n == 0 or len(same) >= _CONTEXT
            for one, two in _changed(old, new):
                # 甲县3家、乙县2家 turned round is no change: both are still there.
                if is_known or not (come[one.text] and gone[two.text]):
                    yield _finding(reading, after, one, two)
            if _is_misspelt(after, old, j1, j2):
                yield _finding(
                    reading, after, old[0], replace(new[0], text="".join(after.words[j1:j2]), end=new[-1].end)
                )
        elif kind == "delete":
            yield from _dropped(reading, after, j1, old, come)
        elif kind == "insert":
            yield from _added(reading, after, new, gone)


def _changed(old: Sequence[_Token], new: Sequence[_Token]) -> Iterator[tuple[_Token, _Token]]:
    """The figures, names and directions that another stands for, where there are as many of them."""
    for sort in ("number", "name", "turn"):
        ones, twos = ([each for each in side if each.sort == sort] for side in (old, new))
        if len(ones) == len(twos):
            yield from (
                (one, two) for one, two in zip(ones, twos, strict=True) if one.text != two.text and not two.mark
            )


def _is_misspelt(after: _Sentence, old: Sequence[_Token], start: int, end: int) -> bool:
    """Whether what stands for a county's name is meant for one: it's in a list of them, or spelt much like it."""
    if len(old) != 1 or old[0].sort != "name" or any(each.sort != "other" for each in after.tokens[start:end]):
        return False
    name, written = old[0].text, "".join(after.words[start:end])
    near = (*after.words[max(start - 1, 0) : start], *after.words[end : end + 1])
    in_list = "、" in near or any(each.sort == "number" for each in after.tokens[end : end + 1])
    alike = difflib.SequenceMatcher(None, name, written, autojunk=False).ratio()
    like_it = alike >= _LIKE_A_NAME and written[-1] == name[-1] and len(written) <= len(name) + 1
    return in_list or (like_it and written[0] not in _NO_NAMES)


_RULE_OF: dict[Sort, str] = {"number": "drift", "name": "county", "turn": "change"}


def _finding(reading: Reading, after: _Sentence, one: _Token, two: _Token) -> Finding:
    told = f"写的是{two.text}，生成时为{one.text}。"
    return reading.finding(_RULE_OF[one.sort], after.paragraph, (two.start, two.end), one.text, told)


def _dropped(
    reading: Reading, after: _Sentence, place: int, old: Sequence[_Token], come: Counter[str]
) -> Iterator[Finding]:
    """A figure that was taken out of its sentence, or counties out of their list."""
    span = _around(after, place)
    if len(old) == 1 and old[0].sort == "number" and not old[0].mark:
        told = f"数字已删去，生成时为{old[0].text}。"
        yield reading.finding("drift", after.paragraph, span, old[0].text, told)
    elif names := [each for each in _listed(old) if not come[each]]:
        told = f"名单中少了{'、'.join(names)}。"
        yield reading.finding("list-count", after.paragraph, span, "、".join(names), told)


def _added(reading: Reading, after: _Sentence, new: Sequence[_Token], gone: Counter[str]) -> Iterator[Finding]:
    """Counties that were put into a list."""
    if names := [each for each in _listed(new) if not gone[each]]:
        told = f"名单中多出{'、'.join(names)}，生成时没有。"
        yield reading.finding("list-count", after.paragraph, (new[0].start, new[-1].end), "", told)


def _listed(tokens: Sequence[_Token]) -> list[str]:
    """The names in a stretch of a list; none where it holds other words too."""
    names = [each.text for each in tokens if each.sort == "name"]
    is_list = all(each.sort in ("name", "number") or each.text in _LIST_SIGNS for each in tokens)
    return names if is_list and any(each.text == "、" for each in tokens) else []


def _around(sentence: _Sentence, place: int) -> tuple[int, int]:
    """The neighbours of a place where nothing stands any more."""
    near = sentence.tokens[max(place - 1, 0) : place + 1]
    return near[0].start, near[-1].end


def _of_tables(reading: Reading, split: _Splitter, published: Draft) -> Iterator[Finding]:
    ours = labelled_tables(reading)
    for table in published.tables:
        label = label_of(published, table)
        if label and label in ours:
            yield from _of_rows(reading, split, label, table, ours[label])


def _of_rows(reading: Reading, split: _Splitter, label: str, old: Table, new: Table) -> Iterator[Finding]:
    then, now = ([[cell.text for cell in row] for row in table] for table in (old, new))
    pairs = paired(then, now)
    for n, m in pairs.rows:
        for one, two in pairs.columns:
            if one < len(old[n]) and two < len(new[m]) and then[n][one] != now[m][two]:
                yield from _of_cells(reading, split, old[n][one], new[m][two], new[m])
    yield from taken_out(reading, new, label, then, pairs)


def _of_cells(
    reading: Reading, split: _Splitter, old: Paragraph, new: Paragraph, row: Sequence[Paragraph]
) -> Iterator[Finding]:
    named = old.text == WHOLE.name or [each.sort for each in split.sentence(old, 0, len(old.text)).tokens] == ["name"]
    if named or _FIGURE.fullmatch(old.text):
        if shown := shown_in(new, row):
            told = f"写的是{new.text or '空'}，生成时为{old.text}。"
            yield reading.finding("county" if named else "drift", shown, (0, len(shown.text)), old.text, told)
    elif old.number and new.number:
        yield from _of_texts(reading, split, [old], [new])
