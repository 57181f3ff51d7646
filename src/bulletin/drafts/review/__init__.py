"""Reviewers' notes on a draft."""
