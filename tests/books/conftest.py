"""A small history in which every kind of fact happened, through the doors of real traffic."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command

from challenges import joining
from challenges.models import Challenge
from core.brand.explanation import Explanation
from core.ledger.spending import adjust
from core.members.models import Member
from rewards import booking, cancelling, giving
from tests.activities.conftest import join, shop
from tests.rewards.factories import CharityFactory, SessionFactory
from tests.shop import Shop, order, refund

__all__ = ["join", "shop"]

PROGRAMME = """
earning:
  - {slug: per-euro, activity: order.paid, calculation: per_amount, settings: {points: 1, per: "1.00"}}
  - {slug: best-of-day, activity: order.paid, calculation: flat, settings: {points: 7}, limit: {count: 1, per: day}}
  - {slug: later, activity: order.paid, calculation: flat, settings: {points: 3}, pending_days: 30}
  - {slug: first, activity: order.paid, calculation: first_time, settings: {points: 100}}
badges:
  - {slug: two, name: Two orders}
  - {slug: host, name: Host}
challenges:
  - slug: two-orders
    title: Two orders
    join: automatic
    tasks:
      - {slug: order, title: Two orders, activity: order.paid, count: 2, milestones: [{at: 1, prize: {points: 5}}]}
    prize: {points: 150, badge: two}
  - slug: larder
    title: Spend a hundred
    join: by_hand
    tasks: [{slug: spend, title: Spend 100, activity: order.paid, sum: amount, target: "100.00"}]
    prize: {points: 300}
  - slug: bring-one
    title: Bring a friend
    join: automatic
    tasks: [{slug: friend, title: A friend, activity: referral.qualified, count: 1}]
    prize: {points: 500, badge: host}
referral:
  referrer: {points: 500}
  friend: {points: 250}
  qualifies: {activity: order.paid, minimum: "20.00"}
  cap: {count: 1, per: month}
"""
AT = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)


def at(minutes: float) -> datetime:
    """So many minutes into the history."""
    return AT + timedelta(minutes=minutes)


@pytest.fixture
def history(join: Callable[..., Member], shop: Shop, tmp_path: Path) -> dict[str, Member]:
    """A host, two friends who came by her link (the second above the cap), and who tried to invite herself."""
    file = tmp_path / "programme.yaml"
    file.write_text(PROGRAMME)
    call_command("programme", "apply", str(file))
    host = join("host@example.com")
    code = {"referral_code": host.referral_code.code}
    friend, second = join("friend@example.com", carried=code), join("second@example.com", carried=code)
    twin = join("host+twin@example.com", carried=code)
    joining.join(friend, Challenge.objects.get(slug="larder"))
    _orders(shop)
    adjust(host.pk, 400, reference="adjustment:1", explanation=Explanation("A welcome."))
    session, charity = SessionFactory(slug="december", reward__slug="ferments"), CharityFactory(slug="seeds")
    booking.book(session, member=host)
    cancelling.cancel(booking.book(session, member=friend))
    giving.give(charity, member=host, points=33)
    giving.give(charity, member=friend, points=50)
    return {"host": host, "friend": friend, "second": second, "twin": twin}


def _orders(shop: Shop) -> None:
    soon = datetime.now(UTC)
    told = [
        refund("F2", "5.00", at=at(9)),
        order("friend@example.com", "F1", "42.50", at=at(1)),
        order("friend@example.com", "F2", "30.00", at=at(2)),
        order("friend@example.com", "F3", "61.00", at=soon + timedelta(minutes=1)),
        order("second@example.com", "S1", "25.00", at=soon + timedelta(minutes=2)),
        order("second@example.com", "S2", "12.00", at=soon + timedelta(minutes=3)),
        refund("S2", at=soon + timedelta(minutes=4)),
        order("host@example.com", "H1", "20.00", at=at(3)),
        order("host@example.com", "H2", "8.00", at=at(1)),
        order("nobody@example.com", "N1", "8.00", at=at(1)),
    ]
    for said in told:
        assert shop.send(said).status_code == 202
    again = {**told[1], "data": told[1]["data"]}
    assert shop.send(again).json()["duplicate"]
