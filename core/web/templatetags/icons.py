"""The tags of `heroicons` under their own name, with each picture drawn once: pages show the same few over and over."""

from __future__ import annotations

from functools import lru_cache

import heroicons
from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@lru_cache(maxsize=512)
def drawn(style: str, name: str, size: int) -> SafeString:
    """The picture as an SVG of `size` pixels. Raises heroicons.IconDoesNotExist for a name that there is not."""
    return mark_safe(heroicons._render_icon(style, name, size, {}))


@register.simple_tag
def heroicon_micro(name: str, *, size: int = 16) -> SafeString:
    return drawn("micro", str(name), size)


@register.simple_tag
def heroicon_mini(name: str, *, size: int = 20) -> SafeString:
    return drawn("mini", str(name), size)


@register.simple_tag
def heroicon_outline(name: str, *, size: int = 24) -> SafeString:
    return drawn("outline", str(name), size)


@register.simple_tag
def heroicon_solid(name: str, *, size: int = 24) -> SafeString:
    return drawn("solid", str(name), size)
