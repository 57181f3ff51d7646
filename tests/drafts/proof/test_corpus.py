"""Over texts of other cities and fields: no false alarm, and hardly a slip missed."""

from __future__ import annotations

from bulletin.drafts.proof.finding import RULES
from tests.drafts.proof.corpus import corpus, score


def test_no_text_is_faulted_wrongly_and_hardly_a_slip_is_missed() -> None:
    result = score(corpus())
    assert result.false == []
    assert result.precision == 1.0
    assert result.recall >= 0.95, result.missed


def test_half_of_the_texts_are_clean_and_every_rule_but_drift_has_its_slips() -> None:
    texts = corpus()
    assert len(texts) >= 60
    assert sum(not text.slips for text in texts) >= len(texts) / 2
    assert {slip.rule for text in texts for slip in text.slips} == set(RULES) - {"drift"}
