"""Reproducible statistical bulletins: records to facts to Word and HTML."""

__version__ = "0.1.0"
