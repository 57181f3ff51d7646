"""What the sample year has to reproduce: the published figures, and county sizes that allow them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import TypeVar

T = TypeVar("T")

YEAR = 2023
NOTE = "样例：虚构记录"
"""Stands in a last column of every row, where whoever opens a file sees it."""


@dataclass(frozen=True)
class County:
    """One county of the sample; rates are the published ones, in hundredths of a per cent."""

    code: str
    name: str
    supervisors: int
    holding_2: int
    holding_3: int
    mines: int
    missing_lists: int
    onsite: int = 0
    remote: int = 0
    stationing_app: bool = False

    @property
    def underground(self) -> int:
        """Underground mines: so many that every assignment fills a post and every post is filled."""
        return self.supervisors + self.holding_2 + 2 * self.holding_3 - self.mines


COUNTIES = (
    County("141002", "尧都区", 24, 6, 0, 17, 2, onsite=643, remote=57, stationing_app=True),
    County("141021", "曲沃县", 20, 5, 2, 16, 2, onsite=143, remote=114),
    County("141022", "翼城县", 42, 0, 0, 23, 1, onsite=3789, remote=4042, stationing_app=True),
    County("141023", "襄汾县", 44, 8, 4, 33, 5, onsite=40, remote=115),
    County("141024", "洪洞县", 20, 0, 0, 11, 2),
    County("141025", "古县", 14, 0, 1, 9, 1),
    County("141027", "浮山县", 22, 5, 2, 17, 3),
    County("141028", "吉县", 8, 2, 0, 6, 1),
    County("141029", "乡宁县", 34, 0, 0, 18, 2, onsite=962, stationing_app=True),
    County("141031", "隰县", 10, 3, 0, 7, 1, onsite=429, remote=457),
    County("141033", "蒲县", 14, 0, 0, 8, 1),
    County("141034", "汾西县", 12, 0, 0, 7, 1),
    County("141082", "霍州市", 14, 4, 0, 11, 2),
)

STATIONED_SUPERVISORS = 209
STATIONED_MINES = 159


class Dice:
    """Repeatable choices: only `Random.random`, whose numbers are the same in every Python."""

    def __init__(self, *seed: object) -> None:
        self._random = Random("/".join(map(str, seed)))  # noqa: S311 (sample data, not secrets)

    def chance(self, probability: float) -> bool:
        """True with that probability."""
        return self._random.random() < probability

    def below(self, bound: int) -> int:
        """An integer from 0 to bound - 1."""
        return int(self._random.random() * bound)

    def weighted(self, items: list[T], weights: list[float], count: int) -> list[T]:
        """`count` different items, the heavier ones more often, in their own order."""
        keys = [self._random.random() ** (1 / weight) for weight in weights]
        best = sorted(range(len(items)), key=lambda place: -keys[place])[:count]
        return [items[place] for place in sorted(best)]

    def sample(self, items: list[T], count: int) -> list[T]:
        """`count` different items in their own order."""
        return self.weighted(items, [1.0] * len(items), count)


def parts_for_rate(hundredths: int, whole: list[int], dice: Dice) -> list[int]:
    """How many parts each unit does of its `whole` so that the mean share prints as the published rate.

    Units get about the mean, unevenly; then two of them with different wholes are tuned until the exact
    mean lies within the rounding of the published two decimals.

    Raises:
        ValueError: where no tuning gives the rate: the county's sizes have to change.

    """
    if hundredths == 0:
        return [0] * len(whole)
    target = Fraction(hundredths, 10000)
    low, high = target - Fraction(1, 20000), target + Fraction(1, 20000)  # low is printed up, high isn't
    done = [0] * len(whole)
    goal = target * len(whole)
    # Some do most of the work: walk through the units and hand out shares until the goal is nearly met.
    order = dice.sample(list(range(len(whole))), len(whole))
    order.sort(key=lambda place: dice.below(1000))
    while True:
        before = sum((Fraction(d, w) for d, w in zip(done, whole, strict=True)), Fraction(0))
        for place in order:
            step = 1 + dice.below(max(1, int(float(target) * whole[place])))
            step = min(step, whole[place] - done[place])
            reached = sum((Fraction(d, w) for d, w in zip(done, whole, strict=True)), Fraction(0))
            if reached + Fraction(step, whole[place]) <= goal:
                done[place] += step
        after = sum((Fraction(d, w) for d, w in zip(done, whole, strict=True)), Fraction(0))
        if after == before:
            break
    return _tuned(done, whole, (low * len(whole), high * len(whole)))


def _tuned(done: list[int], whole: list[int], bounds: tuple[Fraction, Fraction]) -> list[int]:
    """Change two units with different wholes, as little as can be, until the sum is within bounds."""
    total = sum((Fraction(d, w) for d, w in zip(done, whole, strict=True)), Fraction(0))
    best: tuple[int, int, int, int, int] | None = None
    places = sorted(range(len(whole)), key=lambda place: whole[place])
    for one in places[:12]:
        for other in places[-12:]:
            if whole[one] == whole[other]:
                continue
            for up in range(-done[one], min(whole[one] - done[one], 30) + 1):
                rest = total + Fraction(up, whole[one])
                for more in range(-done[other], min(whole[other] - done[other], 30) + 1):
                    if bounds[0] <= rest + Fraction(more, whole[other]) < bounds[1]:
                        change = (abs(up) + abs(more), one, other, up, more)
                        best = min(best, change) if best else change
                        break
    if best is None:
        raise ValueError("no tuning gives the published rate")
    _, one, other, up, more = best
    done[one] += up
    done[other] += more
    return done
