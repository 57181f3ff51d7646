"""One palette and one font for every chart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib as mpl
import pylopdf_fonts_zh_cn
import seaborn as sns
from matplotlib import font_manager

from bulletin.project.errors import BulletinError

# Dark to light as well as hue against hue: told apart in greyscale print and by colour-blind readers.
INK = "#20262e"
MAIN = "#1f5a8a"
SECOND = "#d98e32"
MEAN = "#9c2f2f"
FAINT = "#c9d3dc"
HEAT = sns.light_palette(MAIN, as_cmap=True)

DPI = 300
"""Print resolution; the pictures are 156 mm wide, the text width of the page."""

WIDTH_MM = 156.0
WIDTH_INCHES = WIDTH_MM / 25.4


@contextmanager
def theme() -> Iterator[None]:
    """Draw with the house's style; whatever style the caller had comes back afterwards.

    Raises:
        BulletinError: `no-font`.

    """
    family = _font()
    style = sns.axes_style("whitegrid") | {
        "font.family": "sans-serif",
        "font.sans-serif": [family],
        "axes.unicode_minus": False,
        "text.parse_math": False,  # names come from the records: a $ in one is a character
        "axes.edgecolor": FAINT,
        "axes.labelcolor": INK,
        "axes.titlecolor": INK,
        "axes.titlesize": 12,
        "axes.labelsize": 10,
        "font.size": 9.5,
        "grid.color": "#e6ebef",
        "text.color": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "figure.dpi": DPI,
        "savefig.dpi": DPI,
        "legend.frameon": False,
    }
    with mpl.rc_context(style):
        yield


def _font() -> str:
    """The family of the font of the package that charts are drawn with, known to matplotlib."""
    path = str(pylopdf_fonts_zh_cn.sans_path())
    try:
        if all(entry.fname != path for entry in font_manager.fontManager.ttflist):
            font_manager.fontManager.addfont(path)
        return font_manager.FontProperties(fname=path).get_name()
    except (OSError, RuntimeError) as error:  # the latter is FreeType's
        raise BulletinError(
            "no-font",
            f"图表所用的字体无法读取：{path}。软件包 pylopdf-fonts-zh-cn 不完整，"
            "请重新安装：python -m pip install --force-reinstall --no-deps -r requirements.lock",
        ) from error
