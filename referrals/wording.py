"""Why a referral brings nothing, said to each side in its own words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from core.brand.explanation import Explanation
from core.brand.periods import Per
from referrals.models import Referral
from referrals.terms import Terms


@dataclass(frozen=True, slots=True)
class Sides:
    """One sentence for the inviter and one for the friend."""

    referrer: Explanation
    friend: Explanation


REFUSED = {
    Referral.Refusal.SELF: Sides(
        Explanation(gettext_noop("This was another spelling of your own address; nobody can invite themselves.")),
        Explanation(
            gettext_noop(
                "The invitation you joined by is your own. Nobody can invite themselves, so it brings no points."
            )
        ),
    ),
    Referral.Refusal.MEMBER: Sides(
        Explanation(gettext_noop("This friend was a member already.")),
        Explanation(
            gettext_noop(
                "You are a member already with another spelling of your address, so the invitation brings no points."
            )
        ),
    ),
}

_CAPPED = {
    Per.DAY: gettext_noop("Above the limit of %(count)s rewarded friends a day. Your friend was rewarded."),
    Per.WEEK: gettext_noop("Above the limit of %(count)s rewarded friends a week. Your friend was rewarded."),
    Per.MONTH: gettext_noop("Above the limit of %(count)s rewarded friends a month. Your friend was rewarded."),
    Per.TOTAL: gettext_noop("Above the limit of %(count)s rewarded friends in all. Your friend was rewarded."),
}
_LIMITS = {
    Per.DAY: gettext_noop("Up to %(count)s friends a day are rewarded."),
    Per.WEEK: gettext_noop("Up to %(count)s friends a week are rewarded."),
    Per.MONTH: gettext_noop("Up to %(count)s friends a month are rewarded."),
    Per.TOTAL: gettext_noop("Up to %(count)s friends are rewarded in all."),
}

GONE = Explanation(gettext_noop("The inviter has left the programme; the friend was rewarded."))


def capped(terms: Terms) -> Explanation:
    """Why the inviter gets nothing for a friend above the limit."""
    return Explanation(_CAPPED[Per(terms.cap_per)], {"count": terms.cap_count})


def limit(terms: Terms) -> str:
    """How many friends are rewarded in a period; empty without a cap."""
    return gettext(_LIMITS[Per(terms.cap_per)]) % {"count": terms.cap_count} if terms.cap_count else ""


def undone(terms: Terms) -> Explanation:
    """Why a friend who had qualified no longer does."""
    return Explanation(terms.qualifying.undone)
