"""Workbooks are read as they are shown, and none can end the process, eat the memory or pass errors as blanks."""

from __future__ import annotations

import datetime as dt
import io
import os
import struct
import zipfile
import zlib
from collections.abc import Callable

import msoffcrypto
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl import Workbook
from openpyxl.chart import BarChart

from bulletin.records.cells import UNCALCULATED
from bulletin.records.sources import compound, limits
from bulletin.records.sources.limits import MAX_CELLS, MAX_UNPACKED, TroubleError
from bulletin.records.sources.workbooks import sheets_in
from tests.records import books
from tests.records.books import line, row, sheet, text
from tests.times import times

GIGABYTE = 2**30
COUNTIES = [["行政区划代码", "县区"], ["100001", "甲县"]]


def read(content: bytes) -> dict[str, list[list[str]]]:
    return dict(sheets_in(content))


def trouble(content: bytes) -> str:
    with pytest.raises(TroubleError) as caught:
        read(content)
    return str(caught.value)


def every_format() -> dict[str, bytes]:
    """The same sheet in each format that is read."""
    return {
        "xlsx": books.xlsx({"县区": sheet("".join(line(n, *cells) for n, cells in enumerate(COUNTIES, start=1)))}),
        "xls": books.xls({"县区": [books.xls_text(n, c, COUNTIES[n][c]) for n in (0, 1) for c in (0, 1)]}),
    }


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_every_format_is_read_alike(kind: str) -> None:
    assert read(every_format()[kind]) == {"县区": COUNTIES}


# Errors and formulas


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ('<c r="A1" t="e"><v>#REF!</v></c>', "#REF!"),
        ("<c r='A1' s='3' t = 'e'><v>#N/A</v></c>", "#N/A"),
        ('<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "#DIV/0!"),
        ('<x:c r="A1" t="e"><x:v>#REF!</x:v></x:c>', "#REF!"),
        ('<c r="A1"><f>1+1</f><v>2</v></c>', "2"),
        ('<c r="A1" t="str"><f>"甲"</f><v>甲</v></c>', "甲"),
        ('<c r="A1" t="str"><f>""</f><v></v></c>', ""),
        ('<c r="A1" t="str"><f>""</f><v/></c>', ""),
        ('<c r="A1"><f>1+1</f></c>', f"{UNCALCULATED}1+1"),
        ('<c r="A1"><f>B1&amp;"区"</f><v></v></c>', f'{UNCALCULATED}B1&"区"'),
        ('<c r="A1"><f>1+1</f><v/></c>', f"{UNCALCULATED}1+1"),
        ('<c r="A1" s="1" t="n"> <f t="shared" si="0"/> <v /> </c>', UNCALCULATED),
        ('<c r="A1" t="str"><f>A2</f></c>', f"{UNCALCULATED}A2"),
        ('<x:c r="A1"><x:f>1+1</x:f><x:v></x:v></x:c>', f"{UNCALCULATED}1+1"),
        ('<c r="A1"/>', ""),
        ('<c r="A1" t="inlineStr"><is><t>t="e"</t></is></c>', 't="e"'),
        ('<c r="A1"><v>12345678901234567890</v></c>', "1.23456789012346E+19"),
        ('<c r="A1"><v>1e400</v></c>', "INF"),
        ('<c r="A1"><v>0.1</v></c>', "0.1"),
        ('<c r="A1"><v>141022.0</v></c>', "141022"),
        ('<c r="A1" t="d"><v>2023-01-05T09:00:00</v></c>', "2023-01-05 09:00:00"),
    ],
)
def test_a_cell_of_an_xlsx_sheet_is_read_as_it_is_shown(cell: str, shown: str) -> None:
    before = '<!-- no <c t="e"> --><?x y?>'
    content = sheet(row(1, cell, text("B1", "x")), before).replace("<worksheet", '<worksheet xmlns:x="x"')
    assert read(books.xlsx({"s": content})) == {"s": [[shown, "x"]]}


def test_errors_in_xls_are_read_as_they_are_shown() -> None:
    cells = [books.xls_text(0, 1, "头"), books.xls_error(1, 0, 0x07), books.xls_failed_formula(1, 1, 0x2A)]
    other = [books.xls_number(0, 0, 141022), books.xls_error(2, 0, 0x17)]
    found = read(books.xls({"一": cells, "二": other}))
    assert found == {"一": [["", "头"], ["#DIV/0!", "#N/A"]], "二": [["141022"], [""], ["#REF!"]]}


@settings(max_examples=times(300, 100), deadline=None, derandomize=True, database=None)
@given(st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2030, 1, 1)).map(lambda at: at.replace(microsecond=0)))
def test_a_time_keeps_its_second_though_excel_keeps_a_fraction_of_a_day(moment: dt.datetime) -> None:
    from bulletin.records.sources.workbooks import _shown

    days = (moment - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1)
    near = dt.datetime(1899, 12, 30) + dt.timedelta(days=days)
    for off in (-400, 0, 400):
        assert _shown(near + dt.timedelta(milliseconds=off)) == f"{moment:%Y-%m-%d %H:%M:%S}"


def test_a_sheet_that_is_a_chart_has_no_cells() -> None:
    book = Workbook()
    book.worksheets[0].append(["x"])
    book.create_chartsheet("图").add_chart(BarChart())
    out = io.BytesIO()
    book.save(out)
    assert read(out.getvalue()) == {"Sheet": [["x"]], "图": []}


def test_a_sheet_whose_part_is_gone_is_a_trouble() -> None:
    parts = books.parts_of(every_format()["xlsx"])
    del parts["xl/worksheets/s1.xml"]
    assert "不是有效的工作簿" in trouble(books.zipped(parts))


def test_durations_and_the_last_moment_of_all_are_shown_too() -> None:
    book = Workbook()
    book.worksheets[0].append([dt.timedelta(hours=30, minutes=5), dt.time(9, 30), dt.date(2023, 1, 5)])
    out = io.BytesIO()
    book.save(out)
    assert read(out.getvalue())["Sheet"] == [["30:05:00", "09:30:00", "2023-01-05"]]
    late = '<c r="A1" t="d"><v>9999-12-31T23:59:59.999</v></c>'
    assert read(books.xlsx({"s": sheet(row(1, late))}))["s"][0][0].startswith("9999-12-31")


# Bombs


def bomb() -> bytes:
    """A few megabytes that unpack to a gigabyte in the part that holds the cells."""
    name, start = "xl/worksheets/s1.xml", b"<worksheet><sheetData>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for other, part in books.parts_of(every_format()["xlsx"]).items():
            if other != name:
                archive.writestr(other, part)
        with archive.open(name, "w", force_zip64=True) as file:
            file.write(start)
            for _ in range(GIGABYTE // 2**24):
                file.write(b" " * 2**24)
    return out.getvalue()


def peak_of(action: Callable[[], object]) -> int:
    """The most bytes that Python held while it ran."""
    import tracemalloc

    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_zip_bomb_is_refused_before_it_is_unpacked_and_the_limit_is_said() -> None:
    content = bomb()
    assert len(content) < 10 * 2**20
    said = ""

    def refused() -> None:
        nonlocal said
        said = trouble(content)

    assert peak_of(refused) < 3 * len(content)
    assert f"展开后有 {GIGABYTE // 2**20 + 1} MB，超过 {MAX_UNPACKED // 2**20} MB 的上限" in said


def lying(claimed: int, unpacked: int) -> bytes:
    """An xlsx whose directory claims less than its sheet unpacks to."""
    content = bytearray(zipped_sheet(unpacked))
    for signature, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = content.find(signature)
        while place >= 0:
            if struct.unpack_from("<I", content, place + at)[0] == unpacked:
                struct.pack_into("<I", content, place + at, claimed)
            place = content.find(signature, place + 4)
    return bytes(content)


def zipped_sheet(size: int) -> bytes:
    start = b"<worksheet><sheetData>"
    parts = books.parts_of(every_format()["xlsx"])
    return books.zipped(parts | {"xl/worksheets/s1.xml": start + b" " * (size - len(start))})


def test_a_directory_that_lies_about_a_bomb_is_refused_without_unpacking_it() -> None:
    content = lying(claimed=1000, unpacked=64 * 2**20)
    assert peak_of(lambda: trouble(content)) < 8 * 2**20
    assert "不是有效的工作簿" in trouble(content)


def test_pictures_count_for_nothing() -> None:
    parts = books.parts_of(every_format()["xlsx"])
    claims = zipfile.ZipInfo("xl/media/image1.png")
    out = io.BytesIO(books.zipped(parts))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(claims, b"x" * 2**20)
        archive.getinfo(claims.filename).file_size = 0xFFFFFFF0
    assert read(out.getvalue()) == {"县区": COUNTIES}


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_way_of_packing_that_no_spreadsheet_program_knows_is_refused(method: int) -> None:
    assert "不是有效的工作簿" in trouble(books.zipped(books.parts_of(every_format()["xlsx"]), method))


def test_a_packed_part_with_a_wrong_checksum_is_refused() -> None:
    content = every_format()["xlsx"]
    wrong = struct.pack("<I", zlib.crc32(books.parts_of(content)["xl/worksheets/s1.xml"]))
    assert "不是有效的工作簿" in trouble(content.replace(wrong, b"\0\0\0\0"))


ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)


def test_entities_that_multiply_are_refused() -> None:
    cell = '<c r="A1" t="inlineStr"><is><t>&c;</t></is></c>'
    assert "不是有效的工作簿" in trouble(books.xlsx({"s": sheet(row(1, cell), ENTITIES)}))
    strings = f'{ENTITIES}<sst xmlns="x" uniqueCount="1"><si><t>&c;</t></si></sst>'
    assert "不是有效的工作簿" in trouble(books.xlsx({"s": sheet(row(1, text("A1", "x")))}, strings))


def test_a_document_type_is_refused_whatever_is_in_it() -> None:
    assert "不是有效的工作簿" in trouble(books.xlsx({"s": sheet(line(1, "x"), "<!DOCTYPE x>")}))


FAR = {
    "xlsx": books.xlsx({"s": sheet(row(1, text("A1", "x")) + row(1_048_576, text("XFD1048576", "x")))}),
    "xls": books.xls({"s": [books.xls_text(0, 0, "x"), books.xls_text(65_535, 16_000, "x")]}),
}


@pytest.mark.parametrize("kind", FAR)
def test_a_cell_at_the_far_end_is_refused_with_its_place_and_the_limit(kind: str) -> None:
    said = trouble(FAR[kind])
    assert f"超过 {MAX_CELLS // 10_000} 万个单元格的上限" in said
    assert "第 65536 行、第 16001 列" in said if kind == "xls" else "第 1048576 行、第 16384 列" in said


@pytest.mark.parametrize("name", ["xl/worksheets/x.rels", "content.xml", "xl/mimetype", "xl/worksheets/x.bin"])
def test_a_far_cell_is_found_whatever_its_part_is_called(name: str) -> None:
    parts = {
        each.replace("xl/worksheets/s1.xml", name): part.replace(b"worksheets/s1.xml", f"/{name}".encode())
        for each, part in books.parts_of(FAR["xlsx"]).items()
    }
    assert trouble(books.zipped(parts))


def test_a_claimed_size_alone_asks_for_nothing() -> None:
    claim = '<dimension ref="A1:XFD1048576"/>'
    content = sheet(line(1, "x")).replace("<sheetData>", f"{claim}<sheetData>")
    assert read(books.xlsx({"s": content})) == {"s": [["x"]]}
    claims = books.xls_record(0x200, struct.pack("<IIHHH", 0, 2**32 - 1, 0, 65_535, 0))
    assert read(books.xls({"s": [claims, books.xls_text(0, 0, "x")]})) == {"s": [["x"]]}


def test_empty_cells_with_a_format_down_to_the_last_row_are_no_matter() -> None:
    styled = '<c r="XFD1048576" s="1"/>'
    assert read(books.xlsx({"s": sheet(line(1, "x") + row(1_048_576, styled))})) == {"s": [["x"]]}


def test_one_long_text_shared_by_many_cells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_UNPACKED", 10**6)
    monkeypatch.setattr("bulletin.records.sources.openxml.MAX_UNPACKED", 10**6)
    strings = f'<sst xmlns="x"><si><t>{"长" * 10_000}</t></si><si><r><t>短</t></r></si></sst>'

    def shared(index: int, times: int) -> bytes:
        rows = "".join(row(n, f'<c r="A{n}" t="s"><v>{index}</v></c>') for n in range(1, times + 1))
        return books.xlsx({"s": sheet(rows)}, strings)

    assert "的上限" in trouble(shared(0, 101))
    assert len(read(shared(0, 99))["s"]) == 99
    assert read(shared(1, 200))["s"] == [["短"]] * 200  # many cells and a long text, but not in them


@pytest.mark.parametrize("claim", ["99999999999", "18446744073709551615"])
def test_a_claimed_number_of_shared_strings_asks_for_nothing(claim: str) -> None:
    strings = f'<sst xmlns="x" uniqueCount="{claim}"><si><t>x</t></si></sst>'
    assert "不是有效的工作簿" in trouble(books.xlsx({"s": sheet(line(1, "x"))}, strings))


# Broken and protected workbooks


@pytest.mark.parametrize(
    "rows",
    [
        row(2, text("A2", "x")) + row(1, text("A1", "y")),
        row(1, text("A1", "x")) + row(1, text("A1", "y")),
        row(1, text("A1", "x"), text("A1", "y")),
        row(1, text("A2", "x")),
        row(1, text("ZZZZ1", "x")),
        row(1, text("a1", "x")),
        row(1_048_577, text("A1048577", "x")),
        '<row r="x"/>',
        row(1, '<c r="A1" t="s"><v>0</v></c>'),
        row(1, text("A1", "x"))[:-3],
        "<row>&nothing;</row>",
    ],
)
def test_a_sheet_that_excel_would_call_broken_is_refused_not_guessed_at(rows: str) -> None:
    assert "不是有效的工作簿" in trouble(books.xlsx({"s": sheet(rows)}))


def test_cells_without_a_place_stand_one_after_the_other() -> None:
    rows = '<row><c><v>1</v></c><c><v>2</v></c></row><row r="4"><c r="B4"><v>3</v></c><c><v>4</v></c></row>'
    assert read(books.xlsx({"s": sheet(rows)})) == {"s": [["1", "2", ""], ["", "", ""], ["", "", ""], ["", "3", "4"]]}


def test_an_xlsx_with_a_password_says_so() -> None:
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(every_format()["xlsx"])).encrypt("秘密", out)
    assert msoffcrypto.OfficeFile(io.BytesIO(out.getvalue())).is_encrypted()
    assert trouble(out.getvalue()).startswith("工作簿有打开密码。请在 Excel 或 WPS 中输入密码打开，清除密码")


@pytest.mark.parametrize("method", [b"\0\0", b"\1\0"])
def test_an_xls_with_a_password_says_so(method: bytes) -> None:
    locked = books.xls({"s": [books.xls_text(0, 0, "x")]}, books.xls_record(0x2F, method + bytes(52)))
    assert trouble(locked).startswith("工作簿有打开密码")


def test_a_zip_with_a_password_says_so() -> None:
    content = bytearray(every_format()["xlsx"])
    content[6] |= 1
    content[content.find(b"PK\x01\x02") + 8] |= 1
    assert trouble(bytes(content)).startswith("工作簿有打开密码")


@pytest.mark.parametrize("part", ["content.xml", "xl/workbook.bin"])
def test_a_workbook_of_another_format_says_what_to_do_whatever_it_is_called(part: str) -> None:
    content = books.zipped(books.parts_of(every_format()["xlsx"]) | {"mimetype": b"x", part: b"x"})
    assert (
        trouble(content) == "是 .xlsb 或 .ods 格式，不能读取，请在 Excel 或 WPS 中打开后另存为“Excel 工作簿（.xlsx）”"
    )


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x03\x04", b"<html><table><tr><td>x</td></tr></table>", b"a,b\n"])
def test_what_is_no_workbook_says_what_to_do(content: bytes) -> None:
    assert trouble(content) == "不是有效的工作簿，请在 Excel 或 WPS 中打开后另存为“Excel 工作簿（.xlsx）”"


def test_a_compound_file_is_packed_so_that_it_unpacks_to_the_same() -> None:
    for size in (1, 4095, 4096, 4097, 5_000_000):
        stream = bytes(n * 7 % 251 for n in range(min(size, 5000))).ljust(size, b"x")
        assert compound._stream(compound.packed(stream)).rstrip(b"\0") == stream.rstrip(b"\0")


def test_a_small_stream_in_the_small_sectors_is_found() -> None:
    stream = books.xls_stream({"县区": [books.xls_text(n, c, COUNTIES[n][c]) for n in (0, 1) for c in (0, 1)]})
    content = small_compound(stream)
    assert compound._stream(content) == stream
    assert read(content) == {"县区": COUNTIES}


def small_compound(stream: bytes) -> bytes:
    """A compound file of 512-byte sectors as old programs write it: FAT, directory, small table, small stream."""
    end, free, fat = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    held = -(-len(stream) // 512)
    links = [fat, end, end, *range(4, 3 + held), end]
    small = [*range(1, -(-len(stream) // 64)), end]
    numbers = (0, 1, 1, 0, 4096, 2, 1, end, 0)
    header = compound.MAGIC + bytes(16) + struct.pack("<HHHHH6x9I", 0x3E, 3, 0xFFFE, 9, 6, *numbers)
    header += struct.pack("<109I", 0, *[free] * 108)
    listing = compound._named("Root Entry", 5, 3, held * 512, child=1) + compound._named("Workbook", 2, 0, len(stream))
    parts = (
        header,
        struct.pack("<128I", *links, *[free] * (128 - len(links))),
        listing.ljust(512, b"\0"),
        struct.pack("<128I", *small, *[free] * (128 - len(small))),
        stream.ljust(held * 512, b"\0"),
    )
    return b"".join(parts)


@pytest.mark.parametrize(
    ("at", "number"),
    [(48, 0), (48, 0xFFFF), (68, 0), (76, 0xFFFF), (30, 0), (30, 0xFFFF)],
    ids=["directory loops", "directory is gone", "table loops", "table is gone", "no sector", "huge sectors"],
)
def test_chains_that_lead_nowhere_or_round_in_circles_are_refused(at: int, number: int) -> None:
    content = bytearray(every_format()["xls"])
    struct.pack_into("<H" if at == 30 else "<I", content, at, number)
    if number == 0 and at in {48, 68}:
        struct.pack_into("<I", content, {48: 4096, 68: 8188}[at], 0)
    assert "不是有效的工作簿" in trouble(bytes(content))


def test_a_panic_in_rust_is_a_trouble_and_writes_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    broken = books.xls({"s": []}, books.xls_record(0x42))  # a code page of no bytes
    assert "不是有效的工作簿" in trouble(broken)
    assert capfd.readouterr() == ("", "")


def test_a_workbook_is_read_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(_: int) -> int:
        raise OSError(9, "Bad file descriptor")

    monkeypatch.setattr(os, "dup", closed)
    assert read(every_format()["xlsx"]) == {"县区": COUNTIES}


def test_any_other_error_is_a_bug_and_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bulletin.records.sources.workbooks.CalamineWorkbook.from_filelike", broken, raising=False)
    with pytest.raises(KeyboardInterrupt):
        read(every_format()["xlsx"])
