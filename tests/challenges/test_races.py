"""Two at once: one completion, one prize, one badge, one participation."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from challenges.joining import join
from challenges.models import BadgeAward, Contribution, Participation
from core import activities
from core.activities.models import Activity
from core.ledger.models import Wallet
from core.members.models import Member
from tests.challenges.factories import a_badge, a_challenge, happening, pays
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 20


@pytest.fixture
def ada(transactional_db: None) -> Member:
    member = Member.objects.create_user("ada@example.com")
    activities.welcome(member)
    return member


def test_twenty_orders_that_each_complete_it_at_once_give_one_prize_and_one_badge(
    ada: Member, the_books_hold: Callable[[], list[str]]
) -> None:
    a_challenge("two-orders", {"slug": "orders", "target": 2}, prize_points=100, prize_badge=a_badge("regular"))
    pays(ada, "order-0")
    events = [happening(ada, minutes=number + 1) for number in range(AT_ONCE)]

    at_once(lambda number: activities.record([events[number]]), AT_ONCE)

    row = Participation.objects.get()
    assert (row.completed, row.progress) == (True, {"orders": 2})
    assert Contribution.objects.count() == 2
    assert BadgeAward.objects.count() == 1 + BadgeAward.objects.exclude(reason="").count()
    assert BadgeAward.objects.live().count() == 1
    assert Activity.objects.filter(type="badge.earned", void=False).count() == 1
    assert Wallet.of(ada.pk).available == 100
    assert the_books_hold() == []


def test_the_same_event_twenty_times_at_once_counts_once(ada: Member) -> None:
    a_challenge("many", {"slug": "orders", "target": 90})
    event = happening(ada)

    at_once(lambda _number: activities.record([event]), AT_ONCE)

    assert Participation.objects.get().progress == {"orders": 1}


def test_orders_at_once_all_count(ada: Member) -> None:
    a_challenge("many", {"slug": "orders", "target": 90}, {"slug": "spend", "kind": "total", "target": 10**9})
    events = [happening(ada, minutes=number) for number in range(AT_ONCE)]

    at_once(lambda number: activities.record([events[number]]), AT_ONCE)

    assert Participation.objects.get().progress == {"orders": AT_ONCE, "spend": AT_ONCE * 1000}


def test_joining_twenty_times_at_once_joins_once(ada: Member) -> None:
    challenge = a_challenge("critics", join="by_hand")

    joined = at_once(lambda _number: join(ada, challenge).pk, AT_ONCE)

    assert set(joined) == {Participation.objects.get().pk}


def test_joining_and_ordering_at_once_end_like_one_after_the_other(
    ada: Member, the_books_hold: Callable[[], list[str]]
) -> None:
    challenge = a_challenge("critics", {"slug": "orders", "target": 3}, join="by_hand", prize_points=7)
    ahead = 60 * 24 * 400  # the orders happen after the click, whenever they arrive
    events = [happening(ada, minutes=ahead + number) for number in range(8)]

    at_once(lambda number: activities.record([events[number]]) if number else join(ada, challenge), 8)

    row = Participation.objects.get()
    assert (row.completed, row.progress) == (True, {"orders": 3})
    assert Wallet.of(ada.pk).available == 7
    assert the_books_hold() == []


def test_the_database_itself_holds_a_badge_once(ada: Member) -> None:
    a_challenge("one-order", prize_badge=a_badge("regular"))
    pays(ada, "order-1")
    twin = BadgeAward.objects.get()
    twin.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()

    assert BadgeAward.objects.count() == 1
