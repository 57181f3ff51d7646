"""Write the sample year: `python -m tools.sample`; with --check, only say whether data/2023/ is current."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tools.sample.tables import make_tables

_HERE = Path(__file__).resolve().parents[2] / "data" / "2023"


def main() -> int:
    """Write or check; 1 where a committed file differs."""
    parser = argparse.ArgumentParser(prog="python -m tools.sample", description=__doc__)
    parser.add_argument("--out", type=Path, default=_HERE)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    tables = make_tables()
    if options.check:
        stale = [
            n for n, made in tables.items() if not (options.out / n).is_file() or (options.out / n).read_bytes() != made
        ]
        print("differs: " + ", ".join(stale) if stale else f"{options.out} is current")
        return 1 if stale else 0
    options.out.mkdir(parents=True, exist_ok=True)
    for name, made in tables.items():
        (options.out / name).write_bytes(made)
        print(f"{name}: {len(made.splitlines()) - 1} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
