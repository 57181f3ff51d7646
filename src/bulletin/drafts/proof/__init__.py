"""Proof-reading: what a draft claims, held against itself and the facts."""
