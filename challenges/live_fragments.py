"""What of challenges and badges changes on a page by itself."""

from __future__ import annotations

from typing import Any

from challenges.models import Challenge
from challenges.shelf import shelf
from challenges.standing import standings
from core import live
from core.brand.models import Brand
from core.members.models import Member


@live.fragment("challenge", "challenges/challenge.html#progress")
def challenge(member: Member, slug: str) -> dict[str, Any]:
    """How far the member is in the challenge of that slug."""
    brand = Brand.current()
    found = standings(member.pk, brand, slug=slug)
    if not found:
        raise Challenge.DoesNotExist
    return {"standing": found[0], "brand": brand}


@live.fragment("badges", "challenges/badges.html#badges")
def badges(member: Member) -> dict[str, Any]:
    """The member's shelf."""
    brand = Brand.current()
    return {"places": shelf(member.pk, standings(member.pk, brand), brand), "brand": brand}
