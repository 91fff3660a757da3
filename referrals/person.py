"""A person's invitations, both ways: told without naming the others. A referral stays when one of its two is erased."""

from __future__ import annotations

from typing import Any

from core.brand.models import Brand
from core.members import known
from core.members.known import Person
from referrals import codes
from referrals.models import Code, Referral


@known.part("invitation")
def invitation(person: Person) -> dict[str, Any] | None:
    """The member's own code, and the friends who came by it."""
    code = Code.objects.filter(member=person.member).first() if person.member else None
    if code is None:
        return None
    brand = Brand.current()
    friends = Referral.objects.filter(referrer=person.member).order_by("pk")
    told = [{**_told(one), "reward": one.referrer_reward, "why": one.explanation.text(brand)} for one in friends]
    return {"code": code.code, "url": codes.url(code.code), "given_at": code.created_at, "friends": told}


@known.part("invited")
def invited(person: Person) -> dict[str, Any] | None:
    """How the member came in by somebody's invitation."""
    one = Referral.objects.filter(friend=person.member).first() if person.member else None
    if one is None:
        return None
    return {**_told(one), "matched_by": one.matched_by, "clicked_at": one.clicked_at, "reward": one.friend_reward}


def _told(one: Referral) -> dict[str, Any]:
    return {"joined_at": one.joined_at, "state": one.state, "qualified_at": one.qualified_at}
