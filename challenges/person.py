"""What a person did in challenges, and their badges. Both are of nobody once the person is erased."""

from __future__ import annotations

from typing import Any

from challenges.models import BadgeAward, Participation
from core.members import known
from core.members.known import Person


@known.part("challenges")
def progress(person: Person) -> list[dict[str, Any]]:
    """How far the member is, or came, in each challenge."""
    rows = Participation.objects.filter(member=person.member) if person.member else Participation.objects.none()
    return [
        {
            "challenge": row.challenge.slug,
            "title": row.terms.title,
            "state": row.state,
            "progress": row.progress,
            "joined_at": row.joined_at,
            "completed_at": row.completed_at,
        }
        for row in rows.select_related("challenge", "edition").order_by("pk")
    ]


@known.part("badges")
def badges(person: Person) -> list[dict[str, Any]]:
    """The badges that the member earned, and those that were withdrawn again."""
    rows = BadgeAward.objects.filter(member=person.member) if person.member else BadgeAward.objects.none()
    return [
        {
            "badge": row.badge.slug,
            "name": row.badge.name,
            "earned_at": row.earned_at,
            "withdrawn_at": row.revoked_at,
            "why_withdrawn": row.why_withdrawn,
        }
        for row in rows.select_related("badge").order_by("pk")
    ]
