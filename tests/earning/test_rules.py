"""Rules in force, their versions and their limits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count, permutations

import hypothesis.strategies as st
import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from core.activities.models import Kind
from core.brand.models import Brand
from core.earning import rules
from core.earning.models import Rule
from core.ledger.rebuilding import differences
from tests.activities.conftest import ada, join, shop, wallet_of  # noqa: F401
from tests.shop import event, order, refund

NUMBERS = count()
MONDAY = datetime(2026, 5, 4, 12, tzinfo=UTC)


def test_putting_the_same_rule_again_changes_nothing(db):
    first = rules.put("share", activity="order.paid", calculation="flat", settings={"points": 10})
    version = Brand.current().version
    again = rules.put("share", activity="order.paid", calculation="flat", settings={"points": 10})
    assert (again.pk, Brand.current().version) == (first.pk, version)


def test_a_changed_rule_is_a_new_version_and_the_old_one_stays(shop, ada, wallet_of):  # noqa: F811
    rules.put("order", activity="order.paid", calculation="flat", settings={"points": 10})
    shop.send(order("ada@example.com", "one"))
    rules.put("order", activity="order.paid", calculation="flat", settings={"points": 25})
    shop.send(order("ada@example.com", "two"))
    assert wallet_of(ada).available == 35
    assert Rule.objects.count() == 2
    shop.send(refund("one", "1.00"))
    assert wallet_of(ada).available == 35, "a refund of a part judges the order by the rule of its day"


def test_a_retired_rule_gives_nothing_more(shop, ada, wallet_of):  # noqa: F811
    rules.put("order", activity="order.paid", calculation="flat", settings={"points": 10})
    rules.retire("order")
    rules.retire("order")
    shop.send(order("ada@example.com", "one"))
    assert wallet_of(ada).available == 0


def test_a_rule_holds_between_its_start_and_end(shop, ada, wallet_of):  # noqa: F811
    rules.put(
        "week", activity="order.paid", calculation="flat", settings={"points": 10},
        starts=MONDAY, ends=MONDAY + timedelta(days=7),
    )  # fmt: skip
    for days in (-1, 0, 6, 7):
        shop.send(order("ada@example.com", f"order{days}", at=MONDAY + timedelta(days=days)))
    assert wallet_of(ada).available == 20


@pytest.mark.parametrize(
    ("per", "expected"), [("day", 4), ("week", 3), ("month", 2), ("total", 1)], ids=["day", "week", "month", "total"]
)
def test_a_limit_starts_anew_with_each_calendar_period(shop, ada, wallet_of, per, expected):  # noqa: F811
    Kind.objects.create(slug="post.shared", title="Shared")
    rules.put(
        "share", activity="post.shared", calculation="flat", settings={"points": 1}, limit_count=1, limit_per=per
    )  # fmt: skip
    moments = [MONDAY, MONDAY + timedelta(hours=1), MONDAY + timedelta(days=1), MONDAY + timedelta(days=7)]
    for moment in [*moments, MONDAY + timedelta(days=35)]:
        shop.send(event("post.shared", "ada@example.com", at=moment))
    assert wallet_of(ada).available == expected


def test_an_earlier_one_told_late_takes_the_place_and_brings_nothing_more(shop, ada, wallet_of):  # noqa: F811
    rules.put("day", activity="order.paid", calculation="flat", settings={"points": 5}, limit_count=1, limit_per="day")
    assert shop.send(order("ada@example.com", "noon", at=MONDAY)).json()["points"] == 5
    late = shop.send(order("ada@example.com", "morning", at=MONDAY - timedelta(hours=2)))
    assert (late.json()["points"], wallet_of(ada).available) == (0, 5)
    assert shop.send(refund("morning")).json()["points"] == 0
    assert (shop.send(refund("noon")).json()["points"], wallet_of(ada).available) == (-5, 0)


def test_the_day_of_a_limit_is_the_programmes(shop, ada, wallet_of):  # noqa: F811
    Brand.objects.update(time_zone="Europe/Istanbul")
    rules.put("day", activity="order.paid", calculation="flat", settings={"points": 1}, limit_count=1, limit_per="day")
    shop.send(order("ada@example.com", "one", at=datetime(2026, 5, 4, 20, 59, tzinfo=UTC)))
    shop.send(order("ada@example.com", "two", at=datetime(2026, 5, 4, 21, 1, tzinfo=UTC)))
    assert wallet_of(ada).available == 2


@pytest.mark.parametrize(
    "terms",
    [
        {"calculation": "nonsense"},
        {"settings": {"points": 0}},
        {"limit_count": 1},
        {"limit_per": "day"},
        {"limit_count": 0, "limit_per": "day"},
        {"limit_count": 1, "limit_per": "hour"},
        {"calculation": "first_time", "limit_count": 1, "limit_per": "day"},
        {"pending_days": 366},
        {"starts": MONDAY, "ends": MONDAY},
    ],
    ids=str,
)
def test_a_rule_that_makes_no_sense_is_refused(db, terms):
    good = {"activity": "order.paid", "calculation": "flat", "settings": {"points": 5}}
    with pytest.raises(ValidationError):
        rules.put("rule", **(good | terms))
    assert not Rule.objects.exists()


def test_any_order_of_arrival_earns_the_same(shop, ada, wallet_of):  # noqa: F811
    """Two orders under a limit, one refunded: all twenty-four ways of arriving end in the same points."""
    rules.put(
        "best", activity="order.paid", calculation="per_amount", settings={"points": 1, "per": "1"},
        limit_count=1, limit_per="week",
    )  # fmt: skip
    rules.put("first", activity="order.paid", calculation="first_time", settings={"points": 100})
    ends = set()
    for number, arrival in enumerate(permutations(range(4))):
        monday = MONDAY + timedelta(weeks=number)
        said = [
            order("ada@example.com", f"{number}-a", "10.00", at=monday),
            order("ada@example.com", f"{number}-b", "20.00", at=monday + timedelta(hours=1)),
            order("ada@example.com", f"{number}-c", "30.00", at=monday + timedelta(hours=2)),
            refund(f"{number}-a"),
        ]
        before = wallet_of(ada).earned
        for index in arrival:
            assert shop.send(said[index]).status_code == 202
        ends.add(wallet_of(ada).earned - before)
    assert ends == {20, 120}, "the first week holds the first order of all"


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_limits_do_not_mind_the_order_of_arrival(shop, ada, wallet_of, data):  # noqa: F811
    """Orders of any amount at any hour, some refunded, in two orders of arrival: the same points."""
    rules.put(
        "two", activity="order.paid", calculation="per_amount", settings={"points": 1, "per": "1"},
        limit_count=2, limit_per="day",
    )  # fmt: skip
    number = next(NUMBERS)
    day = datetime(2001, 1, 1, tzinfo=UTC) + timedelta(days=number)
    amounts = data.draw(st.lists(st.integers(0, 5000), min_size=1, max_size=5))
    earned = []
    for turn in range(2):
        start = day + timedelta(days=turn * 1000)
        said = [
            order("ada@example.com", f"{number}-{turn}-{n}", f"{cents / 100:.2f}", at=start + timedelta(hours=n))
            for n, cents in enumerate(amounts)
        ]
        said += [refund(f"{number}-{turn}-{n}") for n in range(len(amounts) // 2)]
        before = wallet_of(ada).earned
        for index in data.draw(st.permutations(range(len(said)))):
            assert shop.send(said[index]).status_code == 202
        earned.append(wallet_of(ada).earned - before)
    assert earned[0] == earned[1]


@pytest.mark.parametrize(("first", "second"), [(2, 2), (1, 3), (3, 1)])
def test_a_limit_counts_across_an_edit_within_its_period(shop, ada, wallet_of, first, second):  # noqa: F811
    """What was judged by the version before counts in the period still, and stays worth what that version gives."""

    def put(points: int, number: int) -> None:
        rules.put(
            "daily", activity="order.paid", calculation="flat", settings={"points": points},
            limit_count=number, limit_per="week",
        )  # fmt: skip

    def at(hours: int) -> datetime:
        return MONDAY + timedelta(hours=hours)

    before = [order("ada@example.com", "A", at=at(3)), order("ada@example.com", "B", at=at(6))]
    after = [
        order("ada@example.com", "C", at=at(9)),
        order("ada@example.com", "D", at=at(1)),
        order("ada@example.com", "E", at=at(4)),
    ]
    ends = set()
    for early in permutations(before):
        for late in permutations(after):
            with transaction.atomic():
                put(5, first)
                for said in early:
                    shop.send(dict(said))
                put(70, second)
                for said in late:
                    shop.send(dict(said))
                ends.add(wallet_of(ada).available)
                assert not list(differences())
                shop.send(refund("D"))
                ends.add(-wallet_of(ada).available)
                assert not list(differences())
                transaction.set_rollback(True)
    assert len(ends) == 2, ends
