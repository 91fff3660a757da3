"""The section `earning` of the programme file."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from pydantic import ValidationError as PydanticError

from core.activities.kinds import UNREWARDED
from core.brand.models import Refunds
from core.brand.periods import Per
from core.brand.programme import at_once
from core.earning import rules, tier_programme  # noqa: F401
from core.earning.calculations import CALCULATIONS
from core.earning.models import Rule
from core.earning.models.rule import MOST_MULTIPLIER, MOST_PERIODS
from core.sections import (
    FACTOR,
    KIND,
    MOMENT,
    SLUG,
    YES_NO,
    Applying,
    Item,
    ListSection,
    Others,
    Problem,
    Reference,
    Schema,
    choice,
    mapping,
    optional,
    register,
    several,
    whole,
)

_STREAK = mapping(
    {"every": choice(Per.DAY.value, Per.WEEK.value, Per.MONTH.value), "step": FACTOR, "most": FACTOR},
    required=["every", "step", "most"],
)


class Earning(ListSection):
    """What an ordinary activity is worth."""

    key, thing, order = "earning", "earning rule", 40
    told = rules.EARNING

    @property
    def schema(self) -> Schema:  # type: ignore[override]
        """The shape of a rule, with all calculations that there are."""
        return mapping(
            {
                "slug": SLUG | {"maxLength": 50},
                "activity": KIND,
                "calculation": choice(*CALCULATIONS),
                "settings": {"type": "object", "default": {}},
                "limit": optional(mapping({"count": whole(1), "per": choice(*Per.values)}, required=["count", "per"])),
                "tier_multiplier": YES_NO | {"default": False},
                "streak_multiplier": optional(_STREAK),
                "audience": optional(
                    mapping({"tiers": several(SLUG, minItems=1, uniqueItems=True)}, required=["tiers"])
                ),
                "pending_days": whole(0, 365, default=0),
                "starts": optional(MOMENT),
                "ends": optional(MOMENT),
            },
            required=["slug", "activity", "calculation"],
        )

    def check(self, item: Item) -> Iterable[Problem]:
        if item["activity"] in UNREWARDED:
            yield Problem(("activity",), "must be neither a refund nor a change of tier, which earn nothing")
        calculation = CALCULATIONS.get(item["calculation"])
        if calculation:
            try:
                calculation.read(item["settings"])
            except ValidationError as error:
                yield from _settings_problems(error)
            if item["limit"] and calculation.limit:
                yield Problem(("limit",), f"must not stand beside '{item['calculation']}', which has its own limit")
        yield from _wrong_streak(item["streak_multiplier"])
        if item["audience"] and (item["limit"] or (calculation and calculation.limit)):
            yield Problem(("audience",), "must not stand beside a limit")
        if item["starts"] and item["ends"] and item["starts"] >= item["ends"]:
            yield Problem(("ends",), "must be after the start")

    def refers(self, item: Item) -> Iterable[Reference]:
        yield Reference(("activity",), "kinds", item["activity"])
        for number, slug in enumerate(item["audience"]["tiers"] if item["audience"] else ()):
            yield Reference(("audience", "tiers", number), "tiers", slug)

    def beside(self, item: Item, others: Others) -> Iterable[Problem]:
        only_pending = any(brand.get("refunds") == Refunds.ONLY_PENDING for brand in others("programme"))
        if only_pending and at_once([item]):
            yield Problem(
                ("pending_days",), "must be at least 1 for orders while refunds take back only what is pending"
            )

    def called(self, item: Item) -> str:
        return rules.called(item["activity"])

    def present(self) -> dict[str, Item]:
        return {rule.slug: _written(rule) for rule in Rule.objects.in_force().order_by("id")}

    def put(self, item: Item, applying: Applying) -> None:
        limit = item["limit"] or {"count": None, "per": ""}
        streak = item["streak_multiplier"] or {"every": "", "step": None, "most": None}
        rules.put(
            item["slug"],
            version=applying.version,
            activity=item["activity"],
            calculation=item["calculation"],
            settings=item["settings"],
            limit_count=limit["count"],
            limit_per=limit["per"],
            pending_days=item["pending_days"],
            tier_multiplier=item["tier_multiplier"],
            streak_every=streak["every"],
            streak_step=streak["step"] and Decimal(streak["step"]),
            streak_most=streak["most"] and Decimal(streak["most"]),
            audience=item["audience"]["tiers"] if item["audience"] else None,
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
        "tier_multiplier": rule.tier_multiplier,
        "streak_multiplier": _written_streak(rule),
        "audience": {"tiers": rule.audience} if rule.audience else None,
        "pending_days": rule.pending_days,
        "starts": rule.starts,
        "ends": rule.ends,
    }


def _written_streak(rule: Rule) -> Item | None:
    if not rule.streak_every:
        return None
    return {"every": rule.streak_every, "step": str(rule.streak_step), "most": str(rule.streak_most)}


def _wrong_streak(streak: Item | None) -> Iterable[Problem]:
    if streak is None:
        return
    step, most = Decimal(streak["step"]), Decimal(streak["most"])
    if step <= 0:
        yield Problem(("streak_multiplier", "step"), "must be above 0")
    elif not 1 <= most <= MOST_MULTIPLIER:
        yield Problem(("streak_multiplier", "most"), f"must be from 1 to {MOST_MULTIPLIER}")
    elif most - 1 > MOST_PERIODS * step:
        yield Problem(("streak_multiplier", "step"), f"must reach the most after at most {MOST_PERIODS} periods")


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
