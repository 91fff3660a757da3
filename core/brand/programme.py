"""The brand's own section of the programme file."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import available_timezones

from babel.numbers import list_currencies
from django.utils.translation import gettext_noop

from core.brand import zones
from core.brand.models import LANGUAGES, LEAST_NOTICE, Brand, ExpiryPolicy, Lapse, Refunds, default_notice_days
from core.sections import (
    COLOUR,
    Applying,
    Item,
    MappingSection,
    Others,
    Problem,
    choice,
    mapping,
    register,
    several,
    text,
    whole,
)

_EXPIRY = mapping(
    {
        "policy": choice(*ExpiryPolicy),
        "months": whole(1, 120, default=12),
        "notice_days": several(whole(1, 365), minItems=1, uniqueItems=True, default=default_notice_days()),
        "lapse_to": choice(*Lapse, default=Lapse.NOTHING.value),
    },
    required=["policy"],
    default={"policy": ExpiryPolicy.NEVER.value},
)


class Programme(MappingSection):
    """Name, points and their worth, languages and colour."""

    key, thing, order = "programme", "programme", 10
    told = gettext_noop("The programme")
    schema = mapping(
        {
            "name": text(80),
            "tagline": text(160, 0),
            "points_name": mapping({"one": text(40), "other": text(40)}, required=["one", "other"]),
            "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "x-must": "must be a currency such as EUR"},
            "points_per_currency_unit": whole(1, 1_000_000),
            "time_zone": text(64),
            "languages": several(choice(*LANGUAGES), minItems=1, uniqueItems=True),
            "enrolment": choice("opt_in", "universal"),
            "refunds": choice(*Refunds, default=Refunds.OWED.value),
            "expiry": _EXPIRY,
            "brand_colour": COLOUR,
        }
    )

    def check(self, item: Item) -> Iterable[Problem]:
        if "time_zone" in item and item["time_zone"] not in available_timezones():
            yield Problem(("time_zone",), "must be a time zone of the IANA database, such as Europe/Istanbul")
        if "currency" in item and item["currency"] not in list_currencies():
            yield Problem(("currency",), "must be a currency of ISO 4217, such as EUR")
        if max(item.get("expiry", {}).get("notice_days", [LEAST_NOTICE])) < LEAST_NOTICE:
            yield Problem(("expiry", "notice_days"), f"must begin with at least {LEAST_NOTICE} days")

    def beside(self, item: Item, others: Others) -> Iterable[Problem]:
        if item["refunds"] == Refunds.ONLY_PENDING and (slugs := at_once(others("earning"))):
            yield Problem(
                ("refunds",), f"must be another while these rules for orders hold nothing: {', '.join(slugs)}"
            )

    def called(self, item: Item) -> str:
        return ""

    def present(self) -> Item:
        brand = Brand.current()
        return {
            "name": brand.name,
            "tagline": brand.tagline,
            "points_name": {"one": brand.points_one, "other": brand.points_other},
            "currency": brand.currency,
            "points_per_currency_unit": brand.points_per_currency_unit,
            "time_zone": brand.time_zone,
            "languages": brand.languages,
            "enrolment": brand.enrolment,
            "refunds": brand.refunds,
            "expiry": {
                "policy": brand.expiry_policy,
                "months": brand.expiry_months,
                "notice_days": brand.expiry_notice_days,
                "lapse_to": brand.expiry_lapse_to,
            },
            "brand_colour": brand.brand_colour,
        }

    def put(self, item: Item, applying: Applying) -> None:
        brand = Brand.current()
        zone = brand.time_zone
        word = item["points_name"]
        brand.points_one, brand.points_other = word["one"], word["other"]
        named = ["name", "tagline", "currency", "points_per_currency_unit", "time_zone"]
        named += ["languages", "enrolment", "refunds", "brand_colour"]
        for name in named:
            setattr(brand, name, item[name])
        for name, value in item["expiry"].items():
            setattr(brand, f"expiry_{name}", value)
        brand.full_clean()
        named += [f"expiry_{name}" for name in item["expiry"]]
        brand.save(update_fields=[*named, "points_one", "points_other"])
        if brand.time_zone != zone:
            zones.moved(brand)


def at_once(rules: Iterable[Item]) -> list[str]:
    """The slugs of the rules by which the points of an order can be spent at once, among those of the file.

    Beside a policy that takes back only what is pending they would be a gift, or none if the refund were told first.
    """
    return [rule["slug"] for rule in rules if rule["activity"] == "order.paid" and not rule.get("pending_days")]


register(Programme())
