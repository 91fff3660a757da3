"""The section `tiers` of the programme file."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from core.earning.models import TierLevel, Tiers
from core.earning.models.tiers import MOST_MONTHS, MOST_MULTIPLIER, TIERS
from core.sections import FACTOR, SLUG, Applying, Item, MappingSection, Problem, mapping, register, several, text, whole

_LEVEL = mapping(
    {
        "slug": SLUG | {"maxLength": 50},
        "name": text(80),
        "from_points": whole(0),
        "multiplier": FACTOR | {"default": "1"},
        "perks": several(text(200), default=[]),
    },
    required=["slug", "name", "from_points"],
)


class TiersSection(MappingSection):
    """Levels reached by points earned. A change holds from then on, for everybody."""

    key, thing, order = "tiers", "tier", 30
    told = TIERS
    schema = mapping(
        {
            "window_months": whole(1, MOST_MONTHS, default=12),
            "grace_months": whole(0, MOST_MONTHS, default=0),
            "levels": several(_LEVEL, minItems=1, maxItems=50),
        },
        required=["levels"],
    )

    def check(self, item: Item) -> Iterable[Problem]:
        seen: set[str] = set()
        before = -1
        for number, level in enumerate(item["levels"]):
            if level["slug"] in seen:
                yield Problem(("levels", number, "slug"), "must be another than that of the levels before it")
            if level["from_points"] <= before:
                yield Problem(("levels", number, "from_points"), "must be above that of the level before it")
            if not 1 <= Decimal(level["multiplier"]) <= MOST_MULTIPLIER:
                yield Problem(("levels", number, "multiplier"), f"must be from 1 to {MOST_MULTIPLIER}")
            seen.add(level["slug"])
            before = level["from_points"]

    def names(self, item: Item) -> set[str]:
        return {level["slug"] for level in item["levels"]}

    def present(self) -> Item | None:
        tiers = Tiers.objects.filter(pk=1).first()
        levels = list(tiers.levels.all()) if tiers else []
        if tiers is None or not levels:
            return None
        return {
            "window_months": tiers.window_months,
            "grace_months": tiers.grace_months,
            "levels": [_written(level) for level in levels],
        }

    def put(self, item: Item, applying: Applying) -> None:
        tiers = Tiers.current()
        tiers.window_months, tiers.grace_months = item["window_months"], item["grace_months"]
        tiers.full_clean()
        tiers.save()
        tiers.levels.all().delete()
        for said in item["levels"]:
            level = TierLevel(tiers=tiers, **{**said, "multiplier": Decimal(said["multiplier"])})
            level.full_clean()
            level.save()
        tiers.amend(applying.version)


def _written(level: TierLevel) -> Item:
    return {
        "slug": level.slug,
        "name": level.name,
        "from_points": level.from_points,
        "multiplier": str(level.multiplier),
        "perks": level.perks,
    }


register(TiersSection())
