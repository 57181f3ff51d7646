"""Exact figures, and how the bulletin prints and keeps them."""
