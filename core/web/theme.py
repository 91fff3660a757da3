"""The colours of every page, worked out from the brand's one colour so that all text on them can be read."""

from __future__ import annotations

from functools import lru_cache

from core.web.colour import Colour, contrast

TEXT = 4.5  # WCAG 2.2, 1.4.3: text
SHAPE = 3.0  # WCAG 2.2, 1.4.11: what must be seen to be understood, such as a bar or a focus ring
WHITE = Colour(1, 0, 0)

# Fixed hues for what is good, what waits and what is wrong; the brand has no say in these.
MEANINGS = {"good": Colour(0.55, 0.12, 152), "wait": Colour(0.62, 0.12, 75), "bad": Colour(0.55, 0.19, 27)}

Palette = dict[str, Colour]


@lru_cache(maxsize=64)
def light(brand_colour: str) -> Palette:
    """The palette for a light screen; `brand_colour` is `#rrggbb`."""
    brand = Colour.parse(brand_colour)
    palette = {
        "ground": brand.at(0.975, 0.007),
        "surface": WHITE,
        "sunken": brand.at(0.947, 0.012),
        "line": brand.at(0.895, 0.014),
        "ink": brand.at(0.235, 0.022),
        "accent-soft": brand.at(0.94, 0.045),
    }
    paper = [palette[name] for name in ("ground", "surface", "sunken", "accent-soft")]
    palette["ink-muted"] = brand.at(0.50, 0.022).readable_on(paper, TEXT, darker=True)
    palette["edge"] = brand.at(0.64, 0.02).readable_on(paper[:3], SHAPE, darker=True)
    palette["accent-text"] = brand.readable_on(paper, TEXT, darker=True)
    palette["accent-shape"] = brand.readable_on(paper, SHAPE, darker=True)
    palette |= _filled("accent", brand)
    for name, meaning in MEANINGS.items():
        soft = meaning.at(0.945, 0.05)
        palette[f"{name}-soft"] = soft
        palette[f"{name}-text"] = meaning.readable_on([*paper, soft], TEXT, darker=True)
    palette |= _filled("bad", MEANINGS["bad"])
    return palette | _deep(brand)


@lru_cache(maxsize=64)
def dark(brand_colour: str) -> Palette:
    """The palette for a dark screen; `brand_colour` is `#rrggbb`."""
    brand = Colour.parse(brand_colour)
    palette = {
        "ground": brand.at(0.175, 0.012),
        "surface": brand.at(0.222, 0.014),
        "sunken": brand.at(0.268, 0.016),
        "line": brand.at(0.32, 0.018),
        "ink": brand.at(0.955, 0.008),
        "accent-soft": brand.at(0.31, 0.055),
    }
    paper = [palette[name] for name in ("ground", "surface", "sunken", "accent-soft")]
    bright = brand.at(max(brand.lightness, 0.74), 0.17)
    palette["ink-muted"] = brand.at(0.72, 0.02).readable_on(paper, TEXT, darker=False)
    palette["edge"] = brand.at(0.55, 0.02).readable_on(paper[:3], SHAPE, darker=False)
    palette["accent-text"] = bright.readable_on(paper, TEXT, darker=False)
    palette["accent-shape"] = bright.readable_on(paper, SHAPE, darker=False)
    palette |= _filled("accent", bright)
    for name, meaning in MEANINGS.items():
        soft = meaning.at(0.30, 0.05)
        palette[f"{name}-soft"] = soft
        palette[f"{name}-text"] = meaning.at(0.76).readable_on([*paper, soft], TEXT, darker=False)
    palette |= _filled("bad", MEANINGS["bad"].at(0.72))
    return palette | _deep(brand)


def _filled(name: str, wanted: Colour) -> Palette:
    """A filled button: its colour, the one under the pointer, and the text on both.

    White text is preferred where a little darkening makes it readable; a bright colour stays and takes dark text.
    """
    if contrast(wanted, WHITE) >= SHAPE:
        fill = wanted.readable_on([WHITE], TEXT, darker=True)
        return {name: fill, f"{name}-strong": fill.at(fill.lightness - 0.06), f"on-{name}": WHITE}
    strong = wanted.at(wanted.lightness + 0.05)
    text = wanted.at(0.22, 0.04).readable_on([wanted, strong], TEXT, darker=True)
    return {name: wanted.fitted(), f"{name}-strong": strong, f"on-{name}": text}


def _deep(brand: Colour) -> Palette:
    """The rich dark surface of the balance and the ticket, the same by day and by night."""
    top = brand.at(min(max(brand.lightness, 0.3), 0.43), 0.16)
    bottom = brand.at(max(top.lightness - 0.13, 0.16), 0.12, turn=28)
    return {
        "deep": top.readable_on([WHITE], 6, darker=True),
        "deep-end": bottom.readable_on([WHITE], 6, darker=True),
        "on-deep": brand.at(0.99, 0.006),
        "on-deep-muted": brand.at(0.87, 0.04).readable_on([top, bottom], TEXT, darker=False),
    }


# What is written in the second colour of a pair stands on the first; the tests hold every pair to its ratio.
PAIRS: list[tuple[str, str, float]] = [
    *((paper, ink, TEXT) for paper in ("ground", "surface", "sunken", "accent-soft")
      for ink in ("ink", "ink-muted", "accent-text", "good-text", "wait-text", "bad-text")),
    *((paper, shape, SHAPE) for paper in ("ground", "surface", "sunken") for shape in ("accent-shape", "edge")),
    *((f"{name}-soft", f"{name}-text", TEXT) for name in MEANINGS),
    *((fill, f"on-{name}", TEXT) for name in ("accent", "bad") for fill in (name, f"{name}-strong")),
    *((deep, ink, TEXT) for deep in ("deep", "deep-end") for ink in ("on-deep", "on-deep-muted")),
]  # fmt: skip


def css(brand_colour: str) -> str:
    """Both palettes as custom properties of the tokens layer."""
    day, night = (
        "".join(f"--{name}:{colour.css};" for name, colour in palette(brand_colour).items())
        for palette in (light, dark)
    )
    by_night = f"@media(prefers-color-scheme:dark){{:root{{{night}}}}}"
    return f"@layer tokens{{:root{{color-scheme:light dark;{day}}}{by_night}}}\n"
