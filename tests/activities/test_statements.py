"""The number of SQL statements does not grow with the batch, the members or the history."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.shop import order

MOST_STATEMENTS = 25
CHALLENGES = 20
PROGRAMME = """
earning:
  - {slug: per-euro, activity: order.paid, calculation: per_amount, settings: {points: 1, per: "1.00"}}
  - {slug: daily, activity: order.paid, calculation: flat, settings: {points: 5}, limit: {count: 1, per: day}}
badges:
  - {slug: first, name: First}
challenges:

"""
CHALLENGE = """
  - slug: challenge-%(n)s
    title: Challenge %(n)s
    join: automatic
    tasks: [{slug: order, title: Orders, activity: order.paid, count: 1000000}]
    prize: {points: 10}
"""
REFERRAL = """
referral:
  referrer: {points: 500}
  friend: {points: 250}
  qualifies: {activity: order.paid, minimum: "20.00"}
"""

COMPLETED = """
badges:
  - {slug: done, name: Done}
challenges:
  - slug: twice
    title: Twice
    join: automatic
    tasks: [{slug: order, title: Orders, activity: order.paid, count: 2}]
    prize: {points: 10, badge: done}
  - slug: collector
    title: Collector
    join: automatic
    tasks: [{slug: badge, title: A badge, activity: badge.earned, count: 5}]
    prize: {points: 10}
"""


@pytest.fixture
def programme(db, tmp_path):
    file = tmp_path / "programme.yaml"
    file.write_text(PROGRAMME + "".join(CHALLENGE % {"n": n} for n in range(CHALLENGES)) + REFERRAL)
    call_command("programme", "apply", str(file))


def statements(act) -> list[str]:
    """The statements that `act` makes, but for the begin and end of transactions."""
    with CaptureQueriesContext(connection) as captured:
        act()
    words = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    return [query["sql"] for query in captured if not query["sql"].startswith(words)]


@pytest.mark.usefixtures("programme")
def test_a_batch_of_500_makes_as_many_statements_as_a_batch_of_1(shop, join):
    members = [join(f"member-{n}@example.com") for n in range(40)]
    # Everybody is under way, so that both batches find the same to do; what is compiled is compiled.
    warm = [order(member.email, f"warm-{member.pk}", "30.00") for member in members]
    assert shop.send_batch(*warm).status_code == 202

    def batch(size: int) -> list[str]:
        said: list[dict[str, Any]] = [
            order(members[n % len(members)].email, f"order-{size}-{n}", "12.00") for n in range(size)
        ]
        return statements(lambda: shop.send_batch(*said))

    one, many = batch(1), batch(500)
    assert len(many) == len(one), "\n".join(many)
    assert len(one) <= MOST_STATEMENTS, "\n".join(one)


@pytest.mark.usefixtures("programme")
def test_a_first_event_that_joins_every_challenge_is_bounded_too(shop, join):
    join("ada@example.com")
    shop.send(order("ada@example.com", "order-0", "1.00"))
    join("grace@example.com")
    made = statements(lambda: shop.send(order("grace@example.com", "order-1", "1.00")))
    assert len(made) <= MOST_STATEMENTS, "\n".join(made)


def test_a_batch_in_which_all_complete_something_makes_as_many_as_one_that_does(shop, join, programme, tmp_path):
    """The deepest cascade: challenges completed, badges earned, and what listens to that."""
    file = tmp_path / "completed.yaml"
    file.write_text(COMPLETED)
    call_command("programme", "apply", str(file))
    members = [join(f"member-{n}@example.com") for n in range(41)]
    shop.send(order(members[0].email, "warm", "30.00"))
    shop.send_batch(*(order(member.email, f"warm-{member.pk}", "30.00") for member in members[1:]))
    one = statements(lambda: shop.send_batch(order(members[0].email, "order-0", "30.00")))
    many = statements(lambda: shop.send_batch(*(order(m.email, f"order-{m.pk}", "30.00") for m in members[1:])))
    assert len(many) == len(one), "\n".join(many)
    assert len(one) <= MOST_STATEMENTS, "\n".join(one)
