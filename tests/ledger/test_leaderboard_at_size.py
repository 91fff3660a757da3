"""The leaderboard of twenty thousand: nothing that somebody waits for reads more than it shows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import bulk, clock
from core.ledger import histogram, leaderboard
from core.ledger.histogram import Board, Histogram, Histograms
from core.ledger.models import Tally, Wallet
from core.members.models import Member
from tests.ledger.conftest import plans

pytestmark = pytest.mark.django_db
PEOPLE = 20_000
MONDAY = date(2026, 11, 16)
BOARDS = [Board("all"), Board("week", MONDAY)]


def earned(number: int) -> int:
    """What the member of that number earned: about 5,000 different totals, four people each."""
    return number * 7919 % 5003 + 1


@pytest.fixture
def crowd(db: None) -> Iterator[list[Member]]:
    """Twenty thousand members, nine in ten of whom chose to be seen."""
    people = [
        Member(email=f"m{n}@example.com", identity=f"m{n}@example.com", alias=f"M{n}", leaderboard=n % 10 > 0)
        for n in range(PEOPLE)
    ]
    bulk.insert(people)
    Wallet.objects.bulk_create(
        [Wallet(member=one, available=earned(n), earned=earned(n)) for n, one in enumerate(people)], batch_size=2000
    )
    bulk.insert([Tally(member=one, per="week", starts=MONDAY, earned=earned(n)) for n, one in enumerate(people)])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    kept, leaderboard.histograms = leaderboard.histograms, Histograms()
    yield people
    leaderboard.histograms = kept


def test_who_looks_reads_by_an_index_and_nothing_twice(crowd: list[Member]) -> None:
    me = crowd[PEOPLE // 2 + 1]
    for board in BOARDS:
        leaderboard.look(board, me)
        with CaptureQueriesContext(connection) as queries:
            shown = leaderboard.look(board, me)
        assert len(queries) == 3
        for plan in plans(queries):
            assert "SCAN" not in plan, plan
            assert "Seq Scan" not in plan, plan
            assert "tally_by_earned" not in plan, plan  # which would walk through the whole week
        assert shown.counted is not None
        assert timedelta() <= clock.now() - shown.counted < timedelta(minutes=5)
        assert len(shown.rows) == 100
        with CaptureQueriesContext(connection) as queries:
            leaderboard.rank_of(me.pk, board)
        assert len(queries) == 1


def test_places_at_size_are_those_of_counting_all(crowd: list[Member]) -> None:
    totals = {earned(n) for n in range(PEOPLE) if n % 10}
    for board in BOARDS:
        for number in (0, 1, 4711, PEOPLE - 1):
            place = leaderboard.look(board, crowd[number]).place
            assert place is not None
            assert place.rank == 1 + sum(total > earned(number) for total in totals)
            assert leaderboard.rank_of(crowd[number].pk, board) == place.rank
        points = [row.points for row in leaderboard.top(board)]
        assert points == sorted((earned(n) for n in range(PEOPLE) if n % 10), reverse=True)[:100]
        kept = leaderboard.histograms.of(board)
        assert (kept.people, len(kept.totals)) == (PEOPLE * 9 // 10, len(totals))
        assert len(kept.totals) * (kept.totals.itemsize + kept.who.itemsize) < 100_000  # bytes


def test_my_points_are_exact_and_my_name_gone_at_once_however_old_the_histogram(crowd: list[Member]) -> None:
    board, me, first = BOARDS[0], crowd[1], leaderboard.top(BOARDS[0])[0]
    Wallet.objects.filter(pk=me.pk).update(earned=1_000_000, available=1_000_000)
    look = leaderboard.look(board, me)
    assert look.place is not None
    assert (look.place.rank, look.place.points, look.rows[0].mine) == (1, 1_000_000, True)
    Member.objects.filter(alias=first.alias).update(leaderboard=False)
    assert first.alias not in {row.alias for row in leaderboard.look(board, me).rows}


def test_few_who_are_seen_among_many_are_found_by_their_own_index(crowd: list[Member]) -> None:
    Member.objects.exclude(pk__in=[one.pk for one in crowd[:40]]).update(leaderboard=False)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    with CaptureQueriesContext(connection) as queries:
        found = Histogram.read(BOARDS[0])
    assert found.people == 36
    assert found.people <= histogram.EXACT
    for plan in plans(queries):
        assert "member_on_leaderboard" in plan, plan
