"""Pending points become spendable when the time that they were held for is over."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, QuerySet
from django.utils.translation import gettext_noop

from core import clock
from core.brand.explanation import Explanation
from core.ledger.models import Account, Lot, Reason, Transfer, Wallet
from core.ledger.posting import Posting, lock
from core.ledger.settling import settle_owed
from core.members.notices import Told

BATCH = 500
RELEASED = Explanation(gettext_noop("%(points)s were pending and are now yours to spend."))


def release_due(limit: int = BATCH) -> int:
    """Release the lots whose hold is over, up to `limit` of them, oldest first; return how many were released."""
    due = Lot.objects.filter(held_until__lte=clock.now()).order_by("held_until")
    found = list(due.values_list("pk", "member_id")[:limit])
    if not found:
        return 0
    return _release([pk for pk, _member in found], {member_id for _pk, member_id in found})


def release_for(member_id: int) -> int:
    """Release what is due to one member, as a spend does before it looks; return how many lots were released."""
    due = list(Lot.objects.filter(member_id=member_id, held_until__lte=clock.now()).values_list("pk", flat=True))
    return _release(due, {member_id}) if due else 0


def with_due(member: int, now: datetime) -> QuerySet[Any, Any]:
    """A member's wallet with `is_due`: whether any of its points wait that need not wait any more."""
    due = Lot.objects.filter(member=member, held_until__lte=now)
    return Wallet.objects.annotate(is_due=Exists(due)).filter(pk=member)


def wallet_of(member_id: int) -> Wallet:
    """A member's wallet as whoever looks at it should find it: what is due by now is released, if nobody did it yet.

    The scheduler releases within a minute; this is for the time when it slept. One statement, as `Wallet.of`, unless
    something is due.
    """
    wallet = with_due(member_id, clock.now()).first()
    if wallet is not None and not (wallet.is_due and release_for(member_id)):
        return wallet
    return Wallet.of(member_id)


@transaction.atomic
def _release(lot_ids: list[int], member_ids: set[int]) -> int:
    posting = Posting(lock(member_ids))
    lots = list(Lot.objects.filter(pk__in=lot_ids, held_until__lte=clock.now()).order_by("held_until", "pk"))
    moved = Transfer.objects.filter(lot_id__in=[lot.pk for lot in lots]).order_by("pk")
    latest = {transfer.lot_id: transfer for transfer in moved}
    for lot in lots:
        held_until, lot.held_until = lot.held_until, None
        assert held_until is not None
        lot.revision += 1
        posting.touch(lot)
        if not lot.points:
            continue
        reference = f"{lot.cause}#{lot.revision}"
        posting.move(
            lot.member_id,
            Account.PENDING,
            Account.WALLET,
            lot.points,
            reference=reference,
            reason=Reason.RELEASED,
            explanation=latest[lot.pk].explanation,
            at=held_until,
            lot=lot,
            activity_id=latest[lot.pk].activity_id,
        )
        settle_owed(posting, lot.member_id, lot.points, [lot], reference=reference, at=held_until)
    _tell(posting)
    posting.write()
    return len(lots)


def _tell(posting: Posting) -> None:
    """Tell each member once how much this release made theirs to spend."""
    released: dict[int, list[Transfer]] = defaultdict(list)
    for transfer in posting.transfers:
        if transfer.reason == Reason.RELEASED:
            released[transfer.member_id].append(transfer)
    for member_id, transfers in released.items():
        why = RELEASED.with_values(points={"points": sum(transfer.points for transfer in transfers)})
        posting.told.append(Told(member_id, "points.released", f"released:{transfers[0].reference}", why, "/wallet/"))
