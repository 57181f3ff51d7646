"""The field's own words."""

from __future__ import annotations

from pathlib import Path

import pytest

import bulletin.mines
from bulletin.facts.figures import CITY
from bulletin.mines import FIELD
from bulletin.mines.words import NAMES, WORDS
from bulletin.notebook.prose import prose_names
from tests.builders import JIA, report_of, report_over


@pytest.mark.parametrize("wanted", sorted(set(NAMES.values())))
def test_what_people_call_a_thing_leads_to_a_name_that_a_template_knows(tmp_path: Path, wanted: str) -> None:
    city = report_of(tmp_path, CITY)
    assert wanted in prose_names(city)
    assert wanted in prose_names(report_over(city.results, JIA)) or FIELD.catalogue[wanted].levels[-1] == "city"


def test_a_metrics_own_title_is_not_said_again() -> None:
    assert not NAMES.keys() & {metric.title for metric in FIELD.catalogue.values()}


def test_the_words_that_no_other_room_may_say_are_each_said_here() -> None:
    here = Path(bulletin.mines.__file__).parent
    said = "".join(file.read_text(encoding="utf-8") for file in here.rglob("*.py") if file.name != "words.py").lower()
    assert [word for word in WORDS if word not in said] == []
    assert len(set(WORDS)) == len(WORDS)
