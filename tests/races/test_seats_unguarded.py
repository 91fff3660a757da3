"""The same races with a guard taken away: each then goes wrong, so the tests beside this can fail.

Two people read at the same moment and then act on what they read, which is what a guard is there to see through. The
barrier stands between the reading and the act, so that it goes wrong every time and on both databases.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import F

from core import clock
from core.brand.models import Brand
from core.members.models import Member
from core.web.refused import LimitReached, Refused, SoldOut
from rewards import booking, cancelling, giving, redeeming
from rewards.models import Charity, Donation, Redemption, Session
from tests.rewards.factories import CharityFactory, SessionFactory, member_with
from tests.rewards.laws import breaches
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def read_then_act(read: Callable[[], Any], act: Callable[[int, Any], Any]) -> list[Any]:
    """Two people read, wait for each other, and act on what they have read."""
    barrier = threading.Barrier(2, timeout=20)

    def both(n: int) -> Any:
        known = read()
        barrier.wait()
        try:
            return act(n, known)
        except Refused as refused:
            return type(refused)

    return at_once(both, 2)


# --- the last seat ----------------------------------------------------------------------------------------------------


def read_and_write_the_seat(session: Session) -> None:
    """How a seat must not be taken."""
    Session.objects.filter(pk=session.pk).update(taken=session.taken + 1)


def both_want_the_last_seat() -> list[Any]:
    session = SessionFactory(seats=1)
    members = [member_with(100), member_with(100)]
    return read_then_act(
        lambda: Session.objects.select_related("reward").get(pk=session.pk),
        lambda n, known: booking.book(known, member=members[n]).state,
    )


def test_one_of_two_gets_the_last_seat() -> None:
    assert sorted(map(str, both_want_the_last_seat())) == sorted(["booked", str(SoldOut)])
    assert breaches() == []


def test_without_the_conditional_update_the_last_seat_is_sold_twice(monkeypatch: Any) -> None:
    monkeypatch.setattr(Session, "take_seat", read_and_write_the_seat)
    assert both_want_the_last_seat() == ["booked", "booked"]
    assert any(breach.startswith("seats-are-bookings") for breach in breaches())


def test_without_its_condition_the_database_itself_refuses_the_second(monkeypatch: Any) -> None:
    def count_only(session: Session) -> None:
        Session.objects.filter(pk=session.pk).update(taken=F("taken") + 1)

    monkeypatch.setattr(Session, "take_seat", count_only)
    assert {type(result) for result in both_want_the_last_seat()} == {Redemption.State, IntegrityError}
    assert Redemption.objects.count() == 1


# --- the limit of one member ------------------------------------------------------------------------------------------


def one_member_books_twice() -> list[Any]:
    session = SessionFactory(reward__limit_per_member=1)
    member = member_with(1000)

    def read() -> Session:
        known = Session.objects.select_related("reward").get(pk=session.pk)
        assert booking.refusal_for(known, member) is None
        return known

    return read_then_act(read, lambda _n, known: booking.book(known, member=member).state)


def test_one_member_gets_one_of_what_is_limited_to_one() -> None:
    assert sorted(map(str, one_member_books_twice())) == sorted(["booked", str(LimitReached)])


def test_without_asking_again_under_the_lock_the_limit_is_passed(monkeypatch: Any) -> None:
    monkeypatch.setattr(redeeming, "limit_refusal", lambda reward, member: None)
    assert one_member_books_twice() == ["booked", "booked"]


# --- one key ----------------------------------------------------------------------------------------------------------


def one_form_is_sent_twice() -> list[Any]:
    session = SessionFactory()
    member = member_with(1000)
    return read_then_act(
        lambda: Session.objects.select_related("reward").get(pk=session.pk),
        lambda _n, known: booking.book(known, member=member, key="a").state,
    )


def test_one_form_sent_twice_is_one_booking() -> None:
    assert one_form_is_sent_twice() == ["booked", "booked"]
    assert Redemption.objects.count() == 1


def test_without_asking_for_the_key_the_database_itself_refuses_the_second(monkeypatch: Any) -> None:
    monkeypatch.setattr(redeeming, "_done", lambda member, session, key: None)
    assert {type(result) for result in one_form_is_sent_twice()} == {Redemption.State, IntegrityError}
    assert Redemption.objects.count() == 1


# --- cancelling -------------------------------------------------------------------------------------------------------


def mark_without_asking(redemption: Redemption) -> bool:
    """How a ticket must not be cancelled."""
    was_booked = not redemption.is_cancelled
    redemption.state, redemption.cancelled_at = Redemption.State.CANCELLED, clock.now()
    redemption.save(update_fields=["state", "cancelled_at"])
    return was_booked


def both_cancel_one_ticket() -> list[Any]:
    session = SessionFactory()
    booking.book(session, member=member_with(100))
    redemption = booking.book(session, member=member_with(100))
    return read_then_act(
        lambda: Redemption.objects.select_related("reward", "session").get(pk=redemption.pk),
        lambda _n, known: cancelling.cancel(known).state,
    )


def test_a_ticket_cancelled_by_two_frees_one_seat() -> None:
    assert both_cancel_one_ticket() == ["cancelled", "cancelled"]
    assert Session.objects.get().taken == 1
    assert breaches() == []


def test_without_the_conditional_move_two_seats_are_freed(monkeypatch: Any) -> None:
    monkeypatch.setattr(Redemption, "move_to_cancelled", mark_without_asking)
    both_cancel_one_ticket()
    assert Session.objects.get().taken == 0
    assert any(breach.startswith("seats-are-bookings") for breach in breaches())


# --- a charity's total ------------------------------------------------------------------------------------------------


def read_and_write_the_total(charity: Charity, points: int, brand: Brand) -> int:
    """How a total must not be kept."""
    amount, charity.remainder = charity.worth(points, brand)
    charity.rate = brand.points_per_currency_unit
    charity.points += points
    charity.amount += amount
    charity.save()
    return amount


def two_give_at_once() -> list[Any]:
    Brand.objects.update(points_per_currency_unit=300)
    charity = CharityFactory()
    members: list[Member] = [member_with(100), member_with(100)]
    return read_then_act(
        lambda: Charity.objects.get(pk=charity.pk),
        lambda n, known: giving.give(known, member=members[n], points=100).amount,
    )


def test_two_gifts_at_once_add_up_to_the_cent() -> None:
    assert sorted(two_give_at_once()) == [33, 33]
    assert Charity.objects.get().amount == 66
    assert breaches() == []


def test_without_the_update_that_locks_a_gift_is_lost_from_the_total(monkeypatch: Any) -> None:
    monkeypatch.setattr(Charity, "receive", read_and_write_the_total)
    two_give_at_once()
    assert Donation.objects.count() == 2
    assert any(breach.startswith("donations-sum-to-the-cent") for breach in breaches())


def test_many_gifts_at_once_add_up_to_the_cent() -> None:
    Brand.objects.update(points_per_currency_unit=700)
    charity = CharityFactory()
    members = [member_with(500) for _ in range(8)]
    amounts = at_once(
        lambda n: giving.give(Charity.objects.get(pk=charity.pk), member=members[n % 8], points=11 + n % 7).amount, 48
    )
    points = sum(11 + n % 7 for n in range(48))
    charity.refresh_from_db()
    assert charity.amount == sum(amounts) == points * 100 // 700
    assert breaches() == []


def test_a_charity_closed_meanwhile_has_whole_gifts_or_none() -> None:
    charity = CharityFactory()
    members = [member_with(100) for _ in range(20)]

    def act(n: int) -> Any:
        if n == 10:
            return charity.close()
        try:
            return giving.give(Charity.objects.get(pk=charity.pk), member=members[n], points=100).amount
        except Refused as refused:
            return refused.slug

    outcomes = at_once(act, 20)
    assert set(outcomes) <= {True, 100, "not-open"}
    charity.refresh_from_db()
    assert charity.points == 100 * outcomes.count(100) == 100 * Donation.objects.count()
    assert breaches() == []
