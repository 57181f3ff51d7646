"""Exporters: an executed notebook as a Word document or a web page, and tables as a workbook."""
