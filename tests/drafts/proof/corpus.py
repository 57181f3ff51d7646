"""Short texts in the genre with what is wrong in them, and how well the rules find it.

A text stands in corpus/, and below `====` a line a slip: the rule, and words that its finding must touch. Texts
named a… were written beside the rules; h…, k…, m…, n…, p…, q…, s…, t… and u… after them, in this order (docs/decisions/0018-proof.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bulletin.drafts.proof.draft import Draft
from bulletin.drafts.proof.finding import Finding
from bulletin.drafts.proof.foreign import find
from bulletin.drafts.proof.plain import read_text
from bulletin.drafts.proof.reading import Reading

FOLDER = Path(__file__).with_name("corpus")


@dataclass(frozen=True)
class Slip:
    """A slip that was put into a text: the rule, the paragraph, and the words' place in it."""

    rule: str
    words: str
    paragraph: int
    start: int

    def is_found_by(self, finding: Finding, draft: Draft) -> bool:
        if (finding.rule, finding.place.paragraph) != (self.rule, self.paragraph):
            return False
        offsets = draft.paragraphs[self.paragraph - 1].offsets
        first, last = offsets[finding.place.start], offsets[finding.place.end - 1]
        return first < self.start + len(self.words) and self.start <= last


@dataclass(frozen=True)
class Text:
    """One text of the corpus."""

    name: str
    draft: Draft
    slips: Sequence[Slip]


def proofread(text: str) -> list[Finding]:
    return find(Reading(read_text(text)))


def corpus() -> list[Text]:
    return [_text(path) for path in sorted(FOLDER.glob("*.txt"))]


def _text(path: Path) -> Text:
    text, _, below = path.read_text(encoding="utf-8").partition("\n====\n")
    draft = read_text(text)
    slips = []
    for line in below.splitlines():
        rule, _, words = (part.strip() for part in line.partition("|"))
        (place,) = [(each.number, each.raw.index(words)) for each in draft.paragraphs if words in each.raw]
        slips.append(Slip(rule, words, *place))
    return Text(path.stem, draft, slips)


@dataclass(frozen=True)
class Score:
    """What came of the corpus: slips found and missed, findings that are none."""

    found: Sequence[tuple[str, Slip]]
    missed: Sequence[tuple[str, Slip]]
    false: Sequence[tuple[str, Finding]]

    @property
    def precision(self) -> float:
        return len(self.found) / (len(self.found) + len(self.false))

    @property
    def recall(self) -> float:
        return len(self.found) / (len(self.found) + len(self.missed))


def score(texts: Sequence[Text]) -> Score:
    found, missed, false = [], [], []
    for text in texts:
        left = list(text.slips)
        for finding in find(Reading(text.draft)):
            slip = next((each for each in left if each.is_found_by(finding, text.draft)), None)
            if slip:
                left.remove(slip)
                found.append((text.name, slip))
            else:
                false.append((text.name, finding))
        missed += [(text.name, slip) for slip in left]
    return Score(found, missed, false)
