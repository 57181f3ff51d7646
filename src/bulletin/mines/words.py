"""The field's own words: what people call things, and what no other room may say."""

from __future__ import annotations

from collections.abc import Mapping

NAMES: Mapping[str, str] = {
    "县": "county",
    "县名": "county",
    "县（市、区）": "county",
    "本县": "county",
    "平均方法": "mean_note",
    "专员数": "supervisors",
    "企业数": "mines",
    "县数": "counties",
}
"""What is known by a Chinese name, besides the metrics' titles, and how a template names it."""

WORDS = (
    "mine",
    "supervisor",
    "checkin",
    "check-in",
    "onsite",
    "remote_",
    "stationing",
    "ledger",
    "task_list",
    "underground",
    "tailings",
    "矿",
    "专员",
    "签到",
    "远程监管",
    "驻矿",
    "台账",
    "任务清单",
)
"""Words that stand in no other room."""
