"""How many statements a round makes, however many events, members and challenges there are."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from challenges.models import Participation
from core import activities
from core.activities.cascade import Cascade
from core.activities.models import Activity
from core.members.models import Member
from tests.challenges.factories import a_badge, a_challenge, happening

pytestmark = pytest.mark.django_db

CHALLENGES = 20


@pytest.fixture
def programme(db: None) -> None:
    """Twenty live challenges that an order brings forward, of which five are completed by the first."""
    for number in range(CHALLENGES):
        done = number < 5
        a_challenge(
            f"challenge-{number}",
            {"slug": "orders", "target": 1 if done else 50},
            prize_points=10,
            prize_badge=a_badge(f"badge-{number}") if done else None,
        )


def people(number: int) -> list[Member]:
    return [Member.objects.create_user(f"person-{index}-of-{number}@example.com") for index in range(number)]


def statements(events: list[Any]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        activities.record(events)
    return len([query for query in captured.captured_queries if "SAVEPOINT" not in query["sql"]])


def test_a_batch_of_five_hundred_makes_as_many_statements_as_one_event(programme: None) -> None:
    activities.record([happening(member) for member in people(2)])

    one = statements([happening(member) for member in people(1)])
    many = statements([happening(member) for member in people(500)])

    assert many == one
    assert many <= 25
    assert Participation.objects.count() == 503 * CHALLENGES


def test_going_on_makes_as_many_statements_for_many_events_as_for_one(programme: None) -> None:
    one, many = people(1), people(50)
    activities.record([happening(member) for member in [*one, *many]])

    first = statements([happening(one[0], minutes=1)])
    rest = statements([happening(member, minutes=minute) for member in many for minute in range(1, 9)])

    assert rest == first


def test_counting_again_makes_as_many_statements_for_many_refunds_as_for_one(programme: None) -> None:
    one, many = people(1), people(50)
    activities.record([happening(member, reference=member.email) for member in [*one, *many]])

    first = statements([happening(one[0], "order.refunded", reference=one[0].email)])
    rest = statements([happening(member, "order.refunded", reference=member.email) for member in many])

    assert rest == first
    assert not Participation.objects.exists()


def test_an_activity_that_no_challenge_listens_to_costs_no_statement(
    programme: None, member: Member, django_assert_num_queries: Any
) -> None:
    from challenges.advancing import advance
    from core.brand.models import Brand

    activities.record([happening(member)])
    fact = Activity.objects.get(type="order.paid")
    fact.type = "review.posted"
    cascade = Cascade.begin(Brand.current(), {member.pk})

    with django_assert_num_queries(0):
        advance(cascade, [fact])
