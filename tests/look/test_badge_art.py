"""The pictures of badges."""

from __future__ import annotations

from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from django.template import Context, Template
from hypothesis import given, settings
from hypothesis import strategies as st

from core.web import art
from core.web.glyphs import GLYPHS

SHAPES = ("round", "shield", "hexagon", "star")


def picture(state: str = "earned", **kept: object) -> ElementTree.Element:
    return ElementTree.fromstring(art.badge(kept, state, "First leaf"))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("glyph", ["leaf", "pen", "flame", "people", "moon"])
def test_each_shape_is_drawn_with_each_glyph(shape: str, glyph: str) -> None:
    svg = picture(shape=shape, colour="#7fb069", glyph=glyph)
    assert GLYPHS[glyph] in art.badge({"shape": shape, "colour": "#7fb069", "glyph": glyph}, "earned", "")
    assert svg.attrib["role"] == "img"
    assert svg.attrib["aria-label"] == "First leaf"


def test_the_shapes_differ() -> None:
    assert len({art.badge({"shape": shape}, "earned", "") for shape in SHAPES}) == len(SHAPES)


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(["shape", "colour", "glyph"]), st.text() | st.none() | st.integers()),
    st.text(),
    st.text(),
)
def test_whatever_is_kept_the_picture_is_sound_and_runs_nothing(
    kept: dict[str, object], state: str, label: str
) -> None:
    label = "".join(letter for letter in label if letter.isprintable())
    svg = ElementTree.fromstring(art.badge(kept, state, label))
    assert {node.tag for node in svg.iter()} <= {"svg", "g", "path"}
    assert not any(name.startswith("on") or name == "style" for node in svg.iter() for name in node.attrib)


def test_a_locked_badge_shows_its_glyph_but_not_its_colour() -> None:
    locked = art.badge({"shape": "round", "colour": "#7fb069", "glyph": "leaf"}, "locked", "")
    assert GLYPHS["leaf"] in locked
    assert 'fill="#' not in locked


def test_a_secret_badge_gives_nothing_away() -> None:
    secrets = {
        art.badge({"shape": "round", "colour": colour, "glyph": glyph}, "secret", "")
        for colour, glyph in (("#7fb069", "leaf"), ("#283044", "moon"))
    }
    assert len(secrets) == 1


@pytest.mark.parametrize(
    ("state", "name"),
    [("earned", "Night owl, earned"), ("locked", "Night owl, not earned yet"), ("secret", "Secret badge")],
)
def test_the_tag_names_the_badge_and_its_state(state: str, name: str) -> None:
    badge = SimpleNamespace(name="Night owl", art={"shape": "round", "colour": "#283044", "glyph": "moon"})
    text = Template("{% load goodturn %}{% badge_art badge state %}").render(Context({"badge": badge, "state": state}))
    assert ElementTree.fromstring(text).attrib["aria-label"] == name
    assert state != "secret" or "Night owl" not in text


def test_beside_its_name_the_picture_is_decoration() -> None:
    badge = SimpleNamespace(name="Night owl", art={})
    text = Template("{% load goodturn %}{% badge_art badge named=False %}").render(Context({"badge": badge}))
    assert ElementTree.fromstring(text).attrib["aria-hidden"] == "true"
