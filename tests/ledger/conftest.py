"""Awards, refunds and looks at the wallet, said in a line each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core import clock
from core.audit import laws
from core.brand.explanation import Explanation
from core.brand.models import Brand
from core.ledger.due import Due
from core.ledger.models import Reason
from core.ledger.posting import lock
from core.ledger.settling import settle
from core.members.models import Member

WHY = Explanation("A test")


@pytest.fixture
def due() -> Callable[..., None]:
    """`due(member, "order-1", 40, hold=14)`: the books are told what a cause is worth in all; it has one moment."""
    moments: dict[str, datetime] = {}

    def say(
        member: Member, cause: str, points: int, *, hold: int = 0, at: datetime | None = None, refunds: str = ""
    ) -> None:
        brand = Brand.current()
        brand.refunds = refunds or brand.refunds
        moment = at or moments.setdefault(cause, clock.now())
        said = Due(member.pk, cause, points, Reason.EARNED, WHY, moment, hold_days=hold)
        with transaction.atomic():
            settle([said], lock([member.pk]), brand)

    return say


def breaches() -> list[str]:
    """What breaks the laws of the books; these tests spend and give without a booking or a donation behind it."""
    return [breach for law in laws() if law.check.__module__.startswith("core.ledger") for breach in law.check()]


def days(number: int) -> datetime:
    """The moment so many days from now."""
    return clock.now() + timedelta(days=number)


def plans(queries: CaptureQueriesContext) -> list[str]:
    """How the database carries out each of these queries."""
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    found = []
    with connection.cursor() as cursor:
        for query in list(queries):
            cursor.execute(f"{explain} {query['sql'].replace('%', '%%')}")
            found.append("\n".join(str(row[-1]) for row in cursor.fetchall()))
    return found
