"""What a badge can look like: a shape, a colour and a glyph."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.web.art import COLOUR, SHAPES
from core.web.glyphs import GLYPHS


def default_art() -> dict[str, str]:
    """The look of a badge that nobody has dressed yet."""
    return {"shape": "round", "colour": "#2f6b4f", "glyph": "star"}


def validate_art(art: Any) -> None:
    """Raise ValidationError unless `art` names a shape, a colour as #rrggbb and a glyph that exist."""
    if not isinstance(art, dict) or set(art) != {"shape", "colour", "glyph"}:
        raise ValidationError(_("A badge has a shape, a colour and a glyph."))
    if art["shape"] not in SHAPES:
        raise ValidationError(_("Choose a shape of %(shapes)s."), params={"shapes": ", ".join(SHAPES)})
    if art["glyph"] not in GLYPHS:
        raise ValidationError(_("Choose a glyph of %(glyphs)s."), params={"glyphs": ", ".join(GLYPHS)})
    if not isinstance(art["colour"], str) or not COLOUR.match(art["colour"]):
        raise ValidationError(_("Write the colour as six digits, such as #2f6b4f."))
