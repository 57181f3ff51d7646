"""Paired comparisons of speed and memory, told as ratios; nothing here is installed with the package."""
