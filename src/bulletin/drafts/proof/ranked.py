"""Rankings of anything, in running text and in tables: hospitals, products, causes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from bulletin.drafts.proof.draft import HAN, Draft, Paragraph
from bulletin.drafts.proof.finding import Place
from bulletin.drafts.proof.lists import FROM_TO, turn_of
from bulletin.drafts.proof.numbers import WHOLE, exact, whole

_LEAD = re.compile(r"(?:(?![前后末最])[^。；\d])*?")
_TOP = re.compile(
    rf"(?:居|列|位居|位列|排名|排在)?(?:前|后)({WHOLE})(?:位|名)?[^。；：，、\d]{{0,12}}?(?:依次|分别)(?:为|是)：?"
)
_MOST = re.compile(rf"最([高大多快好低小少慢差])的(?:{HAN}{{0,4}}?)(?:是|为)")
_UNIT = rf"(?:%|{HAN}{{1,2}}/{HAN}{{1,3}}|{HAN}{{1,3}}?(?=[、，；。（）]|$)|)"
_ITEM = re.compile(
    rf"(?P<name>(?:{HAN}|[A-Za-z·“”])+?)(?:为|有)?(?P<open>（)?(?P<value>\d[\d,]*(?:\.\d+)?)(?P<unit>{_UNIT})"
    r"(?(open)(?:，[^（）]*)?）|(?:（[^（）]*）)?)"
)
_JOIN = re.compile(r"、(?:和|及|与)?|和|及|与|以及|[，；]")
_NO_MEMBER = re.compile(
    "平均|合计|总计|共计|其中|全[市县区省州盟国]|按|较|比|占|高于|低于|增|减|下降|上升|目标|分别|去年|上年|同期|最"
)


@dataclass(frozen=True)
class Rank:
    """One of a ranking: its name, its figure, and where both stand."""

    name: str
    value: Fraction
    paragraph: Paragraph
    start: int
    end: int

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.paragraph.place(self.start, self.end)


@dataclass(frozen=True)
class Ranking:
    """Some in order. `turn` is 1 where it's said to run upwards, -1 downwards, 0 one of both.

    `first` is the number of 前N位 and where it stands, of a row that is over after its last.
    """

    ranks: Sequence[Rank]
    turn: int
    first: tuple[int, tuple[int, int]] | None = None


def rankings(paragraph: Paragraph) -> Iterator[Ranking]:
    """Rows of names with figures behind 由高到低, or 前N位依次为."""
    text = paragraph.text
    for match in FROM_TO.finditer(text):
        ranks, _ = _row(paragraph, match.end())
        if len(ranks) > 2:
            yield Ranking(ranks, turn_of(match))
    for match in _MOST.finditer(text):
        ranks = [_rank_at(paragraph, each) for each in (_ITEM.match(text, match.end()), *_next(text, match)) if each]
        if len(ranks) > 1:
            yield Ranking(ranks, -1 if match[1] in "高大多快好" else 1)
    for match in _TOP.finditer(text):
        ranks, over = _row(paragraph, match.end())
        if len(ranks) > 1:
            yield Ranking(ranks, 0, (whole(match[1]), match.span(1)) if over else None)


def _next(text: str, first: re.Match[str]) -> Iterator[re.Match[str] | None]:
    """Those behind the first: 其次是乙（90%）."""
    begin = _ITEM.match(text, first.end())
    while begin and (second := re.compile(r"[，；](?:其次|再次)(?:是|为)").match(text, begin.end())):
        following = _ITEM.match(text, second.end())
        same = following and following["unit"] == begin["unit"]
        begin = following if same else None
        yield begin


def _rank_at(paragraph: Paragraph, match: re.Match[str]) -> Rank:
    return Rank(match["name"], exact(match["value"])[0], paragraph, match.start(), match.end())


def _row(paragraph: Paragraph, place: int) -> tuple[list[Rank], bool]:
    """The names with figures from a place on, and whether nothing more follows."""
    text = paragraph.text
    ranks: list[Rank] = []
    lead = re.compile(r"(?:(?![前后末最])[^。；\d：]){0,40}：|[^。；\d：，]{0,24}?(?:为|是)").match(text, place)
    place = lead.end() if lead else place
    unit, join = None, ""
    while match := _ITEM.match(text, place):
        if _NO_MEMBER.search(match["name"]) or len(match["name"]) > 24 or unit not in (None, match["unit"]):
            break
        unit = match["unit"]
        ranks.append(_rank_at(paragraph, match))
        place = match.end()
        joined = _JOIN.match(text, place)
        if not joined or (join and joined[0] in "，；" and join not in "，；"):
            break
        join, place = join or joined[0], joined.end()
    over = bool(ranks) and (place == ranks[-1].end or not text[ranks[-1].end :].startswith("、"))
    return ranks, over


def table_rankings(draft: Draft) -> Iterator[Ranking]:
    """Tables that are said to run 由高到低 right before them, by the column that is named or the only rate; or with ranks."""
    for table in draft.tables:
        if len(table) < 3 or not table[0]:
            continue
        heads = [cell.text for cell in table[0]]
        first = table[0][0].number
        lines = [each.text for each in draft.paragraphs if each.kind != "cell" and first - 2 <= each.number < first]
        said = [(line, match) for line in lines for match in FROM_TO.finditer(line)]
        place = next((n for n, head in enumerate(heads) if re.fullmatch(".{0,4}(?:排名|名次|位次|排位)", head)), None)
        column = _column(heads, said[-1][0][: said[-1][1].start()] if said else "")
        rows = [row for row in table[1:] if len(row) == len(heads) and not _is_sum(row)]
        if column is None or not (said or place is not None):
            continue
        if not said and place is not None:  # whatever the rows' order, ranks go by the figures
            if not all(re.fullmatch(r"\d+", row[place].text) for row in rows):
                continue
            rows = sorted(rows, key=lambda row: int(row[place].text))
        figures = [re.fullmatch(r"(\d+(?:\.\d+)?)%?", row[column].text) for row in rows]
        ranks = [_rank(row, exact(figure[1])[0]) for row, figure in zip(rows, figures, strict=True) if figure]
        if all(figures):
            yield Ranking(ranks, turn_of(said[-1][1]) if said else 0)


def _rank(row: Sequence[Paragraph], value: Fraction) -> Rank:
    """A row, at its name."""
    name = next((cell for cell in row if not re.fullmatch(r"[\d.%]*", cell.text)), row[0])
    return Rank(name.text, value, name, 0, len(name.text))


def _is_sum(row: Sequence[Paragraph]) -> bool:
    return any(re.search("合计|总计|小计|平均|全[市县区省州盟]", cell.text) for cell in row[:2])


def _column(heads: Sequence[str], said: str) -> int | None:
    """The column that the words before 由高到低 name, else the only rate."""
    bare = [re.sub("（.*", "", head) for head in heads]
    named = [place for place, head in enumerate(bare) if place and len(head) > 1 and head in said[-30:]]
    rates = [place for place, head in enumerate(bare) if re.search("率$|得分$|比例$", head)]
    found = named or rates
    return found[0] if len(found) == 1 else None
