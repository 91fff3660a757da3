"""Events as facts: made of what is said, given back in part, emptied of a person."""

from __future__ import annotations

from core import bulk
from core.activities import kinds
from core.activities.cascade import Cascade
from core.activities.happening import Happening
from core.activities.models import ERASED, Activity


def fact_of(happening: Happening, member_id: int | None, cascade: Cascade) -> Activity:
    """What is said to have happened as a fact, not yet written, judged by the version in force."""
    fact = bulk.new(
        Activity,
        source_id=happening.source_id,
        external_id=happening.external_id,
        type=happening.type,
        member_id=member_id,
        email=happening.email,
        reference=happening.reference,
        amount=happening.amount,
        data=happening.data,
        at=happening.at,
        received_at=cascade.now,
        version=cascade.version,
        fingerprint=happening.fingerprint,
    )
    fact.new = True
    return fact


def change_of(activity: Activity) -> tuple[int | None, int]:
    """Under which fact and member the books counted what this event moved: a refund moves what its order is worth."""
    root = activity.cause_id if activity.type == kinds.ORDER_REFUNDED else activity.pk
    return root, activity.member_id or 0


def give_back(order: Activity, amount: int) -> None:
    """Take `amount` hundredths off an order; with nothing left it is as if it had never been."""
    order.taken_back += amount
    order.void = order.left <= 0


def forget(activity: Activity) -> None:
    """Keep nothing of what this event says of a person: it is about an order whose person was erased."""
    activity.email, activity.data, activity.fingerprint = "", {}, ERASED
