"""The last build of a period, as it lies in its folder: what changed since then, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from bulletin.export.diff import compare
from bulletin.export.html.changes_page import Changes, InputChange
from bulletin.export.notebook_words import NOTEBOOKS, NotebookChange, Notebooks, notebook_change, read_notebooks
from bulletin.facts.facts import Facts
from bulletin.facts.file import read_facts_of
from bulletin.notebook.field import Field
from bulletin.notebook.period import PeriodResults
from bulletin.project.digests import digest_of_file
from bulletin.project.earlier import FACTS
from bulletin.project.errors import BulletinError
from bulletin.project.fingerprint import InputTable
from bulletin.project.manifest import MANIFEST, Inputs, Manifest, ReportEntry, intact
from bulletin.project.params.keys import Key, flat_params
from bulletin.project.unseen import visible
from bulletin.records.history import ROWS, RowChange, read_rows, row_changes

_DIGITS = 12
"""How much of a digest is shown."""


@dataclass(frozen=True)
class LastBuild:
    """What the last build left: nothing of it need be there, or be readable. `notes` say what isn't."""

    manifest: Manifest | None
    facts: Facts | None
    rows: pd.DataFrame | None
    notes: list[str]
    notebooks: Notebooks | None = None

    @property
    def reports(self) -> list[ReportEntry]:
        """How the reports stood after it."""
        return self.manifest.reports if self.manifest else []


def read_last_build(folder: Path, manifest: Manifest | None, field: Field) -> LastBuild:
    """Read what the last build left in a period's folder, before it's replaced."""
    facts, rows, notebooks, notes = None, None, None, []
    if manifest and any(source.table not in field.schema.tables for source in manifest.inputs):
        manifest = None
    if manifest is None and (folder / MANIFEST).is_file():
        notes.append(f"上次的 {MANIFEST} 出自本软件的其他版本，或已损坏，不能比较输入。")
    if (folder / FACTS).is_file():
        try:
            facts = read_facts_of(folder / FACTS, field.catalogue, folder.name, "")
        except BulletinError:
            notes.append(f"上次的 {FACTS} 无法读取，不能比较指标。")
    if manifest:
        if facts and manifest.files.get(FACTS) != digest_of_file(folder / FACTS):
            notes.append(f"{FACTS} 与上次的 {MANIFEST} 不一致：上次生成没有完成，或文件被改动过。")
        rows = read_rows(folder / ROWS, field.schema)
        if intact(folder, {NOTEBOOKS: manifest.files.get(NOTEBOOKS, "")}):
            notebooks = read_notebooks(folder / NOTEBOOKS)
    return LastBuild(manifest, facts, rows, notes, notebooks)


def changes_since(
    last: LastBuild, inputs: Inputs, results: PeriodResults, rows: pd.DataFrame, notebooks: Notebooks
) -> Changes:
    """Set this build against the last one."""
    then, titles = last.manifest, {name: table.title for name, table in results.field.schema.tables.items()}
    if then is None and last.facts is None and not last.notes:
        return Changes("", None, [], [], [])
    built = then.generated_at.replace("T", " ")[:16] if then else "时间不详"
    figures = compare(last.facts, "上次生成", results.facts, "本次生成") if last.facts else None
    if then is None:
        return Changes(built, figures, [], [], last.notes)
    touched = {new.table for new in _files(then, inputs)}
    comparable = {table for table in touched if _listed(then, last.rows, table) and _listed(inputs, rows, table)}
    changed: list[RowChange] = []
    if last.rows is not None:
        then_rows, now_rows = (each[each["table"].isin(comparable)] for each in (last.rows, rows))
        changed = row_changes(then_rows, now_rows, results.field.schema)
    edited = [name for name, each in inputs.notebooks.items() if then.notebooks.get(name, each) != each]
    words = [
        notebook_change(name, last.notebooks[name], notebooks[name])
        for name in edited
        if last.notebooks and name in last.notebooks and name in notebooks
    ]
    notes = [*last.notes, *_row_notes(titles, touched, comparable, changed), *_word_notes(edited, words)]
    shown = [each for each in words if each.cells]
    return Changes(built, figures, list(_input_changes(then, inputs, titles)), changed, notes, shown)


def _listed(inputs: Inputs, rows: pd.DataFrame | None, table: str) -> bool:
    """Whether a list has all rows of a table: it leaves out very large ones and those that stay in a database."""
    read = sum(source.rows for source in inputs.inputs if source.table == table)
    return rows is not None and read == int((rows["table"] == table).sum())


def _row_notes(
    titles: Mapping[str, str], touched: set[str], comparable: set[str], changed: list[RowChange]
) -> Iterator[str]:
    apart = [title for name, title in titles.items() if name in touched - comparable]
    if apart:
        yield f"没有逐行比较：{'、'.join(apart)}（记录在数据库中或过多，或没有上次的记录清单）。"
    same = [title for name, title in titles.items() if name in comparable - {each.table for each in changed}]
    if same:
        yield f"文件有变、读入的记录没有变：{'、'.join(same)}（格式、顺序、不读入的列、姓名、事由等不逐行比较）。"


def _word_notes(edited: list[str], words: list[NotebookChange]) -> Iterator[str]:
    compared = {each.name for each in words}
    if apart := [name for name in edited if name not in compared]:
        yield f"没有比较笔记本的字句：{'、'.join(apart)}（没有上次的内容，或无法读取）。"
    if same := [each.name for each in words if not each.cells]:
        yield f"笔记本有变、各单元格的字句和标签没有变：{'、'.join(same)}（运行结果、格式等不比较）。"


def _files(old: Inputs, new: Inputs) -> list[InputTable]:
    """The sheets that are in one of the two alone, by their file's digest."""
    then, now = ({_place(source): source for source in each.inputs} for each in (old, new))
    return [
        source
        for place, source in (then | now).items()
        if place not in then or place not in now or then[place].sha256 != now[place].sha256
    ]


def _place(source: InputTable) -> tuple[str, str, str]:
    return source.table, source.file, source.sheet


def _input_changes(old: Inputs, new: Inputs, titles: Mapping[str, str]) -> Iterator[InputChange]:
    for source in _files(old, new):
        then, now = (
            "".join(_said(each) for each in inputs.inputs if _place(each) == _place(source)) for inputs in (old, new)
        )
        yield InputChange("数据", f"{titles[source.table]}：{f'{source.file} {source.sheet}'.strip()}", then, now)
    params = (
        {_called(key): each for key, each in flat_params(content).items()} for content in (old.params, new.params)
    )
    yield from _differing("参数", *params)
    yield from _differing(
        "笔记本", *({name: _short(each) for name, each in nb.items()} for nb in (old.notebooks, new.notebooks))
    )
    earlier = ({each.previous.file: _short(each.previous.sha256)} if each.previous else {} for each in (old, new))
    yield from _differing("上一期指标", *earlier)
    yield from _differing(
        "程序",
        {"bulletin": f"{old.bulletin}，摘要 {_short(old.program)}"},
        {"bulletin": f"{new.bulletin}，摘要 {_short(new.program)}"},
    )
    yield from _differing("程序库", old.packages, new.packages)


def _said(source: InputTable) -> str:
    return f"{source.rows} 行，摘要 {_short(source.sha256)}"


def _short(digest: str) -> str:
    return digest[:_DIGITS]


def _called(key: Key) -> str:
    return f"{visible(key.name)}（{key.title}）" if key.title else visible(key.name)


def _differing(what: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[InputChange]:
    for name in dict.fromkeys([*old, *new]):
        then, now = old.get(name, ""), new.get(name, "")
        if then != now:
            yield InputChange(what, name, visible(then), visible(now))
