"""The picture of an invitation that chat apps show beside the link."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

from django.contrib.staticfiles import finders
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFont

from core.brand.models import Brand
from core.web.colour import Colour
from referrals.terms import Terms

SIZE = (1200, 630)
MARGIN = 88


def headline(inviter: str, brand_name: str) -> str:
    """Who invites whereto."""
    if inviter:
        return _("%(inviter)s invites you to %(brand)s") % {"inviter": inviter, "brand": brand_name}
    return _("You are invited to %(brand)s") % {"brand": brand_name}


def offer(terms: Terms, brand: Brand) -> str:
    """What the friend gets, in a few words."""
    if not terms.friend_points:
        return _("Join with your e-mail, no password")
    return _("%(points)s are waiting for you") % {"points": brand.points(terms.friend_points)}


@lru_cache(maxsize=256)
def picture(brand_name: str, colour: str, title: str, text: str) -> bytes:
    """The picture as PNG, 1200 by 630 pixels, in the brand's colour; at most a few dozen kilobytes."""
    base = Colour.parse(colour)
    dark, light = base.at(0.36), base.at(0.46, turn=10)
    image = Image.new("RGB", SIZE, dark.hex)
    draw = ImageDraw.Draw(image)
    draw.ellipse((760, -260, 1420, 400), fill=light.hex)
    draw.ellipse((-180, 440, 300, 920), fill=base.at(0.31, turn=-12).hex)
    draw.rounded_rectangle((MARGIN, MARGIN, MARGIN + 84, MARGIN + 84), 24, fill="#ffffff")
    mark = _font(52)
    draw.text((MARGIN + 42, MARGIN + 42), brand_name[:1].upper(), fill=dark.hex, font=mark, anchor="mm")
    draw.text((MARGIN + 112, MARGIN + 42), _fitted(brand_name, 40, 700)[0], fill="#ffffff", font=_font(40), anchor="lm")
    lines = _fitted(title, 76, SIZE[0] - 2 * MARGIN)
    top = 270
    for line in lines[:2]:
        draw.text((MARGIN, top), line, fill="#ffffff", font=_font(76))
        top += 92
    draw.text((MARGIN, top + 26), _fitted(text, 44, SIZE[0] - 2 * MARGIN)[0], fill=base.at(0.9).hex, font=_font(44))
    held = BytesIO()
    image.quantize(128).save(held, "PNG", optimize=True)
    return held.getvalue()


@lru_cache(maxsize=8)
def _font(size: int, name: str = "SemiBold") -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Inter, which comes with the admin's package and knows the signs of all European languages."""
    path = finders.find(f"unfold/fonts/inter/Inter-{name}.woff2")
    return ImageFont.truetype(path, size) if isinstance(path, str) else ImageFont.load_default(size)


@lru_cache(maxsize=1024)
def can_draw(text: str) -> bool:
    """Whether the font has every sign of `text`; what it has not it would draw as boxes."""
    font = _font(20)
    missing = bytes(font.getmask("\ufffe"))
    return all(sign.isspace() or bytes(font.getmask(sign)) != missing for sign in text)


def _fitted(text: str, size: int, width: int) -> list[str]:
    """The text in lines no wider than `width` pixels; a word that is too long is cut."""
    font = _font(size)
    lines = [""]
    for word in text.split():
        while font.getlength(word) > width:
            word = word[:-2] + "…"
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
