"""A figure as SVG: what is seen and nothing else, fit to stand inside a page beside others."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bulletin.notebook.svg import FONTS, svg_text
from bulletin.notebook.theme import theme

SVG = "{http://www.w3.org/2000/svg}"


def drawn(draw: Callable[[Axes], object], alt: str = "升高") -> str:
    """What `draw` draws on a small figure, as SVG."""
    with theme():
        figure = Figure(figsize=(4, 3))
        draw(figure.subplots())
        return svg_text(figure, alt)


def root(draw: Callable[[Axes], object], alt: str = "升高") -> ET.Element:
    return ET.fromstring(drawn(draw, alt))  # noqa: S314 (our own)


def texts(svg: ET.Element) -> list[str]:
    return [text.text or "" for text in svg.iter(f"{SVG}text")]


def everything(axes: Axes) -> None:
    """A line with markers, cells, a bar, a label."""
    axes.plot([1, 2, 3], [3, 1, 2], marker="o")
    axes.bar([1], [2], label="柱")
    axes.pcolormesh(np.arange(6).reshape(2, 3), edgecolor="white")
    axes.set_title("标题")


def test_it_is_one_element_that_says_what_it_shows() -> None:
    svg = root(everything, '甲县"最高"<b>')
    assert (svg.tag, svg.attrib["role"], svg.attrib["aria-label"]) == (f"{SVG}svg", "img", '甲县"最高"<b>')
    assert (svg.attrib["viewBox"], svg.attrib["width"], svg.attrib["height"]) == ("0 0 288 216", "384", "288")


def test_text_is_text_in_the_pages_own_fonts() -> None:
    svg = root(everything)
    assert "标题" in texts(svg)
    assert svg.attrib["font-family"] == FONTS
    assert not [each for each in svg.iter() if each is not svg and "font-family" in each.attrib]


def test_nothing_in_it_reaches_beyond_it() -> None:
    svg = root(everything)
    assert {each.tag.removeprefix(SVG) for each in svg.iter()} == {"svg", "g", "path", "text"}
    assert not {"style", "id", "class", "clip-path", "href"} & {name for each in svg.iter() for name in each.attrib}
    assert drawn(everything).count("http") == 1  # the namespace's name


def test_it_tells_nothing_of_the_day_or_the_program() -> None:
    svg = drawn(everything)
    assert "atplotlib" not in svg
    assert "<!" not in svg
    assert "metadata" not in svg


def test_places_are_those_of_the_other_forms() -> None:
    with theme():
        figure = Figure(figsize=(4, 3), layout="constrained")
        axes = figure.subplots()
        axes.set_ylabel("县（市、区）")
        figure.savefig(io.BytesIO(), format="png")
        before = axes.get_position().bounds
        svg_text(figure, "")
    assert axes.get_position().bounds == before


def test_equal_figures_give_equal_bytes() -> None:
    assert drawn(everything) == drawn(everything)


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "$x$", "甲&乙", "]]>", "\"'", "{{7*7}}"])
@pytest.mark.filterwarnings("ignore:Glyph")
def test_a_name_is_shown_as_it_is_written(name: str) -> None:
    svg = root(lambda axes: axes.set_title(name), name)
    assert name in texts(svg)
    assert svg.attrib["aria-label"] == name
    assert {each.tag for each in svg.iter()} == {f"{SVG}svg", f"{SVG}path", f"{SVG}text"}


@pytest.mark.filterwarnings("ignore:Glyph")
def test_what_no_svg_can_hold_is_left_out() -> None:
    svg = root(lambda axes: axes.set_title("甲\x0b\ufffe乙"), "甲\x0b\ufffe乙")
    assert "甲乙" in texts(svg)
    assert svg.attrib["aria-label"] == "甲乙"


def test_each_marker_is_drawn_in_its_place() -> None:
    def line(axes: Axes) -> None:
        axes.set_axis_off()
        axes.set_position((0, 0, 1, 1))
        axes.set(xlim=(0, 288), ylim=(0, 216))
        axes.plot([10, 30, 288], [200, 116, 0], marker="s", color="#112233")

    moved = [path.attrib["transform"] for path in root(line).iter(f"{SVG}path") if "transform" in path.attrib]
    assert moved == ["translate(10 16)", "translate(30 100)", "translate(288 216)"]
    (outline,) = [path.attrib["d"] for path in root(line).iter(f"{SVG}path") if path.attrib["fill"] == "none"]
    assert outline == "M10 16L30 100L288 216"


def test_cells_of_a_colour_are_one_path_and_each_keeps_its_place() -> None:
    def cells(axes: Axes) -> None:
        axes.set_axis_off()
        axes.set_position((0, 0, 1, 1))
        axes.pcolormesh([0, 96, 192, 288], [0, 108, 216], [[0, 1, 0], [1, 1, 0]], cmap="gray", edgecolor="white")
        axes.set(xlim=(0, 288), ylim=(0, 216))

    (mesh,) = root(cells).iter(f"{SVG}g")
    assert mesh.attrib["stroke"] == "#ffffff"
    assert {path.attrib["fill"]: path.attrib["d"] for path in mesh} == {
        "#000000": "M0 216H96V108H0zM192 216H288V108H192zM192 108H288V0H192z",
        "#ffffff": "M96 216H192V108H96zM0 108H96V0H0zM96 108H192V0H96z",
    }


def test_a_colour_scale_is_a_small_picture_inside_it() -> None:
    def scale(axes: Axes) -> None:
        mesh = axes.pcolormesh(np.arange(6).reshape(2, 3))
        assert axes.figure
        axes.figure.colorbar(mesh)

    (picture,) = root(scale).iter(f"{SVG}image")
    head, content = picture.attrib["href"].split(",")
    assert head == "data:image/png;base64"
    assert base64.b64decode(content, validate=True).startswith(b"\x89PNG")
    assert len(content) < 6000


def test_coordinates_have_two_decimals_at_most() -> None:
    svg = root(everything)
    numbers = " ".join(each.attrib.get(name, "") for each in svg.iter() for name in ("d", "x", "y", "transform"))
    assert max(len(decimals) for decimals in re.findall(r"\.(\d+)", numbers)) == 2
