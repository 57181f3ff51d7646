"""Exporters: an executed notebook as a Word document or a web page, and tables as a workbook."""

TITLES = {"gongwen": "公文（Word）", "tongbao": "通报网页（HTML）"}
"""The name in JupyterLab's menu of each of our exporters, by its entry point."""
