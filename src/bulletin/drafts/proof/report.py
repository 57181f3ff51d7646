"""Findings as text for the screen and as JSON for programs."""

from __future__ import annotations

import json

from bulletin.drafts.proof.finding import Finding
from bulletin.drafts.proof.proofread import Proof
from bulletin.project.severity import SEVERITY_TITLES
from bulletin.project.unseen import UNSEEN, one_line

_QUOTED = 60


def proof_text(proof: Proof) -> str:
    """The findings, one after the other."""
    if not proof.findings:
        return f"{proof.path}：没有发现问题。\n"
    lines = [f"{proof.path}：发现 {len(proof.findings)} 处问题。"]
    for number, each in enumerate(proof.findings, start=1):
        lines.append(
            f"{number}. {one_line(proof.place(each))}，{each.title}（{each.rule}，{SEVERITY_TITLES[each.severity]}）"
        )
        lines.append(f"   原文：{_short(each.found)}")
        if each.expected:
            lines.append(f"   应为：{_short(each.expected)}")
        lines.append(f"   说明：{one_line(each.message)}")
    return "\n".join(lines) + "\n"


def proof_json(proof: Proof) -> str:
    """A list of objects with rule, paragraph, place in words, found, expected, severity and message."""
    text = json.dumps([_object(each, proof.place(each)) for each in proof.findings], ensure_ascii=False, indent=2)
    return UNSEEN.sub(lambda found: json.dumps(found[0])[1:-1], text) + "\n"


def _object(finding: Finding, place: str) -> dict[str, str | int]:
    return {
        "rule": finding.rule,
        "paragraph": finding.place.paragraph,
        "place": place,
        "found": finding.found,
        "expected": finding.expected,
        "severity": finding.severity,
        "message": finding.message,
    }


def _short(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= _QUOTED else f"{line[: _QUOTED // 2]}……{line[-_QUOTED // 2 :]}"
