"""All paired comparisons, one after the other: a full build, then records as large as the country.

    python -m benchmarks                                                # everything: the sum of what both take
    python -m benchmarks --county 翼城县 --events 1000000 --form csv     # with the options of both

Each writes a table of its own.
"""

from __future__ import annotations

import argparse

from benchmarks import full_build
from benchmarks.large import __main__ as large


def main() -> None:
    """Run both and write their tables."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for each in (full_build, large):
        each.add_options(options)
    given = options.parse_args()
    for each in (full_build, large):
        each.compare(given)


if __name__ == "__main__":
    main()
