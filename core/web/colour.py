"""Colours as OKLCH: lightness, chroma and hue, which change one at a time as the eye sees them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

# Contrast is kept a little above what is asked for, since a screen rounds each channel to one of 256 steps.
MARGIN = 0.08
STEP = 0.004


@dataclass(frozen=True)
class Colour:
    """One colour inside sRGB: `lightness` 0 to 1, `chroma` 0 to about 0.37, `hue` in degrees.

    Source of the matrices: Björn Ottosson, "A perceptual color space for image processing" (2020).
    """

    lightness: float
    chroma: float
    hue: float

    @classmethod
    def parse(cls, text: str) -> Colour:
        """The colour of `#rrggbb`; raises ValueError for anything else."""
        if len(text) != 7 or text[0] != "#":
            raise ValueError(f"{text!r} is not a colour such as #2f6b4f.")
        red, green, blue = (_linear(int(text[at : at + 2], 16) / 255) for at in (1, 3, 5))
        long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
        medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
        short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
        lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
        a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
        b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
        return cls(lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360)

    def fitted(self) -> Colour:
        """The nearest colour of the same lightness and hue that an sRGB screen can show."""
        if self._fits():
            return self
        low, high = 0.0, self.chroma
        for _ in range(18):
            middle = (low + high) / 2
            low, high = (middle, high) if replace(self, chroma=middle)._fits() else (low, middle)
        return replace(self, chroma=low)

    def at(self, lightness: float, chroma: float | None = None, turn: float = 0) -> Colour:
        """The same hue (turned by `turn` degrees) at another lightness, with at most `chroma`."""
        limit = self.chroma if chroma is None else min(self.chroma, chroma)
        return Colour(min(max(lightness, 0.0), 1.0), limit, (self.hue + turn) % 360).fitted()

    def readable_on(self, grounds: Iterable[Colour], ratio: float, *, darker: bool) -> Colour:
        """This colour, moved in lightness only as far as needed for a contrast of `ratio` with each of `grounds`."""
        backgrounds, direction = list(grounds), -STEP if darker else STEP
        colour = self.fitted()
        while any(contrast(colour, ground) < ratio + MARGIN for ground in backgrounds):
            if not 0 < colour.lightness < 1:
                break
            colour = self.at(colour.lightness + direction)
        return colour

    @cached_property
    def rgb(self) -> tuple[int, int, int]:
        """Red, green and blue from 0 to 255."""
        red, green, blue = (round(255 * min(max(_encoded(part), 0), 1)) for part in self._linear_rgb)
        return red, green, blue

    @property
    def hex(self) -> str:
        return "#{:02x}{:02x}{:02x}".format(*self.rgb)

    @property
    def css(self) -> str:
        return f"oklch({self.lightness:.4f} {self.chroma:.4f} {self.hue:.2f})"

    @cached_property
    def luminance(self) -> float:
        """Relative luminance as WCAG 2.2 defines it, of the colour that the screen shows."""
        red, green, blue = (_linear(part / 255) for part in self.rgb)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    @cached_property
    def _linear_rgb(self) -> tuple[float, float, float]:
        a = self.chroma * math.cos(math.radians(self.hue))
        b = self.chroma * math.sin(math.radians(self.hue))
        long = (self.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
        medium = (self.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
        short = (self.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
        return (
            4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
        )

    def _fits(self) -> bool:
        return all(-0.0005 <= part <= 1.0005 for part in self._linear_rgb)


def contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio of WCAG 2.2, from 1 to 21."""
    lighter, darker = sorted((one.luminance, other.luminance), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _encoded(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055
