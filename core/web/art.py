"""The pictures of badges, an SVG that needs no file and no style attribute, and what covers are made of."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from core.web.colour import Colour, contrast
from core.web.glyphs import GLYPHS, SPARK

COLOUR = re.compile(r"#[0-9a-fA-F]{6}\Z")
PLAIN = "#5b6b63"
CENTRE = 60
WHITE = Colour(1, 0, 0)


@dataclass(frozen=True)
class Cover:
    """A colour (#rrggbb) and the name of a heroicon."""

    colour: str
    glyph: str


def _points(corners: list[tuple[float, float]], round_by: float) -> str:
    """A closed path through `corners` whose every corner is rounded by up to `round_by` units."""
    path: list[str] = []
    for at, (x, y) in enumerate(corners):
        before, after = corners[at - 1], corners[(at + 1) % len(corners)]
        enter, leave = _toward((x, y), before, round_by), _toward((x, y), after, round_by)
        path.append(
            f"{'L' if path else 'M'}{enter[0]:.1f} {enter[1]:.1f}Q{x:.1f} {y:.1f} {leave[0]:.1f} {leave[1]:.1f}"
        )
    return "".join(path) + "Z"


def _toward(start: tuple[float, float], end: tuple[float, float], by: float) -> tuple[float, float]:
    length = math.dist(start, end)
    part = min(by / length, 0.5)
    return start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part


def _round(size: float) -> str:
    return f"M{CENTRE - size} {CENTRE}a{size} {size} 0 1 1 {2 * size} 0a{size} {size} 0 1 1 {-2 * size} 0Z"


def _hexagon(size: float) -> str:
    corners = [(CENTRE + size * 1.04 * math.sin(k * math.pi / 3), CENTRE - size * 1.04 * math.cos(k * math.pi / 3))
               for k in range(6)]  # fmt: skip
    return _points(corners, size * 0.22)


def _star(size: float) -> str:
    corners = []
    for k in range(16):
        reach = size * (1.06 if k % 2 == 0 else 0.86)
        corners.append((CENTRE + reach * math.sin(k * math.pi / 8), CENTRE - reach * math.cos(k * math.pi / 8)))
    return _points(corners, size * 0.16)


def _shield(size: float) -> str:
    s, top = size, CENTRE - size
    return (
        f"M{CENTRE} {top:.1f}C{CENTRE + s * 0.3:.1f} {top + s * 0.2:.1f} {CENTRE + s * 0.62:.1f} {top + s * 0.28:.1f} "
        f"{CENTRE + s * 0.92:.1f} {top + s * 0.3:.1f}V{CENTRE + s * 0.12:.1f}"
        f"C{CENTRE + s * 0.92:.1f} {CENTRE + s * 0.66:.1f} {CENTRE + s * 0.42:.1f} {CENTRE + s * 0.92:.1f} "
        f"{CENTRE} {CENTRE + s * 1.06:.1f}"
        f"C{CENTRE - s * 0.42:.1f} {CENTRE + s * 0.92:.1f} {CENTRE - s * 0.92:.1f} {CENTRE + s * 0.66:.1f} "
        f"{CENTRE - s * 0.92:.1f} {CENTRE + s * 0.12:.1f}V{top + s * 0.3:.1f}"
        f"C{CENTRE - s * 0.62:.1f} {top + s * 0.28:.1f} {CENTRE - s * 0.3:.1f} {top + s * 0.2:.1f} {CENTRE} {top:.1f}Z"
    )


SHAPES = {"round": _round, "shield": _shield, "hexagon": _hexagon, "star": _star}


def badge(art: Mapping[str, Any] | None, state: str, label: str, size: str = "") -> SafeString:
    """The badge's picture.

    `art` has shape, colour and glyph, each of which may be missing or unknown. `state` is "earned", "locked" or
    "secret", of which the last shows neither shape's colour nor glyph. `label` is the accessible name; without one the
    picture is decoration. `size` is "", "small" or "large".
    """
    art = art or {}
    shape = str(art.get("shape", "round"))
    colour = str(art.get("colour", ""))
    glyph = "question" if state == "secret" else str(art.get("glyph", ""))
    inner = _drawn(
        shape if shape in SHAPES else "round",
        colour if COLOUR.match(colour) else PLAIN,
        glyph if glyph in GLYPHS else "",
        state == "earned",
    )
    name = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    extra = f" badge-art--{size}" if size in ("small", "large") else ""
    return format_html(
        '<svg class="badge-art badge-art--{}{}" viewBox="0 0 120 120" width="88" height="88" {}>{}</svg>',
        state if state in ("earned", "locked", "secret") else "locked",
        extra,
        name,
        inner,
    )


@lru_cache(maxsize=512)
def _drawn(shape: str, colour: str, glyph: str, earned: bool) -> SafeString:
    draw = SHAPES[shape]
    picture = GLYPHS.get(glyph, SPARK)
    glyph_at = '<g class="badge-art__glyph" transform="translate(36 36) scale(2)" {}>{}</g>'
    if not earned:
        body = f'<path class="badge-art__body" d="{draw(50)}"/>'
        return mark_safe(body + glyph_at.format('color="currentColor"', picture))
    base = Colour.parse(colour)
    base = base.at(min(max(base.lightness, 0.40), 0.80))
    rim, face = base.at(base.lightness - 0.11), base.at(base.lightness + 0.02)
    light, ink = base.at(base.lightness + 0.10), WHITE
    if contrast(WHITE, face) < 3 or contrast(WHITE, light) < 2.4:
        ink = base.at(0.25, 0.08)
    half = f'<path fill="{light.hex}" d="{draw(41)}" clip-path="polygon(0 0, 120px 0, 120px 44px, 0 84px)"/>'
    return mark_safe(
        f'<path class="badge-art__body" fill="{rim.hex}" d="{draw(52)}"/>'
        f'<path fill="{base.at(base.lightness + 0.16).hex}" d="{draw(47)}"/>'
        f'<path fill="{face.hex}" d="{draw(43.5)}"/>{half}'
        + glyph_at.format(f'color="{ink.hex}"', picture)
        + f'<path class="badge-art__shine" fill="#fff" d="M52 4 76 4 52 116 28 116Z" clip-path="path(\'{draw(47)}\')"/>'
    )
