"""The machine: what is due is run and published, whole or not at all."""
