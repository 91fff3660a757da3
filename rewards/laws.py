"""The laws of rewards and giving, as `audit` checks them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from django.db.models import Count, F, Q

from core.audit import breaches, law
from rewards.models import Charity, Donation, Session

# A uuid is kept with hyphens on PostgreSQL and without on SQLite; references carry it without. Each query returns a row
# for each breach, and looks references up by their index.
_BOOKING = "'redemption:' || REPLACE(CAST(r.public_id AS TEXT), '-', '')"
_GIFT = "'donation:' || REPLACE(CAST(d.public_id AS TEXT), '-', '')"
_PAID = f"""
    SELECT r.id, r.cost FROM rewards_redemption r LEFT JOIN ledger_transfer t ON t.reference = {_BOOKING}
    WHERE t.id IS NULL OR t.member_id <> r.member_id OR t.points <> r.cost OR t.target <> 'redeemed' ORDER BY r.id
"""
_RETURNED = f"""
    SELECT r.id, r.state FROM rewards_redemption r
    LEFT JOIN ledger_transfer t ON t.reference = {_BOOKING} || ':returned'
    WHERE (r.state <> 'cancelled' AND t.id IS NOT NULL) OR (r.state = 'cancelled' AND (
        t.id IS NULL OR t.member_id <> r.member_id OR t.points <> r.cost OR t.source <> 'redeemed')) ORDER BY r.id
"""
_UNBOOKED = f"""
    SELECT reference FROM ledger_transfer WHERE reason = 'spent'
    EXCEPT SELECT {_BOOKING} FROM rewards_redemption r ORDER BY reference
"""
_DONATED = f"""
    SELECT d.id, d.points FROM rewards_donation d LEFT JOIN ledger_transfer t ON t.reference = {_GIFT}
    WHERE t.id IS NULL OR t.member_id <> d.member_id OR t.points <> d.points OR t.target <> 'given' ORDER BY d.id
"""
_UNGIVEN = f"""
    SELECT reference FROM ledger_transfer WHERE reason IN ('donated', 'lapsed')
    EXCEPT SELECT {_GIFT} FROM rewards_donation d ORDER BY reference
"""


@law("seats-are-bookings", "Each session's taken seats are its live bookings, and never more than it has")
def seats_are_bookings() -> Iterator[str]:
    held = Count("redemptions", filter=~Q(redemptions__state="cancelled"))
    wrong = Session.objects.annotate(held=held).filter(~Q(taken=F("held")) | Q(held__gt=F("seats")))
    for session in wrong.order_by("pk"):
        yield f"session {session.slug} says {session.taken} of {session.seats} taken where {session.held} are booked"


@law("booking-is-paid-once", "Each booking was paid for with its cost, and given back exactly when it was cancelled")
def booking_is_paid_once() -> Iterator[str]:
    yield from breaches(_PAID, "redemption {0} of {1} points has no such payment")
    yield from breaches(_RETURNED, "redemption {0} is {1}, which its transfers do not say")
    yield from breaches(_UNBOOKED, "transfer {0} paid for nothing")


@law("donation-is-paid-once", "Each donation is a transfer of its points, and each such transfer a donation")
def donation_is_paid_once() -> Iterator[str]:
    yield from breaches(_DONATED, "donation {0} of {1} points has no such transfer")
    yield from breaches(_UNGIVEN, "transfer {0} gave to nobody")


@law("donations-sum-to-the-cent", "Each donation is worth its points with what was carried; totals are their sums")
def donations_sum_to_the_cent() -> Iterator[str]:
    rows = Donation.objects.order_by("charity_id", "pk").values_list("charity_id", "pk", "points", "amount", "rate")
    charities = {charity.pk: charity for charity in Charity.objects.all()}
    for charity_id, gifts in groupby(rows.iterator(), key=lambda row: row[0]):
        points = amount = remainder = 0
        last_rate = 1
        for _charity, pk, given, worth, rate in gifts:
            expected, remainder = divmod(remainder * rate // last_rate + given * 100, rate)
            last_rate = rate
            points, amount = points + given, amount + worth
            if worth != expected:
                yield f"donation {pk} says {worth} where its points are worth {expected}"
        charity = charities.pop(charity_id, None)
        if charity is None:
            yield f"donations of {points} points are to charity {charity_id}, which is gone"
            continue
        yield from _total_breach(charity, points, amount)
        if (charity.remainder, charity.rate) != (remainder, last_rate):
            carried = f"{charity.remainder}/{charity.rate}"
            yield f"charity {charity.slug} carries {carried} where {remainder}/{last_rate} is left"
    for charity in charities.values():
        yield from _total_breach(charity, 0, 0)


def _total_breach(charity: Charity, points: int, amount: int) -> Iterator[str]:
    if (charity.points, charity.amount) != (points, amount):
        yield (
            f"charity {charity.slug} says {charity.points} points and {charity.amount} "
            f"where its donations sum to {points} and {amount}"
        )
