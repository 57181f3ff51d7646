"""HTML: the reviewers' page and the period's front page."""

from bulletin.export.html.exporter import TongbaoExporter

__all__ = ["TongbaoExporter"]
