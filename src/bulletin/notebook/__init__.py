"""What a notebook shows: prose, tables and charts over one period's facts."""

from bulletin.notebook.prose import load_ipython_extension

__all__ = ["load_ipython_extension"]
