"""Draw the pictures of the documents into docs/images/: `python -m tools.pictures`.

Needs LibreOffice (Calc and Writer) and Chromium. All that is shown is made up (see tools.example).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pypdfium2
from openpyxl import load_workbook
from openpyxl.worksheet.properties import PageSetupProperties
from PIL import Image, ImageChops, ImageDraw, ImageFont
from playwright.sync_api import sync_playwright
from pylopdf_fonts_zh_cn import sans_path

from tools.example import ROOT, hand_in, write_project

IMAGES = ROOT / "docs/images"
WIDEST, LARGEST = 900, 150_000
"""Of a picture: pixels, and bytes of its file."""

_FONTS = ROOT / "tests/export/fonts.conf"
_PROGRAMS = {"soffice": "LibreOffice", "chromium": "Chromium"}


@dataclass(frozen=True)
class Scene:
    """The example year on the way: a folder with 模板/, faulty/ (after a check with faults) and outputs/ (built)."""

    folder: Path
    programs: Mapping[str, str]

    def run(self, program: str, *arguments: str | Path) -> None:
        """Run one of the programs, with fonts that stand for those that a bulletin names."""
        command = [self.programs[program], *map(str, arguments)]
        environment = os.environ | {"FONTCONFIG_FILE": str(_FONTS)}
        subprocess.run(command, check=True, capture_output=True, cwd=self.folder, env=environment)

    def pdf(self, source: Path) -> pypdfium2.PdfDocument:
        """A workbook or Word file as LibreOffice prints it."""
        home = f"-env:UserInstallation={(self.folder / 'office').as_uri()}"
        self.run("soffice", home, "--headless", "--convert-to", "pdf", "--outdir", self.folder / "pdf", source)
        return pypdfium2.PdfDocument(self.folder / "pdf" / f"{source.stem}.pdf")


def scene(folder: Path, programs: Mapping[str, str]) -> Scene:
    """Play the example year through in `folder`, by the commands of docs/new-year.md."""
    write_project(folder)
    _bulletin(folder, "template", "模板")
    _bulletin(folder, "new", "2024", "--from", "2023")
    template, records = folder / "模板/数据模板.xlsx", folder / "data/2024"
    hand_in(template, records, faulty=True)
    _bulletin(folder, "check", "2024", "--outputs", "faulty")
    hand_in(template, records, faulty=False)
    _bulletin(folder, "build", "2024")
    return Scene(folder, programs)


def _bulletin(folder: Path, *arguments: str) -> None:
    # The check of faulty records ends with 2, as it should: what isn't there then, no picture can show.
    subprocess.run([sys.executable, "-m", "bulletin", *arguments], check=False, capture_output=True, cwd=folder)


def _sheet(at: Scene, file: str, name: str, area: str) -> Image.Image:
    """An area of a sheet with the lines, letters and numbers that a spreadsheet shows round it."""
    source = at.folder / "sheet.xlsx"
    _printable(at.folder / file, name, area).save(source)
    return _cropped(at.pdf(source)[0].render(scale=2).to_pil())


def _printable(source: Path, name: str, area: str) -> Any:
    book = load_workbook(source)
    for other in book.sheetnames:
        if other != name:
            book.remove(book[other])
    sheet: Any = book[name]
    sheet.print_area, sheet.print_title_rows = area, None
    sheet.print_options.gridLines = sheet.print_options.headings = True
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    return book


def _noted(at: Scene, file: str, name: str, area: str, cell: str) -> Image.Image:
    """As `_sheet`, with the comment that shows where the mouse is over a cell."""
    sheet: Any = load_workbook(at.folder / file)[name]
    return _with_note(_sheet(at, file, name, area), sheet[cell].comment.text)


def _with_note(picture: Image.Image, text: str) -> Image.Image:
    """A note below the right part of a picture, as a spreadsheet shows one."""
    font = ImageFont.truetype(str(sans_path()), 24)
    lines = "\n".join(text[at : at + 30] for at in range(0, len(text), 30))
    canvas = Image.new("RGB", (picture.width, picture.height + 110), "white")
    canvas.paste(picture)
    draw = ImageDraw.Draw(canvas)
    left, top = picture.width // 3, picture.height + 16
    box = draw.multiline_textbbox((left, top), lines, font=font, spacing=8)
    draw.rectangle((box[0] - 14, box[1] - 10, box[2] + 14, box[3] + 14), fill="#FFFFE1", outline="#808080")
    draw.multiline_text((left, top), lines, font=font, fill="black", spacing=8)
    return canvas


def _page(at: Scene, file: str) -> Image.Image:
    """The first page of a Word file, whole, with a line round it."""
    picture: Image.Image = at.pdf(at.folder / file)[0].render(scale=1.2).to_pil()
    ImageDraw.Draw(picture).rectangle((0, 0, picture.width - 1, picture.height - 1), outline="#B0B0B0")
    return picture


def _screen(at: Scene, file: str, height: int) -> Image.Image:
    """A page in the browser, from its top."""
    shot = at.folder / "screen.png"
    size = f"--window-size={WIDEST},{height}"
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", size)
    at.run("chromium", *options, f"--screenshot={shot}", (at.folder / file).as_uri())
    return Image.open(shot).convert("RGB")


def _source(at: Scene, file: str, figure: str, height: int) -> Image.Image:
    """A report's page in the browser, with the source of a figure open."""
    shot = at.folder / "screen.png"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=at.programs["chromium"], args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDEST, "height": height})
        page.goto((at.folder / file).as_uri())
        shown = page.locator(figure).first
        shown.evaluate("figure => scrollTo(0, figure.getBoundingClientRect().top - 220)")
        shown.click()
        page.screenshot(path=shot)
        browser.close()
    return Image.open(shot).convert("RGB")


def _cropped(picture: Image.Image) -> Image.Image:
    """Without the white round it."""
    box = ImageChops.difference(picture.convert("RGB"), Image.new("RGB", picture.size, "white")).getbbox()
    return picture.convert("RGB").crop(box)


PICTURES: Mapping[str, Callable[[Scene], Image.Image]] = {
    "template-explanation": partial(_sheet, file="模板/数据模板.xlsx", name="填写说明", area="A1:D26"),
    "template-sheet": partial(_noted, file="模板/数据模板.xlsx", name="企业名录", area="A1:F7", cell="D1"),
    "quality": partial(_sheet, file="faulty/2024/quality.xlsx", name="汇总", area="A1:D17"),
    "marked": partial(_noted, file="faulty/2024/quality/甲县.xlsx", name="现场签到", area="A1:G12", cell="C6"),
    "front": partial(_screen, file="outputs/2024/index.html", height=670),
    "source": partial(
        _source, file="outputs/2024/city/bulletin.html", figure='.prose [data-metric="onsite_rate"]', height=640
    ),
    "draft": partial(_page, file="outputs/2024/city/bulletin.docx"),
}
"""Every picture by its name: what draws it."""


def save(picture: Image.Image, path: Path) -> None:
    """Write a picture as a small PNG: at most WIDEST pixels wide, 64 colours."""
    if picture.width > WIDEST:
        picture = picture.resize((WIDEST, round(picture.height * WIDEST / picture.width)), Image.Resampling.LANCZOS)
    picture.quantize(64, dither=Image.Dither.NONE).save(path, optimize=True)


def main() -> int:
    """Draw all pictures; 1 where a program is missing."""
    found = {program: shutil.which(program) for program in _PROGRAMS}
    missing = [f"{_PROGRAMS[program]} ({program})" for program, path in found.items() if path is None]
    if missing:
        print(f"Not installed: {', '.join(missing)}. Nothing was drawn.", file=sys.stderr)
        return 1
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        at = scene(Path(folder) / "project", {program: str(path) for program, path in found.items()})
        for name, draw in PICTURES.items():
            save(draw(at), IMAGES / f"{name}.png")
            print(f"written: {IMAGES / f'{name}.png'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
