"""Booking a seat: what it takes, why it is refused, and that it happens once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core import clock
from core.activities.models import Activity
from core.ledger.models import Transfer
from core.members.models import Member
from core.web import refused
from rewards import booking, cancelling
from rewards.models import Redemption, Reward, Session
from tests.rewards.conftest import available
from tests.rewards.factories import SessionFactory, fund, member_with
from tests.rewards.laws import breaches


def state(session: Session, member: Member) -> tuple[int, int, int, int]:
    """All that a booking could touch: seats taken, points, redemptions, activities."""
    session.refresh_from_db()
    facts = Activity.objects.filter(type="reward.redeemed").count()
    return session.taken, available(member), Redemption.objects.count(), facts


def test_a_booking_takes_the_points_and_a_seat_and_is_recorded(session: Session, ada: Member) -> None:
    assert state(session, ada) == (0, 1000, 0, 0)
    redemption = booking.book(session, member=ada)
    assert state(session, ada) == (1, 900, 1, 1)
    assert redemption.state == "booked"
    assert redemption.cost == 100
    assert Activity.objects.get(type="reward.redeemed").data == {"reward": "ferments", "session": "december"}
    assert breaches() == []


def test_the_wallet_says_what_the_points_went_for(session: Session, ada: Member) -> None:
    redemption = booking.book(session, member=ada)
    explanation = Transfer.objects.get(reference=redemption.reference).explanation.text()
    assert explanation == "An evening of ferments: you spent 100 points."


def test_the_same_key_again_is_the_same_booking(session: Session, ada: Member) -> None:
    first = booking.book(session, member=ada, key="a")
    assert booking.book(session, member=ada, key="a") == first
    assert state(session, ada) == (1, 900, 1, 1)


def test_a_key_of_one_member_says_nothing_about_another(session: Session, ada: Member, other_member: Member) -> None:
    first = booking.book(session, member=ada, key="a")
    assert booking.book(session, member=fund(other_member, 100), key="a") != first


def test_without_a_limit_one_member_can_book_several_seats(session: Session, ada: Member) -> None:
    Reward.objects.update(limit_per_member=None)
    session.refresh_from_db()
    booking.book(Session.objects.get(), member=ada)
    booking.book(Session.objects.get(), member=ada)
    assert state(session, ada) == (2, 800, 2, 2)
    assert breaches() == []


def test_a_cancelled_booking_does_not_count_towards_the_limit(session: Session, ada: Member) -> None:
    cancelling.cancel(booking.book(session, member=ada))
    assert booking.book(session, member=ada).state == "booked"
    assert breaches() == []


def retired(session: Session, member: Member) -> None:
    Reward.objects.update(state="retired")


def draft(session: Session, member: Member) -> None:
    Reward.objects.update(state="draft")


def withdrawn(session: Session, member: Member) -> None:
    Session.objects.update(withdrawn=True)


def inactive(session: Session, member: Member) -> None:
    Member.objects.filter(pk=member.pk).update(is_active=False)


def begun(session: Session, member: Member) -> None:
    Session.objects.update(starts=clock.now() - timedelta(minutes=1))


def at_limit(session: Session, member: Member) -> None:
    other = SessionFactory(reward=session.reward)
    booking.book(other, member=fund(member, 100))


def full(session: Session, member: Member) -> None:
    Session.objects.filter(pk=session.pk).update(seats=1)
    booking.book(Session.objects.get(pk=session.pk), member=member_with(100))


def poor(session: Session, member: Member) -> None:
    Reward.objects.update(cost=5000)


REFUSALS = [
    (retired, refused.NotOpen),
    (draft, refused.NotOpen),
    (withdrawn, refused.NotOpen),
    (inactive, refused.NotEligible),
    (begun, refused.TooLate),
    (at_limit, refused.LimitReached),
    (full, refused.SoldOut),
    (poor, refused.InsufficientPoints),
]


@pytest.mark.parametrize(("spoil", "expected"), REFUSALS)
def test_a_refused_booking_says_why_and_takes_nothing(
    session: Session, ada: Member, spoil: Any, expected: type[refused.Refused]
) -> None:
    spoil(session, ada)
    member, session = Member.objects.get(pk=ada.pk), Session.objects.get(pk=session.pk)
    before = state(session, member)
    with pytest.raises(expected) as refusal:
        booking.book(session, member=member)
    assert str(refusal.value)
    assert state(session, member) == before


@pytest.mark.parametrize("first", range(len(REFUSALS)))
def test_of_several_reasons_the_first_in_the_contracts_order_is_given(
    session: Session, ada: Member, first: int
) -> None:
    true_as_well = [spoil for spoil, _refusal in REFUSALS[first:]]
    # What needs points to come about comes about before there are too few.
    for spoil in sorted(true_as_well, key=lambda spoil: spoil not in (at_limit, full)):
        spoil(session, ada)
    with pytest.raises(REFUSALS[first][1]):
        booking.book(Session.objects.get(pk=session.pk), member=Member.objects.get(pk=ada.pk))


def test_sold_out_is_answered_without_writing(session: Session, ada: Member, django_assert_num_queries: Any) -> None:
    Reward.objects.update(limit_per_member=None)
    full(session, ada)
    session = Session.objects.select_related("reward").get(pk=session.pk)
    with django_assert_num_queries(0), pytest.raises(refused.SoldOut):
        booking.book(session, member=ada)


def test_a_seat_that_went_in_the_meantime_is_refused_and_the_points_stay(session: Session, ada: Member) -> None:
    stale = Session.objects.select_related("reward").get(pk=session.pk)
    full(session, ada)
    before = state(session, ada)
    with pytest.raises(refused.SoldOut):
        booking.book(stale, member=ada)
    assert state(session, ada) == before
    assert breaches() == []


def test_a_reward_retired_in_the_meantime_is_refused_and_the_points_stay(session: Session, ada: Member) -> None:
    stale = Session.objects.select_related("reward").get(pk=session.pk)
    before = state(session, ada)
    assert session.reward.retire()
    with pytest.raises(refused.NotOpen):
        booking.book(stale, member=ada)
    assert state(session, ada) == before


def test_a_price_changed_in_the_meantime_is_never_paid_unseen(session: Session, ada: Member) -> None:
    stale = Session.objects.select_related("reward").get(pk=session.pk)
    Reward.objects.update(cost=900)
    with pytest.raises(refused.NotOpen):
        booking.book(stale, member=ada)
    assert state(session, ada) == (0, 1000, 0, 0)


def test_the_page_asks_what_the_act_decides(session: Session, ada: Member) -> None:
    assert booking.refusal_for(session, ada) is None
    booking.book(session, member=ada)
    refusal = booking.refusal_for(session, ada)
    assert isinstance(refusal, refused.LimitReached)
