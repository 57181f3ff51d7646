"""The drafts that a build has just made, proof-read before anyone edits them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bulletin.errors import BulletinError
from bulletin.facts import Facts
from bulletin.listing import shortened
from bulletin.proof.proofread import find
from bulletin.proof.reading import Reading
from bulletin.proof.word import open_word, read_word


def own_lines(drafts: Sequence[Path], facts: Facts, previous: Facts | None) -> list[str]:
    """What the build's summary says of its drafts."""
    lines = []
    for path in drafts:
        try:
            reading = Reading(read_word(open_word(path.read_bytes(), str(path))), facts, previous)
        except BulletinError as error:  # somebody's own exporter, say: the build itself is whole
            lines.append(f"  {path.parent.name}：{error}")
            continue
        if found := len(find(reading)):
            lines.append(f"  {path.parent.name}：{found} 处，用 bulletin proof {path} 查看")
    if lines:
        shown = shortened(lines, lambda more: f"  ……另有 {more} 份，用 bulletin proof 逐份查看")
        return [f"校核：{len(drafts)} 份文稿中 {len(lines)} 份有问题：", *shown]
    return [f"校核：{len(drafts)} 份文稿没有发现问题。"]
