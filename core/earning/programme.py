"""The section `earning` of the programme file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from pydantic import ValidationError as PydanticError

from core.brand.periods import Per
from core.earning import rules
from core.earning.calculations import CALCULATIONS
from core.earning.models import Rule
from core.sections import (
    KIND,
    MOMENT,
    SLUG,
    YES_NO,
    Applying,
    Aside,
    Item,
    ListSection,
    Problem,
    Reference,
    choice,
    mapping,
    optional,
    register,
    whole,
)

AWAITED = ("cash_back", "mystery")  # calculations that the format has and this version cannot run yet


class Earning(ListSection):
    """What an ordinary activity is worth."""

    key, thing, order = "earning", "earning rule", 40
    told = rules.EARNING
    schema = mapping(
        {
            "slug": SLUG | {"maxLength": 50},
            "activity": KIND,
            "calculation": choice(*CALCULATIONS, *(name for name in AWAITED if name not in CALCULATIONS)),
            "settings": {"type": "object", "default": {}},
            "limit": optional(mapping({"count": whole(1), "per": choice(*Per.values)}, required=["count", "per"])),
            "tier_multiplier": YES_NO | {"default": False},
            "pending_days": whole(0, 365, default=0),
            "starts": optional(MOMENT),
            "ends": optional(MOMENT),
        },
        required=["slug", "activity", "calculation"],
    )

    def check(self, item: Item) -> Iterable[Problem]:
        calculation = CALCULATIONS.get(item["calculation"])
        if calculation:
            try:
                calculation.read(item["settings"])
            except ValidationError as error:
                yield from _settings_problems(error)
            if item["limit"] and calculation.limit:
                yield Problem(("limit",), f"must not stand beside '{item['calculation']}', which has its own limit")
        if item["starts"] and item["ends"] and item["starts"] >= item["ends"]:
            yield Problem(("ends",), "must be after the start")

    def refers(self, item: Item) -> Iterable[Reference]:
        yield Reference(("activity",), "kinds", item["activity"])

    def aside(self, item: Item) -> Iterable[Aside]:
        if item["calculation"] not in CALCULATIONS:
            yield Aside((), f"calculation '{item['calculation']}' is not available in this version")
        if item["tier_multiplier"]:
            yield Aside(("tier_multiplier",), "tiers are not available in this version; the factor is 1")

    def called(self, item: Item) -> str:
        return rules.called(item["activity"])

    def present(self) -> dict[str, Item]:
        return {rule.slug: _written(rule) for rule in Rule.objects.in_force().order_by("id")}

    def put(self, item: Item, applying: Applying) -> None:
        limit = item["limit"] or {"count": None, "per": ""}
        rules.put(
            item["slug"],
            version=applying.version,
            activity=item["activity"],
            calculation=item["calculation"],
            settings=item["settings"],
            limit_count=limit["count"],
            limit_per=limit["per"],
            pending_days=item["pending_days"],
            starts=item["starts"],
            ends=item["ends"],
        )

    def retire(self, name: str, applying: Applying) -> None:
        rules.retire(name, version=applying.version)


def _written(rule: Rule) -> Item:
    limit = {"count": rule.limit_count, "per": rule.limit_per} if rule.limit_count else None
    return {
        "slug": rule.slug,
        "activity": rule.activity,
        "calculation": rule.calculation,
        "settings": rule.settings,
        "limit": limit,
        "pending_days": rule.pending_days,
        "starts": rule.starts,
        "ends": rule.ends,
    }


def _settings_problems(error: ValidationError) -> Iterable[Problem]:
    """What a calculation finds wrong with its settings, in the words of the other problems."""
    cause: Any = error.__cause__
    if not isinstance(cause, PydanticError):
        yield Problem(("settings",), " ".join(error.messages))
        return
    for found in cause.errors():
        said = {"missing": "is missing", "extra_forbidden": "is not a key here"}.get(found["type"])
        message = found["msg"].replace("Input should", "must").replace("Value error, ", "")
        yield Problem(("settings", *found["loc"]), said or message)


register(Earning())
