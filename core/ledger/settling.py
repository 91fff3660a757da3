"""Making the books say what is due: award, reverse, or nothing when it is so already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.translation import gettext_noop

from core import bulk, clock
from core.brand.explanation import Explanation
from core.brand.models import Brand
from core.ledger.due import Due
from core.ledger.models import Account, Lot, Reason, Wallet
from core.ledger.posting import Posting
from core.ledger.taking_back import TakingBack

OWED = Explanation(
    gettext_noop("%(owed)s had been taken back after you had spent them; %(points)s of what you just got settle that.")
)


@dataclass(slots=True)
class Change:
    """By how many points a member's accounts moved."""

    available: int = 0
    pending: int = 0


Changes = dict[tuple[int | None, int], Change]


def settle(dues: Iterable[Due], wallets: dict[int, Wallet], brand: Brand | None = None) -> Changes:
    """Move the books to what is due and return what changed, by root fact and member.

    `wallets` are those of all members concerned, locked; `brand`, as it was just read, saves reading it. The number of
    statements does not grow with the dues. The brand's policy on refunds says how far what was used is taken back.
    """
    brand = brand or Brand.current()
    wanted = {due.cause: due for due in dues}
    said_before = [cause for cause, due in wanted.items() if not due.first]
    lots = {lot.cause: lot for lot in bulk.select(Lot, "cause {}", said_before)}
    posting = Posting(wallets, brand.zone)
    back = TakingBack.of(wanted.values(), lots, posting, brand.refunds)
    changes: Changes = defaultdict(Change)
    for due in wanted.values():
        lot = lots.get(due.cause)
        if lot is None and due.points == 0:
            continue
        wallet = wallets[due.member_id]
        before = (wallet.available, wallet.pending)
        _settle_one(posting, due, lot, back)
        change = changes[due.root, due.member_id]
        change.available += wallet.available - before[0]
        change.pending += wallet.pending - before[1]
    back.tell()
    posting.write()
    return changes


def moment_of(due: Due, lot: Lot | None) -> datetime:
    """When the points of `lot`, if there is one, count once this due is settled: what takes all back moves nothing."""
    return due.at if lot is None or due.points else lot.at


def _settle_one(posting: Posting, due: Due, lot: Lot | None, back: TakingBack) -> None:
    if lot is None:
        lot = bulk.new(
            Lot,
            cause=due.cause,
            member_id=due.member_id,
            group=due.group,
            points=due.points,
            at=due.at,
            held_until=_held_until(due),
        )
        posting.new_lots.append(lot)
        _add(posting, due, lot, due.points)
        return
    if lot.at != (at := moment_of(due, lot)):
        _move(posting, due, lot, at)
    difference = due.points - lot.points
    if difference == 0:
        return
    explanation = replace(due.explanation, before=lot.points, after=due.points)
    due = replace(due, explanation=explanation)
    lot.points = due.points
    lot.revision += 1
    posting.touch(lot)
    if difference < 0:
        back.take(due, lot, -difference)
        return
    kept = min(difference, lot.forgiven)
    lot.forgiven -= kept
    if difference > kept:
        _add(posting, due, lot, difference - kept)


def _held_until(due: Due) -> datetime | None:
    """Until when what is due is held from now on, if at all."""
    until = due.at + timedelta(days=due.hold_days)
    return until if due.hold_days and until > clock.now() else None


def _move(posting: Posting, due: Due, lot: Lot, at: datetime) -> None:
    """Let what was earned count from another moment: something earlier came to light, or what had come first is gone.

    What is held waits from that moment on; if that is past, whoever releases next lets it go. What was released stays
    so, unless all of it had been taken back and is given anew.
    """
    posting.date(lot, at)
    if lot.held_until:
        lot.held_until = due.at + timedelta(days=due.hold_days) if due.hold_days else clock.now()
    elif not lot.points and not lot.forgiven:
        lot.held_until = _held_until(due)


def _add(posting: Posting, due: Due, lot: Lot, points: int) -> None:
    target = Account.PENDING if lot.held_until else Account.WALLET
    posting.move(
        due.member_id,
        Account.ISSUED,
        target,
        points,
        reference=f"{lot.cause}#{lot.revision}",
        reason=due.reason,
        explanation=due.explanation,
        at=due.at,
        lot=lot,
        activity_id=due.activity_id,
    )
    if target == Account.WALLET:
        settle_owed(posting, due.member_id, points, [lot], reference=f"{lot.cause}#{lot.revision}", at=due.at)


def settle_owed(
    posting: Posting, member_id: int, points: int, lots: Iterable[Lot], *, reference: str, at: datetime
) -> None:
    """Let the first of `points` that just became available in `lots` pay what the member owes."""
    owed = posting.wallets[member_id].owed
    if part := min(owed, points):
        posting.move(
            member_id,
            Account.WALLET,
            Account.OWED,
            part,
            reference=f"{reference}:settled",
            reason=Reason.SETTLED,
            explanation=OWED.with_values(points={"points": part}, owed={"points": owed}),
            at=at,
            lots=lots,
        )
