"""The country's scale: made-up records of any size, and what their facts cost."""
