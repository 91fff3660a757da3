"""Numbers, money and moments as people write them."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from core import clock
from core.brand.models import Brand


def rendered(source: str, **values: object) -> str:
    return Template("{% load goodturn %}" + source).render(Context(values))


LEAVES = Brand(points_one="leaf", points_other="leaves", currency="EUR", points_per_currency_unit=100)


@pytest.mark.parametrize(
    ("source", "english", "turkish"),
    [
        ("{{ 1|points:brand }}", "1 leaf", "1 leaf"),
        ("{{ 12450|points:brand }}", "12,450 leaves", "12.450 leaves"),
        ("{{ 12450|figure }}", "12,450", "12.450"),
        ("{{ 4250|money:brand }}", "€42.50", "€42,50"),
        ("{{ 250|worth:brand }}", "€2.50", "€2,50"),
        ("{{ 3|points_word:brand }}", "leaves", "leaves"),
        ("{{ 42|signed }}", "+42", "+42"),
        ("{{ 0|signed }}", "0", "0"),
    ],
)
def test_a_number_is_written_in_the_readers_language(source: str, english: str, turkish: str) -> None:
    assert rendered(source, brand=LEAVES) == english
    with translation.override("tr"):
        assert rendered(source, brand=LEAVES) == turkish


def test_less_is_written_with_a_true_minus() -> None:
    assert rendered("{{ n|signed }}", n=-1800) == "\N{MINUS SIGN}1,800"


def test_without_the_pages_brand_the_stored_one_is_read(brand: Brand) -> None:
    Brand.objects.update(points_one="crumb", points_other="crumbs")
    assert rendered("{{ 2|points }}") == "2 crumbs"


def test_a_moment_is_that_of_the_reader_and_names_the_year_only_when_it_is_another() -> None:
    late = datetime(2026, 12, 5, 22, 30, tzinfo=UTC)
    with clock.at(datetime(2026, 11, 1, tzinfo=UTC)), timezone.override(ZoneInfo("Europe/Istanbul")):
        assert ">Sun, Dec 6, 01:30<" in rendered("{{ at|moment }}", at=late)
        assert ">December 6<" in rendered("{{ at|day }}", at=late)
        assert 'datetime="2026-12-06T01:30:00+03:00"' in rendered("{{ at|day }}", at=late)
        assert "2027" in rendered("{{ at|day }}", at=late.replace(year=2027))
        with translation.override("tr"):
            assert ">6 Aralık<" in rendered("{{ at|day }}", at=late)


def test_no_moment_is_written_as_nothing() -> None:
    assert rendered("{{ at|day }}{{ at|moment }}{{ at|clock }}", at=None) == ""


def test_a_bar_says_what_it_measures_and_never_more_than_all() -> None:
    text = rendered("{% bar 7 3 label %}", label='"Reviews"')
    assert 'value="3" max="3"' in text
    assert "&quot;Reviews&quot;" in text


@pytest.mark.parametrize(
    ("path", "mark"), [("/rewards/", "page"), ("/rewards/apron/", "true"), ("/give/", ""), ("/", "")]
)
def test_the_menu_marks_where_one_is(path: str, mark: str) -> None:
    text = rendered('{% here "/rewards/" %}', request=RequestFactory().get(path))
    assert text == (f'aria-current="{mark}"' if mark else "")


@pytest.mark.parametrize("glyph", ["heart", "no-such-icon"])
def test_a_cover_is_drawn_whatever_its_glyph(glyph: str) -> None:
    text = rendered("{% cover_art cover %}", cover=SimpleNamespace(colour="#ffffff", glyph=glyph))
    assert text.startswith('<svg class="art"')
    assert "style=" not in text


def test_an_initial_is_no_markup() -> None:
    assert "&lt;" in rendered("{% avatar name %}", name="<script>")
