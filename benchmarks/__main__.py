"""All paired comparisons, in one table: `python -m benchmarks`, with the options of `benchmarks.full_build`."""

from __future__ import annotations

from benchmarks.full_build import main

main()
