"""A figure as SVG: a picture that needs nothing beside it and comes out the same twice."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bulletin.notebook.svg import svg_text
from bulletin.notebook.theme import theme
from tests.svg_texts import texts_of

SVG, HREF = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
TAGS = {"svg", "defs", "style", "clipPath", "rect", "g", "path", "use"}


def drawn(draw: Callable[[Axes], object]) -> str:
    """What `draw` draws on a small figure, as SVG."""
    with theme():
        figure = Figure(figsize=(4, 3))
        draw(figure.subplots())
        return svg_text(figure)


def elements(svg: str) -> list[ET.Element]:
    return list(ET.fromstring(svg).iter())  # noqa: S314 (our own)


def everything(axes: Axes) -> None:
    """A line with markers, cells, a bar, a label."""
    axes.plot([1, 2, 3], [3, 1, 2], marker="o")
    axes.bar([1], [2], label="柱")
    axes.pcolormesh(np.arange(6).reshape(2, 3), edgecolor="white", rasterized=True)
    axes.set_title("标题")


class DescribeSvgText:
    def it_is_as_large_as_the_figure(self) -> None:
        root = elements(drawn(everything))[0].attrib
        assert (root["viewBox"], root["width"], root["height"]) == ("0 0 288 216", "288pt", "216pt")

    def it_draws_letters_as_outlines_that_need_no_font(self) -> None:
        svg = drawn(everything)
        assert "标题" in [each.text for each in texts_of(svg)]
        assert f"{SVG}text" not in {each.tag for each in elements(svg)}
        assert "font" not in svg

    def it_loads_nothing_from_elsewhere(self) -> None:
        found = elements(drawn(everything))
        assert {each.tag.removeprefix(SVG) for each in found} == TAGS | {"image"}
        addresses = [value for each in found for name, value in each.attrib.items() if name.endswith("href")]
        assert {address[:1] for address in addresses} == {"#", "d"}
        assert [address[:22] for address in addresses if address[0] == "d"] == ["data:image/png;base64,"]
        assert "url(" not in re.sub(r"url\(#", "", drawn(everything))

    def it_tells_nothing_of_the_day_or_the_program(self) -> None:
        svg = drawn(everything)
        assert "Matplotlib" not in svg
        assert "dc:date" not in svg
        assert "metadata" not in svg

    def it_has_the_places_of_the_other_forms(self) -> None:
        with theme():
            figure = Figure(figsize=(4, 3), layout="constrained")
            axes = figure.subplots()
            axes.set_ylabel("县（市、区）")
            figure.savefig(io.BytesIO(), format="png")
            before = axes.get_position().bounds
            svg_text(figure)
        assert axes.get_position().bounds == before

    def it_gives_equal_bytes_for_equal_figures(self) -> None:
        assert drawn(everything) == drawn(everything)

    @pytest.mark.parametrize("name", ["<script>alert(1)</script>", "-->", "$x$", "甲&乙", "]]>", "\"'", "{{7*7}}"])
    @pytest.mark.filterwarnings("ignore:Glyph")
    def it_holds_a_name_as_data(self, name: str) -> None:
        svg = drawn(lambda axes: axes.set_title(name))
        assert {each.tag.removeprefix(SVG) for each in elements(svg)} <= TAGS
        assert name.replace("--", "- -") in [each.text for each in texts_of(svg)]  # a comment can't hold two dashes

    @pytest.mark.filterwarnings("ignore:Glyph")
    def it_leaves_out_what_no_svg_can_hold(self) -> None:
        svg = drawn(lambda axes: axes.set_title("甲\x0b\ufffe乙"))
        assert elements(svg)
        assert "甲乙" in [each.text for each in texts_of(svg)]
