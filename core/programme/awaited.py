"""Sections that the format has and this version cannot run yet: read, checked, and set aside by name."""

from __future__ import annotations

from collections.abc import Iterable

from core.sections import SLUG, Applying, Aside, Item, MappingSection, mapping, register, several, text, whole


class Tiers(MappingSection):
    """Levels reached by points earned."""

    key, thing, order = "tiers", "tiers", 30
    schema = mapping(
        {
            "window_months": whole(1, 120),
            "grace_months": whole(0, 120),
            "levels": several(
                mapping(
                    {
                        "slug": SLUG,
                        "name": text(80),
                        "from_points": whole(0),
                        "multiplier": {"type": ["string", "integer"], "pattern": r"^[0-9]{1,3}(\.[0-9]{1,4})?$"},
                        "perks": several(text(200)),
                    },
                    required=["slug", "name", "from_points"],
                ),
                minItems=1,
            ),
        },
        required=["levels"],
    )

    def aside(self, item: Item) -> Iterable[Aside]:
        yield Aside((), "tiers are not available in this version")

    def present(self) -> Item | None:
        return None

    def put(self, item: Item, applying: Applying) -> None:
        raise AssertionError("tiers are set aside")


register(Tiers())
