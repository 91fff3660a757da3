"""Facts that the site itself sees happen, one at a time: a booking, a donation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from core import bulk, clock
from core.activities.cascade import Cascade, site_id
from core.activities.models import Activity
from core.brand.models import Brand


@transaction.atomic
def record_own(
    member_id: int,
    type: str,
    key: str,
    *,
    at: datetime | None = None,
    reference: str = "",
    amount: int | None = None,
    data: dict[str, Any] | None = None,
) -> Activity:
    """Record a fact of the site under `key`, unique for ever, with everything that follows; a repeat changes nothing.

    `amount` in hundredths of the currency; `at` is now unless given. Call it inside the transaction of the act itself.
    """
    cascade = Cascade.begin(Brand.current(), {member_id})
    if known := Activity.objects.filter(source_id=site_id(), external_id=key).first():
        return known
    fact = Activity.objects.create(
        source_id=site_id(),
        external_id=key,
        type=type,
        member_id=member_id,
        reference=reference,
        amount=amount,
        data=data or {},
        at=at or clock.now(),
        received_at=cascade.now,
        version=cascade.version,
    )
    cascade.run([fact])
    return fact


@transaction.atomic
def withdraw_own(key: str) -> None:
    """From now on the fact recorded under `key` is as if it had never been; twice is harmless."""
    member_id = Activity.objects.values_list("member_id", flat=True).get(source_id=site_id(), external_id=key)
    cascade = Cascade.begin(Brand.current(), {member_id})
    fact = Activity.objects.get(source_id=site_id(), external_id=key)
    if fact.void:
        return
    fact.void, fact.revised = True, True
    bulk.update([fact], ["void"])
    cascade.run([fact])
