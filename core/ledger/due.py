"""What one cause is worth, as whoever listens to activities says it to the books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.brand.explanation import Explanation
from core.ledger.models import Reason


@dataclass(frozen=True, slots=True)
class Due:
    """What one cause is worth in all, in points: the books are moved by the difference to what it was worth before.

    `cause` names it for ever, so that saying the same twice moves nothing; 0 points take everything back. `at` is when
    what caused it happened; the points are spendable `hold_days` days after that. `group` is shared by the awards that
    one limit counts together. `root` is the fact from outside at the start of it all, `activity_id` the fact behind it.
    With `first` nothing can have been said of the cause before this transaction, so that nobody need look.
    """

    member_id: int
    cause: str
    points: int
    reason: Reason
    explanation: Explanation
    at: datetime
    activity_id: int | None = None
    root: int | None = None
    hold_days: int = 0
    group: str = ""
    first: bool = False
