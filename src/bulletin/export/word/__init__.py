"""Word: an executed notebook as an official document after GB/T 9704—2012."""

from bulletin.export.word.exporter import GongwenExporter

__all__ = ["GongwenExporter"]
