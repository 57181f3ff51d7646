"""Drafts of ours: a correct one has no finding whatever the records, and what an edit does to it is found, and only that."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from bulletin.drafts.proof.finding import Finding
from bulletin.drafts.proof.own import count_own
from bulletin.drafts.proof.proofread import proofread
from bulletin.facts.figures import CITY
from tests.drafts.proof.drafts import edited
from tests.drafts.proof.own_drafts import BUSY, FOUR, QUIET, period, publish

RANK = ("（1位）", "（2位）")
"""A slip that only the published draft tells."""


def found(path: Path, facts: Path) -> list[tuple[str, str, str]]:
    return [(each.rule, each.found, each.expected) for each in proofread(path, facts).findings]


@pytest.mark.parametrize("name", ["2024-06", "2024Q2"])
@pytest.mark.parametrize(
    ("tables", "before"), [({}, None), (FOUR, None), (BUSY, QUIET), (QUIET, FOUR), (FOUR, BUSY), (BUSY, {})]
)
def test_a_correct_draft_has_no_finding_whatever_the_period_and_records(
    tmp_path: Path, name: str, before: Any, tables: Any
) -> None:
    results = period(tmp_path, name, tables, before)
    for scope in (CITY, *results.facts.counties):
        path, facts = publish(tmp_path, results, scope)
        assert count_own(path, path.with_suffix(".ipynb"), results.facts) == 0
        assert found(path, facts) == []


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Any]:
    """The city bulletin of a month with an earlier one, its facts.csv and its facts."""
    folder = tmp_path_factory.mktemp("built")
    results = period(folder, "2024-06", BUSY, QUIET, previous="2024-05")
    path, facts = publish(folder, results)
    return path, facts, results.facts


def slip(built: tuple[Path, Path, Any], folder: Path, old: str, new: str) -> list[Finding]:
    """The findings after the n-th stretch of text across runs was replaced in Word."""
    path = edited(built[0], folder / "edited.docx", lambda body: replaced(body, old, new))
    return proofread(path, built[1]).findings


def replaced(body: str, old: str, new: str) -> str:
    """document.xml with the first `old`, whatever tags stand between its characters, become `new`."""
    between = r"(?:<[^>]*>)*?"
    pattern = between.join(f"({re.escape(char)})" for char in old)
    match = re.search(pattern, body)
    assert match, old
    whole, parts = match[0], list(new)
    if len(old) != len(new):  # all in the first character's place
        stripped = re.sub(r"(^|>)[^<]+", r"\1", whole)
        return body[: match.start()] + new + stripped + body[match.end() :]
    out, place = "", 0
    for piece in re.split("(<[^>]*>)", whole):
        if piece.startswith("<"):
            out += piece
        else:
            out += "".join(parts[place : place + len(piece)])
            place += len(piece)
    return body[: match.start()] + out + body[match.end() :]


@pytest.mark.parametrize(
    ("old", "new", "rule", "stands", "expected"),
    [
        ("（1位）", "（2位）", "drift", "2", "1"),
        ("2024年6月1日", "2024年6月2日", "drift", "2", "1"),
        ("至2024年6月30日", "至2024年6月29日", "drift", "29", "30"),
        ("截至2024年6月30日", "截至2024年5月30日", "drift", "5", "6"),
        ("2024年3月5日", "2024年3月8日", "drift", "8", "5"),
        ("1号", "2号", "drift", "2", "1"),
        ("远程监管不少于5次", "远程监管不少于3次", "drift", "3", "5"),
        ("3个县（市、区）的专员均未", "4个县（市、区）的专员均未", "drift", "4", "3"),
        ("8个专员岗位空缺", "9个专员岗位空缺", "drift", "9", "8"),
        ("由高到低", "由低到高", "change", "由低到高", "由高到低"),
        ("上升", "下降", "change", "下降", "上升"),
    ],
)
def test_what_an_edit_does_to_a_figure_of_no_fact_is_found_and_only_that(
    built: tuple[Path, Path, Any], tmp_path: Path, old: str, new: str, rule: str, stands: str, expected: str
) -> None:
    (finding,) = slip(built, tmp_path, old, new)
    assert (finding.rule, finding.found, finding.expected) == (rule, stands, expected)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("现将有关情况通报如下。", "现通报如下。"),
        ("全市远程监管率为0.00%，未达到每周不少于5次的要求。", ""),
        ("各县（市、区）要定期抽查", "5月底前，各县要抽查3次，定期抽查"),
        ("仍有8家企业未制定监管任务清单", "尚有8家企业没有制定监管任务清单"),
    ],
)
def test_what_an_official_rewords_takes_out_or_adds_is_no_finding(
    built: tuple[Path, Path, Any], tmp_path: Path, old: str, new: str
) -> None:
    assert slip(built, tmp_path, old, new) == []


def test_the_published_draft_edited_in_its_place_is_held_to_the_review_draft(
    built: tuple[Path, Path, Any], tmp_path: Path
) -> None:
    folder = tmp_path / "2024-06"
    shutil.copytree(built[1].parent, folder)
    path = edited(folder / "city/bulletin.docx", folder / "city/bulletin.docx", lambda body: replaced(body, *RANK))
    assert found(path, folder / "facts.csv") == [("drift", "2", "1")]


def test_an_edited_draft_set_aside_by_a_rebuild_is_held_to_the_new_one(
    built: tuple[Path, Path, Any], tmp_path: Path
) -> None:
    folder = tmp_path / "2024-06"
    shutil.copytree(built[1].parent, folder)
    aside = edited(
        folder / "city/bulletin.docx", folder / "city/bulletin.改动.docx", lambda body: replaced(body, *RANK)
    )
    edited(aside, folder / "city/bulletin.改动2.docx", lambda body: replaced(body, "上升", "下降"))
    (folder / "city/bulletin.review.docx").unlink()
    assert found(aside, folder / "facts.csv") == [("drift", "2", "1")]
    assert found(folder / "city/bulletin.docx", folder / "facts.csv") == []  # what was set aside vouches for nothing


def test_an_accepted_change_is_read_as_it_will_stand(built: tuple[Path, Path, Any], tmp_path: Path) -> None:
    def tracked(old: str, new: str) -> str:
        name = 'w:id="9001" w:author="a" w:date="2024-07-01T00:00:00Z"'
        gone = f"<w:del {name}><w:r><w:delText>{old}</w:delText></w:r></w:del>"
        return f"{gone}<w:ins {name}><w:r><w:t>{new}</w:t></w:r></w:ins>"

    def made(old: str, new: str) -> list[Finding]:
        def edit(body: str) -> str:
            match = re.search(
                rf"(<w:r>(?:<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>)?<w:t[^>]*>)([^<]*?){old}([^<]*)(</w:t></w:r>)", body
            )
            assert match, old
            first, before, after, last = match.groups()
            split = f"{first}{before}{last}{tracked(old, new)}{first}{after}{last}"
            return body[: match.start()] + split + body[match.end() :]

        return proofread(edited(built[0], tmp_path / "tracked.docx", edit), built[1]).findings

    assert made("现将有关情况通报如下", "现通报如下") == []
    (finding,) = made("由高到低", "由低到高")
    assert (finding.rule, finding.found, finding.expected) == ("change", "由低到高", "由高到低")
