"""Telling members of points that end, in time: nothing expires that was not told of at least 30 days before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction

from core import bulk
from core.brand.models import LEAST_NOTICE, Brand
from core.ledger.expiry import receiver_of, will_end
from core.ledger.lasting import DAY, Lasting, midnight_after, today
from core.ledger.models import Expiry, Lot, Wallet
from core.ledger.posting import Posting, lock
from core.members.notices import Told

BATCH = 500


@transaction.atomic
def tell_of_lots(brand: Brand, lasting: Lasting) -> int:
    """Tell of the next lots that end within the longest notice; return how many."""
    now = today(brand)
    begun = lasting.begun(now + timedelta(days=max(brand.expiry_notice_days)))
    untold = Lot.objects.filter(
        member__erased_at__isnull=True,
        remaining__gt=0,
        expiry__isnull=True,
        available_at__lt=midnight_after(begun, brand),
    ).order_by("available_at", "pk")
    members = set(untold.values_list("member_id", flat=True)[:BATCH])
    if not members:
        return 0
    posting = Posting(lock(members), brand.zone)
    ending: dict[tuple[int, date], list[Lot]] = defaultdict(list)
    for lot in untold.filter(member_id__in=members):
        assert lot.available_at is not None
        ends = lasting.ends(lot.available_at.astimezone(brand.zone).date())
        ending[lot.member_id, max(ends, now + timedelta(days=LEAST_NOTICE))].append(lot)
    rows = [
        _expiry(member_id, on, sum(lot.remaining for lot in lots), brand) for (member_id, on), lots in ending.items()
    ]
    bulk.insert(rows)
    for row, lots in zip(rows, ending.values(), strict=True):
        for lot in lots:
            lot.expiry = row
            posting.touch(lot)
    tell(posting, ((row, row.points) for row in rows), lasting, brand)
    posting.write()
    return sum(len(lots) for lots in ending.values())


@transaction.atomic
def tell_of_wallets(brand: Brand, lasting: Lasting) -> int:
    """Tell of the next wallets that end within the longest notice; return how many were looked at."""
    now = today(brand)
    begun = lasting.begun(now + timedelta(days=max(brand.expiry_notice_days)))
    unused = Wallet.objects.filter(active_on__lte=begun, expiry__isnull=True, member__erased_at__isnull=True).order_by(
        "active_on", "pk"
    )
    members = list(unused.values_list("pk", flat=True)[:BATCH])
    wallets = lock(members)
    posting = Posting(wallets, brand.zone)
    rows = []
    for wallet in wallets.values():
        if wallet.active_on is None or wallet.active_on > begun or wallet.expiry_id:
            continue
        posting.moved.add(wallet.pk)
        if wallet.available:
            on = max(lasting.ends(wallet.active_on), now + timedelta(days=LEAST_NOTICE))
            rows.append(_expiry(wallet.pk, on, wallet.available, brand))
        else:
            # Nothing can end here until points come in, which sets the day again.
            wallet.active_on = None
    bulk.insert(rows)
    for row in rows:
        wallets[row.member_id].expiry = row
    tell(posting, ((row, row.points) for row in rows), lasting, brand)
    posting.write()
    return len(posting.moved)


def _expiry(member_id: int, on: date, points: int, brand: Brand) -> Expiry:
    return Expiry(member_id=member_id, on=on, points=points, next_on=next_day(on, brand))


def next_day(on: date, brand: Brand) -> date:
    """The next day after today on which something is to be done about points that end after the day `on`."""
    reminders = [on - timedelta(days=days) for days in brand.expiry_notice_days]
    return min((reminder for reminder in reminders if reminder > today(brand)), default=on + DAY)


def tell(posting: Posting, told: Iterable[tuple[Expiry, int]], lasting: Lasting, brand: Brand) -> None:
    """Tell, with the posting, how many points of each expiry end, and when; a reference for each time it is told."""
    pairs = list(told)
    receiver = receiver_of(brand)
    names = receiver.names({row.member_id for row, _points in pairs}) if receiver and pairs else {}
    for row, points in pairs:
        why = will_end(points, row.on, lasting.policy, names.get(row.member_id), brand)
        reference = f"points.expiring:{row.pk}:{row.next_on.isoformat()}"
        posting.told.append(Told(row.member_id, "points.expiring", reference, why, "/wallet/"))
