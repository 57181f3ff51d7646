"""Clean texts with one slip put in: a digit changed, a name dropped, two ranked ones swapped.

In claims.txt every figure and name that the text itself vouches for is in braces, every item of a ranking in
brackets. A ranking's own figures aren't changed: nobody can tell 41.5% from 41.6% by reading.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.drafts.proof.corpus import proofread

TEXTS = Path(__file__).with_name("claims.txt").read_text(encoding="utf-8").split("####\n")
NUMBER, NAME, RANKED = re.compile(r"\{([\d.]+)\}"), re.compile(r"\{([^\d{}]+)\}"), re.compile(r"\[([^\[\]]+)\]")


def plain(text: str) -> str:
    return re.sub(r"[{}\[\]]", "", text)


def change_a_number(text: str, draw: Callable[..., int]) -> str:
    sites = list(NUMBER.finditer(text))
    site = sites[draw(st.integers(0, len(sites) - 1))]
    digits = [place for place in range(site.start(1), site.end(1)) if text[place].isdigit()]
    place = digits[draw(st.integers(0, len(digits) - 1))]
    others = [digit for digit in "123456789" if digit != text[place]]
    return text[:place] + others[draw(st.integers(0, len(others) - 1))] + text[place + 1 :]


def drop_a_name(text: str, draw: Callable[..., int]) -> str:
    sites = list(NAME.finditer(text))
    site = sites[draw(st.integers(0, len(sites) - 1))]
    after = text[site.end()] == "、"
    start, end = (site.start(), site.end() + 1) if after else (site.start(), site.end())
    if not after and text[start - 1] == "、":
        start -= 1
    return text[:start] + text[end:]


def swap_two_ranks(text: str, draw: Callable[..., int]) -> str:
    sites = list(RANKED.finditer(text))
    pairs = [(a, b) for a, b in itertools.pairwise(sites) if text[a.end() : b.start()] == "、"]
    one, two = pairs[draw(st.integers(0, len(pairs) - 1))]
    return text[: one.start()] + two[0] + "、" + one[0] + text[two.end() :]


@pytest.mark.parametrize("text", TEXTS, ids=[text.strip().splitlines()[0] for text in TEXTS])
def test_the_texts_themselves_are_clean(text: str) -> None:
    assert proofread(plain(text)) == []


@pytest.mark.parametrize(
    ("mutate", "sites"), [(change_a_number, NUMBER), (drop_a_name, NAME), (swap_two_ranks, RANKED)]
)
def test_95_slips_in_100_are_found(mutate: Callable[[str, Callable[..., int]], str], sites: re.Pattern[str]) -> None:
    seen: dict[str, bool] = {}

    @settings(max_examples=150, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(st.data(), st.sampled_from([text for text in TEXTS if sites.search(text)]))
    def mutated(data: st.DataObject, text: str) -> None:
        changed = plain(mutate(text, data.draw))
        seen.setdefault(changed, bool(proofread(changed)))

    mutated()
    missed = [text for text, found in seen.items() if not found]
    assert len(seen) > 10
    assert len(missed) <= 0.05 * len(seen), missed
