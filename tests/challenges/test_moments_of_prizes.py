"""A prize counts in the month in which its challenge was completed, whatever arrived first."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from core import activities, clock
from core.activities.happening import Happening
from core.activities.models import Activity
from core.ledger.models import Lot, Tally, Transfer, Wallet
from core.ledger.rebuilding import differences
from core.members.models import Member
from tests.challenges.factories import NOON, a_challenge, happening

pytestmark = pytest.mark.django_db

TIERS = """
programme: {time_zone: UTC}
tiers:
  window_months: 1
  levels:
    - {slug: bronze, name: Bronze, from_points: 0}
    - {slug: silver, name: Silver, from_points: 100}
"""
DAY = 24 * 60
OCTOBER = -30 * DAY


@pytest.fixture(autouse=True)
def a_day_later() -> Iterator[None]:
    with clock.at(NOON + timedelta(days=1)):
        yield


def a_shop_of_challenges() -> None:
    milestones = [{"at": 1, "points": 3}, {"at": 2, "points": 40}]
    a_challenge("twice", {"slug": "orders", "target": 2, "milestones": milestones}, prize_points=100)
    a_challenge("spend", {"slug": "spend", "kind": "total", "target": 3000, "milestones": [{"at": 1500, "points": 7}]})


def ends_of(member: Member, events: Sequence[Happening], the_books_hold: Callable[[], list[str]]) -> list[Any]:
    """What each arrival of these events ends in."""
    ends = []
    for number, arrival in enumerate(itertools.permutations(events)):
        with transaction.atomic():
            for event in arrival:
                [outcome] = activities.record([event])
                assert not outcome.errors
            tallies = Tally.objects.filter(member=member).exclude(earned=0).order_by("per", "starts")
            steps = Activity.objects.counting().filter(member=member, type="tier.changed")
            ends.append(
                {
                    "lots": sorted(Lot.objects.exclude(points=0).values_list("cause", "points", "at")),
                    "tallies": list(tallies.values_list("per", "starts", "earned")),
                    "steps": list(steps.order_by("at").values_list("reference", "at")),
                    "earned": Wallet.of(member.pk).earned,
                }
            )
            if number % 4 == 0:
                assert the_books_hold() == []
                assert list(differences()) == []
            transaction.set_rollback(True)
    return ends


@pytest.mark.parametrize("refunded", [None, "first", "second"])
def test_prizes_are_of_the_month_of_what_reached_them_in_any_order_of_arrival(
    member: Member, the_books_hold: Callable[[], list[str]], refunded: str | None
) -> None:
    a_shop_of_challenges()
    events = [
        happening(member, reference="first", minutes=OCTOBER),
        happening(member, reference="second", minutes=OCTOBER + 10 * DAY),
        happening(member, reference="third", minutes=-3 * DAY),
    ]
    if refunded:
        events.append(happening(member, "order.refunded", reference=refunded, minutes=-1 * DAY))

    ends = ends_of(member, events, the_books_hold)

    moment = NOON + timedelta(minutes=-3 * DAY if refunded else OCTOBER + 10 * DAY)
    assert [(points, at) for cause, points, at in ends[0]["lots"] if cause.endswith(f"twice:{member.pk}:1")] == [
        (100, moment)
    ]
    assert [end for end in ends if end != ends[0]] == []


@pytest.mark.parametrize("refunded", [None, "first"])
def test_the_tier_that_a_prize_reaches_is_of_that_month_too(
    member: Member, the_books_hold: Callable[[], list[str]], apply: Any, refunded: str | None
) -> None:
    assert apply(TIERS).code == 0
    a_shop_of_challenges()
    a_challenge("silver", {"slug": "orders", "target": 1}, audience=["silver"], prize_points=9)
    events = [
        happening(member, reference="first", minutes=OCTOBER),
        happening(member, reference="second", minutes=OCTOBER + 10 * DAY),
        happening(member, reference="third", minutes=OCTOBER + 10 * DAY + 60),
        happening(member, reference="fourth", minutes=-3 * DAY),
    ]
    if refunded:
        events = [*events[1:], events[0], happening(member, "order.refunded", reference=refunded, minutes=-1 * DAY)]

    ends = ends_of(member, events, the_books_hold)

    assert [at for _type, at in ends[0]["steps"]], "there is something to be wrong"
    assert [end for end in ends if end != ends[0]] == []


def test_what_was_posted_stays_as_it_was_posted(member: Member) -> None:
    a_challenge("twice", {"slug": "orders", "target": 2}, prize_points=100)
    activities.record([happening(member, minutes=OCTOBER)])
    activities.record([happening(member, minutes=-3 * DAY)])
    before = list(Transfer.objects.order_by("pk").values())

    activities.record([happening(member, minutes=OCTOBER + DAY)])

    assert list(Transfer.objects.order_by("pk").values()) == before
    assert Lot.objects.get().at == NOON + timedelta(minutes=OCTOBER + DAY)
    assert set(Tally.objects.exclude(earned=0).values_list("per", "starts__month", "earned")) == {
        ("week", 10, 100),
        ("month", 10, 100),
    }
