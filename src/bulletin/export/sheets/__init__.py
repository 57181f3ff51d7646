"""Workbooks: tables, faults, copies to correct, the empty template."""
