"""Points to look at."""

from __future__ import annotations

from django.db import transaction

from core import clock
from core.brand.explanation import Explanation
from core.ledger import posting, settling
from core.ledger.due import Due
from core.ledger.models import Reason
from core.members.models import Member


@transaction.atomic
def award(member: Member, points: int, hold_days: int = 0) -> None:
    """Award `points` for an order named after them, pending for `hold_days`."""
    why = Explanation("%(count)s for this", {"count": points}, (("Amount", {"money": 4250}),), f"Order {points}")
    due = Due(member.pk, f"order:{points}", points, Reason.EARNED, why, clock.now(), hold_days=hold_days)
    settling.settle([due], posting.lock([member.pk]))
