"""The audit names whatever does not agree."""

from __future__ import annotations

from typing import Any

import pytest

from core.members.models import Member
from rewards import booking, cancelling, giving
from rewards.models import Charity, Donation, Redemption, Session
from tests.rewards.factories import SessionFactory
from tests.rewards.laws import breaches


@pytest.fixture
def history(session: Session, charity: Charity, ada: Member) -> None:
    """A booking, a cancelled one, and two gifts."""
    other = SessionFactory(slug="january")
    booking.book(session, member=ada)
    cancelling.cancel(booking.book(other, member=ada))
    giving.give(charity, member=ada, points=100)
    giving.give(charity, member=ada, points=50)


CORRUPTIONS: list[tuple[str, Any]] = [
    ("seats-are-bookings: session december says 2", lambda: Session.objects.filter(slug="december").update(taken=2)),
    ("seats-are-bookings: session december says 1", lambda: _cancel_behind()),
    ("booking-is-paid-once: redemption", lambda: Redemption.objects.update(cost=99)),
    ("booking-is-paid-once: redemption", lambda: _cancel_behind()),
    ("booking-is-paid-once: redemption", lambda: _revive_behind()),
    ("booking-is-paid-once: transfer", lambda: Redemption.objects.all().delete()),
    ("donation-is-paid-once: donation", lambda: Donation.objects.update(points=7)),
    ("donation-is-paid-once: transfer", lambda: Donation.objects.all().delete()),
    ("donations-sum-to-the-cent: donation", lambda: Donation.objects.filter(points=50).update(amount=51)),
    ("donations-sum-to-the-cent: charity seeds says 150 points and 151", lambda: Charity.objects.update(amount=151)),
    ("donations-sum-to-the-cent: charity seeds says 149", lambda: Charity.objects.update(points=149)),
    ("donations-sum-to-the-cent: charity seeds", lambda: Donation.objects.all().delete()),
]


def _cancel_behind() -> None:
    booked = Redemption.objects.get(state="booked")
    Redemption.objects.filter(pk=booked.pk).update(state="cancelled", cancelled_at=booked.created_at)


def _revive_behind() -> None:
    Redemption.objects.filter(state="cancelled").update(state="booked", cancelled_at=None)


@pytest.mark.parametrize(("named", "corrupt"), CORRUPTIONS)
def test_each_thing_changed_behind_our_back_is_named(history: None, named: str, corrupt: Any) -> None:
    assert breaches() == []
    corrupt()
    assert any(breach.startswith(named) for breach in breaches()), breaches()
