"""Write what is made from the code: `python -m tools.documents`; with --check, only say whether it's current.

params/params.schema.json is what editors check a params file against; docs/methodology.md lists every
figure's definition.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from bulletin.facts.metric import ABOVE, COUNTY, LEVELS
from bulletin.mines.catalogue import METRICS, describe
from bulletin.mines.schema import TABLES
from bulletin.project.params import SCHEMA_NAME, Params

ROOT = Path(__file__).resolve().parents[1]

_LEVELS = {ABOVE: "全市", COUNTY: "县", LEVELS: "全市、县"}
_UNITS = {"count": "计数", "rate": "率", "rank": "名次", "flag": "是否"}

_METHODOLOGY = """# 指标口径

本页由 `python -m tools.documents` 从程序的指标目录生成，请勿手工修改。口径中的数字是参数的默认值；
某一期实际采用的口径，见该期通报的附件“指标口径说明”。

This page is generated from the catalogue of metrics (`src/bulletin/mines/catalogue.py`). The names in the first
column are those of `facts.csv` and of `%%prose` cells.

| 名称 | 指标 | 类型 | 范围 | 口径 | 来源 |
| --- | --- | --- | --- | --- | --- |
"""


def params_schema() -> str:
    """The JSON Schema of a params file."""
    schema = Params.model_json_schema() | {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def methodology() -> str:
    """docs/methodology.md, under the default rules."""
    document = {"addressees": "—", "date": "2000-01-01"}
    params = Params.model_validate({"period": "2000", "bureau": "—", "data": "—", "document": document})
    lines = []
    for metric in METRICS.values():
        sources = "、".join(TABLES[table].title for table in metric.sources)
        cells = (
            f"`{metric.name}`",
            metric.title,
            _UNITS[metric.unit],
            _LEVELS[metric.levels],
            describe(metric, params),
            sources,
        )
        lines.append(f"| {' | '.join(cells)} |")
    return _METHODOLOGY + "\n".join(lines) + "\n"


def documents() -> dict[Path, str]:
    """Every generated file by its path."""
    return {ROOT / "params" / SCHEMA_NAME: params_schema(), ROOT / "docs" / "methodology.md": methodology()}


def main() -> int:
    """Write or check; 1 where a committed file differs."""
    parser = argparse.ArgumentParser(prog="python -m tools.documents", description=__doc__)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    stale = 0
    for path, content in documents().items():
        if options.check:
            if not path.is_file() or path.read_text(encoding="utf-8") != content:
                print(f"differs: {path}")
                stale = 1
        else:
            path.write_text(content, encoding="utf-8", newline="\n")
            print(f"written: {path}")
    return stale


if __name__ == "__main__":
    sys.exit(main())
