"""The counties of the country by city: counties.txt, after the statistics bureau's division codes of mid-2023.

Without a register a text's own lists tell its counties; this tells what they are rightly called, and who their
neighbours are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

_PEOPLES = (
    "各族|满族|回族|蒙古族|蒙古|哈萨克族|哈萨克|朝鲜族|朝鲜|土家族|苗族|侗族|瑶族|壮族|布依族|彝族|黎族|羌族|藏族|裕固族|保安族|东乡族|撒拉族|"
    "哈尼族|傣族|拉祜族|佤族|布朗族|傈僳族|白族|普米族|怒族|独龙族|纳西族|水族|仡佬族|仫佬族|毛南族|畲族|土族|锡伯|塔吉克族|塔吉克|鄂温克族|达斡尔族"
)
_AUTONOMOUS = re.compile(rf"(.{{2,}}?)(?:{_PEOPLES})*族?自治([县旗])")
_AT_HOME = 3
"""A text that lists so many counties of one city, and hardly any of others, is that city's."""


def short_form(name: str) -> str:
    """芷江县 of 芷江侗族自治县; any other name as it is."""
    match = _AUTONOMOUS.fullmatch(name)
    return match[1] + match[2] if match else name


@cache
def _cities() -> dict[str, frozenset[str]]:
    """Each city's counties, autonomous ones under their short form too."""
    lines = files("bulletin.drafts.proof").joinpath("counties.txt").read_text(encoding="utf-8").splitlines()
    parted = (line.partition("：") for line in lines)
    return {city: frozenset(form for name in names.split("、") for form in (name, short_form(name)))
            for city, _, names in parted}  # fmt: skip


@cache
def every_county() -> frozenset[str]:
    """All names."""
    return frozenset().union(*_cities().values())


def counties_at_home(listed: Iterable[str]) -> frozenset[str]:
    """All counties of the city that most of those names belong to; none where that's not plain."""
    names = {name for name in listed if name in every_county()}
    hits = Counter({city: len(names & own) for city, own in _cities().items()})
    city, most = hits.most_common(1)[0]
    plain = most >= _AT_HOME and most * 4 >= len(names) * 3
    return _cities()[city] if plain else frozenset()
