"""Making the books say what is due: award, reverse, or nothing when it is so already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_noop

from core import clock
from core.brand.explanation import Explanation
from core.ledger.models import Account, Lot, Reason, Wallet
from core.ledger.posting import Posting
from core.ledger.soonest import soonest

OWED = Explanation(
    gettext_noop("%(owed)s had been taken back after you had spent them; %(points)s of what you just got settle that.")
)


@dataclass(frozen=True, slots=True)
class Due:
    """What one cause is worth in all, in points: the books are moved by the difference to what it was worth before.

    `cause` names it for ever, so that saying the same twice moves nothing; 0 points take everything back. `at` is when
    what caused it happened; the points are spendable `hold_days` days after that. `group` is shared by the awards that
    one limit counts together. `root` is the fact from outside at the start of it all, `activity_id` the fact behind it.
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


@dataclass(slots=True)
class Change:
    """By how many points a member's accounts moved."""

    available: int = 0
    pending: int = 0


Changes = dict[tuple[int | None, int], Change]


def settle(dues: Iterable[Due], wallets: dict[int, Wallet], zone: ZoneInfo | None = None) -> Changes:
    """Move the books to what is due and return what changed, by root fact and member.

    `wallets` are those of all members concerned, locked; `zone`, the brand's, saves reading it. The number of
    statements does not grow with the dues. What can no longer be taken back from a wallet becomes owed, and the next
    awards settle it.
    """
    wanted = {due.cause: due for due in dues}
    lots = {lot.cause: lot for lot in Lot.objects.filter(cause__in=list(wanted))} if wanted else {}
    posting = Posting(wallets, zone)
    stock = _Stock.of(wanted.values(), lots, posting)
    changes: Changes = defaultdict(Change)
    for due in wanted.values():
        lot = lots.get(due.cause)
        if lot is None and due.points == 0:
            continue
        wallet = wallets[due.member_id]
        before = (wallet.available, wallet.pending)
        _settle_one(posting, due, lot, stock)
        change = changes[due.root, due.member_id]
        change.available += wallet.available - before[0]
        change.pending += wallet.pending - before[1]
    posting.write()
    return changes


@dataclass
class _Stock:
    """The lots from which something may be taken back: those soonest to expire, those judged, and those just made."""

    lots: dict[str, Lot]
    soonest: dict[int, list[Lot]]
    posting: Posting

    @classmethod
    def of(cls, dues: Iterable[Due], lots: dict[str, Lot], posting: Posting) -> _Stock:
        """Read (in one statement, and only if so) what is needed where more is taken back than is left of a lot."""
        wanted: dict[int, int] = defaultdict(int)
        short = set()
        for due in dues:
            lot = lots.get(due.cause)
            if lot is None or lot.held_until or lot.points <= due.points:
                continue
            wanted[due.member_id] += lot.points - due.points
            if lot.points - due.points > lot.remaining:
                short.add(due.member_id)
        known = {lot.pk: lot for lot in lots.values()}
        found = soonest({member_id: wanted[member_id] for member_id in short})
        return cls(lots, {who: [known.get(lot.pk, lot) for lot in theirs] for who, theirs in found.items()}, posting)

    def behind(self, lot: Lot) -> Iterable[Lot]:
        """The lot itself, then the member's others in the order in which they are used."""
        yield lot
        yield from self.soonest.get(lot.member_id, ())
        for others in (self.lots.values(), self.posting.new_lots):
            yield from (other for other in others if other.member_id == lot.member_id)


def _settle_one(posting: Posting, due: Due, lot: Lot | None, stock: _Stock) -> None:
    if lot is None:
        held_until = due.at + timedelta(days=due.hold_days) if due.hold_days else None
        if held_until and held_until <= clock.now():
            held_until = None
        lot = Lot(
            cause=due.cause,
            member_id=due.member_id,
            group=due.group,
            points=due.points,
            at=due.at,
            held_until=held_until,
        )
        posting.new_lots.append(lot)
        _add(posting, due, lot, due.points)
        return
    difference = due.points - lot.points
    if difference == 0:
        return
    explanation = replace(due.explanation, before=lot.points, after=due.points)
    due = replace(due, explanation=explanation)
    lot.points = due.points
    lot.revision += 1
    posting.touch(lot)
    if difference > 0:
        _add(posting, due, lot, difference)
    else:
        _take(posting, due, lot, -difference, stock)


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


def _take(posting: Posting, due: Due, lot: Lot, points: int, stock: _Stock) -> None:
    wallet = posting.wallets[due.member_id]
    here = wallet.pending if lot.held_until else wallet.available
    parts: Sequence[tuple[Account, int, str]] = [
        (Account.PENDING if lot.held_until else Account.WALLET, min(points, here), ""),
        (Account.OWED, points - min(points, here), ":owed"),
    ]
    for source, part, suffix in parts:
        if part:
            posting.move(
                due.member_id,
                source,
                Account.ISSUED,
                part,
                reference=f"{lot.cause}#{lot.revision}{suffix}",
                reason=Reason.REVERSED,
                explanation=due.explanation,
                at=clock.now(),
                lot=lot,
                lots=stock.behind(lot),
                activity_id=due.activity_id,
            )


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
