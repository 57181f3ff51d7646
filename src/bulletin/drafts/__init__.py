"""What people do to a draft: proof-reading and review."""
