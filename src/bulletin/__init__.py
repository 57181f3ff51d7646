"""Reproducible statistical bulletins on how mine safety supervisors did their duty."""

__version__ = "0.1.0"
