"""How much a file may hold before it's read: a few kilobytes can claim more than any machine has."""

from __future__ import annotations

from dataclasses import dataclass

MAX_UNPACKED = 512 * 2**20
"""Bytes of a workbook once unpacked, and of all the text in its cells.

200,000 events take some 60 MB, a sheet filled to Excel's last row some 300.
"""

MAX_CELLS = 20_000_000
"""Cells of a sheet from A1 to its last row and column: Excel's last row times nineteen columns.

The reader lays out every one of them, empty or not, so that one cell at XFD1048576 would ask for 500 GB.
"""

MOST_ROWS = 150_000
"""Rows up to which a table is held in memory cell by cell, and its rows are listed one by one.

A list of that many takes 3 MB; the weekly counts of more than that many rows are worth a database.
"""

MAX_ROW_LIST = 256 * 2**20
"""Bytes of an earlier build's list of rows once unpacked: eleven tables of MOST_ROWS rows take some 150 MB."""

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""Where Excel's sheets end."""


LOCKED = (
    "工作簿有打开密码。请在 Excel 或 WPS 中输入密码打开，清除密码"
    "（Excel：文件→信息→保护工作簿→用密码进行加密）并保存后重试"
)
"""What is said of a workbook that only opens with a password."""


OTHER_FORMAT = "是 .xlsb 或 .ods 格式，不能读取，请在 Excel 或 WPS 中打开后另存为“Excel 工作簿（.xlsx）”"
"""What is said of a workbook in a format that isn't read."""


class TroubleError(Exception):
    """Why a file can't be read and what to do, in Chinese."""


class InvalidError(TroubleError):
    """A file that is no workbook, or whatever else it's called."""

    def __init__(
        self, what: str = "工作簿", advice: str = "在 Excel 或 WPS 中打开后另存为“Excel 工作簿（.xlsx）”"
    ) -> None:
        super().__init__(f"不是有效的{what}，请{advice}")


@dataclass
class Grid:
    """How far the filled cells of a sheet reach, in rows and columns from A1, and how much text they hold."""

    height: int = 0
    width: int = 0
    text: int = 0

    def fill(self, row: int, column: int) -> None:
        """Count a filled cell: its row and column from 1.

        Raises:
            InvalidError: where no sheet has such a cell.

        """
        if not (0 < row <= LAST_ROW and 0 < column <= LAST_COLUMN):
            raise InvalidError
        self.height = max(self.height, row)
        self.width = max(self.width, column)

    def check(self) -> None:
        """Refuse a sheet that would not fit into memory.

        Raises:
            TroubleError: with the limit and what to do.

        """
        if self.height * self.width > MAX_CELLS:
            raise TroubleError(
                f"有一张工作表的内容一直伸到第 {self.height} 行、第 {self.width} 列，超过 {MAX_CELLS // 10_000} 万个"
                "单元格的上限，未读取。请按 Ctrl+End 找到并删去远处多余的行和列，保存后重试"
            )
        if self.text > MAX_UNPACKED:
            raise too_large(self.text)


def too_large(size: int) -> TroubleError:
    """Why a file of `size` bytes, unpacked, isn't read."""
    return TroubleError(
        f"展开后有 {-(-size // 2**20)} MB，超过 {MAX_UNPACKED // 2**20} MB 的上限，可能不是正常的工作簿，未读取。"
        "请删去无关的工作表后另存，或把大表另存为 CSV"
    )
