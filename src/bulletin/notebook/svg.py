"""A drawn figure as matplotlib's own SVG, for a page to show as a picture: it needs no font and nothing beside it."""

from __future__ import annotations

import io
import re

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML cannot hold and no font draws: matplotlib says each text in a comment beside its letters' outlines."""

_TOLD = dict.fromkeys(("Creator", "Date", "Format", "Type"))
"""Nothing of the day or the program: a newer matplotlib with the same drawing gives the same bytes."""


def svg_text(figure: Figure) -> str:
    """Return the figure as it was last laid out, with letters as outlines; equal figures give equal bytes."""
    figure.set_layout_engine("none")  # no second layout: every form has the same places
    out = io.BytesIO()
    with mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": "bulletin"}):
        FigureCanvasSVG(figure).print_svg(out, metadata=_TOLD)
    return _UNSEEN.sub("", out.getvalue().decode("utf-8"))
