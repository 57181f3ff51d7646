"""A drawn figure as SVG that can stand inside a page: text is text, nothing loads, nothing is named twice.

Matplotlib's own SVG brings a style sheet that reaches over the whole page, and ids that two charts share. So only
what is seen is taken over from it: paths, texts and pictures one after the other, without groups, ids or styles.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

FONTS = "Microsoft YaHei, PingFang SC, Source Han Sans SC, Noto Sans CJK SC, Noto Sans SC, SimHei, sans-serif"
"""The page's own sans, as its style sheet has it: Windows, macOS, Linux."""

_SVG, _HREF = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
_STEP = re.compile(r"([MLCQz])([^MLCQz]*)")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML cannot hold and no font draws. A name of an earlier period's facts may bring it."""

Attributes = dict[str, str]


class _Element(NamedTuple):
    tag: str
    attributes: Attributes
    content: str = ""  # escaped


def svg_text(figure: Figure, alt: str) -> str:
    """The figure as it was last laid out, as an `svg` element that says `alt`.

    Nothing may be drawn outside its axes: clip paths are left out, as they need ids.
    """
    figure.set_layout_engine("none")  # no second layout: every form has the same places
    out = io.BytesIO()
    with mpl.rc_context({"svg.fonttype": "none"}):
        FigureCanvasSVG(figure).print_svg(out)
    drawn = ET.fromstring(_UNSEEN.sub("", out.getvalue().decode("utf-8")))  # noqa: S314 (matplotlib's own words)
    width, height = (float(size) for size in drawn.attrib["viewBox"].split()[2:])
    root = {
        "xmlns": _SVG.strip("{}"),
        "viewBox": f"0 0 {_short(width)} {_short(height)}",
        "width": f"{width / 0.75:.0f}",  # of 1/96 inch
        "height": f"{height / 0.75:.0f}",
        "role": "img",
        "aria-label": _UNSEEN.sub("", alt),
        "font-family": FONTS,
        "stroke-linejoin": "round",
    }
    markers = {path.attrib["id"]: path for path in drawn.iter(f"{_SVG}path") if "id" in path.attrib}
    return _written("svg", root, "".join(_written(*each) for each in _elements(drawn, markers)))


def _elements(parent: ET.Element, markers: Mapping[str, ET.Element]) -> Iterator[_Element]:
    """What is seen of an element's content, in the order of painting."""
    for child in parent:
        tag = child.tag.removeprefix(_SVG)
        if child.get("id", "").startswith("QuadMesh"):
            yield _merged([*_elements(child, markers)])
        elif tag == "g":
            yield from _elements(child, markers)
        elif tag == "path":
            yield from _path(child, _style(child))
        elif tag == "use":
            marker = markers[child.attrib[_HREF].removeprefix("#")]
            moved = f"translate({_short(child.attrib['x'])} {_short(child.attrib['y'])})"
            yield from _path(marker, _style(child) | _style(marker) | {"transform": moved})
        elif tag == "text":
            place = {name: _short(child.attrib[name]) for name in ("x", "y")}
            yield _Element("text", place | _transform(child) | _style(child), escape(child.text or ""))
        elif tag == "image":
            place = {name: _short(child.attrib[name]) for name in ("x", "y", "width", "height")}
            picture = {"href": "".join(child.attrib[_HREF].split()), "preserveAspectRatio": "none"}
            yield _Element("image", picture | place | _transform(child))


def _path(path: ET.Element, style: Attributes) -> Iterator[_Element]:
    if "d" in path.attrib and (style.get("fill") != "none" or "stroke" in style):
        yield _Element("path", {"d": _outline(path.attrib["d"]), **style})


def _merged(cells: Sequence[_Element]) -> _Element:
    """A heat map's cells, which don't overlap: one path a colour, the rest of their style said once."""
    outlines: dict[str, list[str]] = {}
    for cell in cells:
        fill = cell.attributes.pop("fill", "#000000")  # black is SVG's own and left unsaid
        outlines.setdefault(fill, []).append(cell.attributes.pop("d"))
    paths = [_written("path", {"d": "".join(parts), "fill": fill}, "") for fill, parts in outlines.items()]
    return _Element("g", cells[0].attributes, "".join(paths))


def _style(element: ET.Element) -> Attributes:
    """The element's style as attributes: a page may forbid `style`. The font is the whole picture's."""
    pairs = (pair.split(":", 1) for pair in element.get("style", "").split(";") if ":" in pair)
    style = {name.strip(): value.strip() for name, value in pairs}
    style.pop("font-family", None)
    return style


def _transform(element: ET.Element) -> Attributes:
    told = element.get("transform", "")
    return {"transform": _NUMBER.sub(lambda n: _short(n[0]), told)} if told and "rotate(-0 " not in told else {}


def _outline(path: str) -> str:
    """A path's steps with two decimals; straight ones along an axis with their one coordinate."""
    parts: list[str] = []
    start = here = ("", "")
    for command, numbers in _STEP.findall(path):
        steps = [_short(number) for number in numbers.split()]
        there = (steps[-2], steps[-1]) if steps else start
        if command == "M":
            start = there
        if command == "L" and there == start:
            parts.append("z")
        elif command == "L" and there[1] == here[1]:
            parts.append(f"H{there[0]}")
        elif command == "L" and there[0] == here[0]:
            parts.append(f"V{there[1]}")
        elif command != "z" or parts[-1] != "z":
            parts.append(command + " ".join(steps))
        here = there
    return "".join(parts)


def _short(number: str | float) -> str:
    """Two decimals, which no eye tells from more: a unit is 1/72 inch."""
    short = f"{float(number):.2f}".rstrip("0").rstrip(".")
    return "0" if short == "-0" else short


def _written(tag: str, attributes: Attributes, content: str) -> str:
    told = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    return f"<{tag}{told}>{content}</{tag}>" if content else f"<{tag}{told}/>"
