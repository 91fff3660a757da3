"""The cover of a reward or charity: a colour and a glyph."""

from __future__ import annotations

from zlib import crc32

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from core.web.art import Cover

COLOURS = ("#2f6b4f", "#8a4b2a", "#1d5a80", "#7a3b69", "#8a6a12", "#3f4b8c", "#a03b3b", "#2b6f73")
GLYPHS = (
    "sparkles", "fire", "cake", "ticket", "gift", "heart", "star", "sun", "moon", "home", "map", "musical-note",
    "camera", "book-open", "academic-cap", "globe-alt", "hand-raised", "users", "bolt", "beaker",
)  # fmt: skip

validate_colour = RegexValidator(r"^#[0-9a-fA-F]{6}\Z", _("Write it like #2f6b4f."))


def cover(name: str, colour: str, glyph: str) -> Cover:
    """The cover of the thing called `name`; without a colour it is always the same one for the same name."""
    return Cover(colour or COLOURS[crc32(name.encode()) % len(COLOURS)], glyph)


def validate_glyph(glyph: str) -> None:
    """Raise ValidationError unless `glyph` can be drawn."""
    if glyph not in GLYPHS:
        raise ValidationError(_("Choose from %(glyphs)s."), params={"glyphs": ", ".join(GLYPHS)})
