"""Cancelling: points and seat back together, once, and only in time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core import clock
from core.activities.models import Activity
from core.ledger.models import Transfer
from core.members.models import Member
from core.web.refused import TooLate
from rewards import booking, cancelling
from rewards.models import Redemption, Reward, Session
from tests.rewards.conftest import available
from tests.rewards.laws import breaches


def test_cancelling_gives_points_and_seat_back(session: Session, ada: Member) -> None:
    redemption = booking.book(session, member=ada)
    cancelling.cancel(redemption)
    session.refresh_from_db()
    assert (session.taken, available(ada), redemption.state) == (0, 1000, "cancelled")
    assert redemption.cancelled_at
    assert Activity.objects.get(type="reward.redeemed").void
    assert breaches() == []


def test_cancelling_twice_gives_back_once_and_answers_the_same(session: Session, ada: Member) -> None:
    redemption = booking.book(session, member=ada)
    first = cancelling.cancel(redemption).cancelled_at
    again = cancelling.cancel(Redemption.objects.get())
    assert again.cancelled_at == first
    session.refresh_from_db()
    assert (session.taken, available(ada)) == (0, 1000)
    assert Transfer.objects.filter(reason="returned").count() == 1


def test_a_stale_copy_cancels_once(session: Session, ada: Member) -> None:
    booking.book(session, member=ada)
    one, two = Redemption.objects.get(), Redemption.objects.get()
    assert cancelling.cancel(one).state == cancelling.cancel(two).state == "cancelled"
    session.refresh_from_db()
    assert (session.taken, available(ada)) == (0, 1000)
    assert breaches() == []


@pytest.mark.parametrize(("hours", "possible"), [(49, True), (48, True), (47, False), (0, False), (-24, False)])
def test_it_can_be_cancelled_until_the_hour_that_was_agreed(
    session: Session, ada: Member, hours: int, possible: bool
) -> None:
    redemption = booking.book(session, member=ada)
    with clock.at(session.starts - timedelta(hours=hours)):
        assert redemption.can_be_cancelled is possible
        if possible:
            cancelling.cancel(redemption)
        else:
            with pytest.raises(TooLate):
                cancelling.cancel(redemption)
    assert available(ada) == (1000 if possible else 900)


def test_what_was_agreed_at_booking_holds_when_the_terms_change(session: Session, ada: Member) -> None:
    booking.book(session, member=ada)
    Reward.objects.update(cancel_until_hours=1000, cost=7)
    assert cancelling.cancel(Redemption.objects.get()).is_cancelled
    assert available(ada) == 1000
    assert breaches() == []


def test_staff_can_cancel_for_the_member_after_that_hour(session: Session, ada: Member) -> None:
    redemption = booking.book(session, member=ada)
    with clock.at(session.starts + timedelta(hours=1)):
        cancelling.cancel_for_member(redemption)
        cancelling.cancel_for_member(redemption)
    assert available(ada) == 1000
    assert breaches() == []


def test_cancelling_late_what_is_cancelled_already_is_no_error(session: Session, ada: Member) -> None:
    redemption = cancelling.cancel(booking.book(session, member=ada))
    with clock.at(session.starts):
        assert cancelling.cancel(redemption).is_cancelled


def test_a_retired_reward_can_still_be_cancelled(session: Session, ada: Member) -> None:
    redemption = booking.book(session, member=ada)
    session.reward.retire()
    assert cancelling.cancel(redemption).is_cancelled
    assert available(ada) == 1000


def test_the_freed_seat_can_be_booked_again(session: Session, ada: Member) -> None:
    Session.objects.update(seats=1)
    session.refresh_from_db()
    cancelling.cancel(booking.book(session, member=ada))
    booking.book(Session.objects.get(), member=ada)
    session.refresh_from_db()
    assert session.taken == 1
    assert breaches() == []
