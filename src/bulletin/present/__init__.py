"""What a notebook shows: prose, tables and charts over one period's facts."""

from bulletin.present.prose import load_ipython_extension
from bulletin.present.report import open_city, open_county

__all__ = ["load_ipython_extension", "open_city", "open_county"]
