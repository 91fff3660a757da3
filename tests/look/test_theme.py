"""The colours that are worked out from the brand's one colour."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.web import theme
from core.web.colour import Colour, contrast

any_colour = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
TOKEN = re.compile(r"--([a-z-]+):oklch\(([\d.]+) ([\d.]+) ([\d.]+)\);")


def written(brand_colour: str) -> tuple[dict[str, Colour], dict[str, Colour]]:
    """The two palettes as a browser reads them."""
    day, night = theme.css(brand_colour).split("@media(prefers-color-scheme:dark)")
    return tuple(
        {name: Colour(float(part), float(chroma), float(hue)) for name, part, chroma, hue in TOKEN.findall(text)}
        for text in (day, night)
    )  # type: ignore[return-value]


@settings(deadline=None)
@given(any_colour)
@example("#000000")
@example("#ffffff")
@example("#ffd400")
@example("#0000ff")
@example("#00ff00")
@example("#777777")
@example("#2f6b4f")
def test_every_pair_of_ink_and_paper_can_be_read_whatever_the_brands_colour(brand_colour: str) -> None:
    for palette in written(brand_colour):
        for paper, ink, ratio in theme.PAIRS:
            assert contrast(palette[paper], palette[ink]) >= ratio, (paper, ink)


@settings(deadline=None)
@given(any_colour)
def test_a_colour_comes_back_as_it_went_through_oklch(brand_colour: str) -> None:
    assert Colour.parse(brand_colour).hex == brand_colour


@settings(deadline=None)
@given(any_colour)
def test_a_button_keeps_the_brands_colour_wherever_it_can_be_read_under_white(brand_colour: str) -> None:
    brand = Colour.parse(brand_colour)
    if contrast(brand, theme.WHITE) >= theme.TEXT + 0.1:
        assert theme.light(brand_colour)["accent"].hex == brand_colour


@pytest.mark.parametrize("text", ["red", "#fff", "2f6b4f", "#2f6b4", "#gggggg"])
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a colour|invalid literal"):
        Colour.parse(text)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast(Colour.parse("#000000"), Colour.parse("#ffffff")) == pytest.approx(21)
    assert contrast(Colour.parse("#777777"), Colour.parse("#ffffff")) == pytest.approx(4.48, abs=0.01)
