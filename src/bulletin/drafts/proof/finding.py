"""What a rule hands back: a place in the draft, what stands there, what was expected."""

from __future__ import annotations

from dataclasses import dataclass

from bulletin.project.severity import Severity

RULES: dict[str, tuple[str, Severity]] = {
    "drift": ("数字与指标不符", "error"),
    "list-count": ("名单与个数不符", "error"),
    "list-duplicate": ("名单重复", "error"),
    "ranking": ("排序有误", "error"),
    "ratio": ("比率算错", "error"),
    "mean": ("平均数有误", "error"),
    "complement": ("已做与未做不互补", "error"),
    "repeat": ("前后不一致", "error"),
    "change": ("增减有误", "error"),
    "county": ("县（市、区）名称有误", "error"),
    "parts": ("分项与合计不符", "error"),
    "term": ("用语不统一", "warning"),
    "format": ("格式有误", "warning"),
    "geography": ("县（市、区）称谓不当", "warning"),
}
"""Each rule's name in Chinese and how grave its findings are."""


@dataclass(frozen=True, order=True)
class Place:
    """A stretch of a paragraph: its number from 1, and characters of its `text` from `start` to before `end`."""

    paragraph: int
    start: int
    end: int

    def overlaps(self, other: Place) -> bool:
        """Whether both share a character."""
        return self.paragraph == other.paragraph and self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class Finding:
    """One thing that doesn't hold. `evidence` are the figures and names that the rule went by."""

    rule: str
    place: Place
    found: str
    expected: str
    message: str
    evidence: tuple[Place, ...] = ()

    @property
    def title(self) -> str:
        """The rule's name in Chinese."""
        return RULES[self.rule][0]

    @property
    def severity(self) -> Severity:
        """`error` where a figure or a name is wrong, `warning` where it's the wording."""
        return RULES[self.rule][1]
