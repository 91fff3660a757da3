"""The section `referral` of the programme file."""

from __future__ import annotations

from collections.abc import Iterable

from core.activities import kinds
from core.brand.periods import Per
from core.sections import (
    KIND,
    MONEY,
    SLUG,
    Applying,
    Item,
    MappingSection,
    Problem,
    Reference,
    choice,
    mapping,
    optional,
    register,
    whole,
)
from referrals import changing
from referrals.models import ReferralTerms
from referrals.qualifying import ByActivity, ByChallenge, ByJoining, ByOrder
from referrals.terms import FIRST, LAST, Terms

MOST_POINTS = 1_000_000_000
_SIDE = mapping({"points": whole(0, MOST_POINTS)}, required=["points"])


class ReferralSection(MappingSection):
    """What both sides of an invitation get, and for what."""

    key, thing, order = "referral", "referral terms", 70
    told = changing.INVITATIONS
    schema = mapping(
        {
            "referrer": _SIDE,
            "friend": _SIDE,
            "qualifies": mapping({"activity": optional(KIND), "minimum": optional(MONEY), "challenge": optional(SLUG)}),
            "window_days": whole(1, 3650, default=90),
            "qualify_within_days": whole(1, 3650, default=60),
            "hold_days": whole(0, 90, default=0),
            "attribution": choice(LAST, FIRST, default=LAST),
            "cap": optional(mapping({"count": whole(1), "per": choice(*Per.values)}, required=["count", "per"])),
        },
        required=["referrer", "friend", "qualifies"],
    )

    def check(self, item: Item) -> Iterable[Problem]:
        asked = item["qualifies"]
        if bool(asked["activity"]) == bool(asked["challenge"]):
            yield Problem(("qualifies",), "must name either an activity or a challenge")
        elif asked["activity"] in kinds.UNREWARDED:
            yield Problem(("qualifies", "activity"), "must be something that a friend does")
        elif asked["minimum"] is not None and (asked["challenge"] or asked["activity"] in kinds.OF_THE_SITE):
            yield Problem(("qualifies", "minimum"), "must stand beside an activity that has an amount")

    def refers(self, item: Item) -> Iterable[Reference]:
        asked = item["qualifies"]
        if asked["activity"]:
            yield Reference(("qualifies", "activity"), "kinds", asked["activity"])
        if asked["challenge"]:
            yield Reference(("qualifies", "challenge"), "challenges", asked["challenge"])

    def present(self) -> Item | None:
        terms = ReferralTerms.in_force()
        if terms is None:
            return None
        return {
            "referrer": {"points": terms.referrer_points},
            "friend": {"points": terms.friend_points},
            "qualifies": _asked(terms),
            "window_days": terms.window_days,
            "qualify_within_days": terms.qualify_within_days,
            "hold_days": terms.hold_days,
            "attribution": terms.attribution,
            "cap": {"count": terms.cap_count, "per": terms.cap_per} if terms.cap_count else None,
        }

    def put(self, item: Item, applying: Applying) -> None:
        asked, cap = item["qualifies"], item["cap"] or {"count": None, "per": Per.MONTH.value}
        ways = {kinds.ORDER_PAID: ByOrder, kinds.MEMBER_JOINED: ByJoining}
        way = ByChallenge if asked["challenge"] else ways.get(asked["activity"], ByActivity)
        changing.put(
            Terms(
                referrer_points=item["referrer"]["points"],
                friend_points=item["friend"]["points"],
                by=way.slug,
                activity=asked["activity"] or "",
                minimum=_hundredths(asked["minimum"]),
                challenge=asked["challenge"] or "",
                window_days=item["window_days"],
                qualify_within_days=item["qualify_within_days"],
                hold_days=item["hold_days"],
                attribution=item["attribution"],
                cap_count=cap["count"],
                cap_per=cap["per"],
            ),
            version=applying.version,
        )


def _asked(terms: Terms) -> Item:
    if terms.by == ByChallenge.slug:
        return {"activity": None, "minimum": None, "challenge": terms.challenge}
    minimum = None if terms.minimum is None else f"{terms.minimum // 100}.{terms.minimum % 100:02d}"
    return {"activity": terms.qualifying.awaits, "minimum": minimum, "challenge": None}


def _hundredths(money: str | None) -> int | None:
    """An amount of the file, which always has two decimals, in hundredths of the currency."""
    return None if money is None else int(str(money).replace(".", ""))


register(ReferralSection())
