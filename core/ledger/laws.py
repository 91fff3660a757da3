"""The laws of the books, as `audit` checks them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from heapq import merge
from itertools import groupby
from operator import itemgetter

from django.db.models import DateTimeField, ExpressionWrapper, F

from core.audit import breaches, law
from core.brand.models import LEAST_NOTICE, Brand
from core.ledger import tallying
from core.ledger.models import Expiry, Tally

# Each query returns one row for each breach. Table and column names are those of core.ledger.models.
# When a prize or an invitation was earned may come to light later; those who know when have laws of their own.
_SIDES = """
    SELECT t.reference FROM ledger_transfer t LEFT JOIN ledger_entry e ON e.transfer_id = t.id
    GROUP BY t.id, t.reference, t.points, t.source, t.target
    HAVING COUNT(e.id) <> 2
        OR SUM(CASE WHEN e.account = t.source AND e.points = -t.points THEN 1 ELSE 0 END) <> 1
        OR SUM(CASE WHEN e.account = t.target AND e.points = t.points THEN 1 ELSE 0 END) <> 1
    ORDER BY t.id
"""
_OWNERS = """
    SELECT t.reference FROM ledger_entry e JOIN ledger_transfer t ON t.id = e.transfer_id
    WHERE (e.member_id IS NOT NULL AND e.member_id <> t.member_id) OR (e.account NOT IN ('wallet', 'pending', 'owed')
        AND (e.member_id IS NOT NULL OR e.balance IS NOT NULL)) ORDER BY t.id
"""
_RUNNING = """
    SELECT id, balance, sum FROM (
        SELECT id, balance, SUM(points) OVER (PARTITION BY member_id, account ORDER BY id) AS sum
        FROM ledger_entry WHERE member_id IS NOT NULL
    ) running WHERE balance <> sum ORDER BY id
"""
_WALLETS = """
    SELECT w.member_id, w.available, w.pending, w.owed, w.earned, w.spent, w.donated, w.expired
    FROM ledger_wallet w LEFT JOIN (
        SELECT member_id,
            SUM(CASE account WHEN 'wallet' THEN points ELSE 0 END) AS available,
            SUM(CASE account WHEN 'pending' THEN points ELSE 0 END) AS pending,
            SUM(CASE account WHEN 'owed' THEN -points ELSE 0 END) AS owed
        FROM ledger_entry WHERE member_id IS NOT NULL GROUP BY member_id
    ) s ON s.member_id = w.member_id LEFT JOIN (
        SELECT member_id,
            SUM(CASE WHEN source = 'issued' THEN points WHEN target = 'issued' THEN -points ELSE 0 END) AS earned,
            SUM(CASE WHEN target = 'redeemed' THEN points WHEN source = 'redeemed' THEN -points ELSE 0 END) AS spent,
            SUM(CASE WHEN target = 'given' THEN points WHEN source = 'given' THEN -points ELSE 0 END) AS donated,
            SUM(CASE WHEN target = 'expired' THEN points WHEN source = 'expired' THEN -points ELSE 0 END) AS expired
        FROM ledger_transfer GROUP BY member_id
    ) t ON t.member_id = w.member_id
    WHERE w.available <> COALESCE(s.available, 0) OR w.pending <> COALESCE(s.pending, 0)
        OR w.owed <> COALESCE(s.owed, 0) OR w.earned <> COALESCE(t.earned, 0) OR w.spent <> COALESCE(t.spent, 0)
        OR w.donated <> COALESCE(t.donated, 0) OR w.expired <> COALESCE(t.expired, 0)
        OR w.available < 0 OR w.pending < 0 OR w.owed < 0
    ORDER BY w.member_id
"""
_WALLETLESS = """
    SELECT DISTINCT t.member_id FROM ledger_transfer t LEFT JOIN ledger_wallet w ON w.member_id = t.member_id
    WHERE w.member_id IS NULL
"""
_LOTS = """
    SELECT l.cause, l.points + l.forgiven, COALESCE(t.points, 0) FROM ledger_lot l LEFT JOIN (
        SELECT lot_id, SUM(CASE WHEN source = 'issued' THEN points WHEN target = 'issued' THEN -points ELSE 0 END)
            AS points
        FROM ledger_transfer WHERE lot_id IS NOT NULL GROUP BY lot_id
    ) t ON t.lot_id = l.id WHERE l.points + l.forgiven <> COALESCE(t.points, 0) ORDER BY l.id
"""
_NAMED = """
    SELECT t.reference, l.cause FROM ledger_transfer t LEFT JOIN ledger_lot l ON l.id = t.lot_id
    WHERE t.lot_id IS NOT NULL AND (l.id IS NULL OR l.member_id <> t.member_id
        OR (t.reference <> l.cause AND SUBSTR(t.reference, 1, LENGTH(l.cause) + 1) <> l.cause || '#')) ORDER BY t.id
"""
_BEGUN = """
    SELECT l.cause FROM ledger_lot l LEFT JOIN ledger_transfer t ON t.reference = l.cause || '#1'
    LEFT JOIN ledger_transfer a ON a.reference = l.cause
    WHERE (CASE WHEN t.id IS NOT NULL THEN t.lot_id WHEN a.id IS NOT NULL THEN COALESCE(a.lot_id, l.id) ELSE 0 END)
        <> l.id OR (COALESCE(t.at, a.at) <> l.at AND COALESCE(t.reason, a.reason) NOT IN ('prize', 'referral'))
        OR (a.reason = 'adjusted' AND l."group" <> '') ORDER BY l.id
"""
_HELD = """
    SELECT w.member_id, w.pending, COALESCE(l.held, 0) FROM ledger_wallet w LEFT JOIN (
        SELECT member_id, SUM(points) AS held FROM ledger_lot WHERE held_until IS NOT NULL GROUP BY member_id
    ) l ON l.member_id = w.member_id WHERE w.pending <> COALESCE(l.held, 0) ORDER BY w.member_id
"""
_REMAINING = """
    SELECT l.cause, l.remaining, COALESCE(t.points, 0) - COALESCE(u.points, 0) FROM ledger_lot l LEFT JOIN (
        SELECT lot_id, SUM(points) AS points FROM ledger_transfer
        WHERE lot_id IS NOT NULL AND target = 'wallet' GROUP BY lot_id
    ) t ON t.lot_id = l.id LEFT JOIN (
        SELECT lot_id, SUM(points) AS points FROM ledger_use GROUP BY lot_id
    ) u ON u.lot_id = l.id WHERE l.remaining <> COALESCE(t.points, 0) - COALESCE(u.points, 0) ORDER BY l.id
"""
_SPENDABLE = """
    SELECT w.member_id, w.available, COALESCE(l.remaining, 0) FROM ledger_wallet w LEFT JOIN (
        SELECT member_id, SUM(remaining) AS remaining FROM ledger_lot GROUP BY member_id
    ) l ON l.member_id = w.member_id WHERE w.available <> COALESCE(l.remaining, 0) ORDER BY w.member_id
"""
_USED = """
    SELECT t.reference, COALESCE(u.points, 0) FROM ledger_transfer t LEFT JOIN (
        SELECT transfer_id, SUM(points) AS points FROM ledger_use GROUP BY transfer_id
    ) u ON u.transfer_id = t.id
    WHERE COALESCE(u.points, 0) <> CASE WHEN t.source = 'wallet' THEN t.points
        WHEN t.target = 'wallet' AND t.lot_id IS NULL THEN -t.points ELSE 0 END ORDER BY t.id
"""
_STRANGERS = """
    SELECT t.reference, l.cause FROM ledger_use u JOIN ledger_transfer t ON t.id = u.transfer_id
    JOIN ledger_lot l ON l.id = u.lot_id WHERE l.member_id <> t.member_id ORDER BY t.id
"""
_UNTOLD = """
    SELECT t.reference FROM ledger_transfer t LEFT JOIN ledger_expiry e ON e.transfer_id = t.id
    WHERE (t.reason IN ('expired', 'lapsed') OR t.target = 'expired') AND e.id IS NULL ORDER BY t.id
"""
_SUM = "SELECT SUM(points) FROM ledger_entry HAVING SUM(points) <> 0"


@law("entries-sum-to-zero", "What leaves one account arrives at another: all entries sum to zero")
def entries_sum_to_zero() -> Iterator[str]:
    return breaches(_SUM, "all entries sum to {0}")


@law("transfer-has-two-sides", "Each transfer has exactly its two entries")
def transfer_has_two_sides() -> Iterator[str]:
    return breaches(_SIDES, "transfer {0} does not have its two entries")


@law("entry-belongs-to-the-member", "An entry on a member's account is of the transfer's member")
def entry_belongs_to_the_member() -> Iterator[str]:
    return breaches(_OWNERS, "transfer {0} has an entry of another member, or one of the books that says a balance")


@law("running-balance", "Each entry's balance is the sum up to it")
def running_balance() -> Iterator[str]:
    return breaches(_RUNNING, "entry {0} says balance {1} where the sum is {2}")


@law("wallet-is-its-sum", "Each wallet's balances and totals are the sums of its entries, none below zero")
def wallet_is_its_sum() -> Iterator[str]:
    yield from breaches(
        _WALLETS,
        "wallet of member {0} (available {1}, pending {2}, owed {3}, earned {4}, spent {5}, donated {6}, expired {7}) "
        "is not the sum of its entries",
    )
    yield from breaches(_WALLETLESS, "member {0} has transfers but no wallet")


@law("lot-is-its-sum", "Each award's points and what was let go are what was issued for it, net of what was taken back")
def lot_is_its_sum() -> Iterator[str]:
    return breaches(_LOTS, "lot {0} says {1} points where its transfers say {2}")


@law("lot-is-of-its-transfers", "Each award and the transfers that moved it name one cause, member and moment")
def lot_is_of_its_transfers() -> Iterator[str]:
    yield from breaches(_NAMED, "transfer {0} moves lot {1}, which is another's")
    yield from breaches(_BEGUN, "lot {0} does not begin with its first transfer")


@law("pending-is-what-is-held", "A member's pending points are those of the awards on hold")
def pending_is_what_is_held() -> Iterator[str]:
    return breaches(_HELD, "wallet of member {0} says {1} pending where {2} are on hold")


@law("tally-is-its-sum", "What a member earned in each week and month is the sum of its transfers")
def tally_is_its_sum() -> Iterator[str]:
    stored = (
        (_period(tally), tally.earned, 0) for tally in Tally.objects.order_by("member", "per", "starts").iterator()
    )
    counted = ((_period(tally), 0, tally.earned) for tally in tallying.counted(Brand.current().zone))
    for (member_id, per, starts), rows in groupby(merge(stored, counted, key=itemgetter(0)), itemgetter(0)):
        said, added = (sum(numbers) for numbers in zip(*(row[1:] for row in rows), strict=True))
        if said != added:
            yield f"member {member_id} has {said} points in the {per} of {starts} where the sum is {added}"


def _period(tally: Tally) -> tuple[int, str, date]:
    return tally.member_id, tally.per, tally.starts


@law("wallet-is-what-remains", "A member's available points are what remains of their awards")
def wallet_is_what_remains() -> Iterator[str]:
    return breaches(_SPENDABLE, "wallet of member {0} says {1} available where {2} remain of the awards")


@law("lot-remains-as-used", "What remains of each award is what became available of it, less what was used")
def lot_remains_as_used() -> Iterator[str]:
    return breaches(_REMAINING, "lot {0} says {1} remain where its transfers and uses say {2}")


@law("transfer-is-of-lots", "What leaves a wallet is taken from awards of its member, to the last point")
def transfer_is_of_lots() -> Iterator[str]:
    yield from breaches(_USED, "transfer {0} uses {1} points of awards, which are not its own")
    yield from breaches(_STRANGERS, "transfer {0} uses lot {1}, which is another member's")


@law("expired-after-notice", "Whatever expired had been told of at least 30 days before")
def expired_after_notice() -> Iterator[str]:
    yield from breaches(_UNTOLD, "transfer {0} let points expire that nobody was told of")
    soonest = ExpressionWrapper(F("told_at") + timedelta(days=LEAST_NOTICE), DateTimeField())
    early = Expiry.objects.filter(transfer__posted_at__lt=soonest).select_related("transfer").order_by("pk")
    for expiry in early.iterator():
        yield f"transfer {expiry.transfer} let points expire that were told of on {expiry.told_at:%Y-%m-%d}"
