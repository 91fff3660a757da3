"""Taking points out of a wallet for something, and giving them back: each once for one reference."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.brand.explanation import Explanation
from core.brand.models import Brand
from core.ledger.models import Account, Lot, Reason, Transfer, Use, Wallet
from core.ledger.posting import Posting, lock
from core.ledger.releasing import release_for
from core.ledger.settling import settle_owed
from core.ledger.soonest import soonest
from core.web.refused import InsufficientPoints

_lookers: list[Callable[[int], None]] = []


def check_affordable(wallet: Wallet, points: int) -> None:
    """Raise InsufficientPoints, saying how many are missing, unless the wallet holds `points` to spend."""
    if wallet.available < points:
        brand = Brand.current()
        raise InsufficientPoints(
            _("This takes %(cost)s and you have %(have)s: %(missing)s to go.")
            % {
                "cost": brand.points(points),
                "have": brand.points(wallet.available),
                "missing": brand.points(points - wallet.available),
            }
        )


@transaction.atomic
def spend(
    member_id: int, points: int, *, reference: str, explanation: Explanation, activity_id: int | None = None
) -> Transfer:
    """Spend `points` (above 0) of a member's available points.

    `reference` names the cause for ever: a repeat returns what was done. Raises InsufficientPoints.
    """
    return _pay(member_id, points, Account.REDEEMED, Reason.SPENT, reference, explanation, activity_id)


@transaction.atomic
def donate(
    member_id: int, points: int, *, reference: str, explanation: Explanation, activity_id: int | None = None
) -> Transfer:
    """Move `points` (above 0) of a member's available points to the book of what was given.

    `reference` names the cause for ever: a repeat returns what was done. Raises InsufficientPoints.
    """
    return _pay(member_id, points, Account.GIVEN, Reason.DONATED, reference, explanation, activity_id)


@transaction.atomic
def unspend(spent: str, *, reference: str, explanation: Explanation) -> Transfer:
    """Give back what was spent under the reference `spent`, all of it and once; a repeat returns what was done."""
    original = Transfer.objects.get(reference=spent, reason=Reason.SPENT)
    wallets = lock([original.member_id])
    if done := Transfer.objects.filter(reference=reference).first():
        return done
    posting = Posting(wallets)
    now = clock.now()
    transfer = posting.move(
        original.member_id,
        Account.REDEEMED,
        Account.WALLET,
        original.points,
        reference=reference,
        reason=Reason.RETURNED,
        explanation=explanation,
        at=now,
        activity_id=original.activity_id,
    )
    lots = posting.put_back(transfer, Use.objects.filter(transfer=original).select_related("lot").order_by("pk"))
    settle_owed(posting, original.member_id, original.points, lots, reference=reference, at=now)
    posting.write()
    return transfer


def when_adjusted(look: Callable[[int], None]) -> Callable[[int], None]:
    """Call `look` with the member whose points were adjusted by hand, in the same transaction."""
    _lookers.append(look)
    return look


@transaction.atomic
def adjust(member_id: int, points: int, *, reference: str, explanation: Explanation) -> Transfer:
    """Add `points` to a member's wallet by hand, or take them when below 0.

    Raises InsufficientPoints when more would be taken than is there: staff never make a member owe.
    """
    wallets = lock([member_id])
    if done := Transfer.objects.filter(reference=reference).first():
        return done
    posting = Posting(wallets)
    now = clock.now()
    source, target, lot, lots = Account.ISSUED, Account.WALLET, None, []
    if points < 0:
        check_affordable(wallets[member_id], -points)
        source, target, lots = target, source, soonest({member_id: -points})[member_id]
    else:
        lot = Lot(cause=reference, member_id=member_id, points=points, at=now)
        posting.new_lots.append(lot)
        lots = [lot]
    transfer = posting.move(
        member_id,
        source,
        target,
        abs(points),
        reference=reference,
        reason=Reason.ADJUSTED,
        explanation=explanation,
        at=now,
        lot=lot,
        lots=lots,
    )
    if points > 0:
        settle_owed(posting, member_id, points, lots, reference=reference, at=now)
    posting.write()
    for look in _lookers:
        look(member_id)
    return transfer


def _pay(
    member_id: int,
    points: int,
    target: Account,
    reason: Reason,
    reference: str,
    explanation: Explanation,
    activity_id: int | None,
) -> Transfer:
    release_for(member_id)
    wallets = lock([member_id])
    if done := Transfer.objects.filter(reference=reference).first():
        return done
    check_affordable(wallets[member_id], points)
    posting = Posting(wallets)
    transfer = posting.move(
        member_id,
        Account.WALLET,
        target,
        points,
        reference=reference,
        reason=reason,
        explanation=explanation,
        at=clock.now(),
        lots=soonest({member_id: points})[member_id],
        activity_id=activity_id,
    )
    posting.write()
    return transfer
