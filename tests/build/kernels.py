"""Run notebooks by a plain and by a forked kernel: `python -m tests.build.kernels FOLDER [TIMEOUT]`.

In a process of its own: pytest's may have threads, and is nothing to fork. Writes name.plain.ipynb and
name.forked.ipynb beside each name.ipynb, and outcomes.json: by name, how both ended.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import papermill

from bulletin.build.workers.kernel import forked_kernel


def outcome(notebook: Path, executed: Path, timeout: int | None, kernel: Any) -> str:
    """How an execution ended, as an analyst would be told."""
    try:
        with kernel as km, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            papermill.execute_notebook(
                notebook,
                executed,
                cwd=notebook.parent,
                progress_bar=False,
                kernel_name="python3",
                execution_timeout=timeout,
                **({"km": km} if km else {}),
            )
    except papermill.PapermillExecutionError as error:
        return f"cell {error.cell_index}: {error.ename}: {error.evalue}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def main() -> None:
    """Run all notebooks of the folder."""
    folder, timeout = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None
    ended: dict[str, dict[str, Any]] = {}
    for notebook in sorted(folder.glob("*.ipynb")):
        for way in ("forked", "plain"):
            kernel = forked_kernel(folder) if way == "forked" else nullcontext()
            started = time.monotonic()
            told = outcome(notebook, notebook.with_suffix(f".{way}.ipynb"), timeout, kernel)
            ended.setdefault(notebook.stem, {})[way] = told
            ended[notebook.stem][f"{way} seconds"] = time.monotonic() - started
    (folder / "outcomes.json").write_text(json.dumps(ended), encoding="utf-8")


if __name__ == "__main__":
    main()
