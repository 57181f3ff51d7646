"""What officials do to a draft of ours, one edit at a time, done to the draft as read: those that make it wrong, and those that don't."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from bulletin.drafts.proof.draft import Draft, Mark, Paragraph
from bulletin.drafts.proof.finding import Finding
from bulletin.drafts.proof.own import TableBlocks
from bulletin.drafts.proof.rules.vouched import county_names
from bulletin.facts.facts import Facts

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_TURNED = {
    "上升": "下降",
    "下降": "上升",
    "增加": "减少",
    "减少": "增加",
    "同比": "环比",
    "环比": "同比",
    "低于": "高于",
}
_REWORDED = {
    "现将有关情况通报如下": "现通报如下",
    "进行了汇总分析": "作了汇总分析",
    "仍有": "尚有",
    "未达到": "没有达到",
    "应配专员岗位": "应当配备专员岗位",
    "各县（市、区）情况见": "具体情况见",
    "实际制定": "已经制定",
    "使用手机应用程序": "用手机软件",
    "应尽快配齐": "要抓紧配齐",
    "其中": "当中",
}


@dataclass(frozen=True)
class Edit:
    """A stretch of a paragraph's text that becomes another; a paragraph that has none any more is gone."""

    what: str
    number: int
    start: int
    end: int
    new: str

    def __str__(self) -> str:
        return f"{self.what}: {self.number}[{self.start}:{self.end}] {self.new!r}"

    def made_to(self, draft: Draft) -> Draft:
        """The draft with the edit."""
        return changed(draft, self.number, self._made_to)

    def holds(self, finding: Finding) -> bool:
        """Whether a finding lies at the edit."""
        place = finding.place
        at = place.paragraph == self.number
        return at and place.start <= self.start + len(self.new) and self.start <= place.end

    def _made_to(self, old: Paragraph) -> Paragraph:
        start, end = old.offsets[self.start], old.offsets[self.end]
        shift = len(self.new) - (end - start)

        def moved(place: int, *, closing: bool) -> int:
            if place <= start:
                return place
            return place + shift if place >= end else start + (len(self.new) if closing else 0)

        marks = [
            Mark(each.name, moved(each.start, closing=False), moved(each.end, closing=True))
            for each in old.raw_marks
            if not (start <= each.start and each.end <= end and (start, end) != (each.start, each.end))
        ]
        return Paragraph(old.number, old.raw[:start] + self.new + old.raw[end:], old.kind, marks)


def changed(draft: Draft, number: int, change: Callable[[Paragraph], Paragraph]) -> Draft:
    """The draft with one paragraph changed, in its table too; one without text isn't read any more."""
    new = change(next(each for each in draft.paragraphs if each.number == number))
    kept = [new if each.number == number else each for each in draft.paragraphs]
    cell = new if new.text else Paragraph(0, "", "cell")
    tables = [[[cell if each.number == number else each for each in row] for row in table] for table in draft.tables]
    return replace(draft, paragraphs=[each for each in kept if each.text], tables=tables)


def bumped(figure: str) -> str:
    """Another figure of the same form."""
    if not any(map(str.isdecimal, figure)):
        return "1" if figure != "1" else "2"
    place = max(n for n, char in enumerate(figure) if char.isdecimal())
    return f"{figure[:place]}{(int(figure[place]) + 1) % 10}{figure[place + 1 :]}"


def wrong_figures(draft: Draft) -> Iterator[Edit]:
    """Each number in the text made another: figures, counts, shares, ranks and steps, dates, 每周N次."""
    for each in draft.paragraphs:
        for match in _NUMBER.finditer(each.text) if each.kind == "body" else ():
            yield Edit("figure", each.number, *match.span(), bumped(match[0]))


def wrong_turns(draft: Draft) -> Iterator[Edit]:
    """Each 上升 made 下降, each 同比 made 环比, and so on."""
    for each in draft.body():
        for match in re.finditer("|".join(_TURNED), each.text):
            yield Edit("turn", each.number, *match.span(), _TURNED[match[0]])


def wrong_names(draft: Draft, facts: Facts) -> Iterator[Edit]:
    """Each county misspelt, or another one."""
    names = county_names(facts)
    for each in draft.body():
        for match in re.finditer("|".join(map(re.escape, names)), each.text):
            yield Edit("misspelt", each.number, *match.span(), f"误{match[0][1:]}")
            other = next(name for name in names if name not in each.text) if _some(names, each.text) else names[0]
            if other != match[0]:
                yield Edit("other county", each.number, *match.span(), other)


def _some(names: Sequence[str], text: str) -> bool:
    return any(name not in text for name in names)


def wrong_lists(draft: Draft, facts: Facts) -> Iterator[Edit]:
    """Each name dropped from its list, doubled, and one added to each list; neighbours of a ranking swapped."""
    names = county_names(facts)
    item = rf"(?:{'|'.join(map(re.escape, names))})(?:（[^（）]*）)?"
    for each in draft.body():
        for match in re.finditer(rf"{item}(?:、{item})+", each.text):
            items = match[0].split("、")
            yield from _edits_of_a_list(each, match.start(), items, [name for name in names if name not in match[0]])


def _edits_of_a_list(paragraph: Paragraph, start: int, items: Sequence[str], others: Sequence[str]) -> Iterator[Edit]:
    at = start
    for n, item in enumerate(items):
        end = at + len(item)
        last = n == len(items) - 1
        yield Edit("dropped", paragraph.number, at - last, end + (not last), "")
        yield Edit("doubled", paragraph.number, end, end, f"、{item}")
        if not last and "%" in item and item[-7:] != items[n + 1][-7:]:
            following = items[n + 1]
            yield Edit("swapped", paragraph.number, at, end + 1 + len(following), f"{following}、{item}")
            yield Edit("names swapped", paragraph.number, at, end + 1 + len(following), _turned(item, following))
        at = end + 1
    if others:
        tail = items[-1][items[-1].index("（") :] if "（" in items[-1] else ""
        yield Edit("added", paragraph.number, at - 1, at - 1, f"、{others[0]}{tail}")


def _turned(one: str, two: str) -> str:
    (first, rate), (second, other) = one.split("（"), two.split("（")
    return f"{second}（{rate}、{first}（{other}"


def wrong_cells(draft: Draft, blocks: TableBlocks) -> Iterator[Edit]:
    """Each cell that has a source made another figure; each county's name at its row misspelt."""
    for table, block in zip(draft.tables, blocks, strict=True):
        for row, sources in zip(table[1:], block["sources"], strict=True):
            for cell, source in zip(row, sources, strict=True):
                if source and cell.number:
                    new = {"是": "否", "否": "是"}.get(cell.text, bumped(cell.text))
                    yield Edit("cell", cell.number, 0, len(cell.text), new)
        heads = [each["title"] for each in block["columns"]]
        column = heads.index("县（市、区）") if "县（市、区）" in heads else None
        if column is not None:
            names = [row[column] for row in table[1:]]
            yield from (Edit("row's name", each.number, 0, len(each.text), f"误{each.text[1:]}") for each in names)


def harmless(draft: Draft, facts: Facts) -> Iterator[Edit]:
    """What makes nothing wrong: other words, signs and headings, sentences and paragraphs taken out and put in."""
    added = "下一步，我局将在5个工作日内抽查3家企业，力争制定率提高2.50个百分点，尧都区要带头落实。"
    for each in draft.paragraphs:
        if each.kind == "cell":
            continue
        text = each.text
        yield Edit("paragraph taken out", each.number, 0, len(text), "")
        if each.kind == "heading":
            yield Edit("heading", each.number, len(text) - 2, len(text), "有关事项")
            continue
        for start, end in each.sentences():
            yield Edit("sentence taken out", each.number, start, end, "")
            yield Edit("sentence put in", each.number, end, end, added)
        for match in re.finditer("[，；。：]", text):
            yield Edit("sign", each.number, *match.span(), "；" if match[0] != "；" else "。")
        for old, new in _REWORDED.items():
            for match in re.finditer(old, text):
                yield Edit("reworded", each.number, *match.span(), new)
        name = "|".join(map(re.escape, county_names(facts)))
        for match in re.finditer(rf"(?<!市)、(?=(?:{name})(?:（[^（）]*）)?(?:\d|，|。))", text):
            yield Edit("、 made 和", each.number, *match.span(), "和")
            yield Edit("、 made 以及", each.number, *match.span(), "以及")


def row_taken_out(draft: Draft, table: int, row: int) -> Draft:
    """The draft without that row of that table."""
    gone = {cell.number for cell in draft.tables[table][row]}
    left = [[*rows[:row], *rows[row + 1 :]] if n == table else rows for n, rows in enumerate(draft.tables)]
    return replace(draft, paragraphs=[each for each in draft.paragraphs if each.number not in gone], tables=left)
