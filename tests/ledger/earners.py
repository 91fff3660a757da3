"""People who chose to be seen on the leaderboard, and what they earned."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from core import clock
from core.brand.explanation import Explanation
from core.ledger.models import Reason
from core.ledger.posting import lock
from core.ledger.settling import Due, settle
from core.members.models import Member

WHY = Explanation("A test")


def person(alias: str, points: int = 0, at: datetime | None = None, **fields: object) -> Member:
    """Somebody who chose to be seen, with what they earned."""
    said = {"alias": alias, "leaderboard": True, **fields}
    member = Member.objects.create_user(f"{Member.objects.count()}@example.com", **said)
    if points:
        earn(member, points, at)
    return member


def earn(member: Member, points: int, at: datetime | None = None, cause: str = "first") -> None:
    """Let one cause of theirs be worth so much."""
    with transaction.atomic():
        due = Due(member.pk, f"{member.pk}:{cause}", points, Reason.EARNED, WHY, at or clock.now())
        settle([due], lock([member.pk]))
