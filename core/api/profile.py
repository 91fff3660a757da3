"""What the API tells of one member; the apps above add their parts, so that nothing here need know them.

An app's `api.py` has::

    @profile.part("badges")
    def badges(member): return [{"slug": …, "earned_at": …}]
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from ninja import Schema

from core.brand.models import Brand
from core.earning import tiers
from core.ledger.releasing import wallet_of
from core.members.models import Member

Part = Callable[[Member], Any]


class TierOut(Schema):
    """Where a member stands among the tiers; null in a programme without them."""

    slug: str | None
    next: str | None
    points_to_next: int | None


class PointsOut(Schema):
    """A member's points: available + pending = earned - spent - expired - donated + owed."""

    available: int
    pending: int
    earned: int
    spent: int
    expired: int
    donated: int
    owed: int


class BadgeOfMember(Schema):
    """A badge that the member has."""

    slug: str
    earned_at: datetime


class TaskOfMember(Schema):
    """How far a task is: integers for a count, decimal strings for a sum; progress stops at the target."""

    slug: str
    progress: int | str
    target: int | str


class ChallengeOfMember(Schema):
    """How far the member is in a challenge that they can see."""

    slug: str
    state: Literal["open", "joined", "completed", "expired"]
    completions: int
    tasks: list[TaskOfMember]


class ReferralOfMember(Schema):
    """The member's invitation and what came of it."""

    code: str
    url: str
    clicks: int
    joined: int
    qualified: int
    pending: int


class MemberOut(Schema):
    """All that the programme knows of a member's standing; `joined_at` is null for a wallet that nobody has claimed."""

    email: str
    joined_at: datetime | None
    tier: TierOut | None
    points: PointsOut
    badges: list[BadgeOfMember]
    challenges: list[ChallengeOfMember]
    referral: ReferralOfMember | None


_parts: dict[str, Part] = {}


def part(name: str) -> Callable[[Part], Part]:
    """Register the function that tells one part of a member: fn(member) -> a value of JSON."""

    def register(function: Part) -> Part:
        _parts[name] = function
        return function

    return register


def of(member: Member) -> dict[str, Any]:
    """The member as the API shows them; each part costs its own few queries."""
    wallet = wallet_of(member.pk)
    points = {name: getattr(wallet, name) for name in PointsOut.model_fields}
    told = {name: function(member) for name, function in _parts.items()}
    nothing: dict[str, Any] = {"tier": _tier(member), "badges": [], "challenges": [], "referral": None}
    return {
        **nothing,
        **told,
        "email": member.email,
        "joined_at": member.joined_at if member.claimed else None,
        "points": points,
    }


def _tier(member: Member) -> dict[str, Any] | None:
    standing = tiers.standing_of(member.pk, Brand.current())
    if standing is None:
        return None
    following = standing.next.slug if standing.next else None
    return {"slug": standing.slug, "next": following, "points_to_next": standing.points_to_next}
