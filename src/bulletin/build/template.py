"""The empty workbook for records, written where somebody is going to fill it in."""

from __future__ import annotations

from pathlib import Path

from bulletin.export.sheets.template import NAME, template_xlsx
from bulletin.notebook.field import find_field
from bulletin.project.errors import BulletinError
from bulletin.project.whole_file import publish_file


def write_template(folder: Path) -> Path:
    """Write the template into a folder, and return its path.

    Raises:
        BulletinError: `template-exists`: somebody may have filled it in; `cannot-publish`.

    """
    path = folder / NAME
    if path.exists():
        raise BulletinError("template-exists", f"{path} 已存在，未覆盖。请换一个文件夹，或先移走它。")
    publish_file(template_xlsx(find_field().schema), path)
    return path
