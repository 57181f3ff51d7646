"""How grave what was found is, in records and in drafts."""

from __future__ import annotations

from typing import Literal

Severity = Literal["error", "warning"]

SEVERITY_TITLES: dict[Severity, str] = {"error": "错误", "warning": "提示"}
