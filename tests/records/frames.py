"""Files of records as frames, for tests of databases."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bulletin.mines.schema import TABLES


def as_text(folder: Path, *, chinese: bool = False) -> dict[str, pd.DataFrame]:
    """The tables as they stand in the files, every column as text."""
    texts = {}
    for path in sorted(folder.glob("*.csv")):
        table = TABLES[path.stem]
        frame = pd.read_csv(path, dtype="str", encoding="utf-8-sig", keep_default_na=False)
        titles = {column.name: column.heading for column in table.columns}
        texts[table.title if chinese else table.name] = frame.rename(columns=titles) if chinese else frame
    return texts
