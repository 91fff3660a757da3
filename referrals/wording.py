"""Why a referral brings nothing, said to each side in its own words."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from core.brand.explanation import Explanation
from core.brand.periods import Per
from core.members.notices import Told
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


_EARNED = gettext_noop("A friend who joined through your invitation counts: you get %(points)s.")
_COUNTS = gettext_noop("A friend who joined through your invitation counts.")
_BROUGHT_NOTHING = gettext_noop("An invitation of yours brings no points: %(why)s")
_TAKEN_BACK = gettext_noop("What an invitation had brought you was taken back: %(why)s")


def news(referral: Referral) -> Told:
    """What the inviter is told of a referral whose reward has changed: what it brought, or why it brings nothing."""
    match referral.referrer_reward:
        case Referral.Reward.EARNED:
            points = referral.frozen.referrer_points
            said = Explanation(_EARNED, {"points": {"points": points}}) if points else Explanation(_COUNTS)
        case Referral.Reward.REVERSED:
            said = Explanation(_TAKEN_BACK, {"why": referral.why})
        case _:
            said = Explanation(_BROUGHT_NOTHING, {"why": referral.why})
    # What qualified is part of it, so that a friend who counts anew is news again.
    reference = f"referral:{referral.pk}:{referral.state}:{referral.referrer_reward}:{referral.activity_id or 0}"
    return Told(referral.referrer_id, "referral.qualified", reference, said, reverse("referrals:invite"))


def undone(terms: Terms) -> Explanation:
    """Why a friend who had qualified no longer does."""
    return Explanation(terms.qualifying.undone)
