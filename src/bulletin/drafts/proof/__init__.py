"""Proof-reading: what a draft claims, held against itself and the facts."""

from bulletin.drafts.proof.finding import Finding
from bulletin.drafts.proof.proofread import Proof, proofread, write_annotated
from bulletin.drafts.proof.report import proof_json, proof_text

__all__ = ["Finding", "Proof", "proof_json", "proof_text", "proofread", "write_annotated"]
