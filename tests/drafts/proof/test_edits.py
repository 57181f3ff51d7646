"""Every edit that makes a draft of ours wrong is found, where it was made and nowhere else; one that doesn't is none.

The drafts are built once, and the edits done to them as read.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bulletin.drafts.proof.draft import Draft
from bulletin.drafts.proof.finding import Finding
from bulletin.drafts.proof.own import Origin, find_own, tables_of
from bulletin.drafts.proof.reading import Reading
from bulletin.drafts.proof.word import open_word, read_word
from bulletin.facts.facts import Facts
from bulletin.facts.figures import CITY
from bulletin.notebook.period import PeriodResults
from tests.builders import JIA
from tests.drafts.proof.edits import (
    Edit,
    harmless,
    row_taken_out,
    wrong_cells,
    wrong_figures,
    wrong_lists,
    wrong_names,
    wrong_turns,
)
from tests.drafts.proof.own_drafts import BUSY, QUIET, period, publish

REVIEWED = [
    "M1,2024-06-14,S1,是,否,否,否",
    "M4,2024-06-14,S2,否,是,否,否",
    "N1,2024-06-14,S3,否,否,否,否",
]
RICH = BUSY | {
    "ledger_reviews": REVIEWED,
    "checkins": [
        *BUSY["checkins"],
        "S2,M4,2024-06-05 09:00,是,2,是",
        "S4,N2,2024-06-18 09:00,否,2,是",
        "S4,N2,2024-06-19 09:00,否,2,是",
    ],
}


class Built:
    """A draft as a build left it, and what vouches for it."""

    def __init__(self, path: Path, facts: Facts) -> None:
        self.draft = read_word(open_word(path.read_bytes(), str(path)))
        self.facts = facts
        self.origin = Origin(self.draft, tables_of(path.with_suffix(".ipynb")))

    def findings(self, draft: Draft) -> list[Finding]:
        return find_own(Reading(draft, self.facts), self.origin)

    def wrong(self) -> Iterator[Edit]:
        yield from wrong_figures(self.draft)
        yield from wrong_turns(self.draft)
        yield from wrong_names(self.draft, self.facts)
        yield from wrong_lists(self.draft, self.facts)
        yield from wrong_cells(self.draft, self.origin.tables)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> PeriodResults:
    return period(tmp_path_factory.mktemp("edits"), "2024-06", RICH, QUIET, previous="2024-05")


@pytest.fixture(scope="module", params=[CITY, JIA])
def built(request: pytest.FixtureRequest, results: PeriodResults, tmp_path_factory: pytest.TempPathFactory) -> Built:
    path, _ = publish(tmp_path_factory.mktemp("built"), results, request.param)
    return Built(path, results.facts)


def test_the_draft_as_built_has_none(built: Built) -> None:
    assert built.findings(built.draft) == []


def test_what_makes_it_wrong_is_found_at_the_edit_and_nowhere_else(built: Built) -> None:
    missed, elsewhere = [], []
    for edit in built.wrong():
        found = built.findings(edit.made_to(built.draft))
        if not found:
            missed.append(str(edit))
        elsewhere += [(str(edit), each) for each in found if not edit.holds(each)]
    assert missed == []
    assert elsewhere == []


def test_every_kind_of_edit_is_tried(built: Built) -> None:
    kinds = {edit.what for edit in built.wrong()}
    if built.draft.paragraphs[0].text.endswith("文件"):
        assert kinds >= {"turn", "misspelt", "dropped", "doubled", "added", "swapped", "cell", "row's name"}
    text = "".join(each.text for each in built.draft.body())
    assert "占66.67%" in text or "排第" in text


def test_a_row_taken_out_is_found_by_its_name_beside_where_it_was(built: Built) -> None:
    for table in range(len(built.draft.tables)):
        rows = built.draft.tables[table]
        for row in range(1, len(rows)):
            (finding,) = built.findings(row_taken_out(built.draft, table, row))
            above = next(cell for cell in rows[row - 1] if cell.number)
            assert (finding.rule, finding.place.paragraph) == ("list-count", above.number)
            assert finding.expected in [cell.text for cell in rows[row]]


def test_what_makes_nothing_wrong_is_no_finding(built: Built) -> None:
    told = [
        (str(edit), each)
        for edit in harmless(built.draft, built.facts)
        for each in built.findings(edit.made_to(built.draft))
    ]
    assert told == []
