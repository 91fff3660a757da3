"""Which of a member's points end next, and when: what the wallet page shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Sum

from core.brand.models import LEAST_NOTICE, Brand, ExpiryPolicy
from core.ledger.lasting import Lasting, midnight_after, terms_of, today
from core.ledger.models import Expiry, Lot, Wallet


@dataclass(frozen=True)
class Upcoming:
    """`points` end after the day `on`; `whole` if it is the whole balance, which any activity keeps."""

    points: int
    on: date
    whole: bool


def upcoming(wallet: Wallet, brand: Brand) -> Upcoming | None:
    """What ends next of this wallet; None if nothing does. At most three statements, none where points never expire."""
    if brand.expiry_policy == ExpiryPolicy.NEVER or not wallet.available:
        return None
    lasting = terms_of(brand)
    assert lasting is not None
    if lasting.policy == ExpiryPolicy.ROLLING:
        return _of_lots(wallet, lasting, brand)
    if wallet.active_on is None:
        return None
    told = Expiry.objects.filter(pk=wallet.expiry_id).first() if wallet.expiry_id else None
    return Upcoming(wallet.available, _on(lasting.ends(wallet.active_on), told, brand), whole=True)


def _of_lots(wallet: Wallet, lasting: Lasting, brand: Brand) -> Upcoming | None:
    there = Lot.objects.filter(member_id=wallet.pk, remaining__gt=0)
    first = there.select_related("expiry").order_by("available_at", "pk").first()
    if first is None or first.available_at is None:
        return None
    on = _on(lasting.ends(first.available_at.astimezone(brand.zone).date()), first.expiry, brand)
    with_it = there.filter(available_at__lt=midnight_after(lasting.begun(on), brand))
    return Upcoming(with_it.aggregate(points=Sum("remaining"))["points"] or 0, on, whole=False)


def _on(ends: date, told: Expiry | None, brand: Brand) -> date:
    """The last day as it was told, if that holds; else by the terms, but never without the notice that is still due."""
    if told is not None and told.on >= ends and told.closed_at is None:
        return told.on
    return max(ends, today(brand) + timedelta(days=LEAST_NOTICE)) if ends < today(brand) else ends
