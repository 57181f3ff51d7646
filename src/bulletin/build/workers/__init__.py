"""The processes that make reports."""
