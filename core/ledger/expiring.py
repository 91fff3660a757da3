"""Points that end: reminding of them, and letting expire what is still there when their last day is over.

A run makes its way by indexes: what nobody was told of yet, and what is to be looked at today. Its work is that of the
points that end. Everything is done under the lock of the wallets concerned and read again there, so two runs at once,
or a run and a spend, come one after the other. Whether points still end by the terms is asked each time, so a change of
the terms has nothing to rewrite: what was told of too early is forgotten when its day comes, and told of anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from django.db import transaction

from core import bulk, clock
from core.brand.models import Brand, ExpiryPolicy
from core.ledger.expiry import EXPIRED, LAST_DAY, TOLD_ON, Lapsed, day, receiver_of
from core.ledger.lasting import Lasting, keep_terms, today
from core.ledger.models import Account, Expiry, Lot, Reason
from core.ledger.posting import Posting, lock
from core.ledger.soonest import soonest
from core.ledger.telling import next_day, tell, tell_of_lots, tell_of_wallets
from core.members.notices import Told

BATCH = 500


def expire_due() -> int:
    """Do all that is due today about points that end; return how many ends were told of, reminded of or carried out."""
    brand = Brand.current()
    lasting = keep_terms(brand)
    done = 0
    while count := _look_at(brand, lasting):
        done += count
    if lasting is not None:
        tell_next = tell_of_lots if lasting.policy == ExpiryPolicy.ROLLING else tell_of_wallets
        while count := tell_next(brand, lasting):
            done += count
    return done


@dataclass
class _End:
    """What is still there of the points that one expiry told of, and the lots that hold them."""

    row: Expiry
    lots: list[Lot] = field(default_factory=list)

    @property
    def points(self) -> int:
        return sum(lot.remaining for lot in self.lots)


@transaction.atomic
def _look_at(brand: Brand, lasting: Lasting | None) -> int:
    """Remind of the next points that end soon, and let expire those whose last day is over; return how many."""
    now = today(brand)
    waiting = Expiry.objects.filter(closed_at__isnull=True, next_on__lte=now).order_by("next_on", "pk")
    found = dict(waiting.values_list("pk", "member_id")[:BATCH])
    if not found:
        return 0
    posting = Posting(lock(found.values()), brand.zone)
    rows = list(waiting.filter(pk__in=list(found)))
    ends = _ends(posting, rows, lasting, brand)
    soon = [end for end in ends if end.points and end.row.on >= now]
    over = [end for end in ends if end.points and end.row.on < now]
    for end in soon:
        end.row.next_on = next_day(end.row.on, brand)
    if lasting is not None:
        tell(posting, [(end.row, end.points) for end in soon], lasting, brand)
    _expire(posting, over, brand)
    for end in ends:
        if end not in soon:
            _close(posting, end)
    posting.write()
    for end in over:
        # Set again, now that it has its key.
        end.row.transfer = end.row.transfer
    bulk.update(rows, ["next_on", "closed_at", "transfer"])
    return len(found)


def _ends(posting: Posting, rows: list[Expiry], lasting: Lasting | None, brand: Brand) -> list[_End]:
    """What of these expiries still ends by the terms as they are now."""
    told: dict[int, list[Lot]] = defaultdict(list)
    for lot in Lot.objects.filter(expiry__in=[row.pk for row in rows], remaining__gt=0).order_by("available_at", "pk"):
        told[lot.expiry_id or 0].append(lot)
    whole = {row.member_id: posting.wallets[row.member_id].available for row in rows if _whole(posting, row, lasting)}
    all_lots = soonest(whole)
    ends = []
    for row in rows:
        if row.member_id in whole and posting.wallets[row.member_id].expiry_id == row.pk:
            ends.append(_End(row, all_lots[row.member_id]))
            continue
        still = [lot for lot in told[row.pk] if _still_ends(lot, row, lasting, brand)]
        ends.append(_End(row, still))
        for lot in told[row.pk]:
            if lot not in still:
                lot.expiry = None
                posting.touch(lot)
    return ends


def _whole(posting: Posting, row: Expiry, lasting: Lasting | None) -> bool:
    """Whether it is the whole wallet that ends."""
    wallet = posting.wallets[row.member_id]
    if lasting is None or lasting.policy != ExpiryPolicy.INACTIVITY or wallet.active_on is None:
        return False
    return wallet.expiry_id == row.pk and bool(wallet.available) and lasting.ends(wallet.active_on) <= row.on


def _still_ends(lot: Lot, row: Expiry, lasting: Lasting | None, brand: Brand) -> bool:
    if lasting is None or lasting.policy != ExpiryPolicy.ROLLING or lot.available_at is None:
        return False
    return lasting.ends(lot.available_at.astimezone(brand.zone).date()) <= row.on


def _expire(posting: Posting, over: Iterable[_End], brand: Brand) -> None:
    lapsed = [Lapsed(end.row.pk, end.row.member_id, end.points) for end in over]
    receiver = receiver_of(brand)
    gifts = receiver.receive(lapsed, brand) if receiver and lapsed else {}
    for end in over:
        row, points = end.row, end.points
        gift = gifts.get(row.pk)
        facts = ((LAST_DAY, day(row.on, brand)), (TOLD_ON, {"date": row.told_at.isoformat()}))
        why = gift.explanation if gift else EXPIRED.with_values(points={"points": points})
        row.transfer = posting.move(
            row.member_id,
            Account.WALLET,
            Account.GIVEN if gift else Account.EXPIRED,
            points,
            reference=gift.reference if gift else f"expiry:{row.pk}",
            reason=Reason.LAPSED if gift else Reason.EXPIRED,
            explanation=replace(why, inputs=(*why.inputs, *facts)),
            at=clock.now(),
            lots=end.lots,
        )
        posting.told.append(Told(row.member_id, "points.expired", f"points.expired:{row.pk}", why, "/wallet/"))


def _close(posting: Posting, end: _End) -> None:
    """There is nothing more to do about this expiry; a wallet that it told of can be told of anew."""
    end.row.closed_at = clock.now()
    wallet = posting.wallets[end.row.member_id]
    if wallet.expiry_id == end.row.pk:
        wallet.expiry = None
        posting.moved.add(wallet.pk)
