"""What is wrong in the records, published: quality.csv, quality.xlsx, and a marked copy of each faulty workbook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bulletin.build.period_outputs import PeriodOutputs
from bulletin.export.sheets.marked import marked_copy
from bulletin.export.sheets.quality import quality_xlsx
from bulletin.project.digests import digest_of
from bulletin.project.errors import BulletinError
from bulletin.project.listing import MOST_LISTED
from bulletin.records.faults import Fault, faults_csv
from bulletin.records.read import Records
from bulletin.records.sources.files import sheets_of
from bulletin.records.sources.workbooks import SUFFIXES

CSV, XLSX, COPIES = "quality.csv", "quality.xlsx", "quality"


@dataclass(frozen=True)
class Quality:
    """Where the list of faults is, and the folder of the marked copies, if there are any."""

    listed: Path
    copies: Path | None

    def __str__(self) -> str:
        told = f"逐条清单已写入 {self.listed}"
        return f"{told}，带标记的原表在 {self.copies}，可发回各县（市、区）改正。" if self.copies else f"{told}。"


def publish_quality(
    faults: Sequence[Fault],
    records: Records,
    outputs: PeriodOutputs,
    say: Callable[[str], None],
    apart: str = "",
) -> Quality:
    """Write the list of faults into a period's folder in both forms, and a copy of each workbook that has faults.

    `apart` says what the records hold of other periods. The copies of an earlier run are gone then. A CSV file has none: it holds a whole table, never one county's part.

    Raises:
        BulletinError: `cannot-write` or `cannot-publish`; what couldn't be replaced is as it was.

    """
    copies = outputs.folder / COPIES
    with outputs.renewed_folder(copies) as staged:
        _write_copies(faults, records, staged, say)
    outputs.publish_file(quality_xlsx(faults, records.schema, apart), XLSX)
    outputs.publish_file(faults_csv(faults, records.schema), CSV)
    return Quality(outputs.folder / XLSX, copies if copies_in(outputs) else None)


def copies_in(outputs: PeriodOutputs) -> list[Path]:
    """The marked copies among a period's outputs: what people laid beside them is theirs."""
    return [path for path in sorted((outputs.folder / COPIES).glob("*")) if outputs.is_left(path)]


def _write_copies(faults: Sequence[Fault], records: Records, staged: Path, say: Callable[[str], None]) -> None:
    unreadable = {fault.file for fault in faults if fault.kind == "unreadable"}
    files = sorted({fault.file for fault in faults} - unreadable)
    files = [file for file in files if file.lower().endswith(SUFFIXES)]
    if records.path is None or not files:
        return
    say(f"正在为 {len(files)} 个工作簿标出问题单元格……")
    digests = {source.file: source.sha256 for source in records.sources}
    changed = 0
    for number, (file, name) in enumerate(_copy_names(files).items(), start=1):
        path = records.path / file if records.path.is_dir() else records.path
        own = [fault for fault in faults if fault.file == file]
        try:
            content = path.read_bytes()
            sheets = sheets_of(path, records.schema)
        except (OSError, BulletinError):
            content, sheets = b"", []
        digest = digest_of(content)
        if digests.get(file, digest) != digest or not sheets or any(sheet.trouble for sheet in sheets):
            changed += number > MOST_LISTED
            told = f"  {file} 在核对后有改动，没有标记，请重新运行。"
        else:
            (staged / name).write_bytes(marked_copy(content, sheets, own, records))
            told = f"  {file}：{len(own)} 处"
        if number <= MOST_LISTED:
            say(told)
    if len(files) > MOST_LISTED:
        told = f"其中 {changed} 个在核对后有改动，没有标记，请重新运行" if changed else f"见 {XLSX}"
        say(f"  ……另有 {len(files) - MOST_LISTED} 个，{told}。")


def _copy_names(files: Sequence[str]) -> dict[str, str]:
    """What each file's copy is called: as the file, and for x.xls x.xls.xlsx, so that it isn't x.xlsx's."""
    names: dict[str, str] = {}
    for file in sorted(files, key=lambda file: not file.lower().endswith(".xlsx")):
        name, number = file if file.lower().endswith(".xlsx") else f"{file}.xlsx", 2
        taken = {other.lower() for other in names.values()}
        while name.lower() in taken:
            name, number = f"{file} ({number}).xlsx", number + 1
        names[file] = name
    return names
