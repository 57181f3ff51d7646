"""The field: non-coal-mine safety supervision. The only room that knows it."""
