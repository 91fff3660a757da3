"""What the pages' templates need: points, money and moments as people write them, bars, covers and badges."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import heroicons
from babel.dates import format_skeleton
from babel.numbers import format_decimal
from django import template
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, to_locale

from core.brand.models import Brand
from core.clock import now
from core.web import art, stylesheet, theme
from core.web.colour import Colour
from core.web.templatetags.icons import drawn

register = template.Library()

MINUS = "\u2212"


def _locale() -> str:
    return to_locale(get_language() or "en")


@register.filter
def figure(number: int) -> str:
    """`number` with its digits grouped: 12,450."""
    return str(format_decimal(number, locale=_locale()))


@register.filter
def signed(number: int) -> str:
    """`number` grouped and with its sign: +42, or 1,800 after a true minus."""
    return f"{'+' if number > 0 else MINUS if number < 0 else ''}{figure(abs(number))}"


@register.filter
def points(number: int, brand: Brand | None = None) -> str:
    """`number` points in the brand's own word; give it the page's `brand`, which spares a query."""
    return (brand or Brand.current()).points(number or 0)


@register.filter
def points_word(number: int, brand: Brand | None = None) -> str:
    """Only the word of `points`: "leaves"."""
    brand = brand or Brand.current()
    return str(brand.points_one if abs(number or 0) == 1 else brand.points_other)


@register.filter
def money(minor: int, brand: Brand | None = None) -> str:
    """An amount in minor units as people write it: "€4.25"."""
    return (brand or Brand.current()).money(minor or 0)


@register.filter
def worth(number: int, brand: Brand | None = None) -> str:
    """What `number` points are worth when given away."""
    brand = brand or Brand.current()
    return brand.money(brand.money_for(number or 0))


@register.filter
def day(moment: datetime | date | None) -> SafeString | str:
    """The day of `moment` where the reader is: a <time> such as "December 5", with the year unless it is this one."""
    if not moment:
        return ""
    local = timezone.localtime(moment) if isinstance(moment, datetime) else moment
    return _time(local, _day(local, "MMMMd"))


@register.filter
def moment(at: datetime | None) -> SafeString | str:
    """The day of the week, the day and the time of `at` where the reader is: "Sat, Dec 5, 18:30"."""
    if not at:
        return ""
    local = timezone.localtime(at)
    return _time(local, f"{_day(local, 'MMMMEd')}, {local:%H:%M}")


def _day(local: datetime | date, parts: str) -> str:
    """`local` with these parts in the order of the reader's language, and with its year unless that is this one."""
    parts = parts if local.year == timezone.localtime(now()).year else f"y{parts}"
    return str(format_skeleton(parts, local, locale=_locale()))


@register.filter
def clock(at: datetime | None) -> SafeString | str:
    """Only the time of `at` where the reader is: 18:30."""
    if not at:
        return ""
    local = timezone.localtime(at)
    return _time(local, f"{local:%H:%M}")


def _time(local: datetime | date, text: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), text)


@register.simple_tag
def bar(value: int, most: int, label: str) -> SafeString:
    """A progress bar of `value` out of `most`, whose accessible name is `label`."""
    return format_html(
        '<progress class="bar" value="{}" max="{}" aria-label="{}"></progress>',
        min(max(value, 0), most),
        max(most, 1),
        label,
    )


@register.simple_tag
def badge_art(badge: Any, state: str = "earned", size: str = "", named: bool = True) -> SafeString:
    """The picture of `badge` ("earned", "locked" or "secret"; size "", "small" or "large").

    Its accessible name is the badge's own with its state; say `named=False` where the name stands beside it.
    """
    label = ""
    if named:
        name = gettext("Secret badge") if state == "secret" else str(badge.name)
        said = {"earned": gettext("%(badge)s, earned"), "locked": gettext("%(badge)s, not earned yet")}
        label = said.get(state, "%(badge)s") % {"badge": name}
    return art.badge(getattr(badge, "art", None), state, label, size)


@register.simple_tag(takes_context=True)
def sample_badge(context: Context, shape: str, glyph: str) -> SafeString:
    """A decorative badge in the brand's own colour, for pages that show what badges are like."""
    return art.badge({"shape": shape, "glyph": glyph, "colour": context["brand"].brand_colour}, "earned", "")


@register.simple_tag
def cover_art(cover: art.Cover, banner: bool = False) -> SafeString:
    """The decorative cover of a thing: its `colour` (#rrggbb) and its `glyph` (the name of a heroicon)."""
    base = Colour.parse(cover.colour)
    base = base.at(min(max(base.lightness, 0.36), 0.62))
    steps = ((0, 0), (0.08, 12), (-0.09, -14), (0.38, 8))
    tones = [base.at(base.lightness + step, turn=turn).hex for step, turn in steps]
    return format_html(
        '<svg class="art{}" viewBox="0 0 320 180" preserveAspectRatio="xMidYMid slice" aria-hidden="true">'
        '<rect width="320" height="180" fill="{}"/><circle cx="262" cy="18" r="118" fill="{}"/>'
        '<circle cx="38" cy="190" r="92" fill="{}"/><g transform="translate(118 48)" color="{}">{}</g></svg>',
        " art--banner" if banner else "",
        *tones,
        _icon(cover.glyph),
    )


def _icon(name: str) -> SafeString:
    try:
        return drawn("outline", name, 84)
    except heroicons.IconDoesNotExist:
        return drawn("outline", "sparkles", 84)


@register.simple_tag
def avatar(name: str, size: str = "") -> SafeString:
    """A decorative round with the first letter of `name`."""
    letter = name.strip()[:1] or "·"
    return format_html(
        '<span class="avatar{}" aria-hidden="true">{}</span>', " avatar--large" if size == "large" else "", letter
    )


@register.simple_tag(takes_context=True)
def here(context: Context, address: str) -> SafeString:
    """Marks a link to the page one is on, or to the part of the site that one is in."""
    path = context["request"].path if "request" in context else ""
    if path == address:
        return mark_safe('aria-current="page"')
    return mark_safe('aria-current="true"') if address != "/" and path.startswith(address) else mark_safe("")


@register.simple_tag(takes_context=True)
def stylesheet_link(context: Context) -> SafeString:
    """The link to the stylesheet in the brand's colours."""
    return format_html('<link rel="stylesheet" href="{}">', stylesheet.address(context["brand"].brand_colour))


@register.simple_tag
def plain_stylesheet_link() -> SafeString:
    """The link to a stylesheet that can be written while the database is away: in the colours used last."""
    return format_html('<link rel="stylesheet" href="{}">', stylesheet.last_address())


@register.simple_tag(takes_context=True)
def ground_colour(context: Context, scheme: str) -> str:
    """The colour of the page's ground, "light" or "dark", for the browser's own frame."""
    palette = theme.light if scheme == "light" else theme.dark
    return palette(context["brand"].brand_colour)["ground"].hex


@register.simple_tag(takes_context=True)
def cards(context: Context, shown: list[tuple[str, dict[str, Any]]]) -> SafeString:
    """The cards of a front page, each rendered with the page's context and its own."""
    parts = []
    for name, values in shown:
        found = context.template.engine.get_template(name)  # type: ignore[union-attr]
        with context.push(**values):
            parts.append((found.render(context),))
    return format_html_join("\n", "{}", parts)
