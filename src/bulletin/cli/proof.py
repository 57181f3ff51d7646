"""`bulletin proof`: proof-read a draft."""

from __future__ import annotations

import argparse
import sys

from bulletin.drafts.proof.proofread import proofread, write_annotated
from bulletin.drafts.proof.report import proof_json, proof_text
from bulletin.facts.facts import Facts
from bulletin.facts.file import find_facts, read_named_facts
from bulletin.notebook.field import find_field


def run(options: argparse.Namespace) -> int:
    """Proof-read, and print the findings; 1 where there are some."""
    facts = find_facts(options.facts).path if options.facts else None
    proof = proofread(options.file, facts, _previous(options))
    if options.annotate:
        write_annotated(proof, options.annotate)
    if options.format == "json":
        sys.stdout.buffer.write(proof_json(proof).encode("utf-8"))
    else:
        print(proof_text(proof), end="")
    return 1 if proof.findings else 0


def _previous(options: argparse.Namespace) -> Facts | None:
    if not options.previous:
        return None
    return read_named_facts([find_facts(options.previous)], find_field().catalogue, options.period)[0]
