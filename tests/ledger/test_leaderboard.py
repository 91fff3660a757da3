"""Who earned most: dense places, exact for few people, and nobody in sight who does not want to be."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import clock
from core.brand.models import Brand
from core.ledger import leaderboard
from core.ledger.histogram import Board, Histogram, Histograms
from core.ledger.models import Wallet
from core.ledger.spending import spend
from core.members.models import Member
from tests.ledger.earners import WHY, earn, person

pytestmark = pytest.mark.django_db

ALL = Board("all")
WEDNESDAY = datetime(2026, 11, 18, 12, tzinfo=UTC)


def told(rows: Iterable[leaderboard.Row]) -> list[tuple[int, str, int]]:
    return [(row.rank, row.alias, row.points) for row in rows]


def test_equal_points_share_a_place_and_the_next_place_is_the_next_number(brand: Brand) -> None:
    for alias, points in (("Ada", 50), ("Grace", 70), ("Edith", 70), ("Vera", 10)):
        person(alias, points)
    assert told(leaderboard.top(ALL)) == [(1, "Grace", 70), (1, "Edith", 70), (2, "Ada", 50), (3, "Vera", 10)]


def test_a_place_is_exact_right_after_an_award_and_after_it_is_taken_back(brand: Brand) -> None:
    ada, grace = person("Ada", 50), person("Grace", 70)
    assert leaderboard.rank_of(ada.pk, ALL) == 2
    earn(ada, 21, cause="second")
    assert (leaderboard.rank_of(ada.pk, ALL), leaderboard.rank_of(grace.pk, ALL)) == (1, 2)
    earn(ada, 0, cause="second")
    assert leaderboard.rank_of(ada.pk, ALL) == 2


def test_spending_takes_no_place(brand: Brand) -> None:
    ada = person("Ada", 50)
    person("Grace", 40)
    spend(ada.pk, 45, reference="a", explanation=WHY)
    assert told(leaderboard.top(ALL))[0] == (1, "Ada", 50)


@pytest.mark.parametrize(
    "hidden",
    [{"leaderboard": False}, {"is_active": False}, {"role": "support"}, {"alias": ""}, {"alias": "a@b.example"}],
    ids=str,
)
def test_whoever_is_not_to_be_seen_is_gone_at_once_and_counts_in_no_place(hidden: dict[str, object]) -> None:
    ada, grace = person("Ada", 50), person("Grace", 70)
    assert leaderboard.rank_of(ada.pk, ALL) == 2
    Member.objects.filter(pk=grace.pk).update(**hidden)
    grace.refresh_from_db()
    assert not grace.is_on_leaderboard
    assert told(leaderboard.top(ALL)) == [(1, "Ada", 50)]
    assert leaderboard.rank_of(ada.pk, ALL) == 1


def test_whoever_is_hidden_sees_themselves_and_nobody_else_sees_them(brand: Brand) -> None:
    people = [person(f"M{n}", 100 - n) for n in range(8)]
    hidden = person("Hidden", 95, leaderboard=False)
    person("Also hidden", 96, leaderboard=False)
    place = leaderboard.look(ALL, hidden).place
    assert place is not None
    assert (place.rank, place.points, place.to_go, place.seen) == (6, 95, 1, False)
    around = [(6 - 2, "M3", 97), (5, "M4", 96), (6, "Hidden", 95), (6, "M5", 95), (7, "M6", 94), (8, "M7", 93)]
    assert told(place.around) == around
    assert [row.alias for row in place.around if row.mine] == ["Hidden"]
    for other in people:
        assert "idden" not in str(leaderboard.look(ALL, other))


def test_who_is_in_the_list_is_marked_there_and_not_shown_twice(brand: Brand) -> None:
    ada = person("Ada", 50)
    person("Grace", 70)
    look = leaderboard.look(ALL, ada)
    assert look.place is not None
    assert [row.alias for row in look.rows if row.mine] == ["Ada"]
    assert (look.place.rank, look.place.to_go, look.place.around, look.counted) == (2, 20, (), None)


def test_without_points_there_is_no_place(brand: Brand) -> None:
    ada = person("Ada")
    person("Grace", 70)
    place = leaderboard.look(ALL, ada).place
    assert place == leaderboard.Place(0, None, None, True)
    assert leaderboard.rank_of(ada.pk, ALL) is None


def test_staff_have_no_place(brand: Brand) -> None:
    owner = person("Owner", 90, role="owner")
    look = leaderboard.look(ALL, owner)
    assert (look.place, look.rows) == (None, ())


def test_the_week_and_the_month_are_those_of_the_programme_and_of_when_it_happened(brand: Brand) -> None:
    Brand.objects.update(time_zone="Europe/Istanbul")
    brand = Brand.current()
    ada = person("Ada", 5, WEDNESDAY)
    grace = person("Grace", 7, WEDNESDAY - timedelta(days=7))
    late = person("Late", 9, datetime(2026, 11, 15, 21, 30, tzinfo=UTC))  # Monday already in Istanbul
    person("Old", 99, WEDNESDAY - timedelta(days=60))
    with clock.at(WEDNESDAY):
        week, month = (leaderboard.board(per, brand) for per in ("week", "month"))
        assert told(leaderboard.top(week)) == [(1, "Late", 9), (2, "Ada", 5)]
        assert told(leaderboard.top(month)) == [(1, "Late", 9), (2, "Grace", 7), (3, "Ada", 5)]
        assert [leaderboard.rank_of(one.pk, week) for one in (late, ada, grace)] == [1, 2, None]
    with clock.at(WEDNESDAY + timedelta(days=7)):
        assert leaderboard.top(leaderboard.board("week", brand)) == ()


def test_no_more_than_a_hundred_are_listed_and_the_rest_see_their_neighbours(brand: Brand) -> None:
    people = [person(f"M{n:03}", 1000 - n) for n in range(105)]
    assert len(leaderboard.top(ALL)) == 100
    last = leaderboard.look(ALL, people[-1])
    assert last.place is not None
    assert not any(row.mine for row in last.rows)
    assert told(last.place.around) == [(103, "M102", 898), (104, "M103", 897), (105, "M104", 896)]


def test_a_page_asks_as_often_for_many_as_for_few(django_assert_num_queries: Any) -> None:
    ada = person("Ada", 50)
    with django_assert_num_queries(5):
        leaderboard.look(ALL, ada)
    for n in range(150):
        person(f"M{n}", n + 1)
    with django_assert_num_queries(5):
        leaderboard.look(ALL, ada)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    totals=st.lists(st.integers(1, 12), max_size=12),
    hidden=st.sets(st.integers(0, 11)),
    points=st.integers(1, 13),
)
def test_places_are_those_of_counting_by_hand(brand: Brand, totals: list[int], hidden: set[int], points: int) -> None:
    with transaction.atomic():
        for n, total in enumerate(totals):
            member = Member.objects.create_user(f"m{n}@example.com", alias=f"M{n}", leaderboard=n not in hidden)
            Wallet.objects.create(member=member, available=total, earned=total)
        seen = [total for n, total in enumerate(totals) if n not in hidden]
        found = Histogram.read(ALL)
        assert found.people == len(seen)
        assert found.rank(points) == 1 + len({total for total in seen if total > points})
        assert [row.rank for row in leaderboard.top(ALL)] == sorted(
            1 + len({t for t in seen if t > one}) for one in seen
        )
        transaction.set_rollback(True)


# Many people: kept in memory, and as it was a moment ago. -------------------------------------------------------------


def test_of_many_people_nothing_is_read_again(django_assert_num_queries: Any) -> None:
    person("Ada", 50)
    kept = Histograms(exact=0)
    kept.of(ALL)
    with django_assert_num_queries(0):
        assert kept.of(ALL).rank(50) == 1


def test_the_board_of_a_new_week_is_not_that_of_the_last(brand: Brand) -> None:
    person("Ada", 5, WEDNESDAY)
    kept = Histograms(exact=0)
    monday = date(2026, 11, 16)
    assert kept.of(Board("week", monday)).people == 1
    assert kept.of(Board("week", monday + timedelta(days=7))).people == 0


@pytest.mark.django_db(transaction=True)
def test_of_many_people_it_is_read_anew_in_the_background() -> None:
    person("Ada", 50)
    grace = person("Grace", 40)
    kept = Histograms(exact=1)
    assert kept.of(ALL).rank(50) == 1
    earn(grace, 20, cause="second")
    assert kept.of(ALL).rank(50) == 1  # as it was a moment ago
    thread = kept.renew(ALL)
    assert thread is not None
    thread.join(10)
    assert kept.of(ALL).rank(50) == 2


@pytest.mark.django_db(transaction=True)
def test_who_looks_at_an_old_one_has_it_read_anew_and_does_not_wait() -> None:
    person("Ada", 50)
    grace = person("Grace", 40)
    kept = Histograms(exact=1, refresh=0)
    assert kept.of(ALL).rank(50) == 1
    earn(grace, 20, cause="second")
    until = time.monotonic() + 10
    assert kept.of(ALL).rank(50) == 1
    while kept.of(ALL).rank(50) == 1 and time.monotonic() < until:
        time.sleep(0.02)
    assert kept.of(ALL).rank(50) == 2
    while kept.renewing:
        time.sleep(0.02)


def test_when_the_database_cannot_tell_it_stays_as_it_was(caplog: pytest.LogCaptureFixture) -> None:
    person("Ada", 50)
    kept, table = Histograms(exact=0), Wallet._meta.db_table
    before = kept.of(ALL)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} RENAME TO elsewhere")
        assert kept.refresh(ALL) is False
        transaction.set_rollback(True)
    assert kept.of(ALL) is before
    assert kept.refresh(ALL) is True
