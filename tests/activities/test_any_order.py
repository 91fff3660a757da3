"""Two orders and three refunds, in every order of arrival: points, progress, prizes, badges and referrals end alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from core.audit import laws
from core.brand.models import Brand, Refunds
from core.earning import rules
from core.ledger.models import Wallet
from core.ledger.rebuilding import differences
from core.members.models import Member
from tests.shop import order, refund

PROGRAMME = """
earning:
  - {slug: per-euro, activity: order.paid, calculation: per_amount, settings: {points: 1, per: "1.00"}}
  - {slug: best-of-day, activity: order.paid, calculation: flat, settings: {points: 7}, limit: {count: 1, per: day}}
  - {slug: first, activity: order.paid, calculation: first_time, settings: {points: 100}}
badges:
  - {slug: two, name: Two orders}
  - {slug: larder, name: Larder}
  - {slug: host, name: Host}
challenges:
  - slug: two-orders
    title: Two orders
    join: automatic
    tasks: [{slug: order, title: Two orders, activity: order.paid, count: 2}]
    prize: {points: 150, badge: two}
  - slug: larder
    title: Spend fifty
    join: automatic
    tasks: [{slug: spend, title: Spend 50, activity: order.paid, sum: amount, target: "50.00"}]
    prize: {points: 300, badge: larder}
  - slug: after-larder
    title: One more after that
    join: automatic
    after: [larder]
    tasks: [{slug: order, title: An order, activity: order.paid, count: 1}]
    prize: {points: 40}
  - slug: bring-one
    title: Bring a friend
    join: automatic
    tasks: [{slug: friend, title: A friend, activity: referral.qualified, count: 1}]
    prize: {points: 500, badge: host}
referral:
  referrer: {points: 500}
  friend: {points: 250}
  qualifies: {activity: order.paid, minimum: "20.00"}
"""
AT = datetime.now(UTC).replace(microsecond=0)
A = order("friend@example.com", "A", "42.50", at=AT + timedelta(minutes=1))
B = order("friend@example.com", "B", "30.00", at=AT + timedelta(minutes=2))
A_HELD = order("ada@example.com", "A", "42.50", at=AT)
STORIES = {
    "part, then all of one; all of the other": [A, B, refund("A", "10.00"), refund("A"), refund("B")],
    "two parts of one, all of the other": [A, B, refund("A", "10.00"), refund("A", "5.00"), refund("B")],
    "one falls below the minimum, the other stays": [A, B, refund("A", "22.51"), refund("A", "0.49"), refund("B", "1")],
    "below the goal, and one to nothing in two steps": [A, B, refund("A", "30.00"), refund("B", "29.99"), refund("B")],
}


@pytest.fixture
def people(join, tmp_path, shop) -> tuple[Member, Member]:
    """Ada, and the friend who came by her link."""
    file = tmp_path / "programme.yaml"
    file.write_text(PROGRAMME)
    call_command("programme", "apply", str(file))
    host = join("host@example.com")
    friend = join("friend@example.com", carried={"referral_code": host.referral_code.code})
    return host, friend


def state(*members: Member) -> list[Any]:
    """All that members can see of themselves, but for moments."""
    found: list[Any] = []
    for member in members:
        wallet = Wallet.objects.values().get(pk=member.pk)
        wallet.pop("version")
        # Who earned something that was taken back was active, and who never got it was not.
        wallet.pop("active_on")
        found.append(wallet)
        found.append(sorted(member.badge_awards.filter(revoked_at=None).values_list("badge__slug", flat=True)))
        found.append(sorted(member.participations.values_list("challenge__slug", "state", "progress"), key=str))
    found.append(list(members[0].referrals.values_list("state", flat=True)))
    return found


def ends(story: Sequence[Any], say: Callable[[Any], None], look: Callable[[], Any]) -> list[Any]:
    """What `look` sees after each order in which the story can be told; two that are alike in it change places for
    nothing. What some orders begin with is told once for all of them, and undone when they are through.
    """
    if not story:
        return [look()]
    found = []
    for place, said in enumerate(story):
        if said in story[:place]:
            continue
        with transaction.atomic():
            say(said)
            found += ends([*story[:place], *story[place + 1 :]], say, look)
            transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES.keys())
def test_any_order_of_arrival_ends_the_same(shop, people, story):
    numbers = count()

    def say(said: Any) -> None:
        assert shop.send(said).status_code in (202, 422)

    def look() -> list[Any]:
        if next(numbers) % 20 == 0:
            assert [breach for law in laws() for breach in law.check()] == []
            assert list(differences()) == []
        return state(*people)

    found = ends(story, say, look)
    assert len(found) == 120
    assert [end for end in found if end != found[0]] == []


@pytest.mark.parametrize("refunds", list(Refunds))
def test_five_events_about_one_order_end_the_same_under_each_policy_on_refunds(shop, join, refunds):
    """While its points are held: an order, parts of it given back, one of them told twice, and the rest."""
    rules.put(
        "per-euro",
        activity="order.paid",
        calculation="per_amount",
        settings={"points": 1, "per": "1.00"},
        pending_days=14,
    )
    Brand.objects.update(refunds=refunds)
    ada = join("ada@example.com")
    part = ("evt-part", refund("A", "10.00"))
    story = [("evt-order", A_HELD), part, ("evt-half", refund("A", "5.50")), part, ("evt-rest", refund("A", "20.00"))]

    def say(told: tuple[str, Any]) -> None:
        assert shop.send(told[1], told[0]).status_code in (200, 202)

    def look() -> tuple[int, ...]:
        wallet = Wallet.objects.get(pk=ada.pk)
        return wallet.available, wallet.pending, wallet.owed, wallet.earned

    found = ends(story, say, look)
    assert found == [(0, 7, 0, 7)] * 60, "of 120 permutations those with the repeat in either place are the same"
