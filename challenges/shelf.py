"""The shelf: which badges somebody has, and what the others still ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from challenges.compiled import programme
from challenges.models import Badge, BadgeAward
from challenges.standing import Standing
from core.brand.models import Brand
from core.bulk.questions import Question


@dataclass(frozen=True)
class Place:
    """One badge on somebody's shelf; `way` is the challenge that is closest to giving it."""

    badge: Badge
    award: BadgeAward | None
    way: Standing | None

    @property
    def earned(self) -> bool:
        return self.award is not None

    @property
    def earned_at(self) -> datetime | None:
        return self.award.earned_at if self.award else None

    @property
    def state(self) -> str:
        """earned, secret or locked: how its picture is drawn."""
        return "earned" if self.earned else "secret" if self.badge.secret else "locked"


def _awards(member: int) -> Any:
    return BadgeAward.objects.live().filter(member=member)


AWARDS: Question[BadgeAward] = Question(_awards)


def shelf(member_id: int | None, standings: Sequence[Standing], brand: Brand, slug: str = "") -> list[Place]:
    """The places of a member's shelf (None: a visitor's), earned ones first, then by how close they are.

    One query, none for a visitor. A retired badge is seen by those who have it.
    """
    awards = BadgeAward.objects.live().filter(member=member_id) if member_id is not None else BadgeAward.objects.none()
    return shelf_by(awards, standings, brand, slug)


def shelf_by(found: Iterable[BadgeAward], standings: Sequence[Standing], brand: Brand, slug: str = "") -> list[Place]:
    """The same by all awards of a member that were not withdrawn."""
    badges = [badge for badge in programme(brand).badges.values() if slug in ("", badge.slug)]
    awards = {award.badge_id: award for award in found}
    ways: dict[str, Standing] = {}
    for one in standings:
        badge = one.terms.prize_badge
        if badge and one.state not in ("ended", "expired") and (badge not in ways or one.share > ways[badge].share):
            ways[badge] = one
    places = [Place(badge, awards.get(badge.pk), ways.get(badge.slug)) for badge in badges]
    return sorted((place for place in places if place.earned or not place.badge.retired), key=_rank)


def _rank(place: Place) -> tuple[bool, float]:
    """Earned ones by their day, newest first; the others by what they still ask, secret ones last."""
    if place.earned_at is not None:
        return False, -place.earned_at.timestamp()
    if place.badge.secret or place.way is None:
        return True, 2.0
    return True, 1.0 - place.way.share
