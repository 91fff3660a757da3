"""The kinds of activities that every programme knows, with their titles as messages to be translated."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

ORDER_PAID = "order.paid"
ORDER_REFUNDED = "order.refunded"
MEMBER_JOINED = "member.joined"
TIER_CHANGED = "tier.changed"

FROM_OUTSIDE = {
    ORDER_PAID: _("Order"),
    ORDER_REFUNDED: _("Refund"),
    "subscription.started": _("Subscription started"),
    "subscription.renewed": _("Subscription renewed"),
    "subscription.ended": _("Subscription ended"),
}
OF_THE_SITE = {
    MEMBER_JOINED: _("Joined"),
    "referral.qualified": _("A friend qualified"),
    "challenge.completed": _("Challenge completed"),
    "badge.earned": _("Badge earned"),
    "reward.redeemed": _("Reward booked"),
    "reward.used": _("Reward used"),
    "points.donated": _("Points given"),
    TIER_CHANGED: _("Tier changed"),
}
BUILT_IN = FROM_OUTSIDE | OF_THE_SITE
# What cannot be rewarded: a refund lowers what it gives back for, and a step on the ladder of tiers follows from
# points. If it gave some, they would hold the tier up when what had reached it is taken back.
UNREWARDED = frozenset({ORDER_REFUNDED, TIER_CHANGED})
