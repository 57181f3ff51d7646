"""The checkout, and what every room may use."""
