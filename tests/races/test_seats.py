"""Many want the same seats, points and tickets at one moment, and get what there is: no more, once, never half."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from core.activities import subscription
from core.ledger.models import Transfer, Wallet
from core.web.refused import InsufficientPoints, LimitReached, NotOpen, Refused, SoldOut
from rewards import booking, cancelling, giving
from rewards.models import Charity, Donation, Redemption, Reward, Session
from tests.rewards.factories import CharityFactory, SessionFactory, member_with
from tests.rewards.laws import breaches
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def outcome(act: Callable[[], Any]) -> type:
    """What came of it: the type of what it returned, or of the refusal."""
    try:
        return type(act())
    except Refused as refused:
        return type(refused)


def fresh(session: Session) -> Session:
    return Session.objects.select_related("reward").get(pk=session.pk)


def test_two_hundred_at_once_for_ten_seats_leave_ten_with_a_ticket() -> None:
    session = SessionFactory(reward__slug="ferments", slug="december", seats=10)
    members = [member_with(100) for _ in range(200)]
    clients = []
    for member in members:
        client = Client(raise_request_exception=False)
        client.force_login(member)
        clients.append(client)
    answers = at_once(lambda n: clients[n].post("/rewards/ferments/booking/", {"session": "december"}), 200)
    assert Counter(answer.status_code for answer in answers) == {303: 10, 409: 190}
    session.refresh_from_db()
    assert (session.taken, Redemption.objects.count()) == (10, 10)
    assert Wallet.objects.filter(available=0).count() == 10
    assert Wallet.objects.filter(available=100).count() == 190
    assert breaches() == []


def test_a_hundred_bookings_at_once_of_a_balance_for_ten_are_ten() -> None:
    session = SessionFactory(seats=200)
    member = member_with(1000)
    outcomes = at_once(lambda _n: outcome(lambda: booking.book(fresh(session), member=member)), 100)
    assert Counter(outcomes) == {Redemption: 10, InsufficientPoints: 90}
    assert Wallet.of(member.pk).available == 0
    assert fresh(session).taken == 10
    assert breaches() == []


def test_one_member_at_once_gets_no_more_than_the_limit() -> None:
    session = SessionFactory(seats=200, reward__limit_per_member=3)
    member = member_with(100_000)
    outcomes = at_once(lambda _n: outcome(lambda: booking.book(fresh(session), member=member)), 40)
    assert Counter(outcomes) == {Redemption: 3, LimitReached: 37}
    assert breaches() == []


def test_the_same_key_at_once_is_one_booking() -> None:
    session = SessionFactory(reward__limit_per_member=1)
    member = member_with(100)
    booked = at_once(lambda _n: booking.book(fresh(session), member=member, key="a").pk, 30)
    assert len(set(booked)) == 1
    assert fresh(session).taken == 1
    assert breaches() == []


def test_cancelling_at_once_gives_back_once() -> None:
    session = SessionFactory()
    booking.book(session, member=member_with(100))
    member = member_with(100)
    redemption = booking.book(session, member=member)
    again = at_once(lambda _n: cancelling.cancel(Redemption.objects.get(pk=redemption.pk)).state, 30)
    assert set(again) == {"cancelled"}
    assert Transfer.objects.filter(reason="returned").count() == 1
    assert (fresh(session).taken, Wallet.of(member.pk).available) == (1, 100)
    assert breaches() == []


def test_booking_and_cancelling_at_once_never_oversell() -> None:
    session = SessionFactory(seats=3)
    members = [member_with(100) for _ in range(24)]
    most = []

    def come_and_go(n: int) -> None:
        for _ in range(3):
            try:
                redemption = booking.book(fresh(session), member=members[n])
            except SoldOut:
                continue
            most.append(Redemption.objects.live().count())
            if n % 3 == 0:
                return  # this one stays, and has nothing left to book another with
            cancelling.cancel(redemption)

    assert set(at_once(come_and_go, len(members))) == {None}
    assert most
    assert max(most) <= 3
    assert fresh(session).taken == Redemption.objects.live().count() <= 3
    assert breaches() == []


def test_a_reward_retired_meanwhile_leaves_whole_bookings_or_none() -> None:
    session = SessionFactory(seats=100)
    members = [member_with(100) for _ in range(40)]
    retired = threading.Event()

    def act(n: int) -> type:
        if n == 20:
            session.reward.retire()
            retired.set()
            return Reward
        late = retired.is_set()
        came = outcome(lambda: booking.book(fresh(session), member=members[n]))
        assert not (late and came is Redemption)
        return came

    outcomes = Counter(at_once(act, 40))
    assert set(outcomes) <= {Reward, Redemption, NotOpen}
    assert fresh(session).taken == outcomes[Redemption]
    assert Wallet.objects.filter(available=0).count() == outcomes[Redemption]
    assert breaches() == []


def test_two_rewards_booked_at_once_by_two_members_block_nobody() -> None:
    one, two = SessionFactory(seats=500), SessionFactory(seats=500)
    members = [member_with(10_000) for _ in range(4)]

    def act(n: int) -> type:
        session = one if n % 2 else two
        return outcome(lambda: booking.book(fresh(session), member=members[n % 4]))

    assert Counter(at_once(act, 60)) == {Redemption: 60}
    assert breaches() == []


def test_members_who_concern_each_other_never_wait_in_a_circle(monkeypatch: Any) -> None:
    session, charity = SessionFactory(seats=500), CharityFactory()
    members = [member_with(10_000) for _ in range(6)]
    everybody = {member.pk for member in members}
    monkeypatch.setattr(subscription, "_concerns", [*subscription._concerns, lambda _ids, _said: everybody])

    def act(n: int) -> type:
        member = members[n % 6]
        if n % 3 == 0:
            return type(giving.give(Charity.objects.get(pk=charity.pk), member=member, points=10))
        redemption = booking.book(fresh(session), member=member)
        return type(cancelling.cancel(redemption) if n % 3 == 1 else redemption)

    assert Counter(at_once(act, 48)) == {Donation: 16, Redemption: 32}
    assert fresh(session).taken == 16
    assert breaches() == []
