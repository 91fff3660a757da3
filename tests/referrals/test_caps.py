"""A cap is exact: the earliest friends of a period by their own time are rewarded, whoever is told of first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.members.models import Member
from tests.referrals.people import NOON, agree, code_of, invited, join, order, paid, points, referral_of, refund, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lawful")]


def rewards(friends: list[Member]) -> list[str]:
    return [referral_of(friend).referrer_reward for friend in friends]


@pytest.fixture
def friends(ada) -> list[Member]:
    """Four friends of Ada's, of whom two a month are rewarded."""
    agree(cap_count=2)
    return [invited(ada, f"friend{n}@example.com") for n in range(4)]


def test_above_the_cap_only_the_friend_is_rewarded_and_it_says_why(ada, friends):
    for number, friend in enumerate(friends):
        order(friend, f"order-{number}", days=number)
    assert rewards(friends) == ["earned", "earned", "capped", "capped"]
    assert points(ada) == 1000
    assert [points(friend) for friend in friends] == [250] * 4
    why = referral_of(friends[2]).explanation.text()
    assert why == "Above the limit of 2 rewarded friends a month. Your friend was rewarded."


def test_the_earliest_by_their_own_time_count_though_told_last(ada, friends):
    for number in (3, 2, 1, 0):
        order(friends[number], f"order-{number}", days=number)
    assert rewards(friends) == ["earned", "earned", "capped", "capped"]
    assert points(ada) == 1000


def test_a_refund_makes_room_for_the_next(ada, friends):
    for number, friend in enumerate(friends):
        order(friend, f"order-{number}", days=number)
    refund("order-0", days=5)
    assert rewards(friends) == ["reversed", "earned", "earned", "capped"]
    assert points(ada) == 1000


def test_all_in_one_batch_is_the_same(ada, friends):
    send(*(paid(friend, f"order-{number}", days=number) for number, friend in enumerate(friends)))
    assert rewards(friends) == ["earned", "earned", "capped", "capped"]


@pytest.mark.parametrize(
    ("per", "days", "expected"),
    [
        ("day", (0, 0.1, 1), ["earned", "capped", "earned"]),
        ("week", (0, 2, 3), ["earned", "capped", "earned"]),  # the 20th is a Friday
        ("month", (0, 10.3, 11), ["earned", "capped", "earned"]),
        ("total", (0, 40, 59), ["earned", "capped", "capped"]),
    ],
)
def test_each_period_begins_anew(ada, per, days, expected):
    agree(cap_count=1, cap_per=per)
    friends = [invited(ada, f"friend{n}@example.com") for n in range(3)]
    for number, friend in reversed(list(enumerate(friends))):
        order(friend, f"order-{number}", days=days[number])
    assert rewards(friends) == expected


def test_a_month_begins_at_midnight_of_the_programme(ada, brand):
    brand.time_zone = "Europe/Istanbul"
    brand.save()
    agree(cap_count=1)
    friends = [invited(ada, f"friend{n}@example.com") for n in range(2)]
    midnight = datetime(2026, 11, 30, 21, 0, tzinfo=UTC)
    for friend, at in zip(friends, (midnight - timedelta(seconds=1), midnight), strict=True):
        order(friend, f"order-{friend.pk}", days=(at - NOON) / timedelta(days=1))
    assert rewards(friends) == ["earned", "earned"]


def test_the_cap_is_the_one_of_the_day_of_joining(ada):
    early = invited(ada, "early@example.com")
    agree(cap_count=1)
    late = [invited(ada, f"late{n}@example.com") for n in range(2)]
    for number, friend in enumerate([*late, early]):
        order(friend, f"order-{number}", days=number + 1)
    assert rewards([*late, early]) == ["earned", "capped", "earned"]


def test_each_inviter_has_a_cap_of_their_own(ada, friends):
    grace = join("grace@example.com", NOON - timedelta(days=3))
    for number, friend in enumerate(friends):
        order(friend, f"order-{number}")
    hers = join("hers@example.com", NOON, referral_code=code_of(grace))
    order(hers, "order-hers")
    assert (points(ada), points(grace)) == (1000, 500)
