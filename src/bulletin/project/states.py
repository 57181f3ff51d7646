"""How a report stands after a build."""

from __future__ import annotations

from typing import Literal

State = Literal["built", "unchanged", "failed", "kept", "stale", "missing"]

STATES: dict[State, str] = {
    "built": "已生成",
    "unchanged": "未变",
    "failed": "失败",
    "kept": "失败，沿用上次",
    "stale": "已过期",
    "missing": "未生成",
}
